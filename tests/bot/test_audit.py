"""Every hole that is made on purpose is found and mended, once; and in sound crises nothing is found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, event, select, update

from bot.audit import Finding, audit_incident, audit_tables, audit_waiting
from bot.chat import ChatError
from bot.crisis.events import SendGivenUp
from bot.crisis.incident import Incident
from bot.store import Work
from bot.store.tables import history, incidents, sends
from tests.deeds import Step, steps, take
from tests.makers import a_playbook, an_incident, at, happened
from tests.scene import Scene

pytestmark = pytest.mark.unsound


@pytest.fixture
def crisis(scene: Scene) -> Scene:
    """Six minutes into an orange crisis: the room is there, four were called, two answered."""
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+1 min").presses("U09", "on_it")
    scene.at("+6 min").presses("U07", "on_it")
    assert scene.audit() == ()
    return scene


def sql(scene: Scene, statement: Any) -> Any:
    """What only a fault, or a hand in the database, does."""
    with scene._engine.begin() as connection:
        return connection.execute(statement)


def row(scene: Scene, key: str) -> Any:
    return sql(scene, select(sends).where(sends.c.key == key)).one()


def lose(scene: Scene, *keys: str, from_chat: bool = True) -> None:
    """These rows are gone; from_chat: they had never been sent either."""
    assert sql(scene, delete(sends).where(sends.c.key.in_(keys))).rowcount == len(keys)
    if from_chat:
        scene.chat.said = {id_: said for id_, said in scene.chat.said.items() if said.key not in keys}


def kinds(scene: Scene) -> list[tuple[str, str, str]]:
    return [(one.kind, one.key, one.what) for one in scene.audit()]


def said(scene: Scene, key: str) -> int:
    """How often this is on the platform."""
    return sum(one.key == key for one in scene.chat.said.values())


def header(scene: Scene) -> dict[str, Any]:
    return dict(sql(scene, select(incidents)).one()._mapping)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("next_due_at", None),
        ("next_due_at", at("+9 d")),
        ("grade", "green"),
        ("room", "C77"),
        ("closed_at", at("+2 min")),
        ("entries", 3),
        ("drill", True),
        ("title", "?"),
    ],
)
def test_a_header_out_of_step_is_rewritten(crisis: Scene, column: str, value: Any) -> None:
    before = header(crisis)
    sql(crisis, update(incidents).values({column: value}))

    assert kinds(crisis) == [("header", "", column)]
    assert header(crisis) == before
    assert kinds(crisis) == []


def test_a_checkpoint_whose_time_was_lost_is_told_all_the_same(crisis: Scene) -> None:
    sql(crisis, update(incidents).values(next_due_at=None))
    crisis.audit()
    crisis.at("+16 min")

    assert said(crisis, "1/checkpoint/15min") == 1


ASKED_FOR = {
    "the room": "1/room/0",
    "an invitation": "1/invite/3",
    "the state card": "1/state/0",
    "the topic": "1/topic/3",
    "a pin": "1/pin/0",
    "a bookmark": "1/bookmark/0",
    "the grade": "1/grade/0",
    "a page": "1/page/david/1",
    "who is on it": "1/answered/0",
    "a reminder": "1/nudge",
    "a checkpoint": "1/checkpoint/5min",
}


@pytest.mark.parametrize("key", ASKED_FOR.values(), ids=ASKED_FOR)
def test_a_send_that_was_lost_is_put_back_and_done_once(crisis: Scene, key: str) -> None:
    deed, rooms = row(crisis, key).deed, dict(crisis.chat.rooms)
    lose(crisis, key)

    assert ("missing", key, deed) in kinds(crisis)
    crisis.deliver()
    assert row(crisis, key).state == "sent"
    assert said(crisis, key) == (1 if deed in ("post", "direct") else 0)
    assert crisis.chat.rooms == rooms
    assert kinds(crisis) == []


@pytest.mark.parametrize("key", ASKED_FOR.values(), ids=ASKED_FOR)
def test_what_had_been_sent_is_found_and_not_sent_again(crisis: Scene, key: str) -> None:
    before = {id_: one.key for id_, one in crisis.chat.said.items()}
    lose(crisis, key, from_chat=False)
    crisis.audit()
    crisis.deliver()

    assert {id_: one.key for id_, one in crisis.chat.said.items()} == before
    assert kinds(crisis) == []


def test_a_whole_outbox_that_was_lost_comes_back_without_a_word_said_twice(crisis: Scene) -> None:
    before = [one.key for one in crisis.chat.said.values()]
    left = dict(crisis.chat.waiting)
    sql(crisis, delete(sends))

    found = kinds(crisis)
    crisis.deliver()

    assert {kind for kind, _, _ in found} == {"missing", "orphan"}
    assert [one.key for one in crisis.chat.said.values()] == before
    assert [what for kind, _, what in found if kind == "orphan"] == [one.ref for one in left.values()]
    assert kinds(crisis) == []


def test_what_is_no_longer_true_is_not_missed(crisis: Scene) -> None:
    """One has answered by now; the other's time ran out, and the next was called."""
    lose(crisis, "1/page/wu/1", "1/page/zhao/1")

    assert kinds(crisis) == []


