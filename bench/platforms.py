"""Local platforms, for servers that ask who they are before they take anything."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.requests import SECRET, TOKEN
from bot.chat import Platform
from bot.feishu.manifest import SCOPES
from bot.slack.manifest import scopes
from sandbox import feishu, slack
from sandbox.server import SandboxServer
from sandbox.world import make_world

NO_BOT = "http://127.0.0.1:9"
"""Where nobody listens: what people do is sent by the load alone."""


@dataclass(frozen=True)
class Local:
    """A local platform. environment: with which a server finds it."""

    platform: Platform
    environment: Mapping[str, str]


@contextlib.asynccontextmanager
async def local_slack() -> AsyncIterator[Local]:
    """The local Slack, until the block ends."""
    world = make_world(lambda: datetime.now(UTC))
    app = slack.make_app(
        world, signing_secret=SECRET, token=TOKEN, bot_url=NO_BOT, scopes=frozenset(scopes())
    )
    async with SandboxServer(app) as server:
        keys = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET}
        yield Local("slack", keys | {"SLACK_API_URL": f"{server.url}/api/"})


@contextlib.asynccontextmanager
async def local_feishu() -> AsyncIterator[Local]:
    """The local Feishu, until the block ends."""
    world = feishu.make_world(lambda: datetime.now(UTC))
    app = feishu.make_app(
        world,
        app_secret=SECRET,
        verification_token=TOKEN,
        encrypt_key=SECRET,
        bot_url=NO_BOT,
        scopes=frozenset(scope.name for scope in SCOPES),
    )
    async with SandboxServer(app) as server:
        keys = {
            "FEISHU_APP_ID": world.app_id,
            "FEISHU_APP_SECRET": SECRET,
            "FEISHU_ENCRYPT_KEY": SECRET,
            "FEISHU_VERIFICATION_TOKEN": TOKEN,
        }
        yield Local("feishu", keys | {"FEISHU_BASE_URL": server.url})
