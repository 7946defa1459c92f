"""Seeing to it that the database has this version's tables before the bot starts."""

from __future__ import annotations

import subprocess
import sys

from bot.settings import Settings
from bot.store import make_engine
from bot.store.schema import HEAD, version


class WrongTables(Exception):
    """The database is at another version than the code; the message says what to run."""


def prepare_database(settings: Settings) -> None:
    """A SQLite database is brought up to date by itself; another is left to `goldenhour migrate`."""
    engine = make_engine(settings.database_url)
    found = version(engine)
    local = engine.dialect.name == "sqlite"
    engine.dispose()
    if found == HEAD:
        return
    if not local:
        raise WrongTables(
            f"The database stands at {found or 'nothing'}, this version needs {HEAD}: run `goldenhour migrate`."
        )
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "bot", "migrate", "--database", settings.database_url],
        check=True,
        stdout=subprocess.DEVNULL,
    )
