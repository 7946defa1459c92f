"""From answers to a grade and everything it starts, whether people or the clock ask for it."""

import pytest

from bot.crisis.events import BOT, Answered, Graded, RolePaged
from bot.crisis.incident import fill_in
from bot.crisis.judging import judge_answers, judge_by_itself, start_response, with_growth
from tests.makers import a_playbook, a_roster, an_incident, at, happened

PLAYBOOK, ROSTER = a_playbook(), a_roster()


def answered(when="+2 min", **answers):
    incident = an_incident()
    fill_in(incident, "xu", at(when), answers)
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at(when))
    return incident


def read(incident, views, when):
    incident.record(Answered({"views": views}), "xu", at(when))


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        pytest.param({"views": 400_000}, "", id="views alone say nothing yet"),
        pytest.param({"severity": "S2"}, "", id="one level of two"),
        pytest.param({"severity": "S2", "control": "C1", "views": 5000}, "yellow", id="both levels"),
        pytest.param({"severity_unsure": True, "control_unsure": True}, "yellow", id="both not sure"),
        pytest.param({"injury": "injury"}, "red", id="an injury is enough"),
        pytest.param({"media": "journalist_contacted"}, "orange", id="a journalist is enough"),
        pytest.param({"injury": "none", "media": "none"}, "", id="what did not happen"),
    ],
)
def test_a_grade_is_given_as_soon_as_it_rests_on_something(answers, grade):
    assert answered(**answers).grade == grade


def test_a_grade_starts_its_pages_and_its_tasks_in_the_same_moment():
    incident = answered(severity="S1", control="C1", views=10)
    assert incident.verdict.cause == "answers"
    assert [page.role for page in happened(incident, RolePaged)] == ["customer_service"]
    assert "first_contact_tried" in incident.tasks


def test_without_a_grade_nothing_starts():
    incident = answered(views=400_000)
    assert (incident.calls, happened(incident, RolePaged)) == ({}, [])


@pytest.mark.parametrize(
    ("answers", "computed", "grade"),
    [
        pytest.param({}, "yellow", "yellow", id="nothing known"),
        pytest.param(
            {"severity": "S1", "control": "C1", "views": 1}, "green", "yellow", id="not below the floor"
        ),
        pytest.param({"views": 400_000}, "orange", "orange", id="above the floor"),
        pytest.param({"views": 4_000_000}, "red", "red", id="everybody has seen it"),
    ],
)
def test_the_bot_grades_by_itself_but_never_below_the_floor(answers, computed, grade):
    incident = an_incident()
    fill_in(incident, "xu", at("+1 min"), answers)
    judge_by_itself(incident, PLAYBOOK, ROSTER, at("+15 min"))
    assert incident.grade == grade
    assert (incident.verdict.cause, incident.gradings[0].by) == ("clock", BOT)
    assert incident.verdict.reasons[-1] == (
        "never_below",
        {"from": computed, "to": grade, "changed": computed != grade},
    )
    assert incident.calls


def test_people_who_answer_after_the_bot_graded_may_raise_it_but_not_lower_it_alone():
    incident = an_incident()
    judge_by_itself(incident, PLAYBOOK, ROSTER, at("+15 min"))
    fill_in(incident, "xu", at("+16 min"), {"severity": "S1", "control": "C1", "views": 10})
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at("+16 min"))
    assert incident.grade == "yellow"
    assert (incident.lowering.to, incident.lowering.by) == ("green", "xu")


def test_a_grade_that_rises_by_growth_says_so():
    incident = answered(when="+2 min", severity="S1", control="C1", views=10_000)
    assert incident.grade == "yellow"
    read(incident, 16_000, "+32 min")
    judge_answers(incident, "xu", PLAYBOOK, ROSTER, at("+32 min"))
    assert incident.grade == "orange"
    assert incident.verdict.ask_readings
    assert [reason[1]["rule"] for reason in incident.verdict.reasons if reason[0] == "rule"] == [
        "fast_growth",
        "doubling",
    ]


@pytest.mark.parametrize(
    ("readings", "stated", "growth"),
    [
        pytest.param([], None, None, id="no reading"),
        pytest.param([(10_000, "+0 min")], None, None, id="one reading"),
        pytest.param([(10_000, "+0 min"), (16_000, "+30 min")], None, 120.0, id="two readings"),
        pytest.param([(10_000, "+0 min"), (16_000, "+4 min")], None, None, id="too close to say"),
        pytest.param(
            [(10_000, "+0 min"), (15_000, "+57 min"), (20_000, "+60 min")],
            None,
            100.0,
            id="back to one far enough",
        ),
        pytest.param([(10_000, "+0 min"), (16_000, "+30 min")], 60.0, 120.0, id="measured more than stated"),
        pytest.param([(10_000, "+0 min"), (16_000, "+30 min")], 300.0, 300.0, id="stated more than measured"),
        pytest.param([(10_000, "+0 min"), (16_000, "+30 min")], "unknown", 120.0, id="stated as unknown"),
        pytest.param([(10_000, "+0 min"), (4_000, "+30 min")], None, 0.0, id="a figure that fell"),
        pytest.param([(0, "+0 min"), (4_000, "+30 min")], None, None, id="nothing to grow from"),
    ],
)
def test_growth_is_measured_between_readings_and_the_greater_figure_counts(readings, stated, growth):
    incident = an_incident()
    for views, when in readings:
        read(incident, views, when)
    if stated is not None:
        incident.record(Answered({"growth_per_hour": stated}), "xu", at("+31 min"))
    assert with_growth(incident).get("growth_per_hour") == growth


def test_starting_the_response_again_calls_nobody_twice_and_plans_nothing_twice():
    incident = answered(severity="S1", control="C1", views=10)
    before = list(incident.history)
    start_response(incident, PLAYBOOK, ROSTER, at("+3 min"))
    assert incident.history == before


def test_answers_that_change_nothing_give_no_second_card():
    incident = answered(severity="S1", control="C1", views=10)
    judge_answers(incident, "ma", PLAYBOOK, ROSTER, at("+4 min"))
    assert len(happened(incident, Graded)) == 1
