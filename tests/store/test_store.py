"""Units of work: each whole or not at all, together in one commit where that is cheaper, off the event loop."""

import asyncio
import threading
from threading import Event

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from bot.chat import Send
from bot.store import make_engine
from bot.store.tables import inbox
from tests.makers import NINE, at
from tests.memory import Memory


class Refusal(Exception):
    """A unit does not like what it sees."""


def noted(memory):
    with memory.engine.connect() as connection:
        return sorted(connection.execute(select(inbox.c.key)).scalars())


def fails(work):
    work.first_time("mine")
    raise Refusal


def all_at_once(memory, *units):
    """Units that wait together: the first holds up the store until all have been submitted."""
    ready = Event()

    async def submit():
        first = asyncio.ensure_future(memory.store.run(lambda work: ready.wait(5)))
        rest = [asyncio.ensure_future(memory.store.run(unit)) for unit in units]
        await asyncio.sleep(0)
        ready.set()
        return (await asyncio.gather(first, *rest, return_exceptions=True))[1:]

    return asyncio.run(submit())


@pytest.fixture
def commits(memory):
    """How often the database was asked to commit."""
    told = []

    def tell(connection):
        told.append(connection)

    event.listen(memory.engine, "commit", tell)
    yield told
    event.remove(memory.engine, "commit", tell)


def test_a_unit_returns_what_it_found(memory):
    assert memory.run(lambda work: work.now) == NINE
    assert asyncio.run(memory.store.run(lambda work: work.real_now)) == NINE


def test_both_clocks_are_asked_anew_for_each_unit(memory):
    memory.at("+7 min")
    assert memory.run(lambda work: (work.now, work.real_now)) == (at("+7 min"), at("+7 min"))


def test_what_a_unit_raises_undoes_it_and_comes_out(memory):
    with pytest.raises(Refusal):
        memory.run(fails)
    assert noted(memory) == []


def test_a_unit_that_fails_is_rolled_back_alone(memory):
    units = [
        lambda work: work.first_time("one"),
        fails,
        lambda work: work.first_time("two"),
        lambda work: work.outbox.put([Send(key="1/x", incident=99, deed="post", lane="x")]),
        lambda work: work.first_time("three"),
    ]
    one, failed, two, broken, three = all_at_once(memory, *units)
    assert (one, two, three) == (True, True, True)
    assert isinstance(failed, Refusal)
    assert type(broken).__name__ == "IntegrityError"
    assert noted(memory) == ["one", "three", "two"]


def test_sqlite_puts_what_waits_into_one_commit(memory, commits):
    if memory.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL commits on several connections at once")
    all_at_once(memory, *[lambda work, n=n: work.first_time(f"{n:02}") for n in range(50)])
    assert len(noted(memory)) == 50
    assert len(commits) <= 3


def test_units_that_wait_are_done_in_the_order_in_which_they_came(memory):
    if memory.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL runs several at once")
    done = []
    all_at_once(memory, *[lambda work, n=n: done.append(n) for n in range(150)])
    assert done == list(range(150))


def test_when_the_commit_fails_all_who_wait_are_told_and_nothing_rang(memory):
    def power_cut(connection):
        raise OSError("disk I/O error")

    memory.rang.clear()
    event.listen(memory.engine, "commit", power_cut)
    outcomes = all_at_once(
        memory,
        lambda work: work.first_time("one"),
        lambda work: work.outbox.put([Send(key="1/x", incident=1, deed="post", lane="x")]),
    )
    event.remove(memory.engine, "commit", power_cut)
    assert [type(outcome) for outcome in outcomes] == [OSError, OSError]
    assert (noted(memory), memory.rings()) == ([], 0)
    assert memory.run(lambda work: work.first_time("one"))


def test_one_bell_for_all_that_was_committed_together(memory):
    memory.rang.clear()
    sends = [Send(key=f"1/{n}", incident=1, deed="post", lane=f"{n}") for n in range(5)]
    all_at_once(memory, *[lambda work, send=send: work.outbox.put([send]) for send in sends], fails)
    assert memory.rings() == (1 if memory.engine.dialect.name == "sqlite" else 5)


def test_a_bell_that_breaks_is_no_reason_to_stop_remembering(memory):
    """It rings after the commit, in the store's own thread: with it the whole bot would stand still."""

    def broken():
        raise RuntimeError("Event loop is closed")

    memory.store.on_change = broken
    memory.put(Send(key="1/x", incident=1, deed="post", lane="x"))
    assert asyncio.run(asyncio.wait_for(memory.store.run(lambda work: work.first_time("after")), 5))
    assert memory.run(lambda work: work.outbox.counts()) == {"pending": 1}


def test_who_stops_waiting_does_not_undo_what_was_asked(memory):
    async def leave():
        begun, go_on = Event(), Event()

        def slow(work):
            work.first_time("slow")
            begun.set()
            go_on.wait(5)

        asked = asyncio.ensure_future(memory.store.run(slow))
        await asyncio.to_thread(begun.wait, 5)
        asked.cancel()
        go_on.set()
        await memory.store.run(lambda work: None)

    asyncio.run(leave())
    memory.store.close()
    assert noted(memory) == ["slow"]


def test_closing_finishes_what_was_submitted(memory):
    ready = Event()

    async def submit_and_close():
        asked = [asyncio.ensure_future(memory.store.run(lambda work: ready.wait(5)))]
        asked += [
            asyncio.ensure_future(memory.store.run(lambda work, n=n: work.first_time(f"{n}")))
            for n in range(5)
        ]
        await asyncio.sleep(0)
        ready.set()
        await asyncio.to_thread(memory.store.close)
        return await asyncio.gather(*asked)

    assert asyncio.run(submit_and_close()) == [True] * 6


def test_a_closed_store_takes_nothing_and_keeps_nobody_waiting(memory):
    memory.store.close()
    with pytest.raises(RuntimeError):
        memory.run(lambda work: work.first_time("late"))


def test_units_never_run_on_the_callers_thread(memory):
    assert memory.run(lambda work: threading.current_thread()) is not threading.current_thread()


def test_another_process_sees_what_was_committed_and_only_that(memory, another):
    seen = []

    def half_done(work):
        work.first_time("mine")
        with another.engine.connect() as connection:
            if another.engine.dialect.name == "postgresql":
                seen.append(connection.execute(select(func.count()).select_from(inbox)).scalar_one())

    memory.run(half_done)
    assert seen in ([0], [])
    assert another.run(lambda work: work.first_time("mine")) is False


def test_a_sign_of_life_or_the_databases_own_error(memory, tmp_path):
    memory.store.ping()
    nowhere = Memory(make_engine("postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=1"))
    with pytest.raises(OperationalError):
        nowhere.store.ping()
    nowhere.store.close()
