"""What is due, and when to ask again: computed anew each time, so that nothing has to be cancelled."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import ring
from bot.crisis.checklist import ITEMS
from bot.crisis.ending import close, reopen
from bot.crisis.events import BOT, Answered, CheckpointsReached, DetailsChanged, ReadingAsked, Reminded
from bot.crisis.incident import Incident, change_details
from bot.crisis.judging import judge_answers
from bot.crisis.paging import answer_page
from bot.crisis.regrading import raise_grade
from tests.deeds import play, steps
from tests.makers import NINE, a_graded, a_playbook, a_roster, an_incident, at
from timelines.reminders import Due, deadlines, due, is_early, is_late, next_checkpoint, next_due

PLAYBOOK, ROSTER = a_playbook(), a_roster()


def names(incident, when):
    return [(item.kind, item.name) for item in due(incident, PLAYBOOK, at(when))]


def complete(incident, when="+1 min"):
    incident.record(Answered({item.name: "unknown" for item in ITEMS}), "xu", at(when))


def all_answered(incident, when="+1 min"):
    for person in ("xu", "he", "wu", "sun", "zhao", "chen", "wang", "lin", "zhou", "liu", "zheng", "emma"):
        if any(call.open and call.person == person for call in incident.calls.values()):
            answer_page(incident, person, at(when))


def rung(incident, when):
    ring(incident, PLAYBOOK, ROSTER, at(when))


def moved(incident, zero, when):
    details = DetailsChanged(incident.title, incident.what, incident.type, incident.drill, at(zero))
    change_details(incident, "xu", at(when), details)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("+0 min", []),
        ("+4.99 min", []),
        ("+5 min", [("nudge", "nudge"), ("checkpoint", "5min")]),
        ("+10 min", [("nudge", "nudge"), ("checkpoint", "5min"), ("before", "before/15min")]),
    ],
)
def test_a_new_incident_in_its_first_minutes(when, expected):
    assert names(an_incident(), when) == expected


def test_at_fifteen_minutes_the_bot_grades_unless_somebody_has():
    assert ("autograde", "autograde") in names(an_incident(), "+15 min")
    assert ("autograde", "autograde") not in names(an_incident(), "+14.99 min")
    assert ("autograde", "autograde") not in names(a_graded("green"), "+15 min")


@pytest.mark.parametrize(
    ("zero", "nudge", "autograde"),
    [
        pytest.param("+0 min", "+5 min", "+15 min", id="just now"),
        pytest.param("-8 min", "+5 min", "+7 min", id="eight minutes ago"),
        pytest.param("-14 min", "+5 min", "+5 min", id="fourteen minutes ago"),
        pytest.param("-3 d", "+5 min", "+5 min", id="days ago"),
    ],
)
def test_who_opens_a_room_late_still_gets_five_minutes_to_answer(zero, nudge, autograde):
    ahead = {item.kind: item.at for item in due(an_incident(zero=at(zero)), PLAYBOOK, at("+1 h"))}
    assert (ahead["nudge"], ahead["autograde"]) == (at(nudge), at(autograde))


def test_a_complete_checklist_needs_no_nudge():
    incident = an_incident()
    complete(incident)
    assert names(incident, "+5 min") == [("checkpoint", "5min")]


def test_a_page_is_due_when_its_time_to_answer_ends_and_not_after_the_answer():
    incident = a_graded("orange")
    assert ("page", "legal_director") in names(incident, "+5 min")
    answer_page(incident, "zhao", at("+2 min"))
    assert ("page", "legal_director") not in names(incident, "+5 min")


def test_before_each_checkpoint_there_is_a_word_in_person_but_not_before_the_first():
    """The first is due when its word would have been said at the opening itself."""
    ahead = [item for item in due(an_incident(), PLAYBOOK, at("+2 d")) if item.kind == "before"]
    assert [(item.name, item.at) for item in ahead] == [
        ("before/15min", at("+10 min")),
        ("before/30min", at("+25 min")),
        ("before/60min", at("+55 min")),
        ("before/4h", at("+235 min")),
        ("before/24h", at("+1435 min")),
    ]


@pytest.mark.parametrize(
    ("zero", "none_for"),
    [
        pytest.param("-9.5 min", [], id="half a minute left for the word before 15 min"),
        pytest.param("-10 min", ["15min"], id="the word before 15 min is due at the opening"),
        pytest.param("-56 min", ["15min", "30min", "60min"], id="an hour nearly gone"),
    ],
)
def test_what_was_past_at_the_opening_is_not_announced(zero, none_for):
    incident = an_incident(zero=at(zero))
    announced = {name for kind, name in names(incident, "+3 d") if kind == "before"}
    assert announced == {
        f"before/{name}" for name in ("15min", "30min", "60min", "4h", "24h") if name not in none_for
    }


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("green", [Due("deadline", "first_contact", at("+60 min"))]),
        ("yellow", [Due("deadline", "first_contact", at("+120 min"))]),
        ("orange", [Due("deadline", "first_contact", at("+60 min"))]),
        ("red", [Due("deadline", "first_word", at("+30 min"))]),
    ],
)
def test_each_grade_has_its_deadlines_and_a_word_five_minutes_before(grade, expected):
    incident = a_graded(grade)
    assert deadlines(incident, PLAYBOOK) == expected
    words = {item.name: item.at for item in due(incident, PLAYBOOK, at("+3 h")) if item.kind == "before"}
    for item in expected:
        assert words[f"before/{grade}/{item.name}"] == item.at - timedelta(minutes=5)


def test_there_is_no_deadline_before_there_is_a_grade():
    assert deadlines(an_incident(), PLAYBOOK) == []


def test_a_graver_grade_brings_its_own_deadline_forward_by_itself():
    incident = a_graded("yellow")
    raise_grade(incident, "red", "injury", "ma", PLAYBOOK, at("+10 min"))
    assert ("before", "before/red/first_word") in names(incident, "+25 min")
    assert ("before", "before/yellow/first_contact") not in names(incident, "+3 h")


def test_a_deadline_that_had_passed_when_the_grade_came_is_not_announced():
    incident = a_graded("yellow")
    raise_grade(incident, "red", "injury", "ma", PLAYBOOK, at("+28 min"))
    assert ("before", "before/red/first_word") not in names(incident, "+40 min")


def test_readings_are_asked_for_while_the_views_double_and_not_otherwise():
    incident = an_incident()
    incident.record(
        Answered({"views": 10_000, "growth_per_hour": 120.0, "severity": "S1", "control": "C1"}), "xu", NINE
    )
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at("+2 min"))
    all_answered(incident)
    asked = [item.at for item in due(incident, PLAYBOOK, at("+40 min")) if item.kind == "reading"]
    assert asked == [at("+15 min")]
    incident.record(ReadingAsked(), BOT, at("+15 min"))
    assert "reading" not in [kind for kind, _ in names(incident, "+29 min")]
    assert "reading" in [kind for kind, _ in names(incident, "+30 min")]
    incident.record(Answered({"views": 12_000}), "xu", at("+20 min"))
    assert "reading" not in [kind for kind, _ in names(incident, "+34 min")]
    assert "reading" not in [kind for kind, _ in names(a_graded("yellow"), "+2 h")]


def test_readings_are_no_longer_asked_for_once_the_last_checkpoint_is_past():
    """A doubling that nobody corrects must not ring every quarter of an hour for four months."""
    incident = an_incident()
    incident.record(
        Answered({"views": 10_000, "growth_per_hour": 120.0, "severity": "S1", "control": "C1"}), "xu", NINE
    )
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at("+2 min"))
    assert incident.verdict.ask_readings
    incident.record(ReadingAsked(), BOT, at("+1430 min"))
    assert "reading" not in [kind for kind, _ in names(incident, "+2 d")]


@pytest.mark.parametrize(
    ("item_at", "now", "late", "early"),
    [
        pytest.param("+5 min", "+5 min", False, False, id="in time"),
        pytest.param("+5 min", "+7 min", False, False, id="the clock's own grain"),
        pytest.param("+5 min", "+7.1 min", True, False, id="late"),
        pytest.param("-5 min", "+1 min", False, True, id="before the opening"),
        pytest.param("-5 min", "+2 h", False, True, id="before the opening, told late"),
        pytest.param("+0 min", "+9 min", False, True, id="at the opening itself"),
    ],
)
def test_late_is_what_came_while_we_were_away_and_early_what_came_before_us(item_at, now, late, early):
    item, incident = Due("checkpoint", "5min", at(item_at)), an_incident()
    assert (is_late(item, incident, at(now)), is_early(item, incident)) == (late, early)


def test_the_next_checkpoint_is_none_after_the_last_and_when_it_is_over():
    incident = an_incident()
    assert next_checkpoint(incident, PLAYBOOK) == Due("checkpoint", "5min", at("+5 min"))
    incident.record(CheckpointsReached(("5min", "15min", "30min", "60min", "4h")), BOT, at("+4 h"))
    assert next_checkpoint(incident, PLAYBOOK) == Due("checkpoint", "24h", at("+24 h"))
    incident.record(CheckpointsReached(("24h",)), BOT, at("+24 h"))
    assert next_checkpoint(incident, PLAYBOOK) is None
    early = an_incident()
    close(early, "over", "wang", at("+1 min"))
    assert next_checkpoint(early, PLAYBOOK) is None


def test_an_earlier_time_zero_moves_every_time_by_itself():
    incident = an_incident()
    complete(incident)
    moved(incident, "-20 min", "+2 min")
    assert names(incident, "+2 min") == [("checkpoint", "5min"), ("checkpoint", "15min")]
    assert {item.name: item.at for item in due(incident, PLAYBOOK, at("+1 h"))}["30min"] == at("+10 min")


def test_a_later_time_zero_tells_nothing_a_second_time():
    incident = an_incident()
    complete(incident)
    rung(incident, "+5 min")
    moved(incident, "+3 min", "+6 min")
    assert names(incident, "+8.5 min") == []


def test_a_closed_incident_has_nothing_ahead_and_a_reopened_one_has_again():
    incident = an_incident()
    close(incident, "over", "wang", at("+1 min"))
    assert (next_due(incident, PLAYBOOK), due(incident, PLAYBOOK, at("+1 d"))) == (None, [])
    reopen(incident, "not over", "wang", at("+2 min"))
    assert next_due(incident, PLAYBOOK) == at("+5 min")


def test_an_empty_incident_has_nothing_ahead():
    assert next_due(Incident(1), PLAYBOOK) is None


@pytest.mark.parametrize(
    "zero",
    [
        pytest.param(
            datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")), id="the night that loses an hour"
        ),
        pytest.param(
            datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
            id="the hour that comes twice",
        ),
        pytest.param(
            datetime(2026, 11, 1, 0, 50, tzinfo=ZoneInfo("America/New_York")), id="New York in autumn"
        ),
        pytest.param(
            datetime(2026, 4, 5, 1, 20, tzinfo=ZoneInfo("Australia/Lord_Howe")),
            id="half an hour of summer time",
        ),
    ],
)
def test_minutes_are_minutes_when_the_clocks_change(zero):
    """Nothing is told twice in the hour that comes twice, nor left out in the hour that does not come."""
    start = zero.astimezone(UTC)
    incident = a_graded("red", zero=zero, now=start)
    all_answered(incident)
    complete(incident)
    ahead = {
        item.name: item.at
        for item in due(incident, PLAYBOOK, start + timedelta(days=2))
        if item.kind != "page"
    }
    assert ahead["15min"] == start + timedelta(minutes=15)
    assert ahead["60min"] == start + timedelta(minutes=60)
    assert ahead["before/red/first_word"] == start + timedelta(minutes=25)
    assert ahead["24h"] == start + timedelta(hours=24)
    assert ahead["update/28h"] == start + timedelta(hours=28)


def test_a_crisis_over_the_leap_day():
    zero = datetime(2028, 2, 28, 23, 50, tzinfo=UTC)
    ahead = {
        item.name: item.at
        for item in due(an_incident(zero=zero, now=zero), PLAYBOOK, zero + timedelta(days=9))
    }
    assert ahead["4h"] == datetime(2028, 2, 29, 3, 50, tzinfo=UTC)
    assert ahead["24h"] == datetime(2028, 2, 29, 23, 50, tzinfo=UTC)
    assert ahead["update/48h"] == datetime(2028, 3, 1, 23, 50, tzinfo=UTC)
    assert ahead["update/day/7"] == datetime(2028, 3, 6, 23, 50, tzinfo=UTC)


def all_told(incident, now):
    """Ring until nothing is due; a grade given by the bot may bring something that is due at once."""
    for _ in range(3):
        ring(incident, PLAYBOOK, ROSTER, now)
    return due(incident, PLAYBOOK, now)


@settings(max_examples=150, deadline=None)
@given(steps, st.sampled_from([0, 7, 40, 4000]), st.sampled_from([0, 4, 60, 3000, 200_000]))
def test_after_telling_everything_nothing_is_due_and_the_next_is_later(
    all_steps, minutes_before, minutes_after
):
    incident, now = play(all_steps, minutes_before=minutes_before)
    now += timedelta(minutes=minutes_after)
    assert all_told(incident, now) == []
    ahead = next_due(incident, PLAYBOOK)
    assert ahead is None or ahead > now


@settings(max_examples=100, deadline=None)
@given(steps, st.sampled_from([0, 7, 40, 4000]), st.integers(0, 100_000))
def test_something_is_due_exactly_when_its_time_has_come(all_steps, minutes_before, minutes_after):
    incident, now = play(all_steps, minutes_before=minutes_before)
    now += timedelta(minutes=minutes_after)
    ahead, items = next_due(incident, PLAYBOOK), due(incident, PLAYBOOK, now)
    assert bool(items) == (ahead is not None and ahead <= now)
    assert [item.at for item in items] == sorted(item.at for item in items)
    assert all(item.at <= now for item in items)
    assert len({(item.kind, item.name) for item in items}) == len(items)


@settings(max_examples=100, deadline=None)
@given(steps)
def test_no_reminder_and_no_checkpoint_is_ever_told_twice(all_steps):
    incident, now = play(all_steps)
    all_told(incident, now + timedelta(days=150))
    told = [entry.event.name for entry in incident.history if isinstance(entry.event, Reminded)]
    reached = [
        name
        for entry in incident.history
        if isinstance(entry.event, CheckpointsReached)
        for name in entry.event.names
    ]
    assert len(told) == len(set(told))
    assert len(reached) == len(set(reached))


@settings(max_examples=60, deadline=None)
@given(steps, st.integers(0, 300_000))
def test_asking_changes_nothing(all_steps, minutes):
    incident, now = play(all_steps)
    before = list(incident.history)
    later = now + timedelta(minutes=minutes)
    assert due(incident, PLAYBOOK, later) == due(incident, PLAYBOOK, later)
    assert next_due(incident, PLAYBOOK) == next_due(Incident.from_history(1, before), PLAYBOOK)
    assert incident.history == before
