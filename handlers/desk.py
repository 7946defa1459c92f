"""The desk at which one command is handled: who asks, about which incident, and what they may do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat import Card, Command, Form, Reply
from bot.crisis.checklist import BadAnswer, BadAnswers
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.people import Person, Roster
from bot.crisis.playbook import Playbook
from bot.store import Work
from bot.voice import Voice

_ID = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"^#?(\d{1,9})(?:\s+|$)")


@dataclass(frozen=True)
class Desk:
    """One command being handled, in one transaction. Handlers change incidents here and return a Reply."""

    command: Command
    person: Person
    work: Work
    voice: Voice

    @property
    def now(self) -> datetime:
        """The moment people live in; aware, UTC."""
        return self.work.now

    @property
    def playbook(self) -> Playbook:
        """The company's policy."""
        return self.voice.playbook

    @property
    def roster(self) -> Roster:
        """The company's people."""
        return self.voice.roster

    def card(self, name: str, incident: Incident | None = None, /, **args: Any) -> Card:
        """A card in the words of the person who asked."""
        return self.voice.card(name, incident, self.now, self.person, **args)

    def form(self, name: str, incident: Incident | None = None, /, **args: Any) -> Form:
        """A form in the words of the person who asked."""
        return self.voice.form(name, incident, self.now, self.person, **args)

    def answer(self, name: str, incident: Incident | None = None, /, **args: Any) -> Reply:
        """A passing card; where one such was pressed, in its place."""
        return Reply(card=self.card(name, incident, **args), replace=self.command.passing)

    def done(self, code: str, incident: Incident | None = None, /, **params: Any) -> Reply:
        """A short confirmation, on the form's last page or as a passing card."""
        card = self.card("done", incident, code=code, **params)
        return (
            Reply(done=card)
            if self.command.kind == "sent"
            else Reply(card=card, replace=self.command.passing)
        )

    def reason(self) -> str:
        """The reason that a form gives. Raises BadAnswers without one, so that the form stays open."""
        reason = clean(self.command.fields.get("reason") or "")
        if not reason:
            raise BadAnswers([BadAnswer("reason", "reason_needed")])
        return reason

    def subject(self) -> str:
        """What a button or a form is about, after the incident's number: a task, a question, a grade, a group."""
        return self.command.value.partition("/")[2]

    def incident(self, *, closed: bool = False, numbered: bool = True) -> Incident:
        """The incident meant, which this person may see: named by number, or the room's, or the only open one.

        numbered: a number that was typed names it. Raises Refused where there is none, several, or it is closed
        and `closed` is not allowed.
        """
        named = self.named() if numbered else None
        incident = named or self.work.incidents.in_room(self.command.room) or self._only_one()
        if not self.may_see(incident):
            raise Refused("not_found")
        if not closed and not incident.open:
            raise Refused("closed_incident")
        return incident

    def at_hand(self) -> Incident | None:
        """The incident that this person most likely means, if there is just one; for buttons beside an answer."""
        try:
            return self.incident(closed=True)
        except Refused:
            return None

    def named(self) -> Incident | None:
        """The incident that was named by its number, whoever asks: what they may see of it is the caller's to say."""
        number = self.command.about.get("incident", "") or self.command.value.partition("/")[0]
        if self.command.kind == "typed":
            match = _NUMBER.match(self.command.text)
            number = match[1] if match else ""
        if not number:
            return None
        incident = self.work.incidents.get(int(number)) if _ID.fullmatch(number) else None
        if incident is None:
            raise Refused("not_found")
        return incident

    def _only_one(self) -> Incident:
        mine = self.visible(closed=False)
        if len(mine) > 1:
            found = [(incident.id, incident.title) for incident in mine]
            raise Refused("which_incident", incidents=found, platform=self.command.platform)
        if not mine:
            raise Refused("no_incident_here")
        only = self.work.incidents.get(mine[0].id)
        assert only is not None
        return only

    def words(self) -> str:
        """What was typed after the verb, without the incident's number."""
        return _NUMBER.sub("", self.command.text, count=1).strip()

    def visible(self, *, closed: bool) -> list[Incident]:
        """The incidents this person may see, the newest first."""
        headers = self.work.incidents.headers(closed=closed)
        found = [self.work.incidents.get(header.id, to_change=False) for header in headers]
        return [incident for incident in found if incident is not None and self.may_see(incident)]

    def may_see(self, incident: Incident) -> bool:
        """Members of the room, and whoever decides about the gravest of crises."""
        return self.person.id in incident.members or self._holds(self.playbook.grades[-1].deciders)

    def may_decide(self, incident: Incident) -> bool:
        """Holders of a role that decides at this grade; before the first grade, at the lowest (domain 2.4, 6)."""
        grade = self.playbook.grade(incident.grade) if incident.grade else self.playbook.grades[0]
        return self._holds(grade.deciders)

    def must_decide(self, incident: Incident) -> None:
        """Raises Refused, naming the roles that may, unless this person may decide."""
        if not self.may_decide(incident):
            grade = self.playbook.grade(incident.grade) if incident.grade else self.playbook.grades[0]
            raise Refused("deciding_role_needed", roles=list(grade.deciders))

    def _holds(self, roles: tuple[str, ...]) -> bool:
        return any(self.person.id in self.roster.holders.get(role, ()) for role in roles)


def clean(text: Any) -> str:
    """What a person wrote, without the characters that could hide or turn round what others read."""
    kept = (
        char
        for char in str(text)
        if char in "\n\t\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
    )
    return "".join(kept).strip()
