"""Copies of a SQLite database: whole or not at all, made while others write, readable by their owner alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

PAGES = 1000
"""So many pages (of 4 KB) at a time, between which progress is told."""


class BadCopy(Exception):
    """A file that is no whole database of ours, or cannot be read; the message says which."""


def copy(source: Path, to: Path, told: Callable[[int, int], None]) -> None:
    """Copy what is committed now; `told` hears how many pages are done, of how many. Replaces `to` at the very end.

    Raises BadCopy, and OSError where there is no place.
    """
    handle, name = tempfile.mkstemp(prefix=f".{to.name}.", dir=to.parent)
    part = Path(name)
    try:
        _copy_pages(source, part, told)
        revision(part)
        os.fsync(handle)
        part.replace(to)
        _sync_folder(to.parent)
    finally:
        os.close(handle)
        part.unlink(missing_ok=True)


def _copy_pages(source: Path, part: Path, told: Callable[[int, int], None]) -> None:
    try:
        with closing(_open(source)) as ours, closing(sqlite3.connect(part)) as theirs:
            # Holds on to this moment: without it each commit of the bot would begin the copy anew.
            ours.execute("BEGIN")
            ours.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            ours.backup(theirs, pages=PAGES, progress=lambda _, left, all_: told(all_ - left, all_))
            theirs.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BadCopy(f"{source} cannot be copied: {error}.") from error


def revision(path: Path) -> str:
    """The migration at which a copy stands. Raises BadCopy when it is damaged, or not ours."""
    if not path.is_file():
        raise BadCopy(f"There is no file {path}.")
    try:
        with closing(_open(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise BadCopy(f"{path} is damaged: {found}.")
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise BadCopy(f"{path} is no database of Golden Hour, or a damaged one: {error}.") from error


def put_in_place(new: Path, database: Path, now: datetime) -> Path | None:
    """Let `new` be the database. Returns where the one before it is kept, or None where there was none.

    Nobody may have either open. At no moment is there no database: a bot would start with an empty one.
    """
    kept = database.with_name(f"{database.name}.{now:%Y%m%dT%H%M%SZ}")
    existed = database.exists()
    if existed:
        shutil.copy2(database, kept)
        wal = _side_file(database, "-wal")
        if wal.exists():
            # It belongs to the old one: beside the new one it would be taken for its own.
            wal.replace(_side_file(kept, "-wal"))
    _side_file(database, "-shm").unlink(missing_ok=True)
    new.replace(database)
    _sync_folder(database.parent)
    return kept if existed else None


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=10)


def _side_file(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _sync_folder(folder: Path) -> None:
    """A new name lasts through a power cut only when its folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
