"""The database's trouble has one name, so that whoever can go on without it knows when to; our mistakes keep theirs."""

import asyncio
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from bot.chat import Send
from bot.store import Away, make_engine
from tests.memory import Memory


def noted(work):
    return work.first_time("mine")


def test_a_server_that_is_not_there_is_away():
    nowhere = Memory(make_engine("postgresql+psycopg://nobody:hush@127.0.0.1:9/none"))
    with pytest.raises(Away) as told:
        nowhere.run(noted)
    assert "hush" not in str(told.value)
    nowhere.store.close()


def test_a_table_that_is_not_there_is_our_mistake(memory):
    def asks_wrongly(work):
        work._connection.execute(text("SELECT * FROM nothing"))

    with pytest.raises((OperationalError, ProgrammingError)):
        memory.run(asks_wrongly)


def test_a_broken_constraint_is_our_mistake(memory):
    with pytest.raises(IntegrityError):
        memory.put(Send(key="1/x", incident=99, deed="post", lane="x"))


def test_a_full_disk_undoes_all_who_shared_the_commit_and_tells_them(memory):
    """SQLite undoes the whole transaction, not the savepoint alone: who went before must not believe to be kept."""
    if memory.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has a transaction for each")
    ready = Event()

    def full(work):
        pages = work._connection.execute(text("PRAGMA page_count")).scalar_one()
        work._connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(2000):
            work.first_time(f"{number:0200}")

    async def three():
        first = asyncio.ensure_future(memory.store.run(lambda work: ready.wait(5)))
        units = [lambda work: work.first_time("one"), full, lambda work: work.first_time("three")]
        rest = [asyncio.ensure_future(memory.store.run(unit)) for unit in units]
        await asyncio.sleep(0)
        ready.set()
        return (await asyncio.gather(first, *rest, return_exceptions=True))[1:]

    outcomes = asyncio.run(three())
    assert [str(outcome) for outcome in outcomes] == ["SQLITE_FULL"] * 3
    assert {type(outcome) for outcome in outcomes} == {Away}
    with memory.engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1000000"))
    assert memory.run(lambda work: (work.first_time("one"), work.first_time("three"))) == (True, True)
