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
from pathlib import Path

from bench.platforms import Local
from bench.requests import KNOCKS, Knock
from bot.chat import Platform
from bot.demo.stage import ROSTER

PATIENCE = 30.0
"""Seconds until a server that does not answer is given up."""

REPO = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Server:
    """A running server. started_at, answered_at: monotonic; its process made, its first answer."""

    platform: Platform
    port: int
    pid: int
    started_at: float
    answered_at: float


def ours() -> list[str]:
    """`goldenhour serve`."""
    return [sys.executable, "-m", "bot", "serve"]


def rival(name: str) -> list[str]:
    """One of `bench.rivals`."""
    return [sys.executable, "-m", f"bench.rivals.{name}"]


@contextlib.asynccontextmanager
async def serving(command: list[str], local: Local, database: Path, *, prefix: str) -> AsyncIterator[Server]:
    """A server of this platform at work, from its first answer on. prefix: of the names of our knocks."""
    port, started_at = _free_port(), time.monotonic()
    environment = _environment(local, database, port)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=REPO, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        answered_at = await _first_answer(process, KNOCKS[local.platform], port, prefix)
        yield Server(local.platform, port, process.pid, started_at, answered_at)
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


def fresh_environment() -> dict[str, str]:
    """What we inherited, without what is meant for a bot; what is compiled is kept."""
    left_out = ("SLACK_", "FEISHU_", "GOLDENHOUR_", "PYTHONDONTWRITEBYTECODE")
    return {key: value for key, value in os.environ.items() if not key.startswith(left_out)}


def _environment(local: Local, database: Path, port: int) -> dict[str, str]:
    return {
        **fresh_environment(),
        **local.environment,
        "DATABASE_URL": f"sqlite:///{database}",
        "GOLDENHOUR_ROSTER": str(ROSTER),
        "GOLDENHOUR_LOG": "WARNING",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


async def _first_answer(process: asyncio.subprocess.Process, knock: Knock, port: int, prefix: str) -> float:
    """When the first request was answered with 200, asked every few milliseconds."""
    given_up_at, number = time.monotonic() + PATIENCE, 0
    while time.monotonic() < given_up_at and process.returncode is None:
        number += 1
        if await asyncio.to_thread(_knock, knock, port, f"{prefix}-{number}"):
            return time.monotonic()
        await asyncio.sleep(0.003)
    raise RuntimeError("a server did not answer; start it by hand to see why")


def _knock(knock: Knock, port: int, name: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST", knock.path, *knock.make(name))
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
