"""One deadline for everything that a stop waits for, so that the waits do not add up."""

from __future__ import annotations

import time
from collections.abc import Callable

STOP_SECONDS = 18.0
"""A stop finishes what is under way, for at most so long; what is left comes back when its lease ends."""

LAST_SECONDS = 20.0
"""By then the process is gone, whatever hangs: hosts kill soon after."""


class Stop:
    """Begins to run out when somebody is told to stop, or first asks how long there is. clock: monotonic seconds."""

    def __init__(self, seconds: float = STOP_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._ends_at: float | None = None

    def begin(self) -> None:
        """We were told to stop; a second time changes nothing."""
        if self._ends_at is None:
            self._ends_at = self._clock() + self._seconds

    def left(self) -> float:
        """Seconds that there are still to finish what is under way."""
        self.begin()
        assert self._ends_at is not None
        return max(0.0, self._ends_at - self._clock())
