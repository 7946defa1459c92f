"""The tables as the code has them are the tables as the migrations make them, and what is in them comes along."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from bot.__main__ import main
from bot.cli.migrate import config
from bot.store import make_engine
from bot.store.schema import HEAD, version
from bot.store.tables import metadata
from tests.makers import NINE, ROOT, at
from tests.memory import Memory

RELEASES = Path(__file__).parent / "releases"
TABLES = {"incidents": "id", "history": "incident_id, seq", "sends": "id", "inbox": "key"}
Rows = dict[str, list[dict[str, Any]]]


def rows_of_2026_11_21_1000() -> Rows:
    """What its code wrote in the first five minutes of a red crisis, and a message in each state of the outbox."""
    rows: Rows = json.loads((RELEASES / "2026_11_21_1000.json").read_text(encoding="utf-8"))
    return rows


def rows_of_2026_11_21_1400() -> Rows:
    """The same, as code writes it that knows rank and doubt."""
    rows = rows_of_2026_11_21_1000()
    for send in rows["sends"]:
        send |= {"rank": 0 if send["urgent"] else 1, "in_doubt": send["attempt"] == 1, "verified_at": None}
    rows["sends"][0]["verified_at"] = "2026-03-02 01:01:00.000000"
    return rows


SEEDS = {
    "2026_11_21_1000": rows_of_2026_11_21_1000,
    "2026_11_21_1400": rows_of_2026_11_21_1400,
    "2026_11_21_1430": rows_of_2026_11_21_1400,
    "2026_11_21_1500": rows_of_2026_11_21_1400,
}
"""For each revision, rows as the code of that time wrote them."""


@pytest.fixture(params=["sqlite", "postgresql"])
def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'goldenhour.db'}"
        return
    server = make_url(request.getfixturevalue("postgres"))
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE moving"))
        yield server.set(database="moving").render_as_string(hide_password=False)
        connection.execute(text("DROP DATABASE moving WITH (FORCE)"))
    engine.dispose()


def insert(url: str, rows: Rows) -> None:
    """Write them as they are, without our code."""
    engine = make_engine(url)
    with engine.begin() as connection:
        for table in TABLES:
            for row in rows[table]:
                columns = ", ".join(f'"{name}"' for name in row)
                values = ", ".join(f":{name}" for name in row)
                connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), _written(row))
        _go_on_counting(connection)
    engine.dispose()


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        for name, value in row.items()
    }


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL does not count numbers that were given by hand."""
    if connection.dialect.name == "postgresql":
        for table in ("incidents", "sends"):
            connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))


def dump(url: str, like: Rows) -> Rows:
    """What is in the tables, in those columns that `like` has."""
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {
            table: [
                {name: row[name] for name in like[table][0]}
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}")).mappings()
            ]
            for table, order in TABLES.items()
        }
    engine.dispose()
    return found


def test_the_code_knows_the_newest_migration():
    heads = ScriptDirectory.from_config(config("sqlite://")).get_heads()
    assert heads == [HEAD]


def test_every_revision_has_its_rows():
    known = [step.revision for step in ScriptDirectory.from_config(config("sqlite://")).walk_revisions()]
    assert sorted(SEEDS) == sorted(known)


