"""All replicas go by the database's clock, whatever their own says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, event, text

from bot.chat import Send
from bot.store import Moments, Store, make_engine
from tests.databases import emptied_postgres
from tests.makers import NINE
from tests.memory import SILENT

HOUR = timedelta(hours=1)
MOMENT = timedelta(seconds=2)


class Machine:
    """A replica, and how wrong its clock is."""

    def __init__(self, url: str, ahead: timedelta, demo: timedelta = timedelta(0)) -> None:
        self.ahead = ahead
        self.engine = make_engine(url)
        self.asked = 0
        event.listen(self.engine, "before_cursor_execute", self._count)

        def moments() -> Moments:
            now = datetime.now(UTC) + self.ahead
            return Moments(crisis=now + demo, real=now)

        self.store = Store(self.engine, SILENT, moments, shared_time=True)

    def _count(self, *seen: object) -> None:
        self.asked += "clock_timestamp" in str(seen[2])

    def times(self) -> tuple[datetime, datetime]:
        """Of people, and of leases."""
        return self.store.run_now(lambda work: (work.now, work.real_now))


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    """A PostgreSQL of which incident 1 is known."""
    yield emptied_postgres(postgres)


def of_database(url: str) -> datetime:
    engine = create_engine(url)
    with engine.connect() as connection:
        return connection.execute(text("SELECT clock_timestamp()")).scalar_one()


@pytest.mark.parametrize("ahead", [-HOUR, timedelta(0), HOUR], ids=["behind", "right", "ahead"])
def test_a_replica_whose_clock_is_wrong_goes_by_the_databases(url: str, ahead: timedelta):
    machine = Machine(url, ahead)
    people, leases = machine.times()
    assert abs(people - of_database(url)) < MOMENT
    assert people == leases
    machine.store.close()


def test_a_clock_that_is_set_while_we_work_moves_nothing(url: str):
    machine = Machine(url, timedelta(0))
    for ahead in (timedelta(0), HOUR, -HOUR, timedelta(milliseconds=200)):
        machine.ahead = ahead
        assert abs(machine.times()[1] - of_database(url)) < timedelta(seconds=0.15)
    machine.store.close()


def test_the_database_is_asked_seldom(url: str):
    machine = Machine(url, HOUR)
    for _ in range(50):
        machine.times()
    assert machine.asked <= 8
    machine.store.close()


def test_a_demo_keeps_its_own_speed(url: str):
    machine = Machine(url, HOUR, demo=timedelta(days=120))
    people, leases = machine.times()
    assert people - leases == timedelta(days=120)
    assert abs(leases - of_database(url)) < MOMENT
    machine.store.close()


def test_what_one_put_off_is_not_due_for_another_whose_clock_is_ahead(url: str):
    right, ahead = Machine(url, timedelta(0)), Machine(url, HOUR)
    lease = timedelta(seconds=30)
    right.store.run_now(lambda work: work.incidents.new_id(NINE))
    right.store.run_now(lambda work: work.outbox.put([Send(key="1/x", incident=1, deed="post", lane="x")]))
    assert len(right.store.run_now(lambda work: work.outbox.claim("right", 5, lease))) == 1
    assert ahead.store.run_now(lambda work: work.outbox.claim("ahead", 5, lease)) == []
    for machine in (right, ahead):
        machine.store.close()


def test_what_one_that_is_behind_leaves_to_do_is_due_at_once(url: str):
    right, behind = Machine(url, timedelta(0)), Machine(url, -HOUR)
    right.store.run_now(lambda work: work.incidents.new_id(NINE))
    right.store.run_now(lambda work: work.outbox.put([Send(key="1/x", incident=1, deed="post", lane="x")]))
    found = behind.store.run_now(lambda work: work.outbox.claim("behind", 5, timedelta(seconds=30)))
    assert [claimed.send.key for claimed in found] == ["1/x"]
    for machine in (right, behind):
        machine.store.close()
