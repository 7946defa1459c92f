"""Starting the servers that are measured, each in a process of its own, and knocking until one answers."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.requests import crisis_command
from bot.demo.stage import ROSTER, SECRET, TOKEN
from bot.slack.manifest import scopes
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import make_world

PATIENCE = 30.0
"""Seconds until a server that does not answer is given up."""

REPO = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Server:
    """A running server. started_at, answered_at: monotonic; its process made, its first ack."""

    port: int
    pid: int
    started_at: float
    answered_at: float


@contextlib.asynccontextmanager
async def local_slack() -> AsyncIterator[str]:
    """The sandbox, for servers that ask Slack who they are; gives the address of its Web API."""
    world = make_world(lambda: datetime.now(UTC))
    app = make_app(
        world, signing_secret=SECRET, token=TOKEN, bot_url="http://127.0.0.1:9", scopes=frozenset(scopes())
    )
    async with SandboxServer(app) as slack:
        yield f"{slack.url}/api/"


def ours() -> list[str]:
    """`goldenhour serve`."""
    return [sys.executable, "-m", "bot", "serve"]


def rival(name: str) -> list[str]:
    """One of `bench.rivals`."""
    return [sys.executable, "-m", f"bench.rivals.{name}"]


@contextlib.asynccontextmanager
async def serving(command: list[str], slack: str, database: Path, *, prefix: str) -> AsyncIterator[Server]:
    """A server at work, from its first ack on. prefix: for the trigger ids of our knocks."""
    port, started_at = _free_port(), time.monotonic()
    environment = _environment(slack, database, port)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=REPO, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        answered_at = await _first_answer(process, port, prefix)
        yield Server(port, process.pid, started_at, answered_at)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def make_database(folder: Path) -> Path:
    """A migrated SQLite database."""
    path = folder / "goldenhour.db"
    migrate(f"sqlite:///{path}")
    return path


def migrate(url: str) -> None:
    """Give a database our tables."""
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate", "--database", url],
        cwd=REPO,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    found = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True)
    return int(found.stdout) / 1024


def _environment(slack: str, database: Path, port: int) -> dict[str, str]:
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "GOLDENHOUR_"))
    }
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return inherited | {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack,
        "DATABASE_URL": f"sqlite:///{database}",
        "GOLDENHOUR_ROSTER": str(ROSTER),
        "GOLDENHOUR_LOG": "WARNING",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


async def _first_answer(process: asyncio.subprocess.Process, port: int, prefix: str) -> float:
    """When the first `/crisis` was answered with 200, asked every few milliseconds."""
    given_up_at, number = time.monotonic() + PATIENCE, 0
    while time.monotonic() < given_up_at and process.returncode is None:
        number += 1
        if await asyncio.to_thread(_knock, port, f"{prefix}-{number}"):
            return time.monotonic()
        await asyncio.sleep(0.003)
    raise RuntimeError("a server did not answer; start it by hand to see why")


def _knock(port: int, trigger: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", "/slack/events", *crisis_command(trigger))
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
