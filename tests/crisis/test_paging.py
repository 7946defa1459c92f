"""Roles are called until somebody answers; a person who answered is never called again."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.crisis.errors import Refused
from bot.crisis.events import (
    NobodyAnswers,
    PageAnswered,
    PageUnanswered,
    PageUndelivered,
    RolePaged,
    RoleUnheld,
)
from bot.crisis.judging import start_response
from bot.crisis.paging import answer_page, page_for_grade, page_timed_out, page_undelivered, pass_page
from bot.crisis.regrading import raise_grade
from tests.deeds import play, steps
from tests.makers import a_graded, a_playbook, a_roster, an_incident, at, happened

PLAYBOOK, ROSTER = a_playbook(), a_roster()


def without(*roles):
    """The roster in which nobody holds these roles."""
    return replace(ROSTER, holders={role: held for role, held in ROSTER.holders.items() if role not in roles})


def times_out(incident, role, now, roster=ROSTER):
    page_timed_out(incident, role, PLAYBOOK, roster, at(now))


def undelivered(incident, person, now):
    page_undelivered(incident, person, "user_disabled", PLAYBOOK, ROSTER, at(now))


def called(incident):
    """Who has which page now."""
    return {call.role: call.person for call in incident.calls.values() if call.open}


@pytest.mark.parametrize(
    ("grade", "minutes", "pages"),
    [
        ("green", 30, {"customer_service": "xu"}),
        ("yellow", 15, {"service_manager": "he", "regional_pr": "wu"}),
        (
            "orange",
            5,
            {
                "regional_director": "sun",
                "head_office_pr": "wu",
                "legal_director": "zhao",
                "service_manager": "he",
            },
        ),
        (
            "red",
            3,
            {
                "ceo": "chen",
                "pr_director": "wang",
                "legal_director": "zhao",
                "cmo": "lin",
                "cto": "zhou",
                "customer_service_director": "liu",
                "technical_lead": "zheng",
                "spokesperson": "emma",
                "regional_director": "sun",
            },
        ),
    ],
)
def test_each_grade_calls_its_roles_and_gives_them_its_time_to_answer(grade, minutes, pages):
    incident = a_graded(grade)
    assert called(incident) == pages
    assert {call.answer_by for call in incident.calls.values()} == {at(f"+{minutes} min")}
    assert set(pages.values()) <= set(incident.members)


def test_a_higher_grade_calls_only_the_roles_that_were_not_called_before():
    incident = a_graded("orange")
    raise_grade(incident, "red", "children in the car", "xu", PLAYBOOK, at("+2 min"))
    start_response(incident, PLAYBOOK, ROSTER, at("+2 min"))
    again = [page.role for page in happened(incident, RolePaged) if page.answer_by == at("+5 min")]
    assert again.count("legal_director") == again.count("regional_director") == 1
    assert {"ceo", "pr_director", "cmo", "cto", "spokesperson"} <= set(again)


def test_who_answers_takes_the_role_and_its_tasks():
    incident = a_graded("orange")
    assert answer_page(incident, "zhao", at("+1 min")) == ("legal_director",)
    assert incident.calls["legal_director"].answered_by == "zhao"
    assert "legal_director" not in called(incident)
    answer_page(incident, "he", at("+2 min"))
    owned = {name for name, task in incident.tasks.items() if task.owner == "he"}
    assert owned == {"customer_reached"}


def test_one_answer_is_for_all_the_roles_a_person_is_called_for():
    incident = a_graded("red")
    times_out(incident, "spokesperson", "+3 min")
    assert called(incident)["spokesperson"] == called(incident)["pr_director"] == "wang"
    assert answer_page(incident, "wang", at("+4 min")) == ("pr_director", "spokesperson")


def test_who_answers_late_takes_what_was_handed_on_meanwhile():
    incident = a_graded("orange")
    times_out(incident, "legal_director", "+5 min")
    assert called(incident)["legal_director"] == "david"
    assert answer_page(incident, "zhao", at("+6 min")) == ("legal_director",)


def test_a_silent_holder_then_the_deputies_then_up_the_line_then_all_again():
    incident = a_graded("orange")
    minutes = [5, 10, 15, 20, 25]
    for minute in minutes:
        times_out(incident, "legal_director", f"+{minute} min")
    pages = [page for page in happened(incident, RolePaged) if page.role == "legal_director"]
    assert [page.person for page in pages] == ["zhao", "david", "wang", "wu", "lin", "chen"]
    assert {page.round for page in pages} == {1}
    times_out(incident, "legal_director", "+30 min")
    assert happened(incident, NobodyAnswers) == [NobodyAnswers("legal_director", 1)]
    assert happened(incident, RolePaged)[-1] == RolePaged("legal_director", "zhao", 2, at("+40 min"))
    assert happened(incident, PageUnanswered)[0] == PageUnanswered("legal_director", "zhao")


def test_a_deputy_at_work_already_takes_their_own_role_without_being_called():
    incident = a_graded("orange")
    answer_page(incident, "he", at("+1 min"))
    times_out(incident, "regional_director", "+5 min")
    assert happened(incident, PageAnswered)[-1] == PageAnswered("he", ("regional_director",))
    assert [page.person for page in happened(incident, RolePaged)].count("he") == 1


def test_passing_it_on_calls_the_deputy_at_once_and_says_who_did():
    incident = a_graded("orange")
    pass_page(incident, "zhao", PLAYBOOK, ROSTER, at("+1 min"))
    assert happened(incident, RolePaged)[-1] == RolePaged(
        "legal_director", "david", 1, at("+6 min"), passed_by="zhao"
    )
    assert [entry.by for entry in incident.history if isinstance(entry.event, RolePaged)][-1] == "zhao"


def test_nobody_can_pass_it_on_when_nobody_is_left():
    incident = a_graded("orange")
    for minute in (5, 10, 15, 20, 25):
        times_out(incident, "legal_director", f"+{minute} min")
    before = list(incident.history)
    with pytest.raises(Refused) as refusal:
        pass_page(incident, "chen", PLAYBOOK, ROSTER, at("+26 min"))
    assert (refusal.value.code, refusal.value.params) == ("nobody_to_pass_to", {"role": "legal_director"})
    assert incident.history == before


@pytest.mark.parametrize(
    ("person", "code", "params"),
    [
        pytest.param("ma", "not_paged", {}, id="never called"),
        pytest.param("he", "already_on_it", {}, id="answered already"),
        pytest.param("sun", "answered_by_another", {"person": "he"}, id="the deputy answered"),
    ],
)
def test_there_is_nothing_to_answer(person, code, params):
    incident = a_graded("orange")
    times_out(incident, "regional_director", "+5 min")
    answer_page(incident, "he", at("+6 min"))
    with pytest.raises(Refused) as refusal:
        answer_page(incident, person, at("+7 min"))
    assert (refusal.value.code, refusal.value.params) == (code, params)


def test_who_handed_it_on_cannot_hand_it_on_again_and_reads_who_has_it():
    incident = a_graded("orange")
    pass_page(incident, "zhao", PLAYBOOK, ROSTER, at("+1 min"))
    with pytest.raises(Refused) as refusal:
        pass_page(incident, "zhao", PLAYBOOK, ROSTER, at("+2 min"))
    assert (refusal.value.code, refusal.value.params) == ("passed_on", {"person": "david"})


def test_whom_the_platform_cannot_reach_is_passed_over_without_waiting():
    incident = a_graded("orange")
    undelivered(incident, "zhao", "+1 min")
    assert happened(incident, PageUndelivered) == [PageUndelivered("zhao", "user_disabled")]
    assert called(incident)["legal_director"] == "david"
    assert incident.calls["legal_director"].answer_by == at("+6 min")


def test_when_nobody_at_all_can_be_reached_it_waits_before_it_begins_again():
    """A revoked token makes every page fail at once; calling round and round would never end."""
    incident = a_graded("orange")
    for person in ("zhao", "david", "wang", "wu", "lin", "chen"):
        undelivered(incident, person, "+1 min")
    call = incident.calls["legal_director"]
    assert (call.person, call.round, call.answer_by) == ("chen", 1, at("+6 min"))
    times_out(incident, "legal_director", "+6 min")
    assert (call.person, call.round) == ("zhao", 2)


def test_a_role_that_nobody_holds_is_said_once_and_called_when_somebody_does():
    incident = a_graded("green")
    raise_grade(incident, "red", "injury", "xu", PLAYBOOK, at("+1 min"))
    nobody = without("cto", "ceo", "cmo")
    page_for_grade(incident, PLAYBOOK, nobody, at("+1 min"))
    page_for_grade(incident, PLAYBOOK, nobody, at("+2 min"))
    assert happened(incident, RoleUnheld) == [RoleUnheld("ceo"), RoleUnheld("cmo"), RoleUnheld("cto")]
    page_for_grade(incident, PLAYBOOK, ROSTER, at("+3 min"))
    assert [called(incident)[role] for role in ("ceo", "cmo", "cto")] == ["chen", "lin", "zhou"]


def test_a_called_role_that_the_roster_no_longer_knows_is_no_page_that_waits_for_ever():
    """The roster is read at the start: a page may outlive the last holder of its role."""
    incident = a_graded("green")
    nobody = replace(ROSTER, holders={})
    times_out(incident, "customer_service", "+30 min", nobody)
    assert happened(incident, RoleUnheld) == [RoleUnheld("customer_service")]
    assert called(incident) == {}
    page_for_grade(incident, PLAYBOOK, ROSTER, at("+31 min"))
    assert called(incident)["customer_service"] in ("xu", "ma")


def test_nothing_is_called_before_there_is_a_grade():
    incident = an_incident()
    start_response(incident, PLAYBOOK, ROSTER, at("+1 min"))
    assert incident.calls == {}


@settings(max_examples=100, deadline=None)
@given(steps)
def test_a_person_who_answered_is_never_called_again(all_steps):
    incident, _ = play(all_steps)
    on_it = set()
    for entry in incident.history:
        if isinstance(entry.event, RolePaged):
            assert entry.event.person not in on_it
        if isinstance(entry.event, PageAnswered):
            on_it.add(entry.event.person)


@settings(max_examples=100, deadline=None)
@given(steps)
def test_within_one_round_nobody_is_called_twice_for_a_role_and_rounds_only_go_up(all_steps):
    incident, _ = play(all_steps)
    seen, rounds = set(), {}
    for page in happened(incident, RolePaged):
        assert (page.role, page.round, page.person) not in seen
        seen.add((page.role, page.round, page.person))
        assert page.round >= rounds.get(page.role, 1)
        rounds[page.role] = page.round


@settings(max_examples=100, deadline=None)
@given(steps)
def test_every_role_called_is_answered_or_waits_for_a_person_with_a_time(all_steps):
    incident, _ = play(all_steps)
    for call in incident.calls.values():
        assert call.answered_by or (call.person and call.answer_by is not None)