def test_an_archiving_that_was_lost_is_done(crisis: Scene) -> None:
    form = crisis.presses("U04", "close").form
    assert form is not None
    crisis.chat.failures["archive"] = []
    crisis.sends("U04", form, reason="误会", archive=["archive"])
    (key,) = [key for key in all_keys(crisis) if "/archive/" in key]
    lose(crisis, key)
    assert kinds(crisis) == [("missing", key, "archive")]
    assert row(crisis, key).state == "sent", "the history tells that it was done"


def all_keys(scene: Scene) -> list[str]:
    return list(sql(scene, select(sends.c.key)).scalars())


def waits(scene: Scene, key: str = "1/checkpoint/5min", **values: Any) -> str:
    """A row that waits, changed like this."""
    pending = {"state": "pending", "due_at": scene.now, "owner": "", "lease_until": None, "ended_at": None}
    sql(scene, update(sends).where(sends.c.key == key).values({**pending, **values}))
    return key


@pytest.mark.parametrize(
    ("why", "values", "then"),
    [
        ("held", {"state": "claimed"}, "sent"),
        ("held", {"state": "claimed", "lease_until": at("+1 d")}, "sent"),
        ("put_off", {"due_at": at("+1 d"), "in_doubt": True}, "sent"),
        ("no_cause", {"after": "1/never/there"}, "cancelled"),
    ],
)
def test_what_can_never_move_moves_again_or_is_ended(
    crisis: Scene, why: str, values: dict[str, Any], then: str
) -> None:
    key = waits(crisis, **values)

    assert kinds(crisis) == [("stuck", key, why)]
    crisis.wait(timedelta(seconds=20))
    assert row(crisis, key).state == then
    assert said(crisis, key) == 1
    assert kinds(crisis) == []


def test_what_waits_for_something_cancelled_is_ended_and_for_something_dead_is_kept(crisis: Scene) -> None:
    waits(crisis, "1/state/0", state="dead")
    waits(crisis, "1/answered/0", state="cancelled")
    waits(crisis, "1/pin/0")
    waits(crisis, "1/checkpoint/5min", after="1/answered/0")

    assert kinds(crisis) == [("stuck", "1/checkpoint/5min", "no_cause")]
    assert row(crisis, "1/pin/0").state == "pending"


def test_a_reminder_left_with_the_platform_is_taken_back_though_its_cause_is_gone(crisis: Scene) -> None:
    (key,) = [key for key in all_keys(crisis) if key.endswith("/told")]
    waits(crisis, key, after="1/never/there")

    assert kinds(crisis) == [("stuck", key, "no_cause")]
    crisis.deliver()
    assert row(crisis, key).state == "sent"


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("unknown_deed", {"deed": "sing"}),
        ("unknown_card", {"body": {"to": "room", "card": "renamed", "args": {}, "people": []}}),
        ("unreadable", {"body": {"card": "state"}}),
        ("unreadable", {"body": [1, 2]}),
    ],
)
def test_what_nobody_understands_is_kept_for_an_operator_and_told_once(
    crisis: Scene, code: str, values: dict[str, Any]
) -> None:
    key = waits(crisis, **values, created_at=crisis.now - timedelta(seconds=61))

    assert kinds(crisis) == [("unknown", key, code)]
    assert (row(crisis, key).state, row(crisis, key).error) == ("dead", code)
    crisis.deliver()
    (notice,) = crisis.posted("given_up/")
    assert notice.place == "C1"
    assert [lost.code for lost in happened(crisis.incident(), SendGivenUp)] == [code]
    assert kinds(crisis) == []


