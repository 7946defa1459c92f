"""Seeing to it that the database is there, is ours, and has this version's tables before the bot starts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import structlog
from sqlalchemy import Engine

from bot.settings import Settings
from bot.store import Away, make_engine
from bot.store.away import plainly
from bot.store.lock import alone
from bot.store.schema import HEAD, is_newer, version

log = structlog.get_logger(__name__)

PATIENCE = 60.0
"""Seconds for which a start waits: a database that starts beside us, or changes over, is back by then."""

KNOCK = 3.0
"""Seconds between two tries."""


class NoDatabase(Exception):
    """The database cannot be used; the message says what to do about it."""


class WrongTables(NoDatabase):
    """The database is at another version than the code; the message says what to run."""


@contextmanager
def our_database(settings: Settings) -> Iterator[None]:
    """The database made ready, and on SQLite for this process alone, until the block ends.

    Raises NoDatabase, and NotAlone when another process has it.
    """
    with ExitStack() as until_the_end:
        try:
            until_the_end.enter_context(alone(settings.database_url))
            prepare_database(settings)
        except OSError as error:
            raise NoDatabase(
                f"The database cannot be opened ({error.filename}: {error.strerror}): check DATABASE_URL."
            ) from error
        yield


def prepare_database(settings: Settings, patience: float = PATIENCE) -> None:
    """A SQLite database is brought up to date by itself; another is left to `goldenhour migrate`.

    One that is not there yet is waited for, `patience` seconds. Raises NoDatabase.
    """
    engine = make_engine(settings.database_url)
    try:
        found = _version(engine, patience)
        check_not_newer(found)
        if found == HEAD:
            return
        if engine.dialect.name != "sqlite":
            raise WrongTables(
                f"The database stands at {found or 'nothing'}, this version needs {HEAD}: run `goldenhour migrate`."
            )
    finally:
        engine.dispose()
    _bring_up_to_date(settings.database_url)


def check_not_newer(found: str) -> None:
    """Raises WrongTables for a database that a newer version of the bot has changed."""
    if is_newer(found):
        raise WrongTables(
            f"The database belongs to a newer version of Golden Hour: it stands at {found}, this one knows {HEAD}. "
            f"Run the newer version, or let that one go back: `goldenhour migrate --back-to {HEAD}`."
        )


def _version(engine: Engine, patience: float) -> str:
    """Where the database stands, as soon as it answers; a file is there or is not."""
    end = time.monotonic() + (0 if engine.dialect.name == "sqlite" else patience)
    while True:
        try:
            with plainly():
                return version(engine)
        except Away as error:
            if time.monotonic() + KNOCK > end:
                raise NoDatabase(
                    f"The database cannot be used ({error}): is it running, and is DATABASE_URL right?"
                ) from error
            log.warning("database_not_there", reason=str(error), again_in=KNOCK)
        time.sleep(KNOCK)


def _bring_up_to_date(url: str) -> None:
    """In a process of its own: a bot at work never needs what migrations need."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "bot", "migrate", "--database", url], stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise WrongTables("The database could not be brought up to date; `goldenhour migrate` says why.")
