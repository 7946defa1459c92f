"""`goldenhour migrate`: bring the database to this version's tables."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config

import migrations
from bot.cli.trouble import told
from bot.settings import Settings


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
        target = config(database or Settings().database_url)
        if back_to:
            command.downgrade(target, back_to)
        else:
            command.upgrade(target, "head")
    click.echo("The database is ready.")
