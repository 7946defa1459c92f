"""Tasks: planned once, wanted sooner but never later, owned, ticked off, or not needed for a reason."""

import pytest

from bot.crisis.errors import Refused
from bot.crisis.events import (
    BOT,
    Answered,
    Decided,
    DecisionsAsked,
    TaskDone,
    TaskReopened,
    TasksPlanned,
    TaskTaken,
)
from bot.crisis.paging import answer_page
from bot.crisis.regrading import raise_grade
from bot.crisis.state import Task
from bot.crisis.tasks import (
    decide,
    mark_not_needed,
    open_tasks,
    own_tasks_of,
    plan_tasks,
    settle,
    take,
    take_back,
    tick_off,
)
from tests.makers import a_graded, a_playbook, an_incident, at, happened

PLAYBOOK = a_playbook()
SIX = at("+6 min")


def refusal_of(deed, *args):
    with pytest.raises(Refused) as refusal:
        deed(*args)
    return refusal.value.code, refusal.value.params


def owners(incident):
    return {name: task.owner for name, task in incident.tasks.items() if task.owner}


def test_the_plan_has_every_checkpoints_tasks_before_there_is_a_grade():
    incident = an_incident()
    planned = {
        name: len(open_tasks(incident, name)) for name in ("5min", "15min", "30min", "60min", "4h", "24h")
    }
    assert planned == {"5min": 1, "15min": 7, "30min": 5, "60min": 6, "4h": 11, "24h": 5}
    assert incident.tasks["committee_told"] == Task("committee_told", "15min", "pr_director")


@pytest.mark.parametrize(
    ("grade", "own"),
    [
        ("green", {"service_lead_in_charge", "first_contact_tried", "proposal_made", "complaint_recorded"}),
        (
            "yellow",
            {
                "service_manager_in_charge",
                "records_secured",
                "customer_reached",
                "compensation_options_ready",
                "daily_report_to_regional_director",
            },
        ),
        (
            "orange",
            {
                "emergency_team_formed",
                "head_office_pr_standing_by",
                "first_inquiry_done",
                "customer_reached",
                "statement_drafted",
            },
        ),
    ],
)
def test_a_grade_adds_its_own_tasks(grade, own):
    assert set(a_graded(grade).tasks) - set(an_incident().tasks) == own


def test_a_graver_grade_wants_a_task_sooner_and_a_milder_one_never_later():
    incident = a_graded("yellow")
    assert incident.tasks["customer_reached"].checkpoint == "4h"
    raise_grade(incident, "orange", "it spreads", "xu", PLAYBOOK, SIX)
    plan_tasks(incident, PLAYBOOK, SIX)
    assert incident.tasks["customer_reached"].checkpoint == "60min"
    assert a_graded("orange").tasks["customer_reached"].checkpoint == "60min"


def test_planning_again_plans_nothing_twice_and_reopens_nothing():
    incident = a_graded("yellow")
    tick_off(incident, "records_secured", "he", SIX)
    before = len(happened(incident, TasksPlanned))
    plan_tasks(incident, PLAYBOOK, SIX)
    assert len(happened(incident, TasksPlanned)) == before
    assert incident.tasks["records_secured"].state == "done"


def test_a_task_that_is_done_is_not_wanted_sooner():
    incident = a_graded("yellow")
    tick_off(incident, "customer_reached", "he", SIX)
    raise_grade(incident, "orange", "it spreads", "xu", PLAYBOOK, SIX)
    plan_tasks(incident, PLAYBOOK, SIX)
    assert (incident.tasks["customer_reached"].checkpoint, incident.tasks["customer_reached"].state) == (
        "4h",
        "done",
    )


def test_new_tasks_of_a_role_go_to_who_is_on_it_already():
    incident = a_graded("orange")
    answer_page(incident, "sun", at("+1 min"))
    assert owners(incident) == {"emergency_team_formed": "sun", "first_inquiry_done": "sun"}
    answer_page(incident, "zhao", at("+1 min"))
    raise_grade(incident, "red", "injury", "xu", PLAYBOOK, SIX)
    plan_tasks(incident, PLAYBOOK, SIX)
    assert owners(incident)["regulator_answers_ready"] == "zhao"


def test_a_role_takes_only_what_is_open_and_what_nobody_has():
    incident = a_graded("yellow")
    take(incident, "records_secured", "ma", SIX)
    tick_off(incident, "service_manager_in_charge", "ma", SIX)
    own_tasks_of(incident, ["service_manager"], "he", SIX)
    assert {name for name, owner in owners(incident).items() if owner == "he"} == {
        "customer_reached",
        "compensation_options_ready",
        "daily_report_to_regional_director",
    }
    assert owners(incident)["records_secured"] == "ma"


def test_a_task_can_be_taken_from_another_and_taking_it_twice_says_nothing():
    incident = an_incident()
    take(incident, "basics_known", "xu", SIX)
    take(incident, "basics_known", "xu", SIX)
    take(incident, "basics_known", "ma", SIX)
    assert happened(incident, TaskTaken) == [TaskTaken("basics_known", "xu"), TaskTaken("basics_known", "ma")]


