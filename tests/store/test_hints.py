"""One process wakes another on PostgreSQL, and hears again after it was deaf; a hint and no more."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, event, text

from bot.chat import Send
from bot.store import make_engine
from tests.databases import emptied_postgres
from tests.makers import NINE
from tests.memory import Memory

WITHIN = 10
OTHERS = text("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")


class Process(Memory):
    """A process that can be seen to wake."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.woke: queue.Queue[None] = queue.Queue()
        self.store.on_change = lambda: self.woke.put(None)

    def wakes(self) -> None:
        """It does, within seconds."""
        self.woke.get(timeout=WITHIN)


@pytest.fixture
def here(postgres: str) -> Iterator[Process]:
    """A process that speaks; incident 1 exists."""
    made = Process(make_engine(emptied_postgres(postgres)))
    made.run(lambda work: work.incidents.new_id(NINE))
    yield made
    made.store.close()


@pytest.fixture
def there(postgres: str, here: Process) -> Iterator[Process]:
    """Another, which listens. That it began to hear is a reason to look as well."""
    made = Process(make_engine(postgres))
    made.store.listen()
    made.wakes()
    yield made
    made.store.close()


def a_send(number: int) -> Send:
    """For the outbox."""
    return Send(key=f"1/{number}", incident=1, deed="post", lane=f"{number}")


def test_what_one_left_to_do_wakes_the_other(here: Process, there: Process):
    began = time.monotonic()
    here.put(a_send(1))
    there.wakes()
    assert time.monotonic() - began < 0.5
    assert there.run(lambda work: work.outbox.counts()) == {"pending": 1}


def test_a_process_wakes_itself_without_the_database(there: Process):
    there.put(a_send(1))
    there.wakes()
    there.put(a_send(2))
    there.wakes()
    assert there.woke.empty()


def test_what_was_undone_wakes_nobody_and_neither_does_reading(here: Process, there: Process):
    told: list[str] = []
    event.listen(here.engine, "before_cursor_execute", lambda *seen: told.append(seen[2]))
    here.run(lambda work: work.outbox.counts())
    assert not any("pg_notify" in statement for statement in told)

    def fails(work):
        work.outbox.put([a_send(1)])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        here.run(fails)
    assert there.run(lambda work: work.outbox.counts()) == {}
    assert there.woke.empty()


def test_many_commits_in_a_moment_tell_once(here: Process):
    told: list[str] = []
    event.listen(here.engine, "before_cursor_execute", lambda *seen: told.append(seen[2]))
    began = time.monotonic()
    for number in range(10):
        here.put(a_send(number))
    passed = time.monotonic() - began
    assert 1 <= sum("pg_notify" in statement for statement in told) <= 1 + passed / 0.1


def test_an_ear_that_was_cut_off_grows_again(here: Process, there: Process, postgres: str):
    with create_engine(postgres).begin() as connection:
        for pid in connection.execute(OTHERS).scalars().all():
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    there.wakes()
    here.put(a_send(1))
    there.wakes()


def test_closing_ends_the_ear_soon(here: Process, there: Process):
    began = time.monotonic()
    there.store.close()
    assert time.monotonic() - began < 2


def test_sqlite_has_nobody_to_listen_to(tmp_path):
    alone = Process(make_engine(f"sqlite:///{tmp_path / 'goldenhour.db'}"))
    alone.store.listen()
    alone.store.close()
    assert alone.woke.empty()
