"""Answer sheets (口径): the approved lines of each audience, given to those who answer, read by them, and recalled.

A sheet is a version of a statement of its own kind, so it has been checked and signed like any other. It is recalled by
what happens (`bot.crisis.public_replay`): a newer one, a withdrawal, a fact in it that does not hold.
"""

from __future__ import annotations

from datetime import datetime

from bot.crisis.approval import is_enough
from bot.crisis.drafting import find
from bot.crisis.errors import Refused
from bot.crisis.events import BOT
from bot.crisis.facts import unsafe
from bot.crisis.incident import Incident
from bot.crisis.kinds import audience_of
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook
from bot.crisis.public import AnswerSheet
from bot.crisis.public_events import LineAsked, LinesIssued, LinesRead, ReadersReminded


def issue(
    incident: Incident, statement: int, seal: str, playbook: Playbook, roster: Roster, by: str, now: datetime
) -> int:
    """Hand the last version to everybody who answers its audience. Returns the sheet's number; again, it is the same.

    Raises Refused for other words than were shown, for what is no answer sheet, and unless exactly these words have
    the signatures that the grade asks for by now, and what they rest on is confirmed.
    """
    known = find(incident, statement)
    latest = known.latest
    if not audience_of(known.kind):
        raise Refused("no_answer_sheet")
    if seal != latest.seal:
        raise Refused("outdated_text", statement=statement)
    if not known.approved or not is_enough(incident, known, playbook):
        raise Refused("not_approved", statement=statement)
    if facts := unsafe(incident, known):
        raise Refused("unsafe_facts", facts=[fact.id for fact in facts])
    for sheet in in_use(incident):
        if (sheet.statement, sheet.version) == (statement, latest.number):
            return sheet.id
    number = len(incident.sheets) + 1
    people = readers(audience_of(known.kind), playbook, roster)
    incident.record(LinesIssued(number, statement, latest.number, seal, people), by, now)
    return number


def read(incident: Incident, sheet: int, by: str, now: datetime) -> None:
    """A receipt: read, and no other lines are used. Raises Refused for a sheet that is recalled, or another's."""
    known = find_sheet(incident, sheet)
    if known.recalled:
        raise Refused("lines_recalled")
    if by not in known.people:
        raise Refused("not_given_to_you")
    if by not in known.read:
        incident.record(LinesRead(sheet), by, now)


def remind_readers(incident: Incident, sheet: int, now: datetime) -> None:
    """Whoever has not read it hears of it once more."""
    incident.record(ReadersReminded(sheet, tuple(incident.sheets[sheet].unread)), BOT, now)


def ask_for_line(incident: Incident, question: str, by: str, now: datetime) -> None:
    """Let the room know that there is no line for this. Asked again by the same person, it changes nothing."""
    asked = LineAsked(question)
    if not any(entry.event == asked and entry.by == by for entry in incident.history):
        incident.record(asked, by, now)


def find_sheet(incident: Incident, sheet: int) -> AnswerSheet:
    """The sheet of that number. Raises Refused for one that there is not."""
    if sheet not in incident.sheets:
        raise Refused("no_such_sheet")
    return incident.sheets[sheet]


def in_use(incident: Incident) -> list[AnswerSheet]:
    """Every sheet that may be answered from, the newest first."""
    return [sheet for sheet in reversed(incident.sheets.values()) if not sheet.recalled]


def meant_for(incident: Incident, sheet: AnswerSheet) -> str:
    """Whom it is for."""
    return audience_of(incident.statements[sheet.statement].kind)


def readers(audience: str, playbook: Playbook, roster: Roster) -> tuple[str, ...]:
    """Everybody who answers an audience, deputies too: who stands in tonight must not improvise either."""
    roles = playbook.audiences.get(audience, ())
    return tuple(dict.fromkeys(person for role in roles for person in roster.holders.get(role, ())))


def answers_to(person: str, playbook: Playbook, roster: Roster) -> frozenset[str]:
    """The audiences which this person answers."""
    return frozenset(one for one in playbook.audiences if person in readers(one, playbook, roster))
