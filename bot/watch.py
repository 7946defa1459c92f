"""The bot watches itself: whoever looks after it hears of a trouble before the committee does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import structlog

from bot.diary import Diary, News

log = structlog.get_logger(__name__)

CHECK_SECONDS = 10.0
BEAT_SECONDS = 55.0
"""Said each minute, at the check that comes next."""

SAMPLE_SECONDS = 1.0
"""Between two looks at how late the event loop wakes up."""

PARTS = ("database", "chat", "late", "clock", "delivery", "dead", "audit")
"""Everything that can be in trouble. A dead letter, or what the auditor found, is told, but does not keep
the bot from working."""

HARMLESS = frozenset({"dead", "audit"})


class Watch:
    """Looks every ten seconds; tells what begins, lasts and ends; says that all is well while it is.

    find: the parts in trouble, with a code for each. tell: takes the news to the administrators. beat: says that
    all is well. troubles, lagged: who counts.
    """

    def __init__(
        self,
        find: Callable[[], Awaitable[Mapping[str, str]]],
        tell: Callable[[News, datetime], Awaitable[None]],
        beat: Callable[[], Awaitable[object]],
        troubles: Callable[[Mapping[str, float]], None],
        lagged: Callable[[float], None],
    ) -> None:
        self._find = find
        self._tell = tell
        self._beat = beat
        self._troubles = troubles
        self._lagged = lagged
        self._diary = Diary()
        self._beat_at = float("-inf")
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, on the running loop."""
        self._tasks = [
            asyncio.create_task(self._loop(), name="watch"),
            asyncio.create_task(self._sample(), name="lag"),
        ]

    async def stop(self) -> None:
        """Look no more: what ends on purpose is no trouble."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _loop(self) -> None:
        """Whatever goes wrong in a check, there is a next one: nobody watches the watch."""
        while True:
            try:
                await self.check(datetime.now(UTC))
            except Exception:
                log.exception("watch_failed")
            await asyncio.sleep(CHECK_SECONDS)

    async def check(self, now: datetime) -> None:
        """Look once, and tell what is worth telling. now: aware."""
        found = await self._find()
        news = self._diary.check(found, now)
        self._troubles({**dict.fromkeys(PARTS, 0.0), **self._diary.lasted(now)})
        for one in news:
            log.warning("trouble", kind=one.kind, part=one.part, code=one.says, since=one.since.isoformat())
        await asyncio.gather(*(self._tell(one, now) for one in news))
        if not set(found) - HARMLESS and time.monotonic() - self._beat_at >= BEAT_SECONDS:
            self._beat_at = time.monotonic()
            await self._beat()

    async def _sample(self) -> None:
        """How long others held the event loop, as seen by one who wants it twice a second."""
        while True:
            asked = time.monotonic()
            await asyncio.sleep(SAMPLE_SECONDS)
            self._lagged(time.monotonic() - asked - SAMPLE_SECONDS)
