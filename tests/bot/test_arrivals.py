"""What has arrived is written down in batches, and everybody is told about their own."""

import asyncio

import pytest
from sqlalchemy import event

from bot.arrivals import Arrivals
from bot.chat import Send
from tests.memory import Memory

NUMBER = 40


@pytest.fixture
def memory(engine):
    """A process with a store."""
    made = Memory(engine)
    yield made
    made.store.close()


@pytest.fixture
def commits(engine):
    """How often the database was written to."""
    counted = []

    def count(connection):
        counted.append(connection)

    event.listen(engine, "commit", count)
    yield counted
    event.remove(engine, "commit", count)


def claimed(memory):
    memory.run(lambda work: work.incidents.new_id(work.now))
    memory.put(*(Send(f"1/{n}", 1, "post", lane=f"1/{n}") for n in range(NUMBER)))
    return memory.claim()


def states(memory):
    return memory.run(lambda work: work.outbox.counts())


def test_many_that_arrive_at_once_take_two_turns(memory, commits):
    claims = claimed(memory)
    commits.clear()

    async def all_arrive():
        arrivals = Arrivals(memory.store)
        first = asyncio.ensure_future(arrivals.sent(claims[0], "m"))
        await asyncio.sleep(0)
        return await asyncio.gather(first, *(arrivals.sent(each, "m") for each in claims[1:]))

    assert asyncio.run(all_arrive()) == [True] * NUMBER
    assert len(commits) <= 2
    assert states(memory) == {"sent": NUMBER}


def test_a_batch_that_cannot_be_written_fails_those_who_wait_for_it_and_no_later_one(memory, engine):
    claims = claimed(memory)
    failures = [OSError("the disk is full")]

    def full(connection):
        if failures:
            raise failures.pop()

    async def arrive():
        arrivals = Arrivals(memory.store)
        waiting = (arrivals.sent(each, "m") for each in claims[:3])
        refused = await asyncio.gather(*waiting, return_exceptions=True)
        return refused, await arrivals.sent(claims[3], "m")

    event.listen(engine, "begin", full)
    refused, later = asyncio.run(arrive())
    event.remove(engine, "begin", full)
    assert [type(each) for each in refused] == [OSError] * 3
    assert later
    assert states(memory) == {"claimed": NUMBER - 1, "sent": 1}


def test_whoever_stops_waiting_keeps_nobody_from_being_written_down(memory):
    claims = claimed(memory)

    async def arrive():
        arrivals = Arrivals(memory.store)
        one, other = (asyncio.ensure_future(arrivals.sent(each, "m")) for each in claims[:2])
        await asyncio.sleep(0)
        one.cancel()
        return await other

    assert asyncio.run(arrive())
    assert states(memory) == {"claimed": NUMBER - 2, "sent": 2}
