"""What can happen in a crisis, as values: an incident is what its history of these says.

They are stored as JSON under their class name and never changed afterwards. A field may be added with a
default; a name that is no longer written must stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.crisis.public_events import PublicEvent

BOT = "bot"
"""Who did it, where nobody did: the bot by itself."""


@dataclass(frozen=True)
class Declared:
    """The case is ours: the clock runs from `time_zero`. platform: where its room is."""

    title: str
    what: str
    type: str
    drill: bool
    time_zero: datetime
    language: str
    platform: str = "slack"


@dataclass(frozen=True)
class DetailsChanged:
    """The heading facts were corrected; every checkpoint moves with time zero."""

    title: str
    what: str
    type: str
    drill: bool
    time_zero: datetime


@dataclass(frozen=True)
class RoomOpened:
    """The crisis room exists on the platform."""

    room: str
    name: str


@dataclass(frozen=True)
class RoomLent:
    """A room was made for it while the database was away; it becomes the crisis room, and no other is made."""

    room: str
    name: str


@dataclass(frozen=True)
class RoomFailed:
    """The platform would not make a room, and trying again cannot help."""

    code: str


@dataclass(frozen=True)
class RoomArchived:
    """The room takes no more messages; reopening needs a new one."""

    room: str


@dataclass(frozen=True)
class Invited:
    """These people belong to the room from now on."""

    people: tuple[str, ...]


@dataclass(frozen=True)
class InviteRefused:
    """The platform would not let a person in."""

    person: str
    code: str


@dataclass(frozen=True)
class SendGivenUp:
    """The platform would not do something, and trying again by ourselves cannot help.

    deed, card: what it was. people: whom it was for, empty for the room. code: the platform's reason.
    statement, version: the wording that was for the company's own site, or 0.
    """

    deed: str
    card: str
    people: tuple[str, ...]
    code: str
    statement: int = 0
    version: int = 0


@dataclass(frozen=True)
class Answered:
    """Parts of the checklist, as normalised values; `unknown` is an answer too."""

    answers: Mapping[str, Any]


@dataclass(frozen=True)
class ReadingAsked:
    """The room was asked for fresh views, because they may be doubling."""


@dataclass(frozen=True)
class Graded:
    """The grade, or the reasons for it, changed.

    cause: answers, clock (nobody had graded in time), raised, lowered. computed: what the policy alone says.
    reasons: pairs of code and parameters, in the order applied. reason: a person's own words.
    asked_by: for a lowering, who asked before `by` confirmed.
    """

    grade: str
    cause: str
    computed: str
    spread: str
    severity: str
    control: str
    listed: bool
    reasons: tuple[tuple[str, Mapping[str, Any]], ...]
    warnings: tuple[str, ...]
    ask_readings: bool = False
    reason: str = ""
    asked_by: str = ""


@dataclass(frozen=True)
class LowerAsked:
    """Somebody, or new answers, would lower the grade; a second person has to confirm."""

    to: str
    reason: str
    by_answers: bool = False


@dataclass(frozen=True)
class LowerRefused:
    """The grade stays."""

    to: str


@dataclass(frozen=True)
class RolePaged:
    """One person is called for one role, and has until `answer_by`.

    round: 1 at first; one more each time everybody was tried in vain. passed_by: who handed it on. urges: in which
    ways this person can be called harder, and after how many minutes.
    """

    role: str
    person: str
    round: int
    answer_by: datetime
    passed_by: str = ""
    urges: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Urged:
    """Somebody who has not answered was called in a way that is harder to miss: app, sms, phone."""

    person: str
    level: str


@dataclass(frozen=True)
class PageUnanswered:
    """Time ran out for a person; the next is called."""

    role: str
    person: str


@dataclass(frozen=True)
class PageUndelivered:
    """The platform could not reach a person; the next is called at once."""

    person: str
    code: str


@dataclass(frozen=True)
class PageAnswered:
    """Somebody is on it, for these roles."""

    person: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class CallsWithdrawn:
    """The grade fell, and these roles are not needed any more. people: who was being called for them."""

    roles: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True)
class RoleUnheld:
    """Nobody in the roster holds a role which the grade needs."""

    role: str


@dataclass(frozen=True)
class NobodyAnswers:
    """Everybody for a role was called in vain; it begins again."""

    role: str
    round: int


@dataclass(frozen=True)
class PlannedTask:
    """A task as planned: what must be true, by which checkpoint, and who is expected to see to it."""

    name: str
    checkpoint: str
    role: str
    done_when: str | None = None


@dataclass(frozen=True)
class TasksPlanned:
    """What must be true by the checkpoints, from the playbook as it stood."""

    tasks: tuple[PlannedTask, ...]


@dataclass(frozen=True)
class TaskTaken:
    """A person owns a task."""

    task: str
    owner: str


@dataclass(frozen=True)
class TaskDone:
    """It is true now."""

    task: str


@dataclass(frozen=True)
class TaskNotNeeded:
    """It need not be true here, and why."""

    task: str
    reason: str


@dataclass(frozen=True)
class TaskReopened:
    """It was ticked off by mistake."""

    task: str


@dataclass(frozen=True)
class DecisionsAsked:
    """The committee was asked to decide."""

    questions: tuple[str, ...]


@dataclass(frozen=True)
class Decided:
    """The committee's yes or no; a later one replaces it."""

    question: str
    yes: bool


@dataclass(frozen=True)
class Reminded:
    """A time came and was told; it is not told again.

    late: it should have been told earlier. people: who was reminded in person. tell: False for one that a later
    one made needless, so that an outage ends in one message and not in a flood.
    """

    name: str
    late: bool = False
    people: tuple[str, ...] = ()
    tell: bool = True


@dataclass(frozen=True)
class CheckpointsReached:
    """Checkpoints came; usually one, more after an outage or where time zero lies before the opening.

    met: those with nothing open. late: those told later than they came though the room existed.
    early: those which had passed when the incident was declared.
    """

    names: tuple[str, ...]
    met: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    early: tuple[str, ...] = ()


@dataclass(frozen=True)
class Closed:
    """It is over; no timer runs any more."""

    reason: str
    archive: bool = False


@dataclass(frozen=True)
class Reopened:
    """It is not over after all."""

    reason: str


Event = (
    Declared
    | DetailsChanged
    | RoomOpened
    | RoomLent
    | RoomFailed
    | RoomArchived
    | Invited
    | InviteRefused
    | SendGivenUp
    | Answered
    | ReadingAsked
    | Graded
    | LowerAsked
    | LowerRefused
    | RolePaged
    | Urged
    | PageUnanswered
    | PageUndelivered
    | PageAnswered
    | CallsWithdrawn
    | RoleUnheld
    | NobodyAnswers
    | TasksPlanned
    | TaskTaken
    | TaskDone
    | TaskNotNeeded
    | TaskReopened
    | DecisionsAsked
    | Decided
    | Reminded
    | CheckpointsReached
    | Closed
    | Reopened
    | PublicEvent
)


@dataclass(frozen=True)
class Entry:
    """One line of the history: when (aware, UTC), who (a person's id, or `BOT`), what."""

    at: datetime
    by: str
    event: Event
