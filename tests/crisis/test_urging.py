"""Calling harder: whoever has not answered, in the ways that the policy pays for, where their page went."""

from dataclasses import replace

import pytest

from bot.clock import ring
from bot.crisis.events import PageUnanswered, Urged
from bot.crisis.incident import fill_in
from bot.crisis.judging import judge_answers
from bot.crisis.paging import answer_page
from bot.crisis.people import Roster
from tests.makers import ENOUGH_FOR, NINE, a_playbook, a_roster, an_incident, at, happened, person
from timelines.reminders import due, next_due

PLAYBOOK = a_playbook().urging({"feishu": ("app", "sms", "phone")})
ON_BOTH = Roster(
    {key: replace(one, feishu=f"ou_{key}") for key, one in a_roster().people.items()}, a_roster().holders
)
ON_FEISHU = Roster({key: replace(one, slack=None) for key, one in ON_BOTH.people.items()}, ON_BOTH.holders)


def graded(grade, roster, *, platform="feishu", playbook=PLAYBOOK):
    incident = an_incident()
    incident.platform = platform
    fill_in(incident, person("U15"), NINE, ENOUGH_FOR[grade])
    judge_answers(incident, person("U15"), playbook, roster, NINE)
    return incident


def urges(incident, when):
    return [(item.name, item.at) for item in due(incident, PLAYBOOK, at(when)) if item.kind == "urge"]


def urged(incident):
    return [(event.person, event.level) for event in happened(incident, Urged)]


def rung(incident, roster, when):
    ring(incident, PLAYBOOK, roster, at(when))
    return urged(incident)


def test_each_way_comes_at_its_time_until_somebody_answers():
    incident = graded("green", ON_FEISHU)
    (call,) = incident.calls.values()
    assert urges(incident, "+0 min") == [(f"{call.person}/app", NINE)]
    assert next_due(incident, PLAYBOOK) == NINE
    incident = graded("yellow", ON_FEISHU)
    first, second = (call.person for call in incident.calls.values())
    assert rung(incident, ON_FEISHU, "+0 min") == [(first, "app"), (second, "app")]
    assert urges(incident, "+4 min") == []
    answer_page(incident, first, at("+4 min"))
    assert urges(incident, "+5 min") == [(f"{second}/sms", at("+5 min"))]
    assert rung(incident, ON_FEISHU, "+5 min")[2:] == [(second, "sms")]
    assert urges(incident, "+14 min") == []


def test_who_is_called_for_two_roles_is_called_harder_once():
    both = dict.fromkeys(ON_FEISHU.holders, ("zhao",))
    incident = graded("yellow", Roster(ON_FEISHU.people, both))
    assert rung(incident, ON_FEISHU, "+0 min") == [("zhao", "app")]
    assert urges(incident, "+1 min") == []


def test_whoevers_time_is_over_is_left_alone_and_the_next_is_called_from_the_beginning():
    incident = graded("red", ON_FEISHU)
    rung(incident, ON_FEISHU, "+3 min")
    (first,) = {
        event.person for event in happened(incident, PageUnanswered) if event.role == "legal_director"
    }
    assert first not in {name for name, _ in urged(incident)}
    second = incident.calls["legal_director"].person
    assert (f"{second}/app", at("+3 min")) in urges(incident, "+3 min")


@pytest.mark.parametrize(
    ("roster", "platform", "expected"),
    [(ON_FEISHU, "slack", 1), (ON_BOTH, "feishu", 1), (ON_BOTH, "slack", 0), (a_roster(), "feishu", 0)],
)
def test_only_a_page_that_goes_to_feishu_can_be_said_harder(roster, platform, expected):
    assert len(urges(graded("green", roster, platform=platform), "+0 min")) == expected


def test_only_ways_that_are_allowed_are_taken():
    incident = graded("red", ON_FEISHU, playbook=PLAYBOOK.urging({"feishu": ("app", "phone")}))
    assert dict(incident.calls["ceo"].urges) == {"app": 0, "phone": 2}
    assert graded("red", ON_FEISHU, playbook=PLAYBOOK.urging({"slack": ("app",)})).calls["ceo"].urges == {}
