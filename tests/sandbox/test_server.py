"""The server around the apps: free ports, extra routes, and leaving without a fuss."""

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import make_world


async def stream(request):
    """Follows the world for as long as anybody listens."""

    async def lines():
        async for version in request.app.state.world.changes():
            yield f"{version}\n"

    return StreamingResponse(lines())


async def hello(request):
    """A page of one word."""
    return PlainTextResponse("hello")


def an_app(page):
    world = make_world(lambda: datetime.now(UTC))
    return make_app(world, signing_secret="s", token="t", bot_url="http://127.0.0.1:9", page=page)


@pytest.mark.parametrize("page", [[Route("/", hello)], lambda world, driver: [Route("/", hello)]])
def test_a_page_is_mounted_as_routes_or_as_their_maker(page):
    async def story() -> None:
        async with SandboxServer(an_app(page)) as server, aiohttp.ClientSession() as session:
            assert server.app.state.world.url == server.url
            async with session.get(f"{server.url}/") as answer:
                assert await answer.text() == "hello"

    asyncio.run(story())


def test_an_open_stream_does_not_hold_the_server_up(caplog):
    async def story() -> float:
        app = an_app([Route("/stream", stream)])
        async with aiohttp.ClientSession() as session:
            async with SandboxServer(app) as server:
                answer = await session.get(f"{server.url}/stream")
                await answer.content.readany()
                app.state.world.touch()
                assert await answer.content.readany()
                started = asyncio.get_running_loop().time()
            return asyncio.get_running_loop().time() - started

    assert asyncio.run(story()) < 0.8
    assert caplog.records == []


def test_a_chosen_port_is_kept():
    async def story() -> None:
        async with SandboxServer(an_app(())) as first:
            port = first.port
        async with SandboxServer(an_app(()), port) as second:
            assert second.url == f"http://127.0.0.1:{port}"

    asyncio.run(story())
