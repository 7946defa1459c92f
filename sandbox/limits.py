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
    """Counts calls by method (tier per minute) and posts by channel (one a second)."""

    enabled: bool = False
    tiers: dict[int, int] = field(default_factory=lambda: dict(TIERS))
    seconds_between_posts: float = 1.0
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _posted: dict[str, float] = field(default_factory=dict)

    def take(self, method: str, tier: int | None) -> None:
        """Counts one call of a tiered method, or refuses it; methods without a tier are free."""
        if not self.enabled or tier is None:
            return
        moment, seen = self.clock(), self._seen[method]
        while seen and moment - seen[0] >= WINDOW_SECONDS:
            seen.popleft()
        if len(seen) >= self.tiers[tier]:
            raise RateLimited(math.ceil(seen[0] + WINDOW_SECONDS - moment))
        seen.append(moment)

    def take_post(self, channel: str) -> None:
        """Counts one chat.postMessage into this channel, or refuses it."""
        if not self.enabled:
            return
        wait = self._posted.get(channel, -math.inf) + self.seconds_between_posts - self.clock()
        if wait > 0:
            raise RateLimited(max(1, math.ceil(wait)))
        self._posted[channel] = self.clock()
