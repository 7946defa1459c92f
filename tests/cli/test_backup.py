"""A copy while the bot runs, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.chat import Send
from bot.cli.migrate import config
from bot.store import make_engine
from bot.store.lock import alone
from bot.store.schema import HEAD, version
from tests.databases import empty_sqlite
from tests.makers import NINE, ROOT
from tests.memory import Memory

ROSTER = str(ROOT / "roster.example.yaml")


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder: no `.env`, no roster."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def url(migrated_file: Path, tmp_path: Path) -> str:
    """A SQLite database with this version's tables."""
    return empty_sqlite(migrated_file, tmp_path)


@pytest.fixture
def bot(url: str) -> Iterator[Memory]:
    """A process at work on it, with one message that waits."""
    made = Memory(make_engine(url))
    made.run(lambda work: work.incidents.new_id(NINE))
    made.put(Send(key="1/first", incident=1, deed="post", lane="1"))
    yield made
    made.store.close()


def run(*typed: str, **env: str) -> Result:
    """The command as somebody types it."""
    return CliRunner().invoke(main, list(typed), env={"GOLDENHOUR_ROSTER": ROSTER, **env})


def waits(url: str) -> list[tuple[str, bool]]:
    """What waits in a database, and whether it is in doubt."""
    memory = Memory(make_engine(url))
    found = memory.run(lambda work: [(row.key, row.in_doubt) for row in work.outbox.listed("pending")])
    memory.store.close()
    return found


def test_there_and_back_what_came_after_the_copy_is_kept_aside_and_what_waited_is_looked_for(
    url: str, bot: Memory, tmp_path: Path
):
    with alone(url):
        saved = run("backup", "copy.db", DATABASE_URL=url)
    assert (saved.exit_code, saved.stdout.split(":")[0]) == (0, "copy.db")
    assert f"at {HEAD}" in saved.stdout
    bot.put(Send(key="1/second", incident=1, deed="post", lane="1"))
    bot.store.close()
    back = run("restore", "copy.db", DATABASE_URL=url)
    assert back.exit_code == 0
    assert "1 waiting sends will be looked for" in back.stdout
    (kept,) = tmp_path.glob("goldenhour.db.2*")
    assert f"The database before it is {kept}." in back.stdout
    assert waits(url) == [("1/first", True)]
    assert waits(f"sqlite:///{kept}") == [("1/first", False), ("1/second", False)]
    assert not list(tmp_path.glob("*restoring*"))


def test_a_copy_is_not_written_over_by_chance(url: str, bot: Memory, tmp_path: Path):
    (tmp_path / "copy.db").write_text("yesterday's")
    refused = run("backup", "copy.db", DATABASE_URL=url)
    assert refused.exit_code == 1
    assert "copy.db exists. Take another name, or --force" in refused.stderr
    assert (tmp_path / "copy.db").read_text() == "yesterday's"
    assert run("backup", "--force", "copy.db", DATABASE_URL=url).exit_code == 0
    assert waits(f"sqlite:///{tmp_path / 'copy.db'}") == [("1/first", False)]


def test_the_database_is_no_place_for_its_copy(url: str, bot: Memory):
    assert run("backup", "--force", "goldenhour.db", DATABASE_URL=url).exit_code == 1
    assert waits(url) == [("1/first", False)]


def test_where_there_is_no_place_it_says_so(url: str, bot: Memory):
    refused = run("backup", "no/such/folder/copy.db", DATABASE_URL=url)
    assert refused.exit_code == 1
    assert "No such file or directory" in refused.stderr


def test_nothing_is_restored_under_a_running_bot(url: str, bot: Memory):
    run("backup", "copy.db", DATABASE_URL=url)
    with alone(url):
        refused = run("restore", "copy.db", DATABASE_URL=url)
    assert refused.exit_code == 1
    assert "Another process has" in refused.stderr


@pytest.mark.parametrize("written", ["Dear diary", ""])
def test_what_is_no_copy_changes_nothing(written: str, url: str, bot: Memory, tmp_path: Path):
    (tmp_path / "copy.db").write_text(written)
    refused = run("restore", "copy.db", DATABASE_URL=url)
    assert refused.exit_code == 1
    assert "no database of Golden Hour" in refused.stderr
    assert waits(url) == [("1/first", False)]


def test_a_copy_of_an_older_version_is_brought_up_to_date(url: str, bot: Memory, tmp_path: Path):
    old = f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(config(old), "2026_11_21_1000")
    bot.store.close()
    assert run("restore", "old.db", DATABASE_URL=url).exit_code == 0
    engine = make_engine(url)
    assert version(engine) == HEAD
    engine.dispose()


def test_a_copy_of_a_newer_version_is_refused(url: str, bot: Memory, tmp_path: Path):
    run("backup", "copy.db", DATABASE_URL=url)
    engine = make_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '2031_01_01_0000'")
    engine.dispose()
    refused = run("restore", "copy.db", DATABASE_URL=url)
    assert refused.exit_code == 1
    assert "belongs to a newer version of Golden Hour" in refused.stderr


@pytest.mark.parametrize("typed", [("backup", "f"), ("restore", "f")])
def test_postgresql_has_its_own_tools(typed: tuple[str, ...], tmp_path: Path):
    told = run(*typed, DATABASE_URL="postgresql://crisis:hush@db.example/goldenhour")
    assert told.exit_code == 1
    assert "pg_dump --format=custom --file=FILE 'postgresql://crisis@db.example/goldenhour'" in told.stderr
    assert "goldenhour outbox doubt" in told.stderr
    assert "hush" not in told.output


def test_after_another_kind_of_restore_what_waits_is_doubted_by_hand(url: str, bot: Memory):
    told = run("outbox", "doubt", DATABASE_URL=url)
    assert told.stdout == "1 waiting sends will be looked for before they are sent.\n"
    assert waits(url) == [("1/first", True)]
