"""Which shape of the tables this version works with."""

from __future__ import annotations

from sqlalchemy import Engine, inspect, text

HEAD = "2026_11_21_1500"
"""The newest migration; a test holds it equal to the head in `migrations/`."""


def version(engine: Engine) -> str:
    """The migration which the database stands at, "" for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def is_newer(found: str) -> bool:
    """Whether a database at that migration was made by a newer version of the bot: migrations are named by date."""
    return found > HEAD
