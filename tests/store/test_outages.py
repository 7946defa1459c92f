"""The database goes away and comes back: each unit fails by itself with a plain word, and the next one works."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import SQLAlchemyError
from structlog.testing import capture_logs

from bot.database import prepare_database
from bot.settings import Settings
from bot.store import Away, make_engine
from bot.store.tables import inbox
from tests.makers import at
from tests.memory import Memory
from tests.scene import Scene
from tests.store.outages import Line, Server

PATIENCE = 60.0
FAILED = {"delivery_waits_for_the_database", "clock_waits_for_the_database"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL that nobody else uses."""
    made = Server(tempfile.mkdtemp(prefix="goldenhour-outages-"))
    yield made
    made.close()


@pytest.fixture
def process(server: Server) -> Iterator[Memory]:
    """A process on it, with an empty inbox."""
    server.start()
    made = Memory(make_engine(server.url))
    with made.engine.begin() as connection:
        connection.execute(text("TRUNCATE incidents, history, sends, inbox RESTART IDENTITY"))
    yield made
    made.store.close()


def noted(url: str) -> list[str]:
    """What the database remembers, asked past our code."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = sorted(connection.execute(select(inbox.c.key)).scalars())
    engine.dispose()
    return found


def administrator(server: Server, *statements: str) -> None:
    """Somebody with psql."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


class Person:
    """Asks for one thing after the other, each again until it was taken."""

    def __init__(self, process: Memory, name: str) -> None:
        self.asked, self.refusals, self.strange = 0, 0, []
        self._process, self._name, self._end = process, name, threading.Event()
        self._taken: queue.Queue[int] = queue.Queue()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        while not self._end.is_set():
            try:
                self._process.run(lambda work: work.first_time(f"{self._name}/{self.asked:05}"))
                self.asked += 1
                self._taken.put(self.asked)
            except Away:
                self.refusals += 1
            except SQLAlchemyError as error:
                self.strange.append(error)

    def goes_on(self) -> None:
        """Something more is taken from now on."""
        while not self._taken.empty():
            self._taken.get()
        for _ in range(3):
            self._taken.get(timeout=PATIENCE)

    def leaves(self) -> None:
        """And is content."""
        self._end.set()
        self._thread.join(PATIENCE)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_is_ridden_out_and_nothing_is_lost_or_done_twice(
    mode: str, server: Server, process: Memory
):
    people = [Person(process, f"{number}") for number in range(4)]
    for _ in range(2):
        for person in people:
            person.goes_on()
        server.stop(mode)
        server.start()
    for person in people:
        person.goes_on()
        person.leaves()
    assert [person.strange for person in people] == [[], [], [], []]
    assert sum(person.refusals for person in people) > 0
    kept = set(noted(server.url))
    assert {
        f"{name}/{number:05}" for name, person in enumerate(people) for number in range(person.asked)
    } <= kept


async def until(found: Callable[[], bool]) -> None:
    """It becomes so, within seconds; the loops go on meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while not found():  # noqa: ASYNC110 - nobody would ring
            await asyncio.sleep(0)


def test_both_loops_go_on_and_say_what_waited(server: Server, process: Memory):
    with Scene(make_engine(server.url)) as scene, capture_logs() as logs:
        scene.opens()

        async def story() -> None:
            scene.delivery.start()
            scene.clock.start()
            for mode in ("immediate", "fast"):
                logs.clear()
                await asyncio.to_thread(server.stop, mode)
                await until(lambda: {line["event"] for line in logs} >= FAILED)
                await asyncio.to_thread(server.start)
            scene.now = at("+5 min")
            await until(lambda: bool(scene.posted("checkpoint/5min")))
            await scene.clock.stop(5)
            await scene.delivery.stop(PATIENCE)

        asyncio.run(story())
        assert len(scene.posted("checkpoint/5min")) == 1


def test_a_killed_backend_undoes_its_unit_alone(server: Server, process: Memory):
    def killed(work):
        work.first_time("killed")
        administrator(
            server,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'",
        )
        work.first_time("after")

    with pytest.raises(Away):
        process.run(killed)
    assert process.run(lambda work: work.first_time("next")) is True
    assert noted(server.url) == ["next"]


def test_a_backend_killed_while_it_commits_has_not_committed_and_the_same_may_be_asked_again(
    server: Server, process: Memory
):
    administrator(
        server,
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON inbox DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()",
    )
    with pytest.raises(Away):
        process.run(lambda work: work.first_time("mine"))
    administrator(server, "DROP TRIGGER dies ON inbox", "DROP FUNCTION die")
    assert process.run(lambda work: work.first_time("mine")) is True


def test_a_commit_whose_answer_was_lost_is_away_and_repeating_it_does_no_harm(
    server: Server, process: Memory
):
    line = Line(server)
    far = Memory(make_engine(line.url.render_as_string(hide_password=False)))
    assert far.run(lambda work: work.first_time("before")) is True
    line.loses_next_commit.set()
    with pytest.raises(Away):
        far.run(lambda work: work.first_time("mine"))
    assert noted(server.url) == ["before", "mine"]
    assert far.run(lambda work: work.first_time("mine")) is False
    far.store.close()
    line.close()


def test_more_units_than_connections_wait_briefly(server: Server):
    engine = make_engine(server.url, pool=1)
    busy = Memory(engine)
    with engine.connect():
        began = time.monotonic()
        with pytest.raises(Away, match="TimeoutError"):
            busy.run(lambda work: work.first_time("mine"))
        assert 1.5 < time.monotonic() - began < 4
    assert busy.run(lambda work: work.first_time("mine")) in (True, False)
    busy.store.close()


def test_a_server_that_became_a_standby_is_left(server: Server, process: Memory):
    """The connection lives on and refuses every write; only a new one finds the server that takes them."""
    opened = []
    event.listen(process.engine, "connect", lambda driver, record: opened.append(driver))
    process.run(lambda work: work.first_time("before"))
    administrator(server, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    refused_within(process, PATIENCE)
    administrator(
        server,
        "SET default_transaction_read_only = off",
        "ALTER SYSTEM RESET default_transaction_read_only",
        "SELECT pg_reload_conf()",
    )
    before = len(opened)
    taken_within(process, PATIENCE)
    assert len(opened) > before


def refused_within(process: Memory, seconds: float) -> None:
    """A server reloads its settings a moment after it was told to."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            process.run(lambda work: work.first_time(f"{time.monotonic()}"))
        except Away as error:
            assert str(error) == "25006"
            return
    raise AssertionError("writes were taken all the time")


