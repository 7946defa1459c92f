"""The bot as it is really started: a process that is asked whether it is well, told to stop, or killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.slack.manifest import scopes
from sandbox.driver import Driver
from sandbox.faults import Faults
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import World, make_world
from tests.makers import ROOT

pytestmark = pytest.mark.process
PATIENCE = 40.0
KNOCK = 0.02


@dataclass
class Town:
    """A local Slack, and the settings with which a bot would find it."""

    world: World
    driver: Driver
    faults: Faults
    settings: dict[str, str]
    url: str

    async def starts(self, *command: str) -> asyncio.subprocess.Process:
        """`goldenhour <command>`, as a process of its own."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *command, cwd=ROOT, env={**environment, **self.settings}
        )

    async def asked(self, path: str) -> tuple[int, Any]:
        """What the bot answers to a GET. A process that is starting cannot tell us: we knock until it opens."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with session.get(self.url + path) as answer:
                        return answer.status, await answer.json()
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(KNOCK)

    async def until(self, found: Callable[[], Any]) -> Any:
        """What `found` finds, as soon as it does."""
        async with asyncio.timeout(PATIENCE):
            changes = self.world.changes()
            while not (result := found()):
                await anext(changes)
            return result

    def rooms(self) -> list[Any]:
        """Every crisis room there is."""
        return [room for room in self.world.channels.values() if room.is_private and not room.is_im]

    def said(self, about: str) -> list[Any]:
        """Messages in any crisis room whose key says this."""
        return [
            message
            for room in self.rooms()
            for message in self.world.messages[room.id]
            if about in (message.metadata or {}).get("event_payload", {}).get("key", "")
        ]


@asynccontextmanager
async def town(database: str) -> AsyncIterator[Town]:
    """A local Slack beside which a bot can be started."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    world, faults, url = make_world(lambda: datetime.now(UTC)), Faults(), f"http://127.0.0.1:{port}"
    app = make_app(
        world,
        signing_secret="s",
        token="xoxb-t",
        bot_url=url,
        faults=faults,
        scopes=frozenset(scopes()),
    )
    async with SandboxServer(app) as slack:
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-t",
            "SLACK_SIGNING_SECRET": "s",
            "SLACK_API_URL": f"{slack.url}/api/",
            "DATABASE_URL": database,
            "GOLDENHOUR_ROSTER": str(ROOT / "roster.example.yaml"),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "GOLDENHOUR_LOG": "ERROR",
        }
        yield Town(world, app.state.driver, faults, settings, url)


def test_it_says_that_it_is_well_opens_a_room_and_stops_when_told(database: str):
    async def story() -> None:
        async with town(database) as here:
            bot = await here.starts("serve")
            assert await here.asked("/healthz") == (200, {"alive": True})
            assert await here.asked("/readyz") == (200, {"ready": True, "trouble": {}})
            await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
            await here.until(lambda: here.said("/tasks/0"))
            bot.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot.wait(), PATIENCE) == 0

    asyncio.run(story())


def test_web_and_clock_can_run_apart(database: str):
    async def story() -> None:
        async with town(database) as here:
            web, clock = await here.starts("web"), await here.starts("clock")
            await here.asked("/healthz")
            await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
            await here.until(lambda: here.said("/tasks/0"))
            for process in (web, clock):
                process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
            assert [len(here.rooms()), len(here.said("/state/0")), len(here.said("/tasks/0"))] == [1, 1, 1]

    asyncio.run(story())


@pytest.mark.parametrize(
    "method", ["conversations.create", "conversations.invite", "chat.postMessage", "conversations.setTopic"]
)
def test_killed_in_the_middle_of_an_opening_it_goes_on_with_one_room(
    method: str, tmp_path: Path, migrated_file: Path
):
    """The plug is pulled while Slack is still answering; what was on its way is found again and not repeated."""
    shutil.copy(migrated_file, tmp_path / "goldenhour.db")

    async def story() -> None:
        async with town(f"sqlite:///{tmp_path / 'goldenhour.db'}") as here:
            bot = await here.starts("serve")
            await here.asked("/healthz")
            here.faults.plan_next(method, "slow", 60.0)
            await here.driver.say("U15", "C001", "/crisis now 车主称刹车失灵")
            await here.until(lambda: any(call.method == method for call in here.world.calls))
            bot.kill()
            await bot.wait()
            again = await here.starts("serve")
            await here.until(lambda: here.said("/tasks/0") and here.rooms()[0].topic and here.rooms()[0].pins)
            again.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(again.wait(), PATIENCE) == 0
            assert [len(here.rooms()), len(here.said("/state/0")), len(here.said("/tasks/0"))] == [1, 1, 1]
            assert {"U15", "U04", "U05"} <= here.rooms()[0].members

    asyncio.run(story())
