"""The first hour of a red crisis, as its minutes would tell it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

from bot.chat import Platform
from tests.local_scene import LocalScene
from tests.makers import at
from tests.scene import Scene, buttons, text

RED = {"views": "500", "injury": "injury", "severity": "S4", "control": "C2"}
CALLED = {"U01": "chen", "U02": "lin", "U03": "zhou", "U04": "wang", "U05": "zhao"} | {
    "U06": "liu",
    "U07": "sun",
    "U10": "emma",
    "U11": "zheng",
}
"""Whom red calls, by Slack id."""

URGED: Mapping[Platform, Mapping[str, int]] = {"slack": {}, "feishu": {"app": 9, "sms": 9, "phone": 9}}
"""How often somebody is called harder than by a message, which Slack cannot do."""


def first_line(card) -> str:
    """What a locked phone shows."""
    return text(card).splitlines()[0]


def ticks_off(scene: LocalScene, user: str, checkpoints: Collection[str]) -> None:
    """One person does all that is open; what is nobody's is taken first."""
    for name, task in scene.incident().tasks.items():
        if task.checkpoint in checkpoints and task.open:
            if not task.owner:
                scene.presses(user, "take", f"1/{name}")
            scene.presses(user, "done", f"1/{name}")


@pytest.fixture(params=URGED)
def local(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalScene]:
    """The whole bot at each strict local platform: every line is typed, every button seen before it is pressed."""
    with LocalScene(tmp_path, request.param) as made:
        yield made


def test_from_the_first_word_to_the_first_answer(local: LocalScene) -> None:
    # 09:00  许诺 of customer service opens the crisis; room, people, pinned card.
    local.opens("U15", "维修次日刹车失灵，客户受伤", type="A")
    assert local.members() == ["emma", "liu", "wang", "wu", "xu", "zhao"]
    assert local.topic() == "⚪ 未定级｜维修次日刹车失灵，客户受伤"
    assert first_line(local.posted("state/")[0].card) == "⚪ 未定级｜维修次日刹车失灵，客户受伤"

    # 09:02  Two people each fill in a part.
    local.at("+2 min")
    local.answers("U15", views="500", platform=["moments"], complaint="刹车踏板踩到底")
    local.answers("U06", contact="yes", attitude="rational")
    assert local.incident().checklist.answered_count == 5

    # 09:04  With severity and control it is red: nine people are called.
    local.at("+4 min")
    local.answers("U15", **RED)
    assert local.incident().grade == "red"
    assert {said.place for said in local.posted("page/")} == set(CALLED.values())
    assert first_line(local.posted("grade/")[0].card) == "🔴 定级：红色｜维修次日刹车失灵，客户受伤"

    # 09:05  What is still unknown is named, with the button.
    local.at("+5 min")
    nudge = local.posted("nudge")[0].card
    assert first_line(nudge) == "信息清单还差 9 项"
    assert set(buttons(nudge)) == {"checklist"}
    assert first_line(local.posted("checkpoint/5min")[0].card).startswith("❗ 5分钟节点")

    # 09:06  All but the CEO answer; at 09:07 his deputy, who is at work already as CMO, takes it without being called.
    local.at("+6 min")
    for user in CALLED:
        if user != "U01":
            local.presses(user, "on_it")
    local.at("+7 min")
    call = local.incident().calls["ceo"]
    assert (call.tried, call.answered_by, call.answered_at) == (["chen"], "lin", at("+7 min"))

    # 09:15  The grade was posted, the team is up, and five things are not done yet.
    local.at("+15 min")
    reached = local.posted("checkpoint/15min")[0].card
    assert first_line(reached) == "❗ 15分钟节点已到：7 项未办结"
    done = {name for name, task in local.incident().tasks.items() if not task.open}
    assert done == {"grade_posted", "response_team_up"}

    # 09:16 to 09:24  The team works the list off.
    ticks_off(local, "U04", ("5min", "15min"))
    assert first_line(local.posted("checkpoint/15min")[0].card).startswith("❗ 15分钟节点")
    assert local.posted("state/")[0].card.tone == "red"

    # 09:25  Owners of what is due at 09:30 are reminded in person; so is whoever speaks, of the first official word.
    local.at("+25 min")
    reminded = {said.place for said in local.posted("before/")}
    assert {"wang", "emma"} <= reminded
    emma = [text(said.card) for said in local.posted("before/") if said.place == "emma"]
    assert any("First official word" in words for words in emma)

    # 09:30  The committee is asked four questions; the PR director answers them.
    local.at("+30 min")
    decisions = local.posted("decisions")[0]
    assert buttons(decisions.card) == ["decide_yes", "decide_no"] * 4
    for question, answer in {
        "first_statement": "yes",
        "technical_inquiry": "yes",
        "lawyers": "yes",
        "media": "no",
    }.items():
        local.presses("U04", f"decide_{answer}", f"1/{question}")
    assert local.incident().tasks["decisions_taken"].state == "done"

    # 10:00  Everything for the first answer was ready in time.
    ticks_off(local, "U04", ("30min", "60min"))
    local.at("+60 min")
    assert first_line(local.posted("checkpoint/60min")[0].card).startswith("✅ 60分钟节点")

    # Nothing was said twice, nothing was lost, and all of it is on record.
    assert len(set(local.marks())) == len(local.marks())
    assert set(local.outbox()) <= {"sent", "cancelled"}
    assert [said.key for said in local.posted("checkpoint/")] == [
        "1/checkpoint/5min",
        "1/checkpoint/15min",
        "1/checkpoint/30min",
        "1/checkpoint/60min",
    ]
    assert local.urged() == URGED[local.platform]


