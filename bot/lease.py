"""How long a send is ours: asked for the last time by the platform's client, as its bytes are about to leave.

A process that was stopped, or a machine that slept, must not send what another has taken over meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.chat import ChatError


@dataclass(frozen=True)
class _Until:
    slept: float
    walled: float


_until: ContextVar[_Until | None] = ContextVar("until", default=None)


@contextmanager
def held(seconds: float) -> Iterator[None]:
    """Within this block, calls may leave for so many seconds from now; later ones are stopped by `must_hold`."""
    token = _until.set(_Until(_awake_or_not() + seconds, time.time() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


def must_hold() -> None:
    """Raises ChatError `lease_lost` when the time is over, by either clock: one stands still while a machine is
    suspended, the other can be set back. Nothing has been sent then."""
    until = _until.get()
    if until is not None and (_awake_or_not() > until.slept or time.time() > until.walled):
        raise ChatError("lease_lost")


def _awake_or_not() -> float:
    """Seconds that also count while the machine sleeps, where the system knows them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
