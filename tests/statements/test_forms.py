"""Every form, its limits, and that what it shows can be read back unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.chat import Field, Form, Heading
from bot.crisis.checklist import ITEMS, read_answers
from bot.crisis.incident import Incident, fill_in
from statements.forms import FORMS, form
from statements.text import LANGUAGES
from tests.makers import a_playbook, an_incident, at
from tests.statements.scenes import SEEN, SERVICE, STATES, context, graded, words


def asked(
    name: str,
    incident: Incident | None,
    language: str = "zh",
    args: Mapping[str, Any] | None = None,
    **more: Any,
) -> Form:
    return form(name, incident, context(incident, language, **more), words(), args or {})


def fields_of(shown: Form) -> dict[str, Field]:
    return {item.name: item for item in shown.items if isinstance(item, Field)}


@pytest.mark.parametrize(("state", "playbook"), SEEN)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMS)
def test_every_form_fits_a_phone_and_slack(name: str, language: str, state: str, playbook: str) -> None:
    shown = asked(name, STATES[state](a_playbook(playbook)), language, playbook=playbook)

    assert len(shown.title) <= 24
    assert len(shown.submit) <= 24
    assert len(shown.items) <= 50
    assert shown.about["incident"] == "1"
    for field in fields_of(shown).values():
        assert field.label
        assert len(field.placeholder) <= 150
        assert len({option.value for option in field.options}) == len(field.options)
        assert all(len(option.label) <= 75 and len(option.about) <= 75 for option in field.options)
        assert field.options or field.kind in ("text", "long", "moment"), "a choice needs something to choose"


def test_the_opening_is_asked_without_an_incident() -> None:
    shown = asked("open", None, args={"what": "刹车失灵"})
    fields = fields_of(shown)

    assert list(fields) == ["what", "type", "time_zero", "drill"]
    assert fields["what"].value == "刹车失灵"
    assert fields["drill"].value == "real"
    assert shown.about == {}


def test_details_are_prefilled() -> None:
    fields = fields_of(asked("details", an_incident(title="刹车失灵", drill=True)))

    assert (fields["what"].value, fields["type"].value, fields["drill"].value) == ("刹车失灵", "A", "drill")


def test_the_checklist_asks_all_fifteen_in_four_groups_and_the_judgement() -> None:
    shown = asked("checklist", an_incident())
    names = list(fields_of(shown))

    assert names[: len(ITEMS)] == [item.name for item in ITEMS]
    assert names[len(ITEMS) :] == ["severity", "control", "unsure", "flags", "comments", "unknown"]
    assert sum(isinstance(item, Heading) for item in shown.items) == 5
    assert shown.about["seen"] == "2" or shown.about["seen"].isdigit()


def test_one_group_of_the_checklist_can_be_asked_alone() -> None:
    shown = asked("checklist", an_incident(), args={"group": "customer"})

    assert list(fields_of(shown)) == ["contact", "history", "attitude", "unknown"]
    assert [option.value for option in fields_of(shown)["unknown"].options] == [
        "contact",
        "history",
        "attitude",
    ]
    assert shown.about["group"] == "customer"


def test_a_type_that_is_unset_is_asked() -> None:
    incident = an_incident()
    del incident.answers["type"]

    assert "type" in fields_of(asked("checklist", incident))


def test_what_the_form_shows_is_read_back_unchanged() -> None:
    incident = an_incident()
    given = {
        "views": 123_457,
        "growth_per_hour": "62.5",
        "published_at": at("-1 h"),
        "platform": ["weibo"],
        "complaint": "退车",
        "injury": "none",
    }
    answers = read_answers(given, at("+1 min"))
    fill_in(incident, SERVICE, at("+1 min"), answers)

    fields = fields_of(asked("checklist", incident))
    again = read_answers({name: fields[name].value for name in answers}, at("+2 min"))

    assert again == answers


def test_what_is_unknown_is_ticked_and_not_typed() -> None:
    fields = fields_of(asked("checklist", graded(a_playbook())))

    assert fields["history"].value is None
    assert fields["unknown"].value == ["history"]
    assert fields["flags"].value == ["others_report_same"]


def test_another_grade_is_offered_highest_first_without_the_current_one() -> None:
    fields = fields_of(asked("regrade", graded(a_playbook())))

    assert [option.value for option in fields["grade"].options] == ["red", "yellow", "green"]
    assert not fields["reason"].optional


def test_only_open_tasks_can_be_marked_as_not_needed() -> None:
    incident = graded(a_playbook())
    fields = fields_of(asked("not_needed", incident, args={"task": "committee_met"}))

    assert {option.value for option in fields["task"].options} == {
        task.name for task in incident.tasks.values() if task.open
    }
    assert fields["task"].value == "committee_met"
