"""Incidents in the database: told from their history, found by room and by what is due, one change at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import StatementError

from bot.crisis.ending import close, reopen
from bot.crisis.events import BOT, Answered, Entry, RoomOpened, TaskTaken
from bot.crisis.incident import Incident, fill_in
from bot.store.codec import UnknownEvent
from bot.store.incidents import Incidents
from bot.store.recent import Recent
from bot.store.tables import history, incidents
from tests.deeds import steps, take
from tests.makers import NINE, a_graded, a_playbook, an_incident, at
from tests.memory import Memory
from timelines.reminders import next_due

PLAYBOOK = a_playbook()


def state(incident):
    return {item.name: getattr(incident, item.name) for item in fields(incident) if item.name != "stored"}


def kept(memory, incident):
    """Incident 1, whose header the fixture made, with this history."""
    memory.run(lambda work: work.incidents.add(incident))
    return incident


def got(memory, number=1):
    return memory.run(lambda work: work.incidents.get(number, to_change=False))


def changed(memory, change, number=1):
    memory.run(lambda work: change(work.incidents.get(number)))


def column(memory, name):
    with memory.engine.connect() as connection:
        return connection.execute(select(incidents.c[name]).where(incidents.c.id == 1)).scalar_one()


def test_an_incident_comes_back_as_it_was_kept(memory):
    incident = kept(memory, a_graded("orange"))
    assert state(got(memory)) == state(incident)
    assert got(memory).news == []


def test_one_that_nobody_opened_is_none(memory):
    assert got(memory, 99) is None
    assert memory.run(lambda work: work.incidents.get(99)) is None


def test_numbers_are_never_given_twice_even_when_an_opening_fails(memory):
    def opens_and_fails(work):
        work.incidents.new_id(NINE)
        raise LookupError

    assert memory.run(lambda work: work.incidents.new_id(NINE)) == 2
    with pytest.raises(LookupError):
        memory.run(opens_and_fails)
    later = memory.run(lambda work: work.incidents.new_id(NINE))
    assert later in (3, 4)
    assert memory.run(lambda work: work.incidents.new_id(NINE)) == later + 1


def test_within_one_transaction_it_is_one_and_the_same(memory):
    kept(memory, an_incident())
    assert memory.run(lambda work: work.incidents.get(1) is work.incidents.get(1))
    assert memory.run(lambda work: work.incidents.get(1) is work.incidents.get(1, to_change=False))


def test_only_news_is_written_and_in_its_place(memory):
    incident = kept(memory, an_incident())
    before = len(incident.history)
    changed(memory, lambda one: fill_in(one, "xu", at("+1 min"), {"views": 900}))
    changed(memory, lambda one: fill_in(one, "ma", at("+2 min"), {"views": 950}))
    with memory.engine.connect() as connection:
        rows = connection.execute(
            select(history).where(history.c.seq >= before).order_by(history.c.seq)
        ).all()
    assert [(row.seq, row.at, row.by, row.kind, row.data) for row in rows] == [
        (before, at("+1 min"), "xu", "Answered", {"answers": {"views": 900}}),
        (before + 1, at("+2 min"), "ma", "Answered", {"answers": {"views": 950}}),
    ]


def test_the_header_says_what_the_history_says(memory):
    kept(memory, a_graded("red", drill=True, title="电池起火"))
    changed(memory, lambda one: one.record(RoomOpened("C7", "crisis-1"), BOT, at("+1 min")))
    (header,) = memory.run(lambda work: work.incidents.headers(closed=False))
    assert (header.id, header.title, header.grade, header.drill) == (1, "电池起火", "red", True)
    assert (header.room, header.declared_at, header.closed_at) == ("C7", NINE, None)
    changed(memory, lambda one: close(one, "over", "wang", at("+5 h")))
    assert memory.run(lambda work: work.incidents.headers(closed=False)) == []
    (header,) = memory.run(lambda work: work.incidents.headers(closed=True))
    assert header.closed_at == at("+5 h")


def test_lists_begin_with_the_newest(memory):
    for _ in range(3):
        memory.run(lambda work: work.incidents.new_id(NINE))
    assert [one.id for one in memory.run(lambda work: work.incidents.headers(closed=False))] == [4, 3, 2, 1]


def test_an_incident_is_found_by_its_room_and_never_by_none(memory):
    kept(memory, an_incident())
    assert memory.run(lambda work: work.incidents.in_room("")) is None
    changed(memory, lambda one: one.record(RoomOpened("C7", "crisis-1"), BOT, at("+1 min")))
    assert memory.run(lambda work: work.incidents.in_room("C7")).id == 1
    assert memory.run(lambda work: work.incidents.in_room("C8")) is None


def test_the_next_due_time_is_kept_in_step_with_every_change(memory):
    incident = kept(memory, an_incident())
    assert (
        memory.run(lambda work: work.incidents.earliest_due()) == next_due(incident, PLAYBOOK) == at("+5 min")
    )
    changed(memory, lambda one: close(one, "over", "wang", at("+1 min")))
    assert memory.run(lambda work: work.incidents.earliest_due()) is None
    changed(memory, lambda one: reopen(one, "not over", "wang", at("+2 min")))
    assert memory.run(lambda work: work.incidents.earliest_due()) == at("+5 min")


def test_what_is_due_comes_longest_overdue_first_and_not_before_its_time(memory):
    with memory.engine.begin() as connection:
        for number, due_at in ((2, at("+9 min")), (3, at("+3 min")), (4, None), (5, at("+6 min"))):
            connection.execute(insert(incidents).values(id=number, declared_at=NINE, next_due_at=due_at))
    assert memory.run(lambda work: work.incidents.due(at("+6 min"))) == [3, 5]
    assert memory.run(lambda work: work.incidents.due(at("+2.9 min"))) == []
    assert memory.run(lambda work: work.incidents.earliest_due()) == at("+3 min")


def test_times_come_back_aware_to_the_microsecond(memory):
    incident = an_incident()
    precise = NINE + timedelta(microseconds=123_457)
    incident.record(Answered({"views": 900}), "xu", precise)
    kept(memory, incident)
    assert got(memory).readings == [(precise, 900)]
    assert got(memory).readings[0][0].utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(memory):
    incident = an_incident()
    incident.record(Answered({"views": 900}), "xu", datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - the mistake itself
    with pytest.raises(StatementError):
        kept(memory, incident)
    assert got(memory).history == []


def test_history_of_a_newer_version_is_refused_loudly_and_kept(memory):
    kept(memory, an_incident())
    with memory.engine.begin() as connection:
        connection.execute(update(history).where(history.c.seq == 1).values(kind="Teleported"))
    with pytest.raises(UnknownEvent, match="Teleported"):
        got(Memory(memory.engine))
    with memory.engine.connect() as connection:
        assert (
            connection.execute(select(history.c.kind).where(history.c.seq == 1)).scalar_one() == "Teleported"
        )


def test_changes_that_come_at_the_same_time_are_all_kept(memory, another):
    kept(memory, an_incident())
    start = Barrier(4)

    def take_tasks(process, person):
        start.wait(5)
        for _ in range(10):
            changed(process, lambda one: one.record(TaskTaken("basics_known", person), person, NINE))

    with ThreadPoolExecutor(4) as threads:
        people = ["xu", "ma", "he", "sun"]
        work = [
            threads.submit(take_tasks, process, person)
            for process, person in zip([memory, another, memory, another], people, strict=True)
        ]
        for one in work:
            one.result(30)
    told = [entry.by for entry in got(memory).history if isinstance(entry.event, TaskTaken)]
    assert sorted(told) == sorted(people * 10)


def test_what_was_only_looked_at_is_read_again_before_it_is_changed(memory, another):
    """Between a look and a change another process may have written: its news must not collide with ours."""
    if memory.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    kept(memory, an_incident())

    def look_then_change(work):
        assert work.incidents.get(1, to_change=False).answers == {"type": "A"}
        changed(another, lambda one: fill_in(one, "ma", at("+1 min"), {"mood": "mixed"}))
        incident = work.incidents.get(1)
        assert incident.answers == {"type": "A", "mood": "mixed"}
        fill_in(incident, "xu", at("+1 min"), {"views": 900})

    memory.run(look_then_change)
    assert got(memory).answers == {"type": "A", "mood": "mixed", "views": 900}


def test_what_somebody_began_to_change_after_only_a_look_is_not_lost(memory):
    kept(memory, an_incident())

    def change_after_a_look(work):
        fill_in(work.incidents.get(1, to_change=False), "xu", at("+1 min"), {"views": 900})
        fill_in(work.incidents.get(1), "xu", at("+1 min"), {"mood": "mixed"})

    memory.run(change_after_a_look)
    assert got(memory).answers == {"type": "A", "views": 900, "mood": "mixed"}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps, st.integers(1, 5))
def test_any_crisis_comes_back_from_the_database_as_it_was(engine, all_steps, at_once):
    """Loaded anew every few deeds, as between requests, it goes on as if it had stayed in memory."""
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(insert(incidents).values(id=1, declared_at=NINE))
        incident, now = an_incident(), NINE
        in_memory = Incident.from_history(1, incident.history)
        for place in range(0, len(all_steps) + 1, at_once):
            if incident.news:
                Incidents(connection, lambda one: next_due(one, PLAYBOOK), Recent()).save(incident)
            incident = Incidents(connection, lambda one: None, Recent()).get(1)
            for step in all_steps[place : place + at_once]:
                take(in_memory, step, now)
                now = take(incident, step, now)
            assert state(incident) == state(in_memory)
        transaction.rollback()


def test_an_entry_is_a_line_of_the_history(memory):
    kept(memory, an_incident())
    assert got(memory).history[0] == Entry(NINE, "xu", an_incident().history[0].event)
    assert column(memory, "entries") == len(an_incident().history)
