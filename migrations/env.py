"""How Alembic reaches the database: the URL comes from whoever runs it, never from a file."""

from __future__ import annotations

from alembic import context

from bot.store.engine import make_engine
from bot.store.tables import metadata


def run() -> None:
    """Bring the database to the wanted revision, each migration in its own transaction."""
    engine = make_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transaction_per_migration=True,
            render_as_batch=engine.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
