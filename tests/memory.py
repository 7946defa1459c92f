"""A store whose clock stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Engine

from bot.chat import Send
from bot.lease import Patience
from bot.reactions import react
from bot.store import Consequences, Moments, Store, Work
from tests.makers import NINE, a_playbook, at
from timelines.reminders import next_due

T = TypeVar("T")
SILENT = Consequences(react=lambda incident: [], next_due=partial(next_due, playbook=a_playbook()))
SPEAKING = Consequences(
    react=partial(react, playbook=a_playbook()), next_due=partial(next_due, playbook=a_playbook())
)


@dataclass
class Memory:
    """A process with its store. `now` is both clocks. rang: how often the store said that there is something to do."""

    engine: Engine
    consequences: Consequences = SILENT
    now: datetime = NINE
    rang: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.engine, self.consequences, lambda: Moments(self.now, self.now), threads=4)
        self.store.on_change = lambda: self.rang.append(self.now)

    def run(self, unit: Callable[[Work], T]) -> T:
        """One transaction."""
        return self.store.run_now(unit)

    def at(self, when: str) -> Memory:
        """It is this time now."""
        self.now = at(when)
        return self

    def put(self, *sends: Send) -> None:
        """Sends in the outbox, of incident 1."""
        self.run(lambda work: work.outbox.put(sends))

    def claim(self, owner: str = "one", limit: int = 50) -> list[Any]:
        """What a worker gets."""
        return self.run(lambda work: work.outbox.claim(owner, limit, Patience().lease))

    def rings(self) -> int:
        """How often it rang until now; the bell comes just after those who wait were told."""
        self.run(lambda work: None)
        return len(self.rang)
