"""One process for one SQLite database: two would each believe that what waits is theirs to send."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy.engine import make_url

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

log = structlog.get_logger(__name__)


class NotAlone(Exception):
    """Another process has this SQLite database; the message says which, and what to do."""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Within this block no other process may do the same. Nothing on PostgreSQL, where any number may run.

    The kernel lets go of the lock when the process ends, however it ends. Raises NotAlone.
    """
    path = database_file(url)
    if path is None:
        yield
        return
    lock = os.open(_beside(path), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _lock(lock, path)
        yield
    finally:
        os.close(lock)


def database_file(url: str) -> Path | None:
    """The file of a SQLite database, by its real name however it is reached; None for any other database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(parsed.database or "").resolve()


def _beside(path: Path) -> Path:
    """Not the database itself: some systems mix this lock up with SQLite's own."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.with_name(path.name + ".lock")


def _lock(lock: int, path: Path) -> None:
    if fcntl is None:
        log.warning("sqlite_not_locked", database=str(path), why="this system has no flock")
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise NotAlone(
            f"Another process has {path}. On SQLite one process does everything: run `goldenhour serve` alone, "
            "or set DATABASE_URL to PostgreSQL to run several."
        ) from error
