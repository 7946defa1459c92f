"""Whoever restarts machines is told the truth, and Slack is not asked more often than it likes."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine

from bot.app import real_moments
from bot.chat import ChatError
from bot.readiness import Readiness
from bot.store import Consequences, Store
from tests.memory_chat import MemoryChat


class RefusingChat(MemoryChat):
    """A platform that says no, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def check(self) -> str:
        self.asked += 1
        raise ChatError("invalid_auth", permanent=True)


def a_store(engine: Engine) -> Store:
    """A store with nothing above it."""
    return Store(engine, Consequences(lambda _: [], lambda _: None), real_moments)


def test_all_is_well(engine: Engine):
    store = a_store(engine)
    assert asyncio.run(Readiness(store, MemoryChat()).trouble()) == {}
    store.close()


def test_a_refused_token_is_told_and_not_asked_again_at_once(engine: Engine):
    store, chat, now = a_store(engine), RefusingChat(), [100.0]
    readiness = Readiness(store, chat, lambda: now[0])
    assert asyncio.run(readiness.trouble()) == {"chat": "invalid_auth"}
    now[0] = 129.0
    assert asyncio.run(readiness.trouble()) == {"chat": "invalid_auth"}
    assert chat.asked == 1
    now[0] = 130.0
    assert asyncio.run(readiness.trouble()) == {"chat": "invalid_auth"}
    assert chat.asked == 2
    store.close()
