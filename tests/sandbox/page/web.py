"""A visit to a page without a browser: the addresses themselves."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp

Visit = Callable[[Any, aiohttp.ClientSession], Awaitable[None]]


def visit_to(a_studio: AbstractAsyncContextManager[Any], visit: Visit) -> None:
    """One visit to a fresh studio, past any proxy of the environment."""

    async def whole() -> None:
        async with a_studio as studio, aiohttp.ClientSession(studio.url, trust_env=False) as web:
            await visit(studio, web)

    asyncio.run(whole())


async def do(web: aiohttp.ClientSession, deed: str, **asked: Any) -> tuple[int, dict[str, Any]]:
    """What a person does on the page: the status and what came back."""
    async with web.post(f"/page/do/{deed}", json=asked) as answer:
        return answer.status, await answer.json()


async def regions(web: aiohttp.ClientSession, person: str, chat: str = "") -> dict[str, Any]:
    """Everything on one person's screen."""
    async with web.get(f"/page/parts?as={person}&in={chat}") as answer:
        told = await answer.json()
        return told["regions"] | {"log": "".join(told["items"].values())}
