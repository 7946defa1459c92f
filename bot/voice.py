"""The bot's voice: finds the words for an incident, in the language of whoever will read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat import Card, Form
from bot.crisis.incident import Incident
from bot.crisis.people import Person, Roster
from bot.crisis.playbook import Playbook
from bot.paper_links import PaperLinks
from statements.cards import card, problem
from statements.context import Context, no_page
from statements.forms import form
from statements.principles import Principles, own_principles
from statements.templates import PublicTexts
from statements.text import Words
from timelines.plan import plan


@dataclass(frozen=True)
class Voice:
    """Everything needed to put words to an incident. language, zone: the company's.

    public, principles: what statements begin from, and what they are held to. has_hook: the company's site takes them
    from us. paper: where each has a page.
    """

    words: Words
    playbook: Playbook
    roster: Roster
    zone: ZoneInfo
    language: str
    public: PublicTexts = field(default_factory=PublicTexts)
    principles: Principles = field(default_factory=own_principles)
    has_hook: bool = False
    paper: PaperLinks = field(default_factory=PaperLinks)

    def card(
        self, name: str, incident: Incident | None, now: datetime, reader: Person | None, /, **args: Any
    ) -> Card:
        """A card for one person, or for the room when there is no reader."""
        return card(name, incident, self.context(incident, now, reader), self.words, args)

    def refused(self, code: str, now: datetime, reader: Person, **named: Any) -> Card:
        """What somebody reads where nothing can be done for them just now."""
        return self.card("refused", None, now, reader, code=code, **named)

    def form(
        self, name: str, incident: Incident | None, now: datetime, reader: Person, /, **args: Any
    ) -> Form:
        """A form for one person."""
        return form(name, incident, self.context(incident, now, reader), self.words, args)

    def problem(self, language: str, code: str, params: Mapping[str, Any]) -> str:
        """What to mend in a field of a form."""
        return problem(language, code, params, self.words)

    def room(self, number: int, language: str) -> str:
        """The plain name of a crisis's room, as "Crisis 12"."""
        return f"{self.words.label(language, 'room', 'crisis')} {number}"

    def person(self, person_id: str) -> Person:
        """Who is behind an id of the roster; a stranger speaks the company's language."""
        return self.roster.person(person_id, self.language)

    def behind(self, platform: str, user: str) -> Person:
        """Who is behind an id of a platform; a stranger speaks the company's language."""
        return self.roster.on(platform, user, self.language)

    def _page_of(
        self, incident: Incident | None, now: datetime, reader: Person | None
    ) -> Callable[[int], str]:
        """A page is one person's: a room has none."""
        if incident is None or reader is None:
            return no_page
        return partial(self.paper.address, incident, person=reader.id, now=now)

    def context(self, incident: Incident | None, now: datetime, reader: Person | None) -> Context:
        """Everything a card may draw on, for a reader, or for the room when there is none."""
        if reader is not None:
            language = reader.language
        else:
            language = incident.language if incident else self.language
        return Context(
            playbook=self.playbook,
            roster=self.roster,
            zone=self.zone,
            now=now,
            language=language,
            reader=reader.id if reader else "",
            plan=plan(incident, self.playbook, now) if incident else None,
            public=self.public,
            principles=self.principles,
            has_hook=self.has_hook,
            page_of=self._page_of(incident, now, reader),
        )
