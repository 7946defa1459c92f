"""The grade over time: up at once and by anybody, down only by two people."""

from itertools import pairwise

import pytest
from hypothesis import given, settings

from bot.crisis.checklist import Checklist
from bot.crisis.errors import Refused
from bot.crisis.events import BOT, Graded, LowerAsked, LowerRefused
from bot.crisis.grading import judge
from bot.crisis.regrading import (
    ask_to_lower,
    confirm_lowering,
    raise_grade,
    refuse_lowering,
    regrade,
)
from tests.deeds import play, steps
from tests.makers import ENOUGH_FOR, a_playbook, an_incident, at, happened

PLAYBOOK = a_playbook()


def verdict(grade, **more):
    return judge(Checklist({**ENOUGH_FOR[grade], **more}), PLAYBOOK)


def answers_say(incident, grade, by="xu", when="+2 min", **more):
    regrade(incident, verdict(grade, **more), "answers", by, PLAYBOOK, at(when))


def graded(grade):
    incident = an_incident()
    answers_say(incident, grade, when="+1 min")
    return incident


def refused(deed, *args):
    with pytest.raises(Refused) as refusal:
        deed(*args)
    return refusal.value.code, refusal.value.params


def lowered(incident, to, *, asks="wang", confirms="zhao"):
    ask_to_lower(incident, to, "all is well", asks, PLAYBOOK, at("+3 min"))
    confirm_lowering(incident, to, confirms, at("+4 min"))


@pytest.mark.parametrize("grade", ["green", "yellow", "orange", "red"])
def test_the_first_verdict_is_the_grade(grade):
    incident = graded(grade)
    assert (incident.grade, incident.verdict.cause, incident.verdict.computed) == (grade, "answers", grade)
    assert (incident.gradings[0].by, incident.gradings[0].at) == ("xu", at("+1 min"))


def test_graver_answers_raise_it_at_once():
    incident = graded("yellow")
    answers_say(incident, "red")
    assert (incident.grade, incident.verdict.cause, incident.lowering) == ("red", "answers", None)


def test_milder_answers_keep_it_and_ask_for_a_second_person():
    incident = graded("orange")
    answers_say(incident, "yellow", by="he")
    assert (incident.grade, incident.verdict.computed) == ("orange", "yellow")
    assert happened(incident, LowerAsked) == [LowerAsked("yellow", "", by_answers=True)]
    assert (incident.lowering.by, incident.lowering.by_answers) == ("he", True)


def test_the_same_answers_again_say_nothing_and_ask_nothing():
    incident = graded("orange")
    answers_say(incident, "yellow")
    before = list(incident.history)
    answers_say(incident, "yellow")
    assert incident.history == before


def test_other_reasons_for_the_same_grade_are_told_under_the_grade_that_stands():
    incident = graded("orange")
    answers_say(incident, "orange", legal_threat=True)
    assert [grading.verdict.grade for grading in incident.gradings] == ["orange", "orange"]
    assert incident.verdict.reasons[-1][1]["rule"] == "legal_threat"


def test_anybody_may_raise_it_with_a_reason():
    incident = graded("yellow")
    raise_grade(incident, "red", " it is on television ", "ma", PLAYBOOK, at("+2 min"))
    assert (incident.grade, incident.verdict.computed) == ("red", "yellow")
    assert (incident.verdict.cause, incident.verdict.reason) == ("raised", "it is on television")


def test_milder_answers_do_not_ask_to_lower_what_a_person_raised_over_the_same_verdict():
    incident = graded("yellow")
    raise_grade(incident, "red", "television", "ma", PLAYBOOK, at("+2 min"))
    answers_say(incident, "yellow", mood="mixed")
    assert (incident.grade, incident.lowering) == ("red", None)


def test_lowering_needs_a_second_person_and_keeps_both():
    incident = graded("orange")
    ask_to_lower(incident, "yellow", " a mistake ", "wang", PLAYBOOK, at("+2 min"))
    assert incident.grade == "orange"
    assert refused(confirm_lowering, incident, "yellow", "wang", at("+3 min")) == ("second_person_needed", {})
    assert incident.grade == "orange"
    confirm_lowering(incident, "yellow", "zhao", at("+4 min"))
    assert (incident.grade, incident.verdict.cause) == ("yellow", "lowered")
    assert (incident.gradings[-1].by, incident.verdict.asked_by) == ("zhao", "wang")
    assert (incident.verdict.reason, incident.lowering) == ("a mistake", None)


def test_who_gave_the_milder_answers_cannot_confirm_them_either():
    incident = graded("orange")
    answers_say(incident, "yellow", by="he")
    assert refused(confirm_lowering, incident, "yellow", "he", at("+3 min")) == ("second_person_needed", {})
    confirm_lowering(incident, "yellow", "sun", at("+4 min"))
    assert incident.grade == "yellow"


def test_what_the_clock_would_lower_anybody_may_confirm():
    incident = graded("orange")
    regrade(incident, verdict("yellow"), "clock", BOT, PLAYBOOK, at("+2 min"))
    confirm_lowering(incident, "yellow", "he", at("+3 min"))
    assert (incident.grade, incident.verdict.asked_by) == ("yellow", BOT)


