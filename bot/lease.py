"""How long a send is ours: asked for the last time by the platform's client, as its bytes are about to leave.

A process that was stopped, or a machine that slept, must not send what another has taken over meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from bot.chat import ChatError


@dataclass(frozen=True)
class Patience:
    """How long we wait for what, in real seconds; shorter than these only where things are broken on purpose.

    call: a whole call. settle: after a lost answer, until we look whether it arrived: a platform may accept it late.
    A claim lasts for both together, so whoever takes over from a dead process finds settled what that one had begun.
    pauses: before the next try, the last one again and again. attempts: so many, while other sends get through, then
    it is given up.
    """

    call: float = 5.0
    settle: float = 5.0
    pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
    attempts: int = 12

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts."""
        return timedelta(seconds=self.call + self.settle)


Clock = Callable[[], float]
Moment = tuple[tuple[Clock, float], ...]
"""A moment as several clocks read it, for one alone may lie."""


def awake_or_not() -> float:
    """Seconds that also count while the machine sleeps, where the system knows them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


CLOCKS: Sequence[Clock] = (awake_or_not, time.time)
"""One stands still while a virtual machine is suspended, the other can be set back: the later of the two counts."""


def moment(clocks: Sequence[Clock] = CLOCKS) -> Moment:
    """This moment."""
    return tuple((clock, clock()) for clock in clocks)


_held: ContextVar[tuple[Moment, float] | None] = ContextVar("held", default=None)


@contextmanager
def held(seconds: float, since: Moment | None = None) -> Iterator[None]:
    """Within this block, calls may leave until so many seconds after `since` (now); `must_hold` stops later ones."""
    token = _held.set((since or moment(), seconds))
    try:
        yield
    finally:
        _held.reset(token)


def must_hold() -> None:
    """Raises ChatError `lease_lost` when the time is over, by any of the clocks. Nothing has been sent then."""
    hold = _held.get()
    if hold is None:
        return
    since, seconds = hold
    if any(clock() - began > seconds for clock, began in since):
        raise ChatError("lease_lost")
