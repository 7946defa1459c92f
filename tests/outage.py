"""A database that is away: what stands between SQLAlchemy and the server breaks, and mends when a test says so."""

from __future__ import annotations

import threading

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError


class Outage:
    """Where the database fails just now. away: it cannot be reached. silent: it does not answer until it is heard.

    lost: the next commit goes through, its answer never comes, and the database is away from then on.
    """

    def __init__(self, engine: Engine) -> None:
        self.away = False
        self.lost = False
        self.heard = threading.Event()
        self.heard.set()
        event.listen(engine, "begin", self._on_begin, insert=True)
        event.listen(engine, "commit", self._on_commit)

    def _on_begin(self, connection: Connection) -> None:
        self.heard.wait(30)
        if self.away:
            raise _gone()

    def _on_commit(self, connection: Connection) -> None:
        if self.lost:
            self.lost, self.away = False, True
            connection.connection.commit()
            raise _gone()


def _gone() -> OperationalError:
    return OperationalError("", {}, psycopg.OperationalError("the connection is lost"))