@pytest.mark.parametrize(
    ("deed", "args", "code"),
    [
        pytest.param(
            raise_grade, ("yellow", "why", "ma", PLAYBOOK), "not_a_raise", id="raise to a lower one"
        ),
        pytest.param(raise_grade, ("orange", "why", "ma", PLAYBOOK), "not_a_raise", id="raise to the same"),
        pytest.param(raise_grade, ("red", " ", "ma", PLAYBOOK), "reason_needed", id="raise without a reason"),
        pytest.param(
            ask_to_lower, ("red", "why", "ma", PLAYBOOK), "not_a_lowering", id="lower to a higher one"
        ),
        pytest.param(
            ask_to_lower, ("orange", "why", "ma", PLAYBOOK), "not_a_lowering", id="lower to the same"
        ),
        pytest.param(
            ask_to_lower, ("green", "\n", "ma", PLAYBOOK), "reason_needed", id="lower without a reason"
        ),
        pytest.param(
            confirm_lowering, ("yellow", "ma"), "nothing_to_confirm", id="confirm what nobody asked"
        ),
        pytest.param(refuse_lowering, ("yellow", "ma"), "nothing_to_confirm", id="refuse what nobody asked"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(deed, args, code):
    incident = graded("orange")
    before = list(incident.history)
    assert refused(deed, incident, *args, at("+2 min"))[0] == code
    assert incident.history == before


@pytest.mark.parametrize("deed", [raise_grade, ask_to_lower])
def test_an_ungraded_incident_is_neither_raised_nor_lowered(deed):
    assert refused(deed, an_incident(), "red", "why", "ma", PLAYBOOK, at("+1 min")) == ("not_graded_yet", {})


def test_a_refused_lowering_is_over_and_the_grade_stays():
    incident = graded("orange")
    ask_to_lower(incident, "yellow", "why", "wang", PLAYBOOK, at("+2 min"))
    refuse_lowering(incident, "yellow", "zhao", at("+3 min"))
    assert (incident.grade, incident.lowering) == ("orange", None)
    assert happened(incident, LowerRefused) == [LowerRefused("yellow")]
    assert refused(confirm_lowering, incident, "yellow", "zhao", at("+4 min")) == ("nothing_to_confirm", {})


def test_a_confirmation_is_for_the_grade_that_was_asked_not_for_an_earlier_wish():
    incident = graded("red")
    ask_to_lower(incident, "orange", "why", "wang", PLAYBOOK, at("+2 min"))
    ask_to_lower(incident, "green", "why", "wang", PLAYBOOK, at("+3 min"))
    assert refused(confirm_lowering, incident, "orange", "zhao", at("+4 min")) == ("nothing_to_confirm", {})


def test_a_wish_to_lower_ends_when_the_grade_rises():
    incident = graded("orange")
    ask_to_lower(incident, "yellow", "why", "wang", PLAYBOOK, at("+2 min"))
    raise_grade(incident, "red", "injury", "ma", PLAYBOOK, at("+3 min"))
    assert refused(confirm_lowering, incident, "yellow", "zhao", at("+4 min")) == ("nothing_to_confirm", {})


def test_two_people_confirming_at_once_lower_it_once():
    incident = graded("orange")
    ask_to_lower(incident, "yellow", "why", "wang", PLAYBOOK, at("+2 min"))
    confirm_lowering(incident, "yellow", "zhao", at("+3 min"))
    assert refused(confirm_lowering, incident, "yellow", "chen", at("+3 min")) == ("nothing_to_confirm", {})
    assert [grading.verdict.grade for grading in incident.gradings] == ["orange", "yellow"]


@pytest.mark.parametrize(
    ("says", "grade"),
    [
        pytest.param("orange", "yellow", id="what both knew when they lowered it"),
        pytest.param("yellow", "yellow", id="something milder"),
        pytest.param("red", "red", id="something graver"),
    ],
)
def test_after_a_lowering_only_something_graver_than_was_known_raises_it_again(says, grade):
    incident = graded("orange")
    lowered(incident, "yellow")
    answers_say(incident, says, when="+9 min", mood="hostile")
    assert incident.grade == grade


def test_what_was_lowered_far_stays_there_while_the_facts_are_the_same():
    incident = graded("red")
    lowered(incident, "green")
    answers_say(incident, "orange", when="+9 min")
    answers_say(incident, "red", when="+10 min")
    assert incident.grade == "green"
    assert incident.verdict.computed == "red"


@settings(max_examples=200, deadline=None)
@given(steps)
def test_the_grade_never_goes_down_without_two_people(all_steps):
    incident, _ = play(all_steps)
    for before, after in pairwise(incident.gradings):
        if PLAYBOOK.rank(after.verdict.grade) < PLAYBOOK.rank(before.verdict.grade):
            assert after.verdict.cause == "lowered"
            assert after.verdict.asked_by
            assert after.by not in (after.verdict.asked_by, BOT)


@settings(max_examples=100, deadline=None)
@given(steps)
def test_every_lowering_was_asked_before_by_the_one_it_names(all_steps):
    incident, _ = play(all_steps)
    asked = set()
    for entry in incident.history:
        if isinstance(entry.event, LowerAsked):
            asked.add((entry.by, entry.event.to))
        if isinstance(entry.event, Graded) and entry.event.cause == "lowered":
            assert (entry.event.asked_by, entry.event.grade) in asked
