"""How Alembic reaches the database: the URL comes from whoever runs it, never from a file."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from bot.store.engine import make_engine
from bot.store.tables import metadata

TURN = 7261390
"""The number of PostgreSQL's advisory lock by which one migration waits for another; any number, only the same."""


def run() -> None:
    """Bring the database to the wanted revision, each migration in its own transaction."""
    engine = make_engine(context.config.attributes["url"])
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                _wait_briefly_work_long(connection)
            context.configure(
                connection=connection,
                target_metadata=metadata,
                transaction_per_migration=True,
                render_as_batch=engine.dialect.name == "sqlite",
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        engine.dispose()


def _wait_briefly_work_long(connection: Connection) -> None:
    """Whoever waits for a table holds up all who come after: give up soon. To fill a column may take long."""
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.exec_driver_sql("SET statement_timeout = '15min'")
    connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({TURN})")
    connection.commit()


run()
