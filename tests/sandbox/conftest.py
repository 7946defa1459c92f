"""A local Slack and a tiny bot beside it, both real servers in one loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from sandbox.driver import Driver
from sandbox.faults import Faults
from sandbox.installation import Installation
from sandbox.limits import Limits
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import World, make_world

SECRET, TOKEN = "shh", "xoxb-sandbox"


@dataclass
class Here:
    """Everything a test may touch: the world, the bot's client, the people's hands."""

    world: World
    client: AsyncWebClient
    driver: Driver
    url: str
    installation: Installation
    bolt: AsyncApp
    notes: list[Any] = field(default_factory=list)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Slack SDK would send even loopback calls through a proxy of the environment."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextlib.asynccontextmanager
async def a_sandbox(
    *,
    bot: Callable[[Here], None] = lambda here: None,
    faults: Faults | None = None,
    limits: Limits | None = None,
    scopes: frozenset[str] | None = None,
    world: World | None = None,
) -> AsyncIterator[Here]:
    """Starts both servers; `bot` adds the listeners a test needs to a Bolt app."""
    world = world or make_world(lambda: datetime.now(UTC))
    bolt_app = Starlette()
    async with SandboxServer(bolt_app) as bot_server:
        app = make_app(
            world,
            signing_secret=SECRET,
            token=TOKEN,
            bot_url=bot_server.url,
            faults=faults,
            limits=limits,
            scopes=scopes,
        )
        async with SandboxServer(app) as server:
            client = AsyncWebClient(TOKEN, base_url=f"{server.url}/api/", retry_handlers=[])
            bolt = AsyncApp(client=client, signing_secret=SECRET)
            handler = AsyncSlackRequestHandler(bolt)

            async def endpoint(request: Request) -> Any:
                return await handler.handle(request)

            bolt_app.routes.append(Route("/slack/events", endpoint, methods=["POST"]))
            here = Here(world, client, app.state.driver, server.url, app.state.installation, bolt)
            bot(here)
            yield here


def run(story: Callable[[Here], Any], **options: Any) -> None:
    """Runs one async test body against a fresh sandbox."""

    async def whole() -> None:
        async with a_sandbox(**options) as here:
            await story(here)

    asyncio.run(whole())


async def until(true: Callable[[], Any]) -> None:
    """Waits for what a listener does after its acknowledgement."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the bot's work has no event of its own to wait for
            await asyncio.sleep(0.005)
