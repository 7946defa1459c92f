"""What stands between the bot and the platform: a plug that may be pulled, and weather."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from bot.chat import ChatError
from bot.lease import must_hold
from tests.faults.plug import Plug
from tests.memory_chat import MemoryChat

READS = {"find", "left", "check"}
"""Calls that only look."""

Call = Callable[[], Coroutine[Any, Any, Any]]


class Weather:
    """How calls fare: well, until a seed says otherwise.

    rate: the share that meets trouble. Every kind of trouble that passes is in it, each as likely as the others.
    """

    def __init__(self, seed: int = 0, rate: float = 0.0) -> None:
        self._random, self._rate = Random(seed), rate
        self.troubles: dict[str, int] = {}
        self._late: list[tuple[datetime, Call]] = []

    async def arrive(self, now: datetime) -> None:
        """What was on its way has come by now."""
        come = [call for at, call in self._late if at <= now]
        self._late = [(at, call) for at, call in self._late if at > now]
        for call in come:
            await call()

    async def carry(self, method: str, call: Call, now: datetime) -> Any:
        """Make the call, or let it meet trouble."""
        if self._random.random() >= self._rate:
            return await call()
        troubles = [self._busy, self._refused, self._answer_lost]
        trouble = self._random.choice(troubles if method in READS else [*troubles, self._accepted_late])
        name = trouble.__name__.strip("_")
        self.troubles[name] = self.troubles.get(name, 0) + 1
        return await trouble(call, now)

    async def _busy(self, call: Call, now: datetime) -> Any:
        raise ChatError("ratelimited", retry_after=self._random.choice([1.0, 3.0, 10.0]))

    async def _refused(self, call: Call, now: datetime) -> Any:
        raise ChatError("connection_refused")

    async def _answer_lost(self, call: Call, now: datetime) -> Any:
        await call()
        raise ChatError("connection_lost", in_doubt=True)

    async def _accepted_late(self, call: Call, now: datetime) -> Any:
        self._late.append((now + timedelta(seconds=self._random.uniform(0.1, 4.9)), call))
        raise ChatError("timeout", in_doubt=True)


async def at_once() -> None:
    """Nothing holds it up."""


class Line:
    """A Chat that hands everything on to the world, as far as plug and weather allow.

    hold_up: what passes before each call leaves and before its answer is heard.
    """

    def __init__(
        self,
        world: MemoryChat,
        plug: Plug,
        now: Callable[[], datetime],
        weather: Weather | None = None,
        hold_up: Call = at_once,
    ) -> None:
        self.world, self._plug, self._now = world, plug, now
        self._weather, self._hold_up = weather or Weather(), hold_up

    def __getattr__(self, name: str) -> Any:
        if name in ("leaves", "pace", "called"):
            return getattr(self.world, name)
        if name == "near":
            return lambda platform: self
        return partial(self._call, name)

    async def _call(self, method: str, *args: Any, **more: Any) -> Any:
        await self._hold_up()
        self._plug.need()
        must_hold()
        await self._weather.arrive(self._now())
        answer = await self._weather.carry(method, lambda: self._done(method, args, more), self._now())
        await self._hold_up()
        self._plug.need()
        return answer

    async def _done(self, method: str, args: Any, more: Any) -> Any:
        answer = await getattr(self.world, method)(*args, **more)
        if method not in READS:
            self._plug.steps.append(method)
        return answer
