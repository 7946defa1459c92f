"""Live updates: what changed since the last frame, and the clock once a second, as server-sent events."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sandbox.page import dates
from sandbox.page.stage import Draw, Place, Snapshot, Stage

TICK = 1.0


async def frames(stage: Stage, place: Place, draw: Draw) -> AsyncIterator[str]:
    """An endless stream for one tab; the first frame holds everything, so a reconnect heals itself."""
    bell = asyncio.Event()
    listener = asyncio.create_task(_ring(stage.world, bell))
    seen: Snapshot | None = None
    pace = _Pace(stage.world)
    try:
        yield "retry: 1000\n\n"
        while True:
            bell.clear()
            fresh = draw(stage, place)
            if news := fresh.since(seen):
                yield frame("page", news)
            seen = fresh
            while not bell.is_set():
                yield frame("clock", clock(stage, place, pace))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), TICK)
    finally:
        listener.cancel()


def frame(event: str, data: dict[str, Any]) -> str:
    """One server-sent event; JSON keeps line ends out of the wire format."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def clock(stage: Stage, place: Place, pace: "_Pace") -> dict[str, Any]:
    """The world's time for this person, and how fast it runs when that is not once per second."""
    zone, lang = dates.zone(stage.world.people[place.user].tz), stage.language(place.user)
    now: datetime = stage.world.now().astimezone(zone)
    speed = pace.speed()
    words = stage.words[lang]["speed"] % {"speed": speed} if speed > 1 else ""
    return {
        "text": dates.clock(now, lang, seconds=True),
        "speed": f"×{speed}" if speed > 1 else "",
        "about": words,
    }


async def _ring(world: Any, bell: asyncio.Event) -> None:
    async for _ in world.changes():
        bell.set()


class _Pace:
    """Measures the world's clock against the real one, since a demo may run an hour in a minute."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.last: tuple[float, float] | None = None
        self.known = 1

    def speed(self) -> int:
        real, story = time.monotonic(), self.world.now().timestamp()
        if self.last is None:
            self.last = (real, story)
        elif real - self.last[0] >= TICK / 2:
            self.known = round((story - self.last[1]) / (real - self.last[0]))
            self.last = (real, story)
        return self.known
