"""Empty databases with this version's tables, one of each kind."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import create_engine, text


def empty_sqlite(migrated_file: Path, folder: Path) -> str:
    """The URL of a SQLite database of its own."""
    path = folder / "goldenhour.db"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


def emptied_postgres(url: str) -> str:
    """The same PostgreSQL database, with nothing in it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE incidents, history, sends, inbox RESTART IDENTITY"))
    engine.dispose()
    return url
