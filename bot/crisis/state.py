"""The parts an incident is made of: calls, tasks, decisions, gradings. Values that `bot.crisis.replay` sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.crisis.events import Graded

ELSEWHERE = "elsewhere"
"""Why somebody cannot be brought into a room: they are on the other platform, and are told there."""


@dataclass(frozen=True)
class LentRoom:
    """A room that was there before the incident: its id on the platform and its name."""

    id: str
    name: str


@dataclass
class Call:
    """A role being paged: the first of those asked to answer has it.

    tried: people called in this round. asked: everybody ever called for it. No person: nobody holds the role.
    called_at: when this person was called. urges: in which ways they can be called harder, after how many minutes.
    """

    role: str
    round: int = 1
    person: str = ""
    called_at: datetime | None = None
    answer_by: datetime | None = None
    urges: Mapping[str, int] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Somebody was called and nobody has answered."""
        return bool(self.person) and not self.answered_by


@dataclass
class Task:
    """What must be true by a checkpoint, and who sees to it."""

    name: str
    checkpoint: str
    role: str
    done_when: str | None = None
    owner: str = ""
    state: str = "open"
    by: str = ""
    at: datetime | None = None
    reason: str = ""

    @property
    def open(self) -> bool:
        """Neither done nor marked as not needed."""
        return self.state == "open"


@dataclass(frozen=True)
class Decision:
    """The committee's answer to a yes/no question."""

    yes: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Lowering:
    """A wish to lower the grade which waits for a second person."""

    to: str
    reason: str
    by: str
    at: datetime
    by_answers: bool


@dataclass(frozen=True)
class Grading:
    """One grade card: what was judged, when and by whom."""

    at: datetime
    by: str
    verdict: Graded