def test_what_another_version_may_understand_is_left_to_it_for_a_minute(crisis: Scene) -> None:
    waits(crisis, deed="sing", created_at=crisis.now - timedelta(seconds=59), due_at=at("+7 min"))

    assert kinds(crisis) == []


def vanish(scene: Scene, key: str) -> None:
    """The platform said yes and lost it, as Slack did in December 2021."""
    scene.chat.said = {id_: one for id_, one in scene.chat.said.items() if one.key != key}


@pytest.fixture
def paged(scene: Scene) -> Scene:
    """Just now four people were called."""
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    return scene


def test_a_page_that_never_arrived_is_sent_again_after_a_minute(paged: Scene) -> None:
    vanish(paged, "1/page/he/1")
    paged.now = at("+59 s")
    assert kinds(paged) == []

    paged.now = at("+60 s")
    assert kinds(paged) == [("vanished", "1/page/he/1", "sent again")]
    paged.deliver()
    assert said(paged, "1/page/he/1") == 1


def test_each_page_is_read_back_once(paged: Scene) -> None:
    """A search that is blind would call somebody each minute of the night."""
    arrived = []
    for minute in (1, 2, 3):
        vanish(paged, "1/page/he/1")
        paged.now = at(f"+{minute} min")
        paged.audit()
        paged.deliver()
        arrived.append(said(paged, "1/page/he/1"))

    assert arrived == [1, 0, 0]


def test_a_page_that_was_answered_meanwhile_is_not_sent_again(paged: Scene) -> None:
    vanish(paged, "1/page/he/1")
    paged.presses("U09", "on_it")
    answered_by = {call.person for call in paged.incident().calls.values() if call.answered_by}
    paged.now = at("+60 s")
    paged.audit()
    paged.deliver()

    assert said(paged, "1/page/he/1") == (0 if "he" in answered_by else 1)


def test_a_platform_that_does_not_answer_is_asked_again_in_the_next_round(paged: Scene) -> None:
    vanish(paged, "1/page/he/1")
    paged.chat.failures["find"] = [ChatError("ratelimited", retry_after=30)] * 4
    paged.now = at("+60 s")
    assert kinds(paged) == []
    assert kinds(paged) == [("vanished", "1/page/he/1", "sent again")]


def test_a_page_that_is_there_twice_is_told(paged: Scene) -> None:
    message = next(id_ for id_, one in paged.chat.said.items() if one.key == "1/page/he/1")
    sql(paged, update(sends).where(sends.c.key == "1/page/he/1").values(provider_id="he:99"))
    assert message != "he:99"
    paged.now = at("+60 s")

    assert kinds(paged) == [("doubled", "1/page/he/1", "is there twice")]
    assert kinds(paged) == []


def test_what_was_lost_from_the_net_is_left_again(crisis: Scene) -> None:
    (left,) = [left for left, one in crisis.chat.waiting.items() if one.ref.endswith("-60min")]
    lost = crisis.chat.waiting.pop(left)

    ((kind, key, _),) = kinds(crisis)
    assert (kind, "60min" in key) == ("not_left", True)
    crisis.deliver()
    assert [one.at for one in crisis.chat.waiting.values() if one.ref == lost.ref] == [lost.at]
    assert kinds(crisis) == []


def test_what_nobody_knows_of_in_the_net_is_taken_back_and_others_are_left_alone(crisis: Scene) -> None:
    known = dict(crisis.chat.waiting)
    one = next(iter(known.values()))
    asyncio.run(crisis.chat.leave("C1", one.card, at("+3 h"), "GH-1-99-60min"))
    asyncio.run(crisis.chat.leave("C1", one.card, at("+3 h"), "GH-12-4-60min"))

    assert kinds(crisis) == [("orphan", "", "GH-1-99-60min")]
    assert [each.ref for each in crisis.chat.waiting.values()][len(known) :] == ["GH-12-4-60min"]


