"""What a text says of its own accord rests on the ledger, the roster and the playbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from bot.crisis.checklist import UNKNOWN
from bot.crisis.drafting import Wording, change, withdraw
from bot.crisis.drafting import draft as write
from bot.crisis.facts import check, note
from bot.crisis.incident import Incident, fill_in
from bot.crisis.people import Company, Person
from bot.crisis.public_events import Approved, Published, Status
from statements.context import Context
from statements.given import QUESTIONS, given, next_update, rests_on
from statements.trial import GIVEN
from tests.makers import NINE, a_graded, a_playbook, a_roster, an_incident, at, person
from tests.statements.public_samples import TEXTS

ZONE = ZoneInfo("Asia/Shanghai")
OURS = Company("晨光汽车", "晨光汽车股份有限公司", "400-000-1234")
WANG = person("U04")


def drawn(incident: Incident, language: str = "zh", kind: str = "first_statement", **other: Any) -> Any:
    """What a text of that kind is given at nine in the morning."""
    roster = replace(a_roster(), company=OURS)
    context = Context(a_playbook(other.pop("playbook", "service_network")), roster, ZONE, NINE, language, "")
    facts = list(incident.facts.values())
    return given(TEXTS.get(language, kind), incident, facts, replace(context, **other))


def answered(question: str, answer: Any, status: Status, incident: Incident | None = None) -> Incident:
    """An answer of the checklist, on the ledger with that status."""
    incident = incident or an_incident()
    fill_in(incident, WANG, NINE, {question: answer})
    number = note(incident, f"{question}: {answer}", "checklist", WANG, NINE, question)
    check(incident, number, status, "the hospital", WANG, NINE)
    return incident


def test_a_text_is_given_everything_that_it_may_ask_for():
    assert set(drawn(an_incident())) == set(GIVEN)


@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize(
    ("name", "answer", "said", "else_"),
    [
        ("injury", "death", "death", ""),
        ("injury", "none", "none", ""),
        ("contacted", "yes", True, False),
        ("contacted", "no", False, False),
        ("regulator", True, True, False),
    ],
)
def test_harm_contact_and_authorities_are_said_only_when_confirmed(
    name: str, answer: Any, said: Any, else_: Any, status: Status
):
    incident = answered(QUESTIONS[name], answer, status)
    assert drawn(incident)[name] == (said if status == "confirmed" else else_)
    assert drawn(an_incident())[name] == else_


def test_an_answer_taken_back_is_not_said_though_the_old_one_was_confirmed():
    incident = answered("injury", "injury", "confirmed")
    fill_in(incident, WANG, NINE, {"injury": UNKNOWN})
    assert drawn(incident)["injury"] == ""


def test_a_customer_who_threatens_with_the_authorities_has_not_brought_them_in():
    assert drawn(answered("regulator", True, "confirmed"))["regulator"] is False


def test_what_a_text_says_of_its_own_accord_it_cites():
    incident = answered("injury", "injury", "confirmed")
    answered("contact", "yes", "unconfirmed", incident)
    answered("regulator_acts", True, "confirmed", incident)
    assert rests_on(TEXTS.get("zh", "first_statement"), incident) == [1, 3]
    assert rests_on(TEXTS.get("zh", "clarification"), incident) == [1]
    assert rests_on(TEXTS.get("zh", "executive_letter"), incident) == [1, 3]


def test_what_a_text_says_in_its_own_words_it_does_not_list_again():
    incident = answered("injury", "injury", "confirmed")
    answered("complaint", "刹车失灵", "confirmed", incident)
    assert [fact.id for fact in drawn(incident)["facts"]] == [2]
    assert [fact.id for fact in drawn(incident, kind="technical_explanation")["facts"]] == [1, 2]


@pytest.mark.parametrize(
    ("grade", "name"), [("red", "陈志远"), ("orange", ""), ("yellow", ""), ("green", "")]
)
def test_whoever_is_in_command_signs_where_the_policy_says_so(grade: str, name: str):
    assert drawn(a_graded(grade))["signer"].name == name


def test_nobody_signs_before_there_is_a_grade():
    signer = drawn(an_incident(), "en")["signer"]
    assert (signer, signer.name, signer.title) == (Person("", "", "en"), "", "")


def test_who_opened_the_room_is_not_taken_for_the_chief_executive():
    """U15 of customer service leads until somebody of the role answers."""
    assert drawn(a_graded("red"))["signer"].id == person("U01")


def test_grades_are_given_by_their_colour_whatever_a_policy_calls_them():
    assert drawn(a_graded("orange"))["grade"] == "orange"
    assert {grade.colour for grade in a_playbook("new_media").grades} == {"yellow", "orange", "red"}
    assert drawn(an_incident())["grade"] == ""


@pytest.mark.parametrize(
    ("language", "now", "today", "then"),
    [
        ("zh", "2026年3月2日09:00", "2026年3月2日", "3月2日13:00"),
        ("en", "09:00 on 2 March 2026", "2 March 2026", "13:00 on 2 March"),
    ],
)
def test_times_are_told_in_the_companys_zone(language: str, now: str, today: str, then: str):
    told = drawn(an_incident(), language)
    assert (told["now"], told["today"], told["next_update"]) == (now, today, then)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("+0 min", "3月2日13:00"),
        ("+1 min", "3月2日13:30"),
        ("+31 min", "3月2日14:00"),
        ("+11 h", "3月3日00:00"),
    ],
)
def test_the_next_word_is_due_at_a_round_time(now: str, told: str):
    assert next_update(at(now), ZONE, "zh") == told


def published(incident: Incident, kind: str, language: str, title: str, now: datetime, channel: str) -> int:
    """A text that is out."""
    number = write(incident, kind, language, Wording(title, "text"), WANG, now)
    seal = incident.statements[number].latest.seal
    incident.record(Approved(number, 1, seal), WANG, now)
    incident.record(Published(number, 1, channel, "", False), WANG, now)
    return number


def test_only_what_was_said_outside_in_this_language_and_still_stands_came_earlier():
    incident = an_incident()
    published(incident, "progress_update", "zh", "进展", at("+5 h"), "site")
    published(incident, "first_statement", "zh", "说明", at("+1 h"), "weibo")
    published(incident, "internal_note", "zh", "内部通知", at("+1 h"), "internal")
    published(incident, "first_statement", "en", "Statement", at("+1 h"), "site")
    withdraw(
        incident, published(incident, "clarification", "zh", "澄清", at("+2 h"), "site"), "wrong", WANG, NINE
    )
    assert drawn(incident)["earlier"] == [
        {"title": "说明", "at": "3月2日10:00"},
        {"title": "进展", "at": "3月2日14:00"},
    ]


def test_what_came_earlier_has_the_title_under_which_it_went_out():
    incident = an_incident()
    number = published(incident, "first_statement", "zh", "说明", at("+1 h"), "site")
    change(incident, number, Wording("新的说明", "text"), 1, WANG, at("+2 h"))
    assert [one["title"] for one in drawn(incident)["earlier"]] == ["说明"]
