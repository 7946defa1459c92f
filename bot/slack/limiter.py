"""How fast we may speak to Slack: turns by method and by channel, and what Slack told us to wait.

Plain arithmetic on a clock that is passed in; nothing here sleeps or calls. Each process has one of these and knows
nothing of the others': what they do too fast together, Slack refuses, and all of them wait.
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


TIER_2, TIER_3 = a_minute(20), a_minute(50)

METHODS: Mapping[str, Rate] = {
    "bookmarks.add": TIER_2,
    "bookmarks.list": TIER_3,
    "chat.deleteScheduledMessage": TIER_3,
    # Slack allows a workspace "several hundred a minute".
    "chat.postMessage": a_minute(300),
    "chat.scheduleMessage": TIER_3,
    "chat.update": TIER_3,
    "conversations.archive": TIER_2,
    "conversations.create": TIER_2,
    "conversations.invite": TIER_3,
    "conversations.setPurpose": TIER_2,
    "conversations.setTopic": TIER_2,
    "pins.add": TIER_2,
}
"""What Slack allows the whole workspace; its page on rate limits names the tiers."""

IN_A_CHANNEL: Mapping[str, Rate] = {"chat.postMessage": Rate(5, 1.0), "chat.update": Rate(10, 1.0)}
"""What Slack allows in each channel: one a second, and "short bursts" of more; an update is heard by nobody."""

CALLS: Mapping[Deed, tuple[str, ...]] = {
    "open_room": ("conversations.create", "conversations.setPurpose"),
    "invite": ("conversations.invite",),
    "topic": ("conversations.setTopic",),
    "bookmark": ("bookmarks.list", "bookmarks.add"),
    "post": ("chat.postMessage",),
    "direct": ("chat.postMessage",),
    "update": ("chat.update",),
    "pin": ("pins.add",),
    "archive": ("conversations.archive",),
    "leave": ("chat.scheduleMessage",),
    "take_back": ("chat.deleteScheduledMessage",),
}
"""The methods that each deed calls on a good day."""

KEPT: Mapping[int, float] = {PAGE: 0.0, PEOPLE: 0.1, WORDS: 0.2, COSMETIC: 0.3}
"""The part of a bucket that each rank leaves to those before it."""

LINE_SECONDS = 60.0
"""Nobody is told to stay away for much longer, as those before may never come."""

HAIR = 1e-9
"""A turn that is complete but for the rounding of the arithmetic."""

Bucket = tuple[str, str]
"""A method, and a channel or "" for the whole workspace."""


class Limiter:
    """Hands out turns. One for all tasks of a process, as Slack counts them together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, times: float = 1.0) -> None:
        """clock: seconds that never go back. times: how many times Slack's own rates; a Slack of one's own has none."""
        self._clock, self._times = clock, times
        self._turns: dict[Bucket, tuple[float, float]] = {}
        self._shut: dict[Bucket, float] = {}
        self._told: dict[tuple[Bucket, int], float] = {}

    def pace(self, deed: Deed, channel: str, rank: int) -> float:
        """Seconds until somebody of this rank should ask again; 0 takes the turn in every bucket that it needs."""
        now, needed = self._clock(), dict(self._needed(deed, channel))
        if rest := max(self.rest(method, channel) for method in CALLS[deed]):
            return rest
        waits = {bucket: self._wait(bucket, rate, rank, now) for bucket, rate in needed.items()}
        slowest = max(waits, key=waits.__getitem__)
        if waits[slowest] > 0:
            return self._in_line(slowest, rank, now + waits[slowest], needed[slowest]) - now
        for bucket, rate in needed.items():
            self._turns[bucket] = (self._left(bucket, rate, now) - 1, now)
        return 0.0

    def rest(self, method: str, channel: str) -> float:
        """Seconds for which Slack wants to hear nothing more of this, 0 where it listens."""
        now = self._clock()
        return max(0.0, self._until(method, "") - now, self._until(method, channel) - now)

    def refused(self, method: str, channel: str, seconds: float) -> None:
        """Slack said "too fast" and for how long: from now on that holds for everybody.

        A post is refused for its channel; a second channel meanwhile means the workspace.
        """
        now = self._clock()
        where = channel if method in IN_A_CHANNEL else ""
        if any(shut > now and name == method and at != where for (name, at), shut in self._shut.items()):
            where = ""
        self._shut[method, where] = max(self._until(method, where), now + seconds)

    def _until(self, method: str, channel: str) -> float:
        return self._shut.get((method, channel), float("-inf"))

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

    def _needed(self, deed: Deed, channel: str) -> Iterator[tuple[Bucket, Rate]]:
        for method in CALLS[deed]:
            yield (method, ""), METHODS[method].times(self._times)
            if method in IN_A_CHANNEL:
                yield (method, channel), IN_A_CHANNEL[method].times(self._times)