def test_ungraded_at_minute_fifteen_the_bot_grades_on_what_is_known(scene: Scene) -> None:
    # 09:00  Opened; somebody saves a half-filled checklist, without severity and control.
    scene.opens()
    scene.answers("U15", views="300", platform=["moments"])

    # 09:14  Still ungraded.
    scene.at("+14 min")
    assert scene.incident().grade == ""

    # 09:15  The bot grades: S and C one level up, never below yellow, says so and pages.
    scene.at("+15 min")
    incident = scene.incident()
    assert (incident.grade, incident.verdict.cause) == ("yellow", "clock")
    assert (incident.verdict.severity, incident.verdict.control) == ("S2", "C2")
    card = text(scene.posted("grade/")[0].card)
    assert "机器人" in card.splitlines()[1]
    assert "15 分钟" in card.splitlines()[1]
    assert [said.place for said in scene.posted("page/")] == ["he", "wu"]

    # 09:17  The facts arrive and it rises.
    scene.at("+17 min")
    scene.answers("U15", severity="S3", control="C3", media="journalist_contacted")
    assert scene.incident().grade == "orange"


def test_two_crises_at_once_never_mix(scene: Scene) -> None:
    scene.says("U15", "/crisis now 第一起")
    scene.at("+3 min")
    scene.says("U04", "/crisis now 第二起")
    scene.presses("U15", "checklist", "1")
    form = scene.presses("U15", "checklist", "1").form
    assert form is not None
    scene.sends("U15", form, **RED)
    scene.at("+31 min")
    assert (scene.incident(1).grade, scene.incident(2).grade) == ("red", "yellow")
    assert "C1" not in {said.place for said in scene.chat.said.values() if said.key.startswith("2/")}
    assert "C2" not in {said.place for said in scene.chat.said.values() if said.key.startswith("1/")}
    assert scene.incident(2).reached.keys() == {"5min", "15min"}
    assert scene.incident(1).reached["15min"] == at("+15 min")


def test_who_has_spoken_in_time_is_not_told_that_time_is_up(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", **RED)
    for user in CALLED:
        scene.presses(user, "on_it")
    assert "首次官方发声：09:30 前" in text(scene.posted("state/")[0].card)
    scene.at("+20 min")
    scene.presses("U10", "done", "1/official_word_out")
    scene.at("+40 min")
    assert "首次官方发声" not in text(scene.posted("state/")[0].card)
    assert [said.key for said in scene.posted("before/") if "first_word" in said.key] == []


def test_a_time_of_tomorrow_says_its_day(scene: Scene) -> None:
    """At 21:00 "09:00" would be taken for a time long past."""
    scene.opens()
    scene.at("+5 h")
    scene.presses("U04", "done", "1/line_agreed")
    assert "下一节点：3月3日 09:00｜24小时" in text(scene.posted("state/")[0].card)
