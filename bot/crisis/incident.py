"""An incident: the case we handle, as its history tells it.

State is only ever changed by recording an event (`bot.crisis.replay` says what each one changes), so what is
stored, what is shown and what is exported cannot differ. The deeds themselves are functions in the modules
beside this one: `regrading`, `paging`, `tasks`, `ending`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.crisis.checklist import Checklist
from bot.crisis.events import (
    BOT,
    Answered,
    Declared,
    DetailsChanged,
    Entry,
    Event,
    Graded,
    Invited,
    RolePaged,
)
from bot.crisis.people import Roster
from bot.crisis.public import AnswerSheet, Fact, Promise, Statement
from bot.crisis.public_replay import apply
from bot.crisis.state import Call, Decision, Grading, LentRoom, Lowering, Task


@dataclass
class Incident:
    """One crisis. Fields follow from the history; ask `record` to change them."""

    id: int
    title: str = ""
    what: str = ""
    type: str = ""
    drill: bool = False
    language: str = "zh"
    platform: str = "slack"
    time_zero: datetime | None = None
    declared_at: datetime | None = None
    running_since: datetime | None = None
    answerable_since: datetime | None = None
    opened_by: str = ""
    room: str = ""
    room_name: str = ""
    rooms: int = 0
    lent_room: LentRoom | None = None
    members: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    readings: list[tuple[datetime, int]] = field(default_factory=list)
    reading_asked_at: datetime | None = None
    gradings: list[Grading] = field(default_factory=list)
    lowering: Lowering | None = None
    lowered_from: str = ""
    calls: dict[str, Call] = field(default_factory=dict)
    urged: dict[tuple[str, str], datetime] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)
    facts: dict[int, Fact] = field(default_factory=dict)
    statements: dict[int, Statement] = field(default_factory=dict)
    promises: dict[int, Promise] = field(default_factory=dict)
    sheets: dict[int, AnswerSheet] = field(default_factory=dict)
    reminded: dict[str, datetime] = field(default_factory=dict)
    reached: dict[str, datetime] = field(default_factory=dict)
    closed_at: datetime | None = None
    closed_because: str = ""
    archived: bool = False
    history: list[Entry] = field(default_factory=list)
    stored: int = 0

    @classmethod
    def from_history(cls, incident_id: int, history: Iterable[Entry]) -> Incident:
        """The incident as these entries tell it, in order."""
        incident = cls(incident_id)
        for entry in history:
            incident._take(entry)
        incident.stored = len(incident.history)
        return incident

    def record(self, event: Event, by: str, now: datetime) -> None:
        """Let this have happened. `now` is aware, UTC; `by` a person's id or `BOT`."""
        self._take(Entry(now, by, event))

    def _take(self, entry: Entry) -> None:
        apply(entry.event, self, entry.by, entry.at)
        self.history.append(entry)

    @property
    def news(self) -> list[Entry]:
        """What has happened since the incident was loaded, not yet stored."""
        return self.history[self.stored :]

    @property
    def open(self) -> bool:
        """The clock runs."""
        return self.closed_at is None

    @property
    def verdict(self) -> Graded | None:
        """The latest grading, or None before the first."""
        return self.gradings[-1].verdict if self.gradings else None

    @property
    def grade(self) -> str:
        """Name of the grade, or "" before the first grading."""
        return self.gradings[-1].verdict.grade if self.gradings else ""

    @property
    def checklist(self) -> Checklist:
        """What is known so far."""
        return Checklist(self.answers)

    def commander(self, in_command: str) -> str:
        """Who leads: whoever answered for the role in command, until then who opened the room."""
        call = self.calls.get(in_command)
        return (call.answered_by if call else "") or self.opened_by

    def times_called(self, person: str, until: int | None = None) -> int:
        """How often a person was called, in the first `until` entries; for several roles at one moment is once."""
        entries = self.history[:until]
        return len({e.at for e in entries if isinstance(e.event, RolePaged) and e.event.person == person})


def at_work_as(role: str, incident: Incident, roster: Roster) -> tuple[str, ...]:
    """Who has answered for a role in this incident, else who holds it; nobody where nobody does."""
    call = incident.calls.get(role)
    if call and call.answered_by:
        return (call.answered_by,)
    return tuple(person.id for person in roster.holding([role]))


def declare(
    incident_id: int, by: str, now: datetime, *, details: Declared, members: Iterable[str]
) -> Incident:
    """A new incident, opened by a person, with the committee's standing members in its room.

    The time zero in `details` may lie before `now`, never after (domain 5).
    """
    incident = Incident(incident_id)
    incident.record(details, by, now)
    incident.record(Invited(tuple(dict.fromkeys([by, *members]))), by, now)
    if details.type:
        incident.record(Answered({"type": details.type}), by, now)
    return incident


def change_details(incident: Incident, by: str, now: datetime, details: DetailsChanged) -> None:
    """Correct what was said at the opening. Every checkpoint follows a new time zero by itself."""
    if details == _details(incident):
        return
    incident.record(details, by, now)
    if details.type and details.type != incident.answers.get("type"):
        incident.record(Answered({"type": details.type}), by, now)


def _details(incident: Incident) -> DetailsChanged:
    assert incident.time_zero is not None
    return DetailsChanged(incident.title, incident.what, incident.type, incident.drill, incident.time_zero)


def fill_in(incident: Incident, by: str, now: datetime, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take answers to the checklist; what says the same as before is left out. Returns what was new."""
    new = {name: value for name, value in answers.items() if incident.answers.get(name) != value}
    if new:
        incident.record(Answered(new), by, now)
    return new


def invite(incident: Incident, people: Iterable[str], now: datetime, by: str = BOT) -> None:
    """Let people belong to the room; those who do already are left out."""
    new = tuple(person for person in dict.fromkeys(people) if person not in incident.members)
    if new:
        incident.record(Invited(new), by, now)