def taken_within(process: Memory, seconds: float) -> None:
    """The other way round."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            process.run(lambda work: work.first_time(f"{time.monotonic()}"))
        except Away:
            continue
        return
    raise AssertionError("no write was taken")


def test_a_row_that_somebody_keeps_is_given_up(server: Server, process: Memory):
    number = process.run(lambda work: work.incidents.new_id(process.now))
    with make_engine(server.url).connect() as somebody:
        somebody.execute(text("SET idle_in_transaction_session_timeout = 0"))
        somebody.execute(text(f"SELECT * FROM incidents WHERE id = {number} FOR UPDATE"))
        with pytest.raises(Away, match="55P03"):
            process.run(lambda work: work.incidents.get(number))


def test_nobody_hangs_while_the_server_is_gone(server: Server):
    process = Memory(make_engine(server.url))
    process.store.listen()
    server.stop("immediate")
    began = time.monotonic()
    with ThreadPoolExecutor(16) as people:
        asked = [people.submit(process.run, lambda work: work.first_time("mine")) for _ in range(16)]
        assert {type(one.exception(PATIENCE)) for one in asked} == {Away}
    process.store.close()
    assert time.monotonic() - began < 5
    server.start()


def test_a_start_waits_for_a_server_that_is_not_there_yet(server: Server):
    server.stop("fast")
    settings = Settings(_env_file=None, database_url=server.url, slack_bot_token=SecretStr("xoxb-1"))
    with ThreadPoolExecutor(1) as thread:
        started = thread.submit(prepare_database, settings)
        server.start()
        started.result(PATIENCE)


def test_sqlite_waits_for_whoever_writes_and_says_so_when_it_takes_too_long(tmp_path, migrated_file):
    path = tmp_path / "goldenhour.db"
    path.write_bytes(migrated_file.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    process, somebody = Memory(engine), sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    somebody.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, somebody.rollback).start()
    assert process.run(lambda work: work.first_time("patient")) is True
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    somebody.execute("BEGIN IMMEDIATE")
    with pytest.raises(Away, match="SQLITE_BUSY"):
        process.run(lambda work: work.first_time("mine"))
    somebody.rollback()
    assert process.run(lambda work: work.first_time("mine")) is True
    somebody.close()
    process.store.close()


def may_write(engine, whether):
    """Set on the one connection that the pool has."""
    connection = engine.raw_connection()
    connection.driver_connection.execute(f"PRAGMA query_only = {'OFF' if whether else 'ON'}")
    connection.close()


def test_sqlite_that_may_only_be_read_says_so(tmp_path, migrated_file):
    path = tmp_path / "goldenhour.db"
    path.write_bytes(migrated_file.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    process = Memory(engine)
    may_write(engine, False)
    with pytest.raises(Away, match="SQLITE_READONLY"):
        process.run(lambda work: work.first_time("mine"))
    may_write(engine, True)
    assert process.run(lambda work: work.first_time("mine")) is True
    process.store.close()
