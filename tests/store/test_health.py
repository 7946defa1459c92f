"""What is late and how much waits is told truly, and from indexes alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from bot.store.health import health
from bot.store.tables import incidents, sends
from tests.makers import NINE, at

NOW = at("+10 min")


@pytest.fixture
def crisis(engine: Engine) -> Engine:
    """A database with one incident that waits for nothing."""
    with engine.begin() as connection:
        connection.execute(
            insert(incidents), {"declared_at": NINE, "next_due_at": NOW + timedelta(minutes=5)}
        )
    return engine


def a_row(key: str, **about: Any) -> dict[str, Any]:
    """A send that has been due since nine."""
    usual = {
        "incident_id": 1,
        "deed": "post",
        "lane": key,
        "after": "",
        "state": "pending",
        "in_doubt": False,
    }
    times = {"due_at": NINE, "created_at": NINE, "lease_until": None}
    return {"key": key, "body": {}, **usual, **times, **about}


def look(engine: Engine, *rows: dict[str, Any]) -> Any:
    """The health of a database with these sends in it, at ten past nine."""
    with engine.begin() as connection:
        if rows:
            connection.execute(insert(sends), list(rows))
        return health(connection, NOW, NOW)


def test_an_empty_outbox_is_well(crisis: Engine):
    found = look(crisis)
    assert (found.send_late, found.reminder_late, found.states, found.dead) == (0.0, 0.0, {}, 0)


def test_a_send_that_may_go_and_does_not_is_late(crisis: Engine):
    assert look(crisis, a_row("1/a"), a_row("1/b", due_at=at("+2 min"))).send_late == 600.0


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(a_row("1/x", due_at=at("+11 min")), id="put off"),
        pytest.param(a_row("1/x", after="1/room"), id="waits for another"),
        pytest.param(a_row("1/x", lane="slow"), id="not first in its lane"),
        pytest.param(a_row("1/x", state="claimed", lease_until=at("+11 min")), id="under way"),
        pytest.param(a_row("1/x", state="sent"), id="sent"),
        pytest.param(a_row("1/x", state="dead"), id="given up"),
    ],
)
def test_what_may_not_go_is_not_late(crisis: Engine, row: dict[str, Any]):
    ahead = a_row("1/ahead", lane="slow", due_at=at("+11 min"))
    room = a_row("1/room", state="claimed", lease_until=at("+11 min"))
    assert look(crisis, room, ahead, row).send_late == 0.0


def test_what_waited_for_another_is_late_once_that_is_sent(crisis: Engine):
    assert look(crisis, a_row("1/room", state="sent"), a_row("1/x", after="1/room")).send_late == 600.0


def test_a_lease_that_nobody_takes_over_is_late(crisis: Engine):
    assert look(crisis, a_row("1/x", state="claimed", lease_until=at("+9 min"))).send_late == 60.0


def test_an_incident_whose_time_has_come_is_late(crisis: Engine):
    with crisis.begin() as connection:
        connection.execute(incidents.update().values(next_due_at=at("+8 min")))
    found = look(crisis)
    assert (found.reminder_late, found.late) == (120.0, 120.0)


def test_sends_are_counted_by_state(crisis: Engine):
    found = look(
        crisis,
        a_row("1/a"),
        a_row("1/b"),
        a_row("1/c", in_doubt=True),
        a_row("1/d", state="claimed", lease_until=at("+11 min")),
        a_row("1/e", state="dead"),
        a_row("1/f", state="sent"),
    )
    assert found.states == {"pending": 2, "in_doubt": 1, "claimed": 1, "dead": 1}
    assert found.dead == 1


def test_no_question_reads_a_whole_table(crisis: Engine):
    """It is asked every second, for years, beside a million sends that are long done."""
    asked: list[tuple[str, Any]] = []
    event.listen(crisis, "before_cursor_execute", lambda c, cur, sql, values, *_: asked.append((sql, values)))
    look(crisis)
    plan = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[crisis.dialect.name]
    with crisis.begin() as connection:
        if crisis.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        steps = [
            str(row)
            for sql, values in asked
            if sql.startswith("SELECT")
            for row in connection.exec_driver_sql(plan + sql, values)
        ]
    assert len(steps) >= 5
    assert [step for step in steps if "Seq Scan" in step or ("SCAN" in step and "INDEX" not in step)] == []
