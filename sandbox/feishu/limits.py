"""Feishu's rate limits: off by default, on when a test or bench wants to be refused."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.feishu.codes import FeishuError, TooFast

MINUTE, SECOND = 60.0, 1.0


@dataclass
class Limits:
    """Counts calls by API (per minute and second), and messages by chat, person and card (per second).

    month: calls of this month that a free tenant has left, None for a tenant that pays; its end needs no `enabled`.
    """

    enabled: bool = False
    a_minute: int = 1000
    a_second: int = 50
    in_a_chat: int = 5
    of_a_card: int = 5
    month: int | None = None
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, method: str, *, counted: bool) -> None:
        """Counts one call of an API, or refuses it. counted: whether it uses up the month of a free tenant."""
        if self.month is not None and counted:
            if self.month <= 0:
                raise FeishuError(99991403)
            self.month -= 1
        if self.enabled:
            for name, most, window in (
                (f"{method}/s", self.a_second, SECOND),
                (method, self.a_minute, MINUTE),
            ):
                if wait := self._full(name, most, window):
                    raise TooFast(most, math.ceil(wait))
            self._note(f"{method}/s", method)

    def take_message(self, chat: str) -> None:
        """Counts one message into a group or to a person (both five a second), or refuses it."""
        self._take_one(f"chat {chat}", self.in_a_chat)

    def take_update(self, message: str) -> None:
        """Counts one change of a card, or refuses it."""
        self._take_one(f"card {message}", self.of_a_card)

    def _take_one(self, name: str, most: int) -> None:
        if self.enabled:
            if self._full(name, most, SECOND):
                raise FeishuError(230020)
            self._note(name)

    def _full(self, name: str, most: int, window: float) -> float:
        """Seconds until one more fits in, 0 when it does now."""
        moment, seen = self.clock(), self._seen[name]
        while seen and moment - seen[0] >= window:
            seen.popleft()
        return seen[0] + window - moment if len(seen) >= most else 0.0

    def _note(self, *names: str) -> None:
        for name in names:
            self._seen[name].append(self.clock())
