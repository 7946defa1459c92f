"""A bot starts only on a database that is there, is its own, and has its tables; else it says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from bot.database import NoDatabase, WrongTables, our_database, prepare_database
from bot.settings import Settings
from bot.store import make_engine
from bot.store.lock import NotAlone
from bot.store.schema import HEAD, version
from tests.makers import ROOT


def settings(url: str) -> Settings:
    """Of a bot on that database."""
    return Settings(_env_file=None, database_url=url, slack_bot_token=SecretStr("xoxb-1"))


def stands_at(url: str, revision: str) -> None:
    """Somebody else brought it there."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    engine.dispose()


@pytest.fixture
def moved(database: str):
    """A database whose version a test may set; put back afterwards, for others use it as well."""
    yield database
    stands_at(database, HEAD)


def test_a_new_sqlite_database_gets_its_tables_and_an_old_one_the_new_ones(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'new' / 'goldenhour.db'}"
    prepare_database(settings(url))
    engine = make_engine(url)
    assert version(engine) == HEAD
    engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(moved: str):
    stands_at(moved, "2031_01_01_0000")
    with pytest.raises(WrongTables) as told:
        prepare_database(settings(moved))
    assert str(told.value) == (
        "The database belongs to a newer version of Golden Hour: it stands at 2031_01_01_0000, this one knows "
        f"{HEAD}. Run the newer version, or let that one go back: `goldenhour migrate --back-to {HEAD}`."
    )


def test_a_postgresql_without_our_tables_is_left_to_the_administrator(postgres: str):
    stands_at(postgres, "2026_11_21_1000")
    with pytest.raises(
        WrongTables, match=r"stands at 2026_11_21_1000, this version needs .*: run `goldenhour migrate`"
    ):
        prepare_database(settings(postgres))
    stands_at(postgres, HEAD)


def test_a_server_that_does_not_come_is_one_sentence_without_the_password():
    with pytest.raises(NoDatabase) as told:
        prepare_database(settings("postgresql+psycopg://nobody:hush@127.0.0.1:9/none"), patience=0)
    assert str(told.value) == (
        "The database cannot be used (OperationalError): is it running, and is DATABASE_URL right?"
    )


def test_a_file_that_is_no_database_is_one_sentence_at_once(tmp_path: Path):
    (tmp_path / "goldenhour.db").write_text("Dear diary" * 1000)
    with pytest.raises(NoDatabase, match="SQLITE_NOTADB"):
        prepare_database(settings(f"sqlite:///{tmp_path / 'goldenhour.db'}"))


def test_a_place_where_no_database_can_be_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(NoDatabase, match=r"file.*: check DATABASE_URL"),
        our_database(settings(f"sqlite:///{tmp_path / 'file' / 'goldenhour.db'}")),
    ):
        pass


def test_a_second_process_on_sqlite_does_not_even_look_at_the_tables(tmp_path: Path):
    here = settings(f"sqlite:///{tmp_path / 'goldenhour.db'}")
    with our_database(here), pytest.raises(NotAlone), our_database(here):
        pass


@pytest.mark.parametrize("command", ["serve", "web", "clock"])
def test_a_second_process_is_told_so_on_standard_error(command: str, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'goldenhour.db'}"
    with our_database(settings(url)):
        done = subprocess.run(
            [sys.executable, "-m", "bot", command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Error: Another process has {tmp_path / 'goldenhour.db'}. On SQLite one process"
    )
    assert "Traceback" not in done.stderr
