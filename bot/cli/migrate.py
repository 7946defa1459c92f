"""`goldenhour migrate`: bring the database to this version's tables."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

import migrations
from bot.cli.trouble import told
from bot.database import NoDatabase, check_not_newer
from bot.settings import Settings
from bot.store import make_engine
from bot.store.schema import version

LOCK_NOT_HAD = "55P03"
"""What PostgreSQL answers when somebody else's transaction has kept a table for too long."""


def config(url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config(attributes={"url": url})
    made.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return made


@click.command()
@click.option("--back-to", metavar="REVISION", help="Go back to this revision; data of newer tables is lost.")
@click.option("--database", metavar="URL", help="Instead of DATABASE_URL.")
def migrate(back_to: str | None, database: str | None) -> None:
    """Bring the database to this version's tables."""
    with told():
        _migrate(database or Settings().database_url, back_to)
    click.echo("The database is ready.")


def _migrate(url: str, back_to: str | None) -> None:
    try:
        _check_not_newer(url)
        if back_to:
            command.downgrade(config(url), back_to)
        else:
            command.upgrade(config(url), "head")
    except (NoDatabase, CommandError) as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_HAD:
            raise
        raise click.ClickException(
            "Somebody else's transaction, or another `goldenhour migrate`, kept what we need for over 5 s. Nothing was "
            "changed by the step that waited. Run it again; pg_stat_activity shows who is in the way."
        ) from error


def _check_not_newer(url: str) -> None:
    engine = make_engine(url)
    try:
        check_not_newer(version(engine))
    finally:
        engine.dispose()