def test_the_migrated_tables_are_those_of_the_code(engine: Engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize("revision", SEEDS)
def test_what_is_in_the_tables_comes_along_and_goes_back(revision: str, unmigrated: str):
    rows = SEEDS[revision]()
    command.upgrade(config(unmigrated), revision)
    insert(unmigrated, rows)
    before = dump(unmigrated, rows)
    assert [len(before[table]) for table in TABLES] == [2, 41, 46, 7]
    command.upgrade(config(unmigrated), "head")
    assert dump(unmigrated, rows) == before
    reads_and_goes_on(unmigrated)
    forget_what_was_added(unmigrated)
    command.downgrade(config(unmigrated), revision)
    assert dump(unmigrated, rows) == before
    command.upgrade(config(unmigrated), "head")
    assert dump(unmigrated, rows) == before


def reads_and_goes_on(url: str) -> None:
    """Today's code tells the crisis from its history, gives the first answer again, and sends what waits."""
    memory = Memory(make_engine(url), now=at("+6 min"))
    incident = memory.run(lambda work: work.incidents.get(1, to_change=False))
    assert (incident.title, incident.grade, incident.room) == ("维修次日刹车失灵，客户受伤", "red", "C1")
    assert incident.calls["pr_director"].answered_by == "wang"
    assert memory.run(lambda work: work.first_answer("key:2")) is not None
    assert memory.run(lambda work: work.first_time("key:2")) is False
    assert memory.run(lambda work: work.incidents.new_id(NINE)) == 3
    with pytest.raises(Undone):
        memory.run(claims_what_waits)
    memory.store.close()


class Undone(Exception):
    """What was tried shall leave nothing behind."""


def claims_what_waits(work):
    """Pages first; what was under way when the old process ended is in doubt."""
    claims = work.outbox.claim("today", 50, timedelta(seconds=10))
    assert {claimed.send.key: claimed.in_doubt for claimed in claims} == {
        "1/page/new": False,
        "1/waits/new": True,
        "1/waits/held": True,
        "1/waits/tried": True,
    }
    assert claims[0].send.key == "1/page/new"
    raise Undone


def forget_what_was_added(url: str) -> None:
    """Leave what was there before."""
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM incidents WHERE id = 3"))
    engine.dispose()


def test_old_code_goes_on_writing_while_the_new_tables_are_there(unmigrated: str):
    command.upgrade(config(unmigrated), "head")
    insert(unmigrated, rows_of_2026_11_21_1000())
    memory = Memory(make_engine(unmigrated), now=at("+6 min"))
    claims = memory.run(lambda work: work.outbox.claim("today", 50, timedelta(seconds=10)))
    assert {claimed.send.key for claimed in claims} == {
        "1/page/new",
        "1/waits/new",
        "1/waits/held",
        "1/waits/tried",
    }
    memory.store.close()


def test_no_number_is_used_twice_on_sqlite(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'goldenhour.db'}"
    command.upgrade(config(url), "head")
    engine = make_engine(url)
    with engine.connect() as connection:
        made = connection.execute(text("SELECT name FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%'"))
        assert sorted(made.scalars()) == ["incidents", "sends"]
    engine.dispose()


def test_a_database_goes_back_to_nothing_and_forth_again(unmigrated: str):
    command.upgrade(config(unmigrated), "head")
    command.downgrade(config(unmigrated), "base")
    command.upgrade(config(unmigrated), "head")


def test_who_holds_a_table_is_not_waited_for_long_and_nothing_is_changed(postgres: str, unmigrated: str):
    if unmigrated.startswith("sqlite"):
        pytest.skip("SQLite has one process")
    command.upgrade(config(unmigrated), "2026_11_21_1000")
    engine = make_engine(unmigrated)
    with engine.connect() as somebody:
        somebody.execute(text("SET idle_in_transaction_session_timeout = 0"))
        somebody.execute(text("LOCK TABLE sends IN ACCESS SHARE MODE"))
        outcome = CliRunner().invoke(main, ["migrate", "--database", unmigrated])
        somebody.rollback()
    assert outcome.exit_code == 1
    assert "kept what we need for over 5 s" in outcome.stderr
    assert version(engine) == "2026_11_21_1000"
    assert CliRunner().invoke(main, ["migrate", "--database", unmigrated]).exit_code == 0
    assert version(engine) == HEAD
    engine.dispose()


def test_two_migrations_at_once_do_it_once(unmigrated: str):
    if unmigrated.startswith("sqlite"):
        pytest.skip("SQLite has one process")
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(run_migrate, unmigrated) for _ in range(2)]:
            assert done.result(30) == 0
    engine = make_engine(unmigrated)
    assert version(engine) == HEAD
    engine.dispose()


def run_migrate(url: str) -> int:
    """In a process of its own, as two machines would."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "migrate", "--database", url],
        cwd=ROOT,
        capture_output=True,
        check=False,
    ).returncode


@pytest.mark.parametrize(
    ("typed", "says"),
    [((), "belongs to a newer version"), (("--back-to", "1789_07_14"), "Can't locate revision")],
)
def test_what_cannot_be_done_is_one_sentence(typed: tuple[str, ...], says: str, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'goldenhour.db'}"
    command.upgrade(config(url), "head")
    if not typed:
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '2031_01_01_0000'"))
        engine.dispose()
    outcome = CliRunner().invoke(main, ["migrate", "--database", url, *typed])
    assert outcome.exit_code == 1
    assert says in outcome.stderr


def test_an_empty_database_has_no_version(tmp_path):
    empty = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    assert version(empty) == ""
    empty.dispose()
