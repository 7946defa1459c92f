"""Sets the stage: a local Slack with a dozen people, and the bot joined to it, in one process."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from bot.app import Bot, Parts, running
from bot.database import prepare_database
from bot.settings import Settings
from bot.slack.manifest import scopes
from bot.store import Moments
from sandbox.driver import Driver
from sandbox.faults import Faults
from sandbox.page import routes
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import World, make_world

_COMMANDS = Path(__file__).with_name("commands.yaml")
ROSTER = Path(__file__).resolve().parents[2] / "roster.example.yaml"
FASTEST_WITH_NET = 60.0
"""Faster, the three minutes in which a backup can be taken back are over before the bot has spoken."""
SECRET = "a-secret-only-the-local-slack-knows"  # noqa: S105 - guards nothing
TOKEN = "xoxb-local"  # noqa: S105 - likewise


class FastClock:
    """A clock on which `speed` seconds of crisis pass in one real second, from now on."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._start = datetime.now(UTC)

    def crisis(self) -> datetime:
        """The time people on the stage live by."""
        return self._start + (datetime.now(UTC) - self._start) * self.speed

    def moments(self) -> Moments:
        """Both clocks, for the store."""
        return Moments(self.crisis(), datetime.now(UTC))


@dataclass(frozen=True)
class Stage:
    """What is on the stage. url: of the chat page."""

    url: str
    world: World
    driver: Driver
    bot: Bot
    faults: Faults
    database: str


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    port: int = 0,
    speed: float = 1.0,
    moments: Callable[[], Moments] | None = None,
    playbook: str = "service_network",
    language: str = "zh",
    database: str = "",
    parts: Parts = Parts(),
) -> AsyncIterator[Stage]:
    """The whole thing, until the block ends. folder: for the database. port: of the chat page, 0 for a free one."""
    clock = FastClock(speed)
    tell = moments or clock.moments
    world, faults, bot_port = make_world(lambda: tell().crisis), Faults(), _free_port()
    app = make_app(
        world,
        signing_secret=SECRET,
        token=TOKEN,
        bot_url=f"http://127.0.0.1:{bot_port}",
        faults=faults,
        scopes=frozenset(scopes()),
        page=lambda world, driver: routes(world, driver, tuple(_commands())),
    )
    async with SandboxServer(app, port) as slack:
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(TOKEN),
            slack_signing_secret=SecretStr(SECRET),
            slack_app_token=SecretStr(""),
            slack_api_url=f"{slack.url}/api/",
            alarm_url=SecretStr(""),
            heartbeat_url=SecretStr(""),
            admins=(),
            database_url=database or f"sqlite:///{folder / 'goldenhour.db'}",
            journal=folder / "journal.jsonl",
            playbook=playbook,
            roster=ROSTER,
            language=language,
            safety_net=speed <= FASTEST_WITH_NET,
        )
        prepare_database(settings)
        # The local Slack takes whatever comes; at its real pace a demo at speed would fall behind.
        at_work = running(settings, parts, tell, speed, times=100)
        async with at_work as bot, SandboxServer(bot.web, bot_port):
            yield Stage(slack.url, world, app.state.driver, bot, faults, settings.database_url)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _commands() -> list[tuple[str, Any, Any]]:
    """What the chat page offers behind the slash: the command, what may follow, what it does."""
    with _COMMANDS.open(encoding="utf-8") as file:
        return [(item["command"], item.get("usage", ""), item["does"]) for item in yaml.safe_load(file)]
