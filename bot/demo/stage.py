"""Sets the stage: a local Slack, a local Feishu or both, a dozen people, and the bot joined to them, in one process."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from bot.app import Bot, Parts, running
from bot.chat import Platform
from bot.database import prepare_database
from bot.feishu import manifest as feishu_manifest
from bot.settings import Settings
from bot.slack.manifest import scopes
from bot.store import Moments
from sandbox.faults import Faults
from sandbox.feishu import app as feishu_app
from sandbox.feishu import company as feishu_company
from sandbox.feishu import page as feishu_page
from sandbox.page import routes
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import make_world

_COMMANDS = Path(__file__).with_name("commands.yaml")
ROSTER = Path(__file__).resolve().parents[2] / "roster.example.yaml"
FASTEST_WITH_NET = 60.0
"""Faster, the three minutes in which a backup can be taken back are over before the bot has spoken."""
SECRET = "a-secret-only-the-local-slack-knows"  # noqa: S105 - guards nothing
TOKEN = "xoxb-local"  # noqa: S105 - likewise
ON_FEISHU_ALONE, ON_SLACK_ALONE = ("U03", "U05", "U12"), ("U02", "U09")
"""Where there are both platforms, some people are on one of them alone, as in companies that came together."""

NOWHERE: Mapping[str, Any] = {
    "slack_bot_token": SecretStr(""),
    "slack_signing_secret": SecretStr(""),
    "slack_app_token": SecretStr(""),
    "feishu_app_id": "",
}
"""Whatever the environment says, the stage's bot speaks to no real platform."""


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
class Local:
    """A local platform. url: of its chat page. settings: with which the bot finds it."""

    url: str
    world: Any
    driver: Any
    faults: Faults
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """What is on the stage: the bot, and the platforms it is on."""

    bot: Bot
    database: str
    slack: Local | None = None
    feishu: Local | None = None

    @property
    def pages(self) -> list[str]:
        """Addresses of the chat pages."""
        return [local.url for local in (self.slack, self.feishu) if local]

    @property
    def _first(self) -> Local:
        local = self.slack or self.feishu
        assert local is not None
        return local

    @property
    def others(self) -> Sequence[Local]:
        """Where people are besides."""
        return [self.feishu] if self.slack and self.feishu else []

    @property
    def url(self) -> str:
        """Of the chat page, Slack's where there are two."""
        return self._first.url

    @property
    def world(self) -> Any:
        """Its world."""
        return self._first.world

    @property
    def driver(self) -> Any:
        """The hands of everybody in it."""
        return self._first.driver

    @property
    def faults(self) -> Faults:
        """What goes wrong in it."""
        return self._first.faults


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
    platforms: Collection[Platform] = ("slack",),
) -> AsyncIterator[Stage]:
    """The whole thing, until the block ends.

    folder: for the database. port: of the chat page, 0 for a free one; where there are two, Feishu's is the next.
    """
    clock = FastClock(speed)
    tell = moments or clock.moments
    bot_port = _free_port()
    bot_url = f"http://127.0.0.1:{bot_port}"
    async with AsyncExitStack() as stack:
        slack = feishu = None
        if "slack" in platforms:
            away = ON_FEISHU_ALONE if "feishu" in platforms else ()
            slack = await stack.enter_async_context(_local_slack(tell, bot_url, port, away))
        if "feishu" in platforms:
            away = ON_SLACK_ALONE if "slack" in platforms else ()
            next_port = port + 1 if port and slack else port
            feishu = await stack.enter_async_context(_local_feishu(tell, bot_url, next_port, away))
        settings = Settings(
            _env_file=None,
            **{**NOWHERE, **(slack.settings if slack else {}), **(feishu.settings if feishu else {})},
            alarm_url=SecretStr(""),
            heartbeat_url=SecretStr(""),
            hook_url=SecretStr(""),
            hook_secret=SecretStr(""),
            admins=(),
            public_url=bot_url,
            database_url=database or f"sqlite:///{folder / 'goldenhour.db'}",
            journal=folder / "journal.jsonl",
            playbook=playbook,
            roster=_roster(folder) if slack and feishu else ROSTER,
            language=language,
            safety_net=speed <= FASTEST_WITH_NET,
        )
        prepare_database(settings)
        # A local platform takes whatever comes; at the real pace a demo at speed would fall behind.
        bot = await stack.enter_async_context(running(settings, parts, tell, speed, times=100))
        await stack.enter_async_context(SandboxServer(bot.web, bot_port))
        yield Stage(bot, settings.database_url, slack, feishu)


@asynccontextmanager
async def _local_slack(
    tell: Callable[[], Moments], bot_url: str, port: int, away: Collection[str]
) -> AsyncIterator[Local]:
    """away: who is not on it."""
    world, faults = make_world(lambda: tell().crisis), Faults()
    for user in away:
        del world.people[user]
    app = make_app(
        world,
        signing_secret=SECRET,
        token=TOKEN,
        bot_url=bot_url,
        faults=faults,
        scopes=frozenset(scopes()),
        page=lambda world, driver: routes(world, driver, tuple(_commands())),
    )
    async with SandboxServer(app, port) as server:
        settings = {
            "slack_bot_token": SecretStr(TOKEN),
            "slack_signing_secret": SecretStr(SECRET),
            "slack_api_url": f"{server.url}/api/",
        }
        yield Local(server.url, world, app.state.driver, faults, settings)


@asynccontextmanager
async def _local_feishu(
    tell: Callable[[], Moments], bot_url: str, port: int, away: Collection[str]
) -> AsyncIterator[Local]:
    """away: who is not on it, by their Slack ids."""
    world, faults = feishu_company.make_world(lambda: tell().crisis), Faults()
    menu = tuple((entry.key, {"zh": entry.zh, "en": entry.en}) for entry in feishu_manifest.MENU)
    world.menu = {entry.key: entry.zh for entry in feishu_manifest.MENU}
    for user in away:
        del world.people[feishu_company.open_id(user)]
    app = feishu_app.make_app(
        world,
        app_secret=SECRET,
        verification_token=TOKEN,
        encrypt_key=SECRET,
        bot_url=bot_url,
        faults=faults,
        scopes=frozenset(scope.name for scope in feishu_manifest.SCOPES),
        page=lambda world, driver: feishu_page.routes(world, driver, menu),
    )
    async with SandboxServer(app, port) as server:
        settings = {
            "feishu_app_id": world.app_id,
            "feishu_app_secret": SecretStr(SECRET),
            "feishu_encrypt_key": SecretStr(SECRET),
            "feishu_verification_token": SecretStr(TOKEN),
            "feishu_base_url": server.url,
            "feishu_urgent": ("app", "sms", "phone"),
        }
        yield Local(server.url, world, app.state.driver, faults, settings)


def _roster(folder: Path) -> Path:
    """The people of the example, found by their e-mail on whichever platform they are."""
    company = yaml.safe_load(ROSTER.read_text(encoding="utf-8"))
    for person in company["people"].values():
        person.pop("slack", None)
    path = folder / "roster.yaml"
    path.write_text(yaml.safe_dump(company, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _commands() -> list[tuple[str, Any, Any]]:
    """What the chat page offers behind the slash: the command, what may follow, what it does."""
    with _COMMANDS.open(encoding="utf-8") as file:
        return [(item["command"], item.get("usage", ""), item["does"]) for item in yaml.safe_load(file)]
