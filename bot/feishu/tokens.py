"""The token that makes us who we are on Feishu, fetched in time and once for all who wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass

RENEWED_BEFORE = 1800.0
"""Seconds before its end from which on Feishu hands out another; before that, the same again."""


@dataclass(frozen=True)
class Token:
    """What goes into each call's head. lasts: seconds from when it was asked for."""

    value: str
    lasts: float


class Tokens:
    """The token of our app, which lasts two hours."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], clock: Callable[[], float]) -> None:
        """fetch: asks Feishu. clock: seconds that never go back."""
        self._fetch, self._clock = fetch, clock
        self._value = ""
        self._ends_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def get(self) -> str:
        """A token that Feishu takes; waits only where there is none. Raises what `fetch` raises."""
        left = self._ends_at - self._clock()
        if left < RENEWED_BEFORE and self._fetching is None:
            # In no one's context: the lease of whoever happens to be first must not stop what all wait for.
            self._fetching = asyncio.get_running_loop().create_task(self._renew(), context=Context())
            self._fetching.add_done_callback(self._renewed)
        if left <= 0 and self._fetching is not None:
            await asyncio.shield(self._fetching)
        return self._value

    def drop(self, value: str) -> None:
        """Feishu does not take this one any more."""
        if value == self._value:
            self._ends_at = float("-inf")

    async def _renew(self) -> None:
        asked_at = self._clock()
        token = await self._fetch()
        self._value, self._ends_at = token.value, asked_at + token.lasts

    def _renewed(self, task: asyncio.Task[None]) -> None:
        """A failure is told to those who wait; where the old token still does, the next call tries again."""
        self._fetching = None
        if not task.cancelled():
            task.exception()
