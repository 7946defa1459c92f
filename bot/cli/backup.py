"""`goldenhour backup` and `restore`: a copy of the database while the bot runs, and the way back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from alembic import command
from sqlalchemy import URL, make_url

from bot.cli.migrate import config
from bot.cli.restored import catch_up
from bot.cli.trouble import told
from bot.database import NoDatabase, check_not_newer
from bot.settings import Settings
from bot.store.copies import BadCopy, copy, put_in_place, revision
from bot.store.lock import NotAlone, alone, database_file

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def backup(file: Path, force: bool) -> None:
    """Copy the SQLite database to FILE; the bot may go on working."""
    with _told():
        database = _sqlite_file(Settings().database_url)
        if file.exists() and (not force or file.samefile(database)):
            raise click.ClickException(f"{file} exists. Take another name, or --force to replace it.")
        _copy(database, file)
        click.echo(
            f"{file}: {file.stat().st_size} bytes, at {revision(file)}. It is as confidential as the rooms."
        )


@click.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Let the copy in FILE be the SQLite database; the bot must be stopped. The one before it is kept."""
    with _told():
        settings = Settings()
        database = _sqlite_file(settings.database_url)
        with alone(settings.database_url):
            waiting, kept = _restore(file, database, settings)
    click.echo(f"Restored from {file}. {waiting} waiting sends will be looked for before they are sent.")
    if kept:
        click.echo(f"The database before it is {kept}.")


@contextmanager
def _told() -> Iterator[None]:
    try:
        with told():
            yield
    except (BadCopy, NoDatabase, NotAlone) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error


def _restore(file: Path, database: Path, settings: Settings) -> tuple[int, Path | None]:
    """The copy is brought up to date beside the database, and takes its place only when all went well."""
    check_not_newer(revision(file))
    new = database.with_name(f"{database.name}.restoring")
    beside = settings.model_copy(update={"database_url": f"sqlite:///{new}"})
    try:
        _copy(file, new)
        command.upgrade(config(beside.database_url), "head")
        waiting = catch_up(beside)
        return waiting, put_in_place(new, database, datetime.now(UTC))
    finally:
        for ending in ("", "-wal", "-shm"):
            new.with_name(new.name + ending).unlink(missing_ok=True)


def _copy(source: Path, to: Path) -> None:
    with click.progressbar(length=1, label="Copying", file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        copy(source, to, progress)


def _sqlite_file(url: str) -> Path:
    """Where the database is. On PostgreSQL, its own tools do this better: says how."""
    found = database_file(url)
    if found is not None:
        return found
    plain = _without_password(make_url(url))
    raise click.ClickException(
        "This is PostgreSQL, which has tools of its own. To copy, and to go back with the bot stopped:\n"
        f"  pg_dump --format=custom --file=FILE '{plain}'\n"
        f"  pg_restore --clean --if-exists --single-transaction --dbname='{plain}' FILE\n"
        "  goldenhour migrate && goldenhour outbox doubt\n"
        "They take the password from PGPASSWORD or ~/.pgpass. More: docs/operations.md."
    )


def _without_password(url: URL) -> str:
    return URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={name: value for name, value in url.query.items() if name != "password"},
    ).render_as_string()