def test_ticking_off_keeps_who_and_when():
    incident = an_incident()
    tick_off(incident, "basics_known", "ma", SIX)
    task = incident.tasks["basics_known"]
    assert (task.state, task.by, task.at, task.open) == ("done", "ma", SIX, False)


def test_what_is_not_needed_keeps_the_reason():
    incident = an_incident()
    mark_not_needed(incident, "hotline_ready", "  no customers called  ", "liu", SIX)
    task = incident.tasks["hotline_ready"]
    assert (task.state, task.by, task.reason) == ("not_needed", "liu", "no customers called")


def test_what_was_ticked_off_by_mistake_is_open_again_with_its_owner():
    incident = an_incident()
    take(incident, "basics_known", "xu", SIX)
    tick_off(incident, "basics_known", "ma", SIX)
    take_back(incident, "basics_known", "ma", SIX)
    assert (incident.tasks["basics_known"].open, incident.tasks["basics_known"].owner) == (True, "xu")
    take_back(incident, "basics_known", "ma", SIX)
    assert happened(incident, TaskReopened) == [TaskReopened("basics_known")]


@pytest.mark.parametrize(
    ("deed", "args", "refused"),
    [
        pytest.param(take, ("nonsense", "xu"), ("no_such_task", {}), id="take: unknown"),
        pytest.param(tick_off, ("nonsense", "xu"), ("no_such_task", {}), id="tick off: unknown"),
        pytest.param(take_back, ("nonsense", "xu"), ("no_such_task", {}), id="take back: unknown"),
        pytest.param(take, ("grade_posted", "xu"), ("task_not_open", {"person": "ma"}), id="take: done"),
        pytest.param(
            tick_off, ("grade_posted", "xu"), ("task_not_open", {"person": "ma"}), id="tick off: done"
        ),
        pytest.param(
            mark_not_needed,
            ("grade_posted", "why", "xu"),
            ("task_not_open", {"person": "ma"}),
            id="drop: done",
        ),
        pytest.param(
            mark_not_needed, ("basics_known", "  ", "xu"), ("reason_needed", {}), id="drop: without a reason"
        ),
        pytest.param(decide, ("lawyers", True, "xu"), ("not_asked", {}), id="decide: not asked yet"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(deed, args, refused):
    incident = an_incident()
    tick_off(incident, "grade_posted", "ma", SIX)
    before = list(incident.history)
    assert refusal_of(deed, incident, *args, SIX) == refused
    assert incident.history == before


def complete(incident):
    names = [item.name for item in incident.checklist.unanswered()]
    incident.record(Answered(dict.fromkeys(names, "unknown")), "xu", SIX)


def make_decisions(incident):
    incident.record(DecisionsAsked(("lawyers", "media")), BOT, SIX)
    decide(incident, "lawyers", True, "wang", SIX)
    decide(incident, "media", False, "wang", SIX)


@pytest.mark.parametrize(
    ("task", "grade", "happens"),
    [
        pytest.param("checklist_filled", "", complete, id="checklist answered or marked unknown"),
        pytest.param("grade_posted", "", lambda i: raise_grade_of(i), id="graded"),
        pytest.param(
            "response_team_up", "green", lambda i: answer_page(i, "xu", SIX), id="all roles answered"
        ),
        pytest.param("decisions_taken", "", make_decisions, id="all questions decided"),
    ],
)
def test_the_bot_ticks_off_what_it_can_see(task, grade, happens):
    incident = a_graded(grade) if grade else an_incident()
    settle(incident, SIX)
    assert incident.tasks[task].open
    happens(incident)
    settle(incident, SIX)
    assert (incident.tasks[task].state, incident.tasks[task].by) == ("done", BOT)
    settle(incident, SIX)
    assert happened(incident, TaskDone).count(TaskDone(task)) == 1


def raise_grade_of(incident):
    incident.record(a_graded("green").gradings[0].verdict, "xu", SIX)


def test_a_role_that_nobody_answered_keeps_the_team_open():
    incident = a_graded("orange")
    for person in ("sun", "wu", "zhao"):
        answer_page(incident, person, SIX)
    settle(incident, SIX)
    assert incident.tasks["response_team_up"].open


def test_a_decision_can_be_changed_and_the_same_one_again_says_nothing():
    incident = an_incident()
    incident.record(DecisionsAsked(("lawyers",)), BOT, SIX)
    decide(incident, "lawyers", True, "wang", SIX)
    decide(incident, "lawyers", True, "lin", SIX)
    decide(incident, "lawyers", False, "lin", SIX)
    assert happened(incident, Decided) == [Decided("lawyers", True), Decided("lawyers", False)]
    assert (incident.decisions["lawyers"].yes, incident.decisions["lawyers"].by) == (False, "lin")
