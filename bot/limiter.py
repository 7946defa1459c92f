"""How fast we may speak to a platform: turns by method and by place, and what the platform told us to wait.

Plain arithmetic on a clock that is passed in; nothing here sleeps or calls. Each process has one of these for each
platform and knows nothing of the others': what they do too fast together, the platform refuses, and all of them wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.chat import COSMETIC, PAGE, PEOPLE, WORDS, Deed


@dataclass(frozen=True)
class Rate:
    """So many turns at once when nothing was done for a while, and so many a second in the long run."""

    burst: float
    per_second: float

    def times(self, factor: float) -> Rate:
        """The same, so many times as fast."""
        return Rate(self.burst * factor, self.per_second * factor)


def a_minute(calls: int) -> Rate:
    """Half of them at once and half over the minute, so that no minute ever sees more."""
    return Rate(calls / 2, calls / 2 / 60)


@dataclass(frozen=True)
class Rates:
    """What a platform allows.

    methods: the whole of us. in_a_place: besides, in each room, to each person, or on each message.
    calls: the methods that each deed calls on a good day.
    """

    methods: Mapping[str, Rate]
    in_a_place: Mapping[str, Rate]
    calls: Mapping[Deed, tuple[str, ...]]


KEPT: Mapping[int, float] = {PAGE: 0.0, PEOPLE: 0.1, WORDS: 0.2, COSMETIC: 0.3}
"""The part of a bucket that each rank leaves to those before it."""

LINE_SECONDS = 60.0
"""Nobody is told to stay away for much longer, as those before may never come."""

HAIR = 1e-9
"""A turn that is complete but for the rounding of the arithmetic."""

Bucket = tuple[str, str]
"""A method, and a place or "" for the whole of us."""


class Limiter:
    """Hands out turns. One for all tasks of a process, as a platform counts them together."""

    def __init__(self, rates: Rates, clock: Callable[[], float] = time.monotonic, times: float = 1.0) -> None:
        """clock: seconds that never go back. times: how many times those rates; a platform of one's own has none."""
        self._rates, self._clock, self._times = rates, clock, times
        self._turns: dict[Bucket, tuple[float, float]] = {}
        self._shut: dict[Bucket, float] = {}
        self._told: dict[tuple[Bucket, int], float] = {}

    def pace(self, deed: Deed, place: str, rank: int) -> float:
        """Seconds until somebody of this rank should ask again; 0 takes the turn in every bucket that it needs."""
        now, needed = self._clock(), dict(self._needed(deed, place))
        if rest := max((self.rest(method, place) for method in self._rates.calls[deed]), default=0.0):
            return rest
        waits = {bucket: self._wait(bucket, rate, rank, now) for bucket, rate in needed.items()}
        slowest = max(waits, key=waits.__getitem__, default=None)
        if slowest is not None and waits[slowest] > 0:
            return self._in_line(slowest, rank, now + waits[slowest], needed[slowest]) - now
        for bucket, rate in needed.items():
            self._turns[bucket] = (self._left(bucket, rate, now) - 1, now)
        return 0.0

    def rest(self, method: str, place: str) -> float:
        """Seconds for which the platform wants to hear nothing more of this, 0 where it listens."""
        now = self._clock()
        return max(0.0, self._until(method, "") - now, self._until(method, place) - now)

    def refused(self, method: str, place: str, seconds: float) -> None:
        """The platform said "too fast" and for how long: that holds for everybody, in this place or ("") in all."""
        self._shut[method, place] = max(self._until(method, place), self._clock() + seconds)

    def _is_shut_elsewhere(self, method: str, place: str) -> bool:
        """Whether the same was refused in another place, too, and still is."""
        now = self._clock()
        return any(shut > now and name == method and at != place for (name, at), shut in self._shut.items())

    def _until(self, method: str, place: str) -> float:
        return self._shut.get((method, place), float("-inf"))

    def _wait(self, bucket: Bucket, rate: Rate, rank: int, now: float) -> float:
        lacking = 1 + KEPT[rank] * rate.burst - self._left(bucket, rate, now)
        return lacking / rate.per_second if lacking > HAIR else 0.0

    def _in_line(self, bucket: Bucket, rank: int, soonest: float, rate: Rate) -> float:
        """A moment of its own for each who waits: a hundred who come back together for one turn are busy for nothing.

        It is advice and no reservation: a turn goes to whoever asks when there is one.
        """
        after_the_last = self._told.get((bucket, rank), float("-inf")) + 1 / rate.per_second
        moment = max(soonest, min(after_the_last, soonest + LINE_SECONDS))
        self._told[bucket, rank] = moment
        return moment

    def _left(self, bucket: Bucket, rate: Rate, now: float) -> float:
        turns, at = self._turns.get(bucket, (rate.burst, now))
        return min(rate.burst, turns + (now - at) * rate.per_second)

    def _needed(self, deed: Deed, place: str) -> Iterator[tuple[Bucket, Rate]]:
        methods, in_a_place = self._rates.methods, self._rates.in_a_place
        for method in self._rates.calls[deed]:
            yield (method, ""), methods[method].times(self._times)
            if method in in_a_place:
                yield (method, place), in_a_place[method].times(self._times)
