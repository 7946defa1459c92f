"""A local Slack, and beside it the bot as it is really started: processes of its own that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from bot.slack.manifest import scopes
from sandbox.driver import Driver
from sandbox.faults import Faults
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import Channel, Message, World, make_world

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 40.0
"""Seconds until a bot that does not do what it should is given up."""

KNOCK = 0.02
TOKEN = "xoxb-t"
SECRET = "s"


@dataclass
class Town:
    """A local Slack, and the settings with which a bot would find it. url: where the bot answers."""

    world: World
    driver: Driver
    faults: Faults
    settings: dict[str, str]
    url: str

    async def starts(
        self, *command: str, module: str = "bot", quiet: bool = False, **more: str
    ) -> asyncio.subprocess.Process:
        """`goldenhour <command>`, as a process of its own. quiet: without its log. more: of its environment."""
        own = ("SLACK_", "GOLDENHOUR_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *command),
            cwd=ROOT,
            env={**environment, **self.settings, **more},
            stderr=asyncio.subprocess.DEVNULL if quiet else None,
            stdout=asyncio.subprocess.DEVNULL if quiet else None,
        )

    async def asked(self, path: str, door: str = "") -> tuple[int, Any]:
        """What the bot answers to a GET. A process that is starting cannot tell us: we knock until it opens.

        door: of the process that is asked, if not the first.
        """
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with session.get((door or self.url) + path) as answer:
                        return answer.status, await answer.json()
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(KNOCK)

    async def until(self, found: Callable[[], Any]) -> Any:
        """What `found` finds, as soon as it does."""
        async with asyncio.timeout(PATIENCE):
            changes = self.world.changes()
            while not (result := found()):
                await anext(changes)
            return result

    def rooms(self) -> list[Channel]:
        """Every crisis room there is."""
        return [room for room in self.world.channels.values() if room.is_private and not room.is_im]

    def said(self, about: str) -> list[Message]:
        """Messages in any crisis room whose key says this."""
        return [
            message
            for room in self.rooms()
            for message in self.world.messages[room.id]
            if about in key_of(message)
        ]


def key_of(message: Message) -> str:
    """The key of the send that a message came from; "" for what people and Slack itself say."""
    payload = (message.metadata or {}).get("event_payload") or {}
    return str(payload.get("key", "")).partition(" ")[0]


@asynccontextmanager
async def town(database: str, now: Callable[[], datetime] | None = None) -> AsyncIterator[Town]:
    """A local Slack beside which a bot can be started. now: the clock of that Slack; the wall clock if not given."""
    port = free_port()
    world, faults, url = make_world(now or (lambda: datetime.now(UTC))), Faults(), f"http://127.0.0.1:{port}"
    app = make_app(
        world,
        signing_secret=SECRET,
        token=TOKEN,
        bot_url=url,
        faults=faults,
        scopes=frozenset(scopes()),
    )
    with TemporaryDirectory(prefix="goldenhour-town-") as folder:
        async with SandboxServer(app) as slack:
            yield Town(world, app.state.driver, faults, _settings(slack.url, port, database, folder), url)


def _settings(slack: str, port: int, database: str, folder: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{slack}/api/",
        "DATABASE_URL": database,
        "GOLDENHOUR_JOURNAL": f"{folder}/journal.jsonl",
        "GOLDENHOUR_ROSTER": str(ROOT / "roster.example.yaml"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "GOLDENHOUR_LOG": "ERROR",
    }


def free_port() -> int:
    """A port that nobody uses now, below those which systems hand out: no server takes it before the bot does."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
