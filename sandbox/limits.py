"""Slack's rate limits: off by default, on when a test or bench wants to be refused."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW_SECONDS = 60.0
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}


class RateLimited(Exception):
    """Too fast; Slack answers 429 and names the seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} s")
        self.retry_after = retry_after


@dataclass
class Limits:
    """Counts calls by method (tier per minute) and posts by channel (one a second, and a burst now and then).

    Slack publishes neither how short its "short bursts" are nor how many its "several hundred" posts a minute.
    """

    enabled: bool = False
    tiers: dict[int, int] = field(default_factory=lambda: dict(TIERS))
    seconds_between_posts: float = 1.0
    posts_at_once: int = 10
    posts_a_minute: int = 300
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _bursts: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, method: str, tier: int | None) -> None:
        """Counts one call of a tiered method, or refuses it; methods without a tier are free."""
        if self.enabled and tier is not None:
            self._count(method, self.tiers[tier])

    def take_post(self, channel: str) -> None:
        """Counts one chat.postMessage into this channel and in the workspace, or refuses it."""
        if not self.enabled:
            return
        moment = self.clock()
        left, since = self._bursts.get(channel, (float(self.posts_at_once), moment))
        left = min(self.posts_at_once, left + (moment - since) / self.seconds_between_posts)
        if left < 1:
            raise RateLimited(max(1, math.ceil((1 - left) * self.seconds_between_posts)))
        self._count("chat.postMessage", self.posts_a_minute)
        self._bursts[channel] = (left - 1, moment)

    def _count(self, method: str, most: int) -> None:
        moment, seen = self.clock(), self._seen[method]
        while seen and moment - seen[0] >= WINDOW_SECONDS:
            seen.popleft()
        if len(seen) >= most:
            raise RateLimited(math.ceil(seen[0] + WINDOW_SECONDS - moment))
        seen.append(moment)