def test_lines_missing_in_the_history_are_told_and_nothing_is_done_about_them(crisis: Scene) -> None:
    before = header(crisis)
    sql(crisis, delete(history).where(history.c.seq == 5))

    assert kinds(crisis) == [("history", "", "lines are missing")]
    assert header(crisis) == before


def test_a_history_written_by_a_newer_version_is_left_alone(crisis: Scene) -> None:
    sql(crisis, update(history).where(history.c.seq == 5).values(kind="Newer"))

    assert kinds(crisis) == [("history", "", "cannot be read: UnknownEvent")]


def test_without_mending_everything_stays_as_it_is(crisis: Scene) -> None:
    lose(crisis, "1/checkpoint/5min")
    sql(crisis, update(incidents).values(grade="green"))
    waits(crisis, "1/nudge", state="claimed")
    before = sql(crisis, select(sends).order_by(sends.c.id)).all(), header(crisis)

    found = crisis.run(lambda work: audit_tables(work, a_playbook(), mend=False))

    assert [one.kind for one in found] == ["header", "missing", "stuck"]
    assert (sql(crisis, select(sends).order_by(sends.c.id)).all(), header(crisis)) == before


def test_a_crisis_found_sound_is_not_read_again_until_it_changes(crisis: Scene) -> None:
    auditor, reads = crisis.auditor(), []
    asyncio.run(auditor.go_round())

    @event.listens_for(crisis._engine, "before_cursor_execute")
    def reading(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        reads.extend(["history"] if "FROM history" in statement else [])

    asyncio.run(auditor.go_round())
    assert reads == []

    crisis.presses("U05", "on_it")
    reads.clear()
    asyncio.run(auditor.go_round())
    assert reads


def test_an_incident_that_cannot_be_checked_is_told_and_keeps_us_from_no_other(crisis: Scene) -> None:
    crisis.opens(what="另一起")
    task = {"task": "no such task", "owner": "xu"}
    this = (history.c.seq == 6, history.c.incident_id == 1)
    sql(crisis, update(history).where(*this).values(kind="TaskTaken", data=task))
    sql(crisis, update(incidents).where(incidents.c.id == 2).values(grade="red"))

    assert kinds(crisis) == [("broken", "", "KeyError"), ("header", "", "grade")]


def test_several_auditors_at_once_mend_everything_once(crisis: Scene) -> None:
    lose(crisis, "1/checkpoint/5min", "1/nudge")
    waits(crisis, "1/grade/0", state="claimed")

    async def together() -> list[Any]:
        return await asyncio.gather(*(crisis.auditor().go_round() for _ in range(3)))

    found = [one.key for found in asyncio.run(together()) for one in found]

    assert sorted(found) == ["1/checkpoint/5min", "1/grade/0", "1/nudge"]


healthy = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""Fifty on each database."""


@healthy
@given(steps)
def test_in_a_hundred_sound_crises_nothing_is_found(scene: Scene, all_steps: list[Step]) -> None:
    number, now = scene.run(begun), scene.now
    for step in all_steps:
        scene.now += timedelta(minutes=step.minutes)
        scene.run(lambda work, step=step: lives(work, number, step))
    scene.deliver()

    assert scene.run(lambda work: found_in(work, number)) == []
    scene.now = now


def found_in(work: Work, number: int) -> list[Finding]:
    return [*audit_incident(work, number, a_playbook(), mend=False), *audit_waiting(work, mend=False)]


def begun(work: Work) -> int:
    """A new crisis, whose history begins like that of any other."""
    number = work.incidents.new_id(work.now)
    incident = Incident(number)
    for entry in an_incident(zero=work.now, now=work.now).history:
        incident.record(entry.event, entry.by, work.now)
    work.incidents.add(incident)
    return number


def lives(work: Work, number: int, step: Step) -> None:
    incident = work.incidents.get(number)
    assert incident is not None
    if step.deed != "room":  # its room comes from the platform
        take(incident, replace(step, minutes=0), work.now)
