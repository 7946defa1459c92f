"""How fast we may speak to Feishu."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot import limiter
from bot.chat import Deed
from bot.feishu.methods import (
    ADD_MEMBERS,
    ADD_TAB,
    CHANGE_CHAT,
    CREATE_CHAT,
    LIST_TABS,
    MODERATE,
    PIN,
    SEND,
    TOP_NOTICE,
    UPDATE,
    URGE,
)
from bot.limiter import Rate, Rates

EACH = Rate(34, 16)
"""Feishu allows the app 50 a second and 1,000 a minute of each method: 34 + 16, and 34 + 60 * 16."""

FIVE_A_SECOND = Rate(3, 2)

CALLS: Mapping[Deed, tuple[str, ...]] = {
    "open_room": (CREATE_CHAT,),
    "invite": (ADD_MEMBERS,),
    "topic": (CHANGE_CHAT,),
    "bookmark": (LIST_TABS, ADD_TAB),
    "post": (SEND,),
    "direct": (SEND,),
    "update": (UPDATE,),
    "pin": (PIN, TOP_NOTICE),
    "archive": (MODERATE,),
    "leave": (),
    "take_back": (),
    "urge": (URGE["app"],),
    "hook": (),
}
"""The methods that each deed calls on a good day; nothing can be left with Feishu, nor is it our own site."""

METHODS: Mapping[str, Rate] = {method: EACH for methods in CALLS.values() for method in methods}

IN_A_PLACE: Mapping[str, Rate] = {SEND: FIVE_A_SECOND, UPDATE: FIVE_A_SECOND}
"""Five messages a second to a person, as many in a chat, and five updates of one message."""


class Limiter(limiter.Limiter):
    """Feishu's rates."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, times: float = 1.0) -> None:
        """clock, times: as `bot.limiter` has them."""
        super().__init__(Rates(METHODS, IN_A_PLACE, CALLS), clock, times)
