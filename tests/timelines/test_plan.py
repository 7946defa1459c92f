"""The plan that cards show: computed from time zero and the grade, in UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.crisis.ending import close
from bot.crisis.events import BOT, CheckpointsReached, DetailsChanged, Reminded
from bot.crisis.incident import change_details
from tests.makers import NINE, a_graded, a_playbook, an_incident, at
from timelines.plan import plan

PLAYBOOK = a_playbook()


def test_a_new_incident_has_six_checkpoints_and_no_deadline_before_its_grade():
    made = plan(an_incident(), PLAYBOOK, at("+1 min"))
    assert made.checkpoints == {
        "5min": datetime(2026, 3, 2, 1, 5, tzinfo=UTC),
        "15min": datetime(2026, 3, 2, 1, 15, tzinfo=UTC),
        "30min": datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
        "60min": datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
        "4h": datetime(2026, 3, 2, 5, 0, tzinfo=UTC),
        "24h": datetime(2026, 3, 3, 1, 0, tzinfo=UTC),
    }
    assert made.deadlines == {}
    assert (made.next_name, made.next_at) == ("5min", at("+5 min"))
    assert (made.phase, made.update_at) == ("golden_1h", at("+28 h"))


@pytest.mark.parametrize(
    ("grade", "deadlines"),
    [
        ("green", {"first_contact": at("+60 min")}),
        ("yellow", {"first_contact": at("+120 min")}),
        ("orange", {"first_contact": at("+60 min")}),
        ("red", {"first_word": at("+30 min")}),
    ],
)
def test_each_grade_has_its_own_deadlines(grade, deadlines):
    assert plan(a_graded(grade), PLAYBOOK, at("+1 min")).deadlines == deadlines


def test_the_next_checkpoint_is_the_first_that_was_not_reached():
    incident = an_incident()
    incident.record(CheckpointsReached(("5min", "15min")), BOT, at("+15 min"))
    made = plan(incident, PLAYBOOK, at("+15 min"))
    assert (made.next_name, made.next_at) == ("30min", at("+30 min"))


def test_after_the_last_checkpoint_there_is_none_but_an_update():
    incident = an_incident()
    incident.record(CheckpointsReached(tuple(made.name for made in PLAYBOOK.checkpoints)), BOT, at("+24 h"))
    incident.record(Reminded("update/28h"), BOT, at("+28 h"))
    made = plan(incident, PLAYBOOK, at("+29 h"))
    assert (made.next_name, made.next_at, made.update_at) == ("", None, at("+32 h"))
    assert made.phase == "week_1"


def test_after_the_final_report_nothing_is_ahead():
    incident = an_incident()
    for name in ("final_report", *_all_updates()):
        incident.record(Reminded(name), BOT, at("+120 d"))
    assert plan(incident, PLAYBOOK, at("+121 d")).update_at is None
    assert plan(incident, PLAYBOOK, at("+121 d")).phase == "after"


def _all_updates():
    hours = [f"update/{hour}h" for hour in range(28, 73, 4)]
    days = [*range(4, 31), *range(37, 91, 7)]
    return [*hours, *(f"update/day/{day}" for day in days)]


def test_a_closed_incident_has_no_next_checkpoint():
    incident = an_incident()
    close(incident, "over", "wang", at("+3 min"))
    assert plan(incident, PLAYBOOK, at("+4 min")).next_name == ""


def test_an_earlier_time_zero_moves_everything():
    incident = a_graded("red")
    zero = at("-20 min")
    change_details(incident, "xu", at("+1 min"), DetailsChanged("t", "w", "A", False, zero))
    made = plan(incident, PLAYBOOK, at("+1 min"))
    assert made.checkpoints["30min"] == at("+10 min")
    assert made.deadlines == {"first_word": at("+10 min")}
    assert (made.next_name, made.next_at) == ("5min", at("-15 min"))


@pytest.mark.parametrize(
    ("zero", "hour_later"),
    [
        pytest.param(
            datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            id="the night that loses an hour",
        ),
        pytest.param(
            datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            id="the night that has an hour twice",
        ),
        pytest.param(
            datetime(2026, 3, 8, 1, 45, tzinfo=ZoneInfo("America/New_York")),
            datetime(2026, 3, 8, 7, 45, tzinfo=UTC),
            id="New York in March",
        ),
    ],
)
def test_an_hour_is_an_hour_when_the_clocks_change(zero, hour_later):
    incident = a_graded("green", zero=zero, now=zero.astimezone(UTC))
    made = plan(incident, PLAYBOOK, zero.astimezone(UTC) + timedelta(minutes=30))
    assert made.checkpoints["60min"] == hour_later
    assert made.deadlines["first_contact"] == hour_later
    assert made.checkpoints["24h"] == hour_later + timedelta(hours=23)
    assert made.phase == "golden_1h"


def test_the_leap_day_is_a_day():
    zero = datetime(2028, 2, 28, 12, 0, tzinfo=UTC)
    made = plan(an_incident(zero=zero, now=zero), PLAYBOOK, zero)
    assert made.checkpoints["24h"] == datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
    assert made.update_at == datetime(2028, 2, 29, 16, 0, tzinfo=UTC)


def test_all_times_are_utc():
    zero = NINE.astimezone(ZoneInfo("Asia/Shanghai"))
    made = plan(a_graded("red", zero=zero), PLAYBOOK, NINE)
    times = [*made.checkpoints.values(), *made.deadlines.values(), made.next_at, made.update_at]
    assert {moment.tzinfo for moment in times} == {UTC}
