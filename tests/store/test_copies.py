"""A copy is whole, of one moment, private, and in its place only when it is finished."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from bot.store.copies import BadCopy, copy, put_in_place, revision
from bot.store.schema import HEAD
from tests.databases import empty_sqlite
from tests.makers import NINE


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Path:
    """A database at work: in WAL mode, with some megabytes in it."""
    empty_sqlite(migrated_file, tmp_path)
    path = tmp_path / "goldenhour.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executemany(
            "INSERT INTO inbox VALUES (?, '2026-01-01', ?)", [(f"{n}", "x" * 4000) for n in range(2500)]
        )
    connection.close()
    return path


def count(path: Path) -> int:
    """How many keys the inbox of a database knows."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    connection.close()
    return int(found)


def test_it_is_of_one_moment_although_others_go_on_writing(database: Path, tmp_path: Path):
    """SQLite begins a copy anew at each foreign commit; a busy bot would never be backed up."""
    bot = sqlite3.connect(database, isolation_level=None)
    steps = []

    def meanwhile(done: int, of: int) -> None:
        steps.append((done, of))
        bot.execute("INSERT INTO inbox VALUES (?, '2026-01-01', '{}')", (f"new {len(steps)}",))

    copy(database, tmp_path / "copy.db", meanwhile)
    bot.close()
    assert count(tmp_path / "copy.db") == 2500
    assert 3 <= len(steps) <= 6
    assert steps[-1][0] == steps[-1][1]
    assert count(database) == 2500 + len(steps)


def test_it_is_one_file_for_its_owner_alone(database: Path, tmp_path: Path):
    (tmp_path / "backups").mkdir()
    copy(database, tmp_path / "backups" / "copy.db", lambda done, of: None)
    assert [found.name for found in (tmp_path / "backups").iterdir()] == ["copy.db"]
    assert stat.S_IMODE((tmp_path / "backups" / "copy.db").stat().st_mode) == 0o600
    assert revision(tmp_path / "backups" / "copy.db") == HEAD


def test_one_that_fails_half_way_leaves_the_earlier_one_and_nothing_else(database: Path, tmp_path: Path):
    (tmp_path / "backups").mkdir()
    earlier = tmp_path / "backups" / "copy.db"
    earlier.write_text("yesterday's")

    def power_cut(done: int, of: int) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        copy(database, earlier, power_cut)
    assert [found.read_text() for found in earlier.parent.iterdir()] == ["yesterday's"]


def test_a_damaged_file_and_one_that_is_not_ours_are_told_apart_from_a_good_one(
    database: Path, tmp_path: Path
):
    copy(database, tmp_path / "copy.db", lambda done, of: None)
    damaged = bytearray((tmp_path / "copy.db").read_bytes())
    damaged[40 * 4096 : 60 * 4096] = b"\xff" * 20 * 4096
    (tmp_path / "damaged.db").write_bytes(damaged)
    (tmp_path / "diary.txt").write_text("Dear diary")
    sqlite3.connect(tmp_path / "theirs.db").execute("CREATE TABLE a (n)").connection.close()
    for name, says in (
        ("damaged.db", "damaged"),
        ("diary.txt", "no database of Golden Hour"),
        ("theirs.db", "no database of Golden Hour"),
        ("nothing.db", "There is no file"),
    ):
        with pytest.raises(BadCopy, match=says):
            revision(tmp_path / name)


def test_the_old_database_is_kept_with_what_it_had_not_yet_put_in_its_file(database: Path, tmp_path: Path):
    copy(database, tmp_path / "copy.db", lambda done, of: None)
    killed = sqlite3.connect(database, isolation_level=None)
    killed.execute("INSERT INTO inbox VALUES ('last words', '2026-01-01', '{}')")
    kept = put_in_place(tmp_path / "copy.db", database, NINE)
    killed.close()
    assert kept == tmp_path / f"goldenhour.db.{NINE:%Y%m%dT%H%M%SZ}"
    assert (count(database), count(kept)) == (2500, 2501)


def test_where_there_was_no_database_none_is_kept(database: Path, tmp_path: Path):
    assert put_in_place(database, tmp_path / "elsewhere.db", NINE) is None
    assert count(tmp_path / "elsewhere.db") == 2500
