"""Live updates: what changed since the last frame, and the clock once a second, as server-sent events."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

from sandbox.feishu.page.regions import snapshot
from sandbox.feishu.world import World
from sandbox.page import dates
from sandbox.page.regions import Place, Snapshot, Stage, language
from sandbox.page.stream import TICK, frame


async def frames(stage: Stage, place: Place) -> AsyncIterator[str]:
    """An endless stream for one tab; the first frame holds everything, so a reconnect heals itself."""
    bell, started = asyncio.Event(), (time.monotonic(), stage.world.now().timestamp())
    listener = asyncio.create_task(_ring(stage.world, bell))
    seen: Snapshot | None = None
    try:
        yield "retry: 1000\n\n"
        while True:
            bell.clear()
            fresh = snapshot(stage, place)
            if news := fresh.since(seen):
                yield frame("page", news)
            seen = fresh
            while not bell.is_set():
                yield frame("clock", _clock(stage, place, started))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), TICK)
    finally:
        listener.cancel()


async def _ring(world: World, bell: asyncio.Event) -> None:
    async for _ in world.changes():
        bell.set()


def _clock(stage: Stage, place: Place, started: tuple[float, float]) -> dict[str, Any]:
    """The world's time for this person, and how fast it runs when that is not once per second."""
    lang, now = language(stage, place.user), stage.world.now()
    real = time.monotonic() - started[0]
    speed = round((now.timestamp() - started[1]) / real) if real > TICK / 2 else 1
    here = now.astimezone(dates.zone(stage.world.people[place.user].tz))
    return {
        "text": dates.clock(here, lang, seconds=True),
        "speed": f"×{speed}" if speed > 1 else "",
        "about": stage.words[lang]["speed"] % {"speed": speed} if speed > 1 else "",
    }
