"""One sentence for each thing that happened, and for each reason of a grade."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from bot.crisis import events
from bot.crisis.checklist import Checklist, read_answers
from bot.crisis.events import BOT, Entry
from bot.crisis.grading import at_least, judge
from statements.history import line, reason, update_name, warning
from statements.text import LANGUAGES
from tests.makers import NINE, a_playbook, at
from tests.statements.scenes import LEGAL, PLAYBOOKS, PR, STATES, context, words

OTHERS = (
    events.RoomFailed("restricted_action"),
    events.InviteRefused(LEGAL, "elsewhere"),
    events.RoomLent("C1", "crisis-482913"),
    events.RoomArchived("C1"),
    events.SendGivenUp("direct", "before", (PR, LEGAL), "messages_tab_disabled"),
    events.SendGivenUp("topic", "", (), "http_503"),
    events.SendGivenUp("a deed of another version", "", (), "broken:KeyError"),
    events.ReadingAsked(),
    events.PageUnanswered("ceo", PR),
    events.RoleUnheld("ceo"),
    events.CallsWithdrawn(("ceo", "cto"), (PR,)),
    events.NobodyAnswers("ceo", 1),
    events.TaskReopened("committee_met"),
    events.Reminded("update/day/5", tell=False),
    events.Reminded("final_report", late=True),
    events.Reminded("nudge"),
    events.Reminded("before/orange/first_contact", people=(PR, LEGAL)),
    events.CheckpointsReached(("5min", "4h"), ("5min",), ("4h",), ("5min",)),
)
"""What the incidents of the scenes have not met."""


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_one_sentence(language: str, state: str, playbook: str) -> None:
    incident = STATES[state](a_playbook(playbook))
    shown = context(incident, language, playbook=playbook)

    for entry in incident.history:
        told = line(entry, shown, words())
        assert told
        assert "\n" not in told
        assert "。。" not in told
        assert ".." not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", OTHERS, ids=lambda event: type(event).__name__)
def test_what_happens_seldom_has_a_sentence_too(event: events.Event, language: str) -> None:
    assert line(Entry(NINE, BOT, event), context(None, language), words())


def test_every_event_has_a_sentence() -> None:
    names = {kind.__name__ for kind in get_args(events.Event)}

    for language in LANGUAGES:
        assert names == set(words().keys(language, "history"))


def test_people_are_told_by_their_names() -> None:
    entry = Entry(NINE, PR, events.TaskTaken("committee_met", PR))

    assert line(entry, context(None, "zh"), words()) == "王敏 认领：召开危机委员会会议。"
    assert line(entry, context(None, "en"), words()) == "王敏 took: Committee met."


def test_what_a_person_typed_stays_as_it_is() -> None:
    entry = Entry(NINE, PR, events.Closed("**x** {{ 7*7 }}"))

    assert "**x** {{ 7*7 }}" in line(entry, context(None, "zh"), words())


@pytest.mark.parametrize("playbook", PLAYBOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"views": 20000, "severity": "S2", "severity_unsure": True, "control": "C4"},
        {"views": 2_000_000, "injury": "death", "growth_per_hour": 120, "hot_list": True, "organised": "yes"},
        {
            "severity": "S1",
            "evidence": ["audio"],
            "followers": 5000,
            "media": "mainstream",
            "mood": "hostile",
        },
        {"regulator_acts": True, "vulnerable": True, "legal_threat": True, "regulator": True},
    ],
    ids=["nothing known", "unsure", "grave", "recorded", "signs"],
)
def test_every_reason_has_a_sentence(answers: dict[str, Any], language: str, playbook: str) -> None:
    policy = a_playbook(playbook)
    verdict = judge(Checklist(read_answers(answers, at("+1 min"))), policy)
    verdict = at_least(verdict, policy.grades[-1].name, policy, "never_below")

    for one in verdict.reasons:
        told = reason(language, one.code, one.params, words())
        assert told.endswith("。" if language == "zh" else ".")


def test_a_reason_reads_well() -> None:
    signs = {"signs": {"growth_per_hour": 80.0}, "rule": "fast_growth", "effect": "up"}
    params = {**signs, "from": "orange", "to": "red", "changed": True}

    assert reason("zh", "rule", params, words()) == "浏览量每小时增幅超过50%（实测 80%），上调一级至红色。"
    assert (
        reason("en", "rule", params, words())
        == "Views grow by more than 50% an hour (measured: 80%): one grade up, to red."
    )


def test_the_two_warnings_of_the_source() -> None:
    assert "may turn red" in warning("en", "may_turn_red", words())
    assert "spread further" in warning("en", "attitude_spreads", words())


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("update/28h", "第28小时", "Hour 28"),
        ("update/day/5", "第5天", "Day 5"),
        ("final_report", "第120天总结报告", "final report, day 120"),
    ],
)
def test_updates_are_named_by_their_time(name: str, zh: str, en: str) -> None:
    assert update_name("zh", name, words()) == zh
    assert update_name("en", name, words()) == en
