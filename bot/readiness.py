"""Can the bot do its work right now? Asked by whoever restarts machines, as often as they like."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.chat import Chat, ChatError
from bot.store import Away, Store
from bot.store.health import Health

T = TypeVar("T")

SLACK_SECONDS = 30.0
"""The platform is asked once in so long, however often we are: its patience is limited."""

DATABASE_SECONDS = 1.0
DATABASE_PATIENCE = 5.0
"""Seconds after which a database that does not answer is away."""

LATE_SECONDS = 60.0
SILENT_SECONDS = 10.0
PASSING = {"not_connected", "ratelimited", "rate_limited"}
"""Of these, as of a lost answer, one alone is no trouble: the next check will tell."""


class Readiness:
    """What keeps the bot from working, by the name of the part, with a code for each; nothing when it is ready.

    silence: seconds since each loop of this process went round. scale: seconds of crisis in a real one.
    findings: how many things the auditor found in its last round.
    """

    def __init__(
        self,
        store: Store,
        chat: Chat,
        silence: Callable[[], Mapping[str, float]] = dict,
        scale: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        findings: Callable[[], int] = lambda: 0,
    ) -> None:
        self._store = store
        self._chat = chat
        self._silence = silence
        self._scale = scale
        self._findings = findings
        self._health = _Remembered(self._ask_database, DATABASE_SECONDS, clock)
        self._platform = _Remembered(self._ask_platform, SLACK_SECONDS, clock)
        self._doubtful = False

    async def trouble(self) -> dict[str, str]:
        """What keeps us from working: the bot is not ready while there is any."""
        found, refused = await asyncio.gather(self._health.get(), self._platform.get())
        silent = {
            loop: f"silent_{seconds:.0f}s"
            for loop, seconds in self._silence().items()
            if seconds > SILENT_SECONDS
        }
        return {**self._of_database(found), **({"chat": refused} if refused else {}), **silent}

    async def all_trouble(self) -> dict[str, str]:
        """That, and what waits for an administrator while the rest goes on."""
        troubles, health = await self.trouble(), await self.health()
        dead, found = health.dead if health else 0, self._findings()
        return {
            **troubles,
            **({"dead": f"dead_{dead}"} if dead else {}),
            **({"audit": f"audit_{found}"} if found else {}),
        }

    async def health(self) -> Health | None:
        """How the database is doing; None when it is away."""
        found = await self._health.get()
        return found if isinstance(found, Health) else None

    def _of_database(self, found: Health | str) -> dict[str, str]:
        if isinstance(found, str):
            return {"database": found}
        late = max(found.send_late, found.reminder_late / self._scale)
        return {"late": f"late_{late:.0f}s"} if late > LATE_SECONDS else {}

    async def _ask_database(self) -> Health | str:
        try:
            async with asyncio.timeout(DATABASE_PATIENCE):
                return await self._store.run(lambda work: work.health())
        except Away as error:
            return str(error)
        except (SQLAlchemyError, TimeoutError) as error:
            return type(error).__name__

    async def _ask_platform(self) -> str:
        try:
            await self._chat.check()
        except ChatError as error:
            doubtful = error.in_doubt or error.code in PASSING
            once, self._doubtful = doubtful and not self._doubtful, doubtful
            return "" if once else error.code
        self._doubtful = False
        return ""


class _Remembered(Generic[T]):
    """An answer that is asked for once in so many seconds; those who come meanwhile wait for it together."""

    def __init__(self, ask: Callable[[], Awaitable[T]], seconds: float, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._asked_at = float("-inf")
        self._answer: asyncio.Future[T] | None = None

    async def get(self) -> T:
        """The answer, not older than that."""
        fresh = self._clock() - self._asked_at < self._seconds
        if self._answer is None or (self._answer.done() and not fresh):
            self._asked_at = self._clock()
            self._answer = asyncio.ensure_future(self._ask())
        return await asyncio.shield(self._answer)
