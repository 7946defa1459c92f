"""Telling a database that cannot be reached from a mistake of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted

_LASTS = ("25006", "25P03", "57P", "53", "08")
"""SQLSTATEs by how they begin: a server that reads only, hangs up, shuts down, is full, or is not reached."""


class Away(Exception):
    """The database cannot be reached, or takes nothing now; asking again later may help.

    A commit whose answer was lost is Away as well: it may have happened, so ask again under the same key.
    """


@contextmanager
def plainly() -> Iterator[None]:
    """Raise Away for what is the database's trouble; what is ours comes out as it is."""
    try:
        yield
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        raise Away(_reason(error)) from error


def is_away(error: BaseException) -> bool:
    """Whether this is the database's trouble: no broken constraint, no unknown table or column."""
    if isinstance(error, PoolExhausted):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_is_away(error.orig)
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, OperationalError | InterfaceError) or state.startswith(_LASTS)


def _sqlite_is_away(error: sqlite3.Error) -> bool:
    """SQLite raises the same class for a full disk and for an unknown table; the code under it tells them apart."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }


def _reason(error: SQLAlchemyError) -> str:
    """The database's own code where there is one; never its sentence, which may quote what people wrote."""
    below = getattr(error, "orig", None)
    code = getattr(below, "sqlite_errorname", None) or getattr(below, "sqlstate", None)
    return code or type(below or error).__name__
