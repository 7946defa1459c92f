"""How fast we may speak to Slack."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot import limiter
from bot.chat import Deed
from bot.limiter import Rate, Rates, a_minute

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
    "urge": (),
    "hook": (),
}
"""The methods that each deed calls on a good day; Slack cannot urge, and is not our own site."""


class Limiter(limiter.Limiter):
    """Slack's rates; it does not say whether it refuses a channel or the workspace."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, times: float = 1.0) -> None:
        """clock, times: as `bot.limiter` has them."""
        super().__init__(Rates(METHODS, IN_A_CHANNEL, CALLS), clock, times)

    def refused(self, method: str, channel: str, seconds: float) -> None:
        """A post is refused for its channel; a second channel meanwhile means the workspace."""
        where = channel if method in IN_A_CHANNEL else ""
        super().refused(method, "" if self._is_shut_elsewhere(method, where) else where, seconds)
