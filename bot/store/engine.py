"""Opening the database: SQLite in one careful thread by default, PostgreSQL when one machine is not enough."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, ExceptionContext, make_url

POSTGRESQL = {
    "options": "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=5000 "
    "-c timezone=UTC",
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10000,
}
"""Nothing waits for ever: not for a server, an answer or a lock, and no dead process keeps a lock for long."""

POOL_SECONDS = 2.0
"""How long a unit waits for a connection; more units than connections never run."""

READ_ONLY = "25006"
"""What PostgreSQL answers to a write when the server we are connected to has become the standby."""


def make_engine(url: str, *, pool: int = 8) -> Engine:
    """An engine for a database URL; creates the folder and file of a SQLite database, readable by its owner alone."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,
        connect_args=POSTGRESQL,
    )
    event.listen(engine, "handle_error", _leave_a_standby)
    return engine


def _leave_a_standby(context: ExceptionContext) -> None:
    """After a fail-over the connections that survived lead to the wrong server."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        _make_private(Path(path))
    engine = create_engine(
        url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 10}
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make_private(path: Path) -> None:
    """Crisis facts are confidential: SQLite's side files take their mode from the database file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """The default BEGIN loses updates silently: two readers may both go on to write."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
