"""Can the bot do its work right now? Asked by whoever restarts machines, as often as they like."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.chat import Chat, ChatError
from bot.store import Store

SLACK_SECONDS = 30.0
"""The platform is asked once in so long, however often we are: its patience is limited."""


class Readiness:
    """What keeps the bot from working, by the name of the part; nothing when it is ready."""

    def __init__(self, store: Store, chat: Chat, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._chat = chat
        self._clock = clock
        self._asked_at = float("-inf")
        self._chat_trouble: dict[str, str] = {}

    async def trouble(self) -> dict[str, str]:
        """The parts in trouble and a word on each, free of secrets."""
        return {**await self._database(), **await self._platform()}

    async def _database(self) -> dict[str, str]:
        try:
            await asyncio.to_thread(self._store.ping)
        except SQLAlchemyError as error:
            return {"database": type(error).__name__}
        return {}

    async def _platform(self) -> dict[str, str]:
        if self._clock() - self._asked_at >= SLACK_SECONDS:
            self._asked_at = self._clock()
            try:
                await self._chat.check()
                self._chat_trouble = {}
            except ChatError as error:
                self._chat_trouble = {"chat": error.code}
        return self._chat_trouble
