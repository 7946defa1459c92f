"""Opening a database: private on disk, careful in its settings, the same on both kinds."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text, update

from bot.store import make_engine
from bot.store.tables import incidents
from tests.makers import NINE


def mode(path):
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.fixture
def usual_umask():
    """What most systems set: files readable by everybody, unless we see to it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_new_sqlite_database_is_for_its_owner_alone(tmp_path, usual_umask):
    path = tmp_path / "var" / "data" / "goldenhour.db"
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE secrets (words TEXT)"))
        connection.execute(text("INSERT INTO secrets VALUES ('the brake line')"))
        side_files = {found.name: mode(found) for found in path.parent.iterdir()}
    engine.dispose()
    assert side_files == dict.fromkeys(("goldenhour.db", "goldenhour.db-shm", "goldenhour.db-wal"), "0o600")
    assert mode(path.parent) == "0o700"


def test_an_existing_database_is_opened_and_kept(tmp_path):
    url = f"sqlite:///{tmp_path / 'goldenhour.db'}"
    for statement in ("CREATE TABLE a (n INTEGER)", "INSERT INTO a VALUES (1)"):
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM a")).scalar() == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10000)],
)
def test_sqlite_loses_nothing_at_a_power_cut_and_waits_for_its_turn(tmp_path, pragma, value):
    engine = make_engine(f"sqlite:///{tmp_path / 'goldenhour.db'}")
    with engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value
    engine.dispose()


def test_no_update_is_lost_between_reading_and_writing(engine, database):
    """With SQLite's default BEGIN two readers both go on to write, and the first write is gone without a word."""
    with engine.begin() as connection:
        connection.execute(incidents.insert().values(id=1, declared_at=NINE, entries=0))
    others = [engine, make_engine(database)]
    start = Barrier(4)

    def count_up(own):
        start.wait(5)
        for _ in range(25):
            with own.begin() as connection:
                query = select(incidents.c.entries).where(incidents.c.id == 1).with_for_update()
                seen = connection.execute(query).scalar_one()
                connection.execute(update(incidents).where(incidents.c.id == 1).values(entries=seen + 1))

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(count_up, own) for own in others * 2]:
            done.result(30)
    with engine.connect() as connection:
        assert connection.execute(select(incidents.c.entries)).scalar_one() == 100
    others[1].dispose()


def test_postgresql_never_waits_for_ever(postgres):
    engine = make_engine(postgres)
    with engine.connect() as connection:
        shown = [
            connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("statement_timeout", "lock_timeout")
        ]
        assert shown == ["10s", "5s"]
        assert connection.execute(text("SHOW timezone")).scalar() == "UTC"
    engine.dispose()
