"""Whoever restarts machines is told the truth, and neither Slack nor the database is asked more often than it likes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, update

from bot.app import real_moments
from bot.chat import ChatError
from bot.readiness import Readiness
from bot.store import Consequences, Moments, Store, make_engine
from bot.store.tables import incidents, sends
from tests.makers import NINE, at
from tests.memory_chat import MemoryChat


class FailingChat(MemoryChat):
    """A platform that answers each check with the next of these, and counts how often it was asked."""

    def __init__(self, *errors: ChatError | None) -> None:
        super().__init__()
        self.errors = list(errors)
        self.asked = 0

    async def check(self) -> str:
        self.asked += 1
        if error := self.errors.pop(0):
            raise error
        return "memory"


REFUSED = ChatError("invalid_auth", permanent=True)
LOST = ChatError("timeout", in_doubt=True)


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    """A store with nothing above it, at ten past nine."""
    made = Store(
        engine, Consequences(lambda _: [], lambda _: None), lambda: Moments(at("+10 min"), at("+10 min"))
    )
    yield made
    made.close()


def asked_at(readiness: Readiness, now: list[float], *times: float) -> list[dict[str, str]]:
    """What is in trouble at each of these seconds."""

    async def story() -> list[dict[str, str]]:
        found = []
        for time in times:
            now[0] = time
            found.append(await readiness.trouble())
        return found

    return asyncio.run(story())


def test_all_is_well(store: Store):
    assert asyncio.run(Readiness(store, MemoryChat()).all_trouble()) == {}


def test_a_refused_token_is_told_and_not_asked_again_at_once(store: Store):
    now, chat = [0.0], FailingChat(REFUSED, REFUSED, None)
    readiness = Readiness(store, chat, clock=lambda: now[0])
    found = asked_at(readiness, now, 100.0, 129.0, 130.0, 160.0)
    assert found == [{"chat": "invalid_auth"}] * 3 + [{}]
    assert chat.asked == 3


def test_a_token_that_an_administrator_may_mend_is_told_at_once_too(store: Store):
    chat = FailingChat(ChatError("token_revoked", retry_after=30.0))
    assert asyncio.run(Readiness(store, chat).trouble()) == {"chat": "token_revoked"}


@pytest.mark.parametrize(
    "error", [LOST, ChatError("not_connected"), ChatError("ratelimited", retry_after=1.0)]
)
def test_a_lost_answer_is_no_trouble_before_the_second(store: Store, error: ChatError):
    now, chat = [0.0], FailingChat(error, None, error, error, None)
    readiness = Readiness(store, chat, clock=lambda: now[0])
    found = asked_at(readiness, now, 100.0, 130.0, 160.0, 190.0, 220.0)
    assert found == [{}, {}, {}, {"chat": error.code}, {}]


def test_many_who_ask_at_once_share_one_question(store: Store, engine: Engine):
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cur, sql, *_: statements.append(sql))
    chat = FailingChat(None)
    readiness = Readiness(store, chat, clock=lambda: 100.0)

    async def crowd() -> list[dict[str, str]]:
        return await asyncio.gather(*(readiness.trouble() for _ in range(500)))

    assert asyncio.run(crowd()) == [{}] * 500
    assert chat.asked == 1
    assert len([sql for sql in statements if "next_due_at" in sql]) == 1


def test_the_database_is_asked_again_after_a_second(store: Store, engine: Engine):
    now = [100.0]
    readiness = Readiness(store, MemoryChat(), clock=lambda: now[0])
    assert asked_at(readiness, now, 100.0) == [{}]
    with engine.begin() as connection:
        connection.execute(insert(incidents), {"declared_at": NINE, "next_due_at": NINE})
    assert asked_at(readiness, now, 100.9, 101.0) == [{}, {"late": "late_600s"}]


@pytest.mark.parametrize(
    ("due", "trouble"),
    [("+10 min", {}), ("+9 min", {}), ("+8.9 min", {"late": "late_66s"})],
    ids=["now", "a minute ago", "longer ago"],
)
def test_what_is_over_a_minute_late_is_told(store: Store, engine: Engine, due: str, trouble: dict[str, str]):
    with engine.begin() as connection:
        connection.execute(insert(incidents), {"declared_at": NINE, "next_due_at": at(due)})
    assert asyncio.run(Readiness(store, MemoryChat()).trouble()) == trouble


def a_send(**about: Any) -> dict[str, Any]:
    """A send of the first incident, since nine."""
    times = {"due_at": NINE, "created_at": NINE}
    return {"key": "1/x", "incident_id": 1, "deed": "post", "lane": "1", "body": {}, **times, **about}


def test_a_late_send_is_told_and_a_dead_one_only_to_administrators(store: Store, engine: Engine):
    with engine.begin() as connection:
        connection.execute(insert(incidents), {"declared_at": NINE})
        connection.execute(insert(sends), a_send())
    assert asyncio.run(Readiness(store, MemoryChat()).trouble()) == {"late": "late_600s"}
    with engine.begin() as connection:
        connection.execute(update(sends).values(state="dead"))
    assert asyncio.run(Readiness(store, MemoryChat()).trouble()) == {}
    assert asyncio.run(Readiness(store, MemoryChat()).all_trouble()) == {"dead": "dead_1"}


def test_in_a_demo_that_runs_fast_late_is_late_for_people(store: Store, engine: Engine):
    with engine.begin() as connection:
        connection.execute(insert(incidents), {"declared_at": NINE, "next_due_at": at("+5 min")})
    assert asyncio.run(Readiness(store, MemoryChat(), scale=60).trouble()) == {}


def test_a_loop_that_does_not_go_round_is_told(store: Store):
    readiness = Readiness(store, MemoryChat(), lambda: {"clock": 10.0, "delivery": 10.6})
    assert asyncio.run(readiness.trouble()) == {"delivery": "silent_11s"}


def test_a_database_that_is_away_is_told_and_its_figures_are_unknown(tmp_path):
    """A folder stands where the file should be; what the database said is a code, never a path."""
    engine = make_engine(f"sqlite:///{tmp_path / 'gone.db'}")
    (tmp_path / "gone.db").unlink()
    (tmp_path / "gone.db").mkdir()
    store = Store(engine, Consequences(lambda _: [], lambda _: None), real_moments)
    readiness = Readiness(store, MemoryChat())
    assert asyncio.run(readiness.trouble()) == {"database": "SQLITE_CANTOPEN"}
    assert asyncio.run(readiness.health()) is None
    assert asyncio.run(readiness.all_trouble()) == {"database": "SQLITE_CANTOPEN"}
    store.close()


def test_a_database_without_tables_is_no_database(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    store = Store(engine, Consequences(lambda _: [], lambda _: None), real_moments)
    assert asyncio.run(Readiness(store, MemoryChat()).trouble()) == {"database": "OperationalError"}
    store.close()
