"""Every card, in both languages and several states."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.chat import Button, Card, Plain
from bot.crisis.checklist import ITEMS
from bot.crisis.incident import Incident
from bot.crisis.public import Version
from statements.cards import CARDS
from statements.text import LANGUAGES
from tests.makers import NINE, a_playbook, an_incident, at
from tests.statements.scenes import (
    CEO,
    LEGAL,
    PR,
    SEEN,
    STATES,
    at_work,
    closed,
    drawn,
    graded,
    lowered,
    lowering,
    opened,
    read,
)

HERE = Path(__file__).parent
REWRITE = bool(os.environ.get("REWRITE_GOLDEN"))
SPEAKING = ("drafted", "signing", "out", "taken back", "long text", "speaking")
NEEDS = {
    "lower_refused": ("lowered",),
    "details_changed": ("by the clock",),
    "closed": ("closed", "reopened"),
    "reopened": ("reopened",),
    "statement": SPEAKING,
    "statement_text": SPEAKING,
    "versions": SPEAKING,
    "conflict": ("drafted",),
    "sign": ("signing", "out", "taken back", "long text"),
    "approved": SPEAKING,
    "changes_asked": SPEAKING,
    "signer_missing": SPEAKING,
    "signature_void": SPEAKING,
    "published": SPEAKING,
    "told_wrongly": (*SPEAKING, "closed", "reopened"),
    "withdrawn": ("taken back",),
    "promise": ("speaking",),
    "standing": ("speaking",),
    "executive": ("at work", "speaking"),
    **dict.fromkeys(("lines", "lines_room", "lines_recalled"), ("answering",)),
}
"""Cards about something that has happened only in some states."""


BACKUP = {
    "name": "60min",
    "due_at": "2026-03-02T02:00:00+00:00",
    "post_at": "2026-03-02T02:03:00+00:00",
    "ref": "GH-1-3-60min",
}


LINE = {
    "incident": 1,
    "crisis": "刹车失灵",
    "sheet": 2,
    "version": 1,
    "audience": "service",
    "issued_at": at("+61 min"),
    "question": "能退车吗？" * 30,
    "answer": "您的要求我记下了 <b> {{ 7*7 }}。\n\n- 一\n" * 60,
}


TROUBLE = {"kind": "begun", "part": "database", "says": "57P01", "since": at("+1 min"), "host": "crisis-1"}


def args_of(name: str, incident: Incident) -> Mapping[str, Any]:
    role = "ceo"
    return {
        "checkpoint": {"names": ["5min", "15min"], "met": ["5min"], "late": ["15min"], "early": []},
        "grade": {"n": len(incident.gradings) - 1},
        "escalated": {"moves": [{"role": role, "from": PR, "to": CEO, "passed": False}]},
        "nobody_answers": {"roles": [role]},
        "unheld": {"role": role},
        "undelivered": {"person": PR, "code": "user_not_found"},
        "before": {"name": "60min"},
        "update": {"name": "update/28h"},
        "trouble": TROUBLE,
        "backup": BACKUP,
        "invite_refused": {"person": PR, "code": "anything"},
        "room_failed": {"code": "restricted_action"},
        "given_up": {"deed": "direct", "people": [PR, CEO], "code": "what_is_this"},
        "room_lost": {"code": "is_archived"},
        "list": {"incidents": [incident]},
        "help": {"platform": "feishu"},
        "done": {"code": "saved"},
        "refused": {"code": "reason_needed"},
        "statement": {"statement": 1},
        "statement_text": {"statement": 1, "page": 2},
        "versions": {"statement": 1, "before": 1, "after": len(_versions(incident))},
        "conflict": {"statement": 1},
        "sign": {"statement": 1, "version": len(_versions(incident))},
        "approved": {"statement": 1, "version": 1},
        "changes_asked": {"statement": 1, "person": PR, "role": role, "words": "**改** <b>"},
        "signer_missing": {"statement": 1, "role": role},
        "signature_void": {"statement": 1, "version": 2, "by": CEO},
        "published": {"statement": 1, "version": 1},
        "told_wrongly": {"fact": 2},
        "withdrawn": {"statement": 1},
        "promise": {"promise": 2},
        "standing": {"statement": 1, "about": "incomplete"},
        "next_word": {"last": at("+1 h").isoformat(), "due_at": at("+5 h").isoformat()},
        "executive": {"grade": incident.grade, "due_at": at("+1 d").isoformat()},
        "lines": {"sheet": 2, "again": True},
        "lines_room": {"sheet": 2},
        "lines_recalled": {"sheet": 3},
        "line_asked": {"question": "轮胎 **是** 哪家的 <b>", "person": PR},
        "line_found": {"question": "能退车吗", "found": [LINE] * 3, "speaks": CEO, "about": "1"},
        "sheets": {"found": [LINE]},
        "not_entered": {"at": NINE, "why": Card((Plain("closed"),)), "fields": {"reason": "over"}},
    }.get(name, {})


def _versions(incident: Incident) -> Sequence[Version]:
    """Of its first statement."""
    return incident.statements[1].versions if incident.statements else ()


def buttons_of(card: Card) -> dict[str, Button]:
    found = [
        button for part in card.parts for button in (*part.buttons, *([part.beside] if part.beside else []))
    ]
    return {button.name: button for button in found}


def can_be_shown(name: str, state: str, playbook: str) -> bool:
    """Something of the kind has happened in this state."""
    graded = name != "grade" or bool(STATES[state](a_playbook(playbook)).gradings)
    return graded and state in NEEDS.get(name, (state,))


SHOWN = [
    (name, language, state, playbook)
    for name in CARDS
    for language in LANGUAGES
    for state, playbook in SEEN
    if can_be_shown(name, state, playbook)
]


@pytest.mark.parametrize(("name", "language", "state", "playbook"), SHOWN, ids="-".join)
def test_every_card_has_words_in_every_state(name: str, language: str, state: str, playbook: str) -> None:
    incident = STATES[state](a_playbook(playbook))
    shown = drawn(name, incident, language, args_of(name, incident), playbook=playbook, reader=PR)

    assert shown.headline, "a locked phone shows the headline alone"
    assert all(part.lines or part.buttons for part in shown.parts)
    assert len(shown.parts) <= 50, "Slack takes fifty blocks"
    for button in buttons_of(shown).values():
        assert 0 < len(button.label) <= 30
        assert button.value.split("/")[0] in (str(incident.id), "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["guide", "help", "list", "refused"])
def test_what_needs_no_incident_does_without(name: str, language: str) -> None:
    args = {"list": {"incidents": []}, "help": {"platform": "feishu"}}.get(name, {"code": "no_incident_here"})

    shown = drawn(name, None, language, args)

    assert all(button.value == "" for button in buttons_of(shown).values())


def test_the_headline_says_that_it_is_a_drill() -> None:
    shown = read(drawn("state", an_incident(drill=True), "zh"))

    assert shown.startswith("# **【演练】**")


def test_the_state_says_what_to_do_next_and_who_has_answered() -> None:
    shown = read(drawn("state", at_work(a_playbook()), "zh"))

    assert "现在要做" in shown
    assert "到位" in shown
    assert "正在呼叫" in shown
    assert f"/{len(ITEMS)}" in shown


def test_a_closed_incident_can_only_be_reopened_or_read() -> None:
    shown = drawn("state", closed(a_playbook()), "zh")

    assert list(buttons_of(shown)) == ["reopen", "status"]
    assert shown.tone == "grey"


def test_a_task_nobody_owns_can_be_taken_and_an_owned_one_ticked() -> None:
    incident = at_work(a_playbook())
    shown = drawn("checkpoint", incident, "zh", {"names": ["15min"]})
    values = {part.beside.value: part.beside.name for part in shown.parts if part.beside}

    assert values["1/committee_met"] == "done"
    assert values["1/line_agreed"] == "take"


def test_a_checkpoint_shows_twelve_tasks_at_most() -> None:
    incident = graded(a_playbook())
    shown = drawn("checkpoint", incident, "en", {"names": ["60min"]})

    assert sum(bool(part.beside) for part in shown.parts) <= 12
    assert "more" in read(shown)


def test_an_answered_page_says_by_whom_and_has_no_buttons() -> None:
    incident = at_work(a_playbook())
    who = next(call.answered_by for call in incident.calls.values() if call.answered_by)

    shown = drawn("page", incident, "zh", reader=who)

    assert "您" in read(shown)
    assert not buttons_of(shown)


def test_a_page_that_moved_on_can_still_be_answered() -> None:
    incident = at_work(a_playbook())
    call = next(call for call in incident.calls.values() if call.open and len(call.asked) > 1)

    shown = drawn("page", incident, "zh", reader=call.asked[0])

    assert list(buttons_of(shown)) == ["on_it"]
    assert "转呼" in read(shown)


def test_the_wish_to_lower_can_be_confirmed_until_it_is_settled() -> None:
    playbook = a_playbook()
    waiting = drawn("lower_asked", lowering(playbook), "zh")
    settled = drawn("lower_asked", lowered(playbook), "zh")

    assert buttons_of(waiting)["confirm_lower"].value == "1/green"
    assert buttons_of(waiting)["confirm_lower"].confirm
    assert not buttons_of(settled)


def test_a_decision_may_be_changed() -> None:
    shown = drawn("decisions", at_work(a_playbook()), "zh")
    values = {(button.name, button.value) for part in shown.parts for button in part.buttons}

    assert ("decide_no", "1/lawyers") in values
    assert ("decide_yes", "1/lawyers") not in values
    assert {("decide_yes", "1/media"), ("decide_no", "1/media")} <= values


def test_the_grade_card_keeps_how_the_grade_came_about_when_only_reasons_change() -> None:
    playbook = a_playbook()
    incident = lowering(playbook)
    raised = len(incident.gradings) - 1

    shown = read(drawn("grade", incident, "zh", {"n": raised}))

    assert "依据" in shown
    assert "呼叫" in shown


def test_two_warnings_say_what_the_source_says() -> None:
    shown = read(drawn("grade", graded(a_playbook()), "en", {"n": 0}))

    assert "may turn red" in shown


def test_somebody_is_reminded_of_their_own_tasks_only() -> None:
    incident = at_work(a_playbook())

    theirs = drawn("before", incident, "zh", {"name": "30min"}, reader=PR)
    others = drawn("before", incident, "zh", {"name": "30min"}, reader=CEO)

    assert "done" in buttons_of(theirs)
    assert "done" not in buttons_of(others)


def test_what_a_person_typed_stays_as_it_is() -> None:
    hostile = "# **x** {{ 7*7 }} <!channel> > \ue000a@all\ue001 `y` \n> z"
    incident = an_incident(title=hostile)

    for name in ("state", "status", "page", "list"):
        args = {"incidents": [incident]}
        shown = drawn(name, incident, "zh", args, reader=LEGAL)
        kinds = [span for part in shown.parts for line in part.lines for span in line]
        text = read(shown)
        assert "49" not in text
        assert "{{ 7*7 }} <!channel>" in text
        assert all(getattr(span, "person", "") != "@all" for span in kinds)


def test_user_text_is_never_strong_by_its_own_stars() -> None:
    shown = drawn("state", an_incident(title="**x**"), "zh")

    assert Plain("⚪ 未定级｜**x**") in shown.headline


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "state", "args", "now"),
    [
        ("state", opened, {}, "+1 min"),
        ("state", at_work, {}, "+58 min"),
        ("grade", graded, {"n": 0}, "+5 min"),
        ("page", graded, {}, "+5 min"),
        ("checkpoint", at_work, {"names": ["5min", "15min"], "met": ["5min"], "late": ["15min"]}, "+32 min"),
        ("status", at_work, {}, "+58 min"),
        ("closed", closed, {}, "+2 d"),
        ("backup", graded, BACKUP, "+5 min"),
        ("given_up", at_work, {"deed": "invite", "people": [PR, CEO], "code": "cant_invite"}, "+58 min"),
        ("room_lost", at_work, {"code": "is_archived"}, "+58 min"),
    ],
    ids=[
        "opened",
        "state",
        "grade",
        "page",
        "checkpoint",
        "status",
        "closed",
        "backup",
        "given_up",
        "room_lost",
    ],
)
def test_cards_read_as_they_were_approved(
    name: str, state: Any, args: Mapping[str, Any], now: str, language: str, request: pytest.FixtureRequest
) -> None:
    """A change of words shows as a change of these files; write them anew with REWRITE_GOLDEN=1."""
    incident = state(a_playbook())
    reader = (
        incident.calls["legal_director"].asked[0] if name == "page" else LEGAL if name == "status" else ""
    )
    shown = read(drawn(name, incident, language, args, now=at(now), reader=reader))
    golden = HERE / "golden" / f"{request.node.callspec.id.removesuffix(f'-{language}')}.{language}.txt"

    if REWRITE:
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")
