"""What the application needs of a platform: its Chat, its door, and who of the roster is on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from bot.chat import Chat, Dispatch, Platform
from bot.meter import Meter
from bot.voice import Voice

Endpoint = Callable[[Request], Awaitable[Response]]


class Side(Protocol):
    """One platform, as the application needs it."""

    name: Platform
    path: str
    """Where it knocks by HTTP."""
    remedies: Mapping[str, str]
    """Codes with which it refuses us as a whole, each with what an administrator does about it."""
    chat: Chat

    def count_in(self, meter: Meter) -> None:
        """Tell this meter of every call."""
        ...

    async def members(self, people: list[str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Who of these is there, as its id to person; and who is not, as person to reason. Raises ChatError."""
        ...

    def door(
        self, dispatch: Dispatch, voice: Voice, left: Callable[[], float]
    ) -> AbstractAsyncContextManager[Endpoint | None]:
        """Where it comes in; None where that is not by HTTP. left: how many seconds a stop may still take."""
        ...

    async def drain(self, seconds: float) -> None:
        """Wait at most so long for calls nobody waits for."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
