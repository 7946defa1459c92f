"""The first hour of a red crisis, as its minutes would tell it."""

from __future__ import annotations

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


def first_line(card) -> str:
    """What a locked phone shows."""
    return text(card).splitlines()[0]


def test_from_the_first_word_to_the_first_answer(scene: Scene) -> None:
    # 09:00  许诺 of customer service opens the crisis; room, people, pinned card.
    scene.opens("U15", "维修次日刹车失灵，客户受伤", type="A")
    assert scene.chat.members["C1"] == ["xu", "wang", "zhao", "liu", "wu", "emma"]
    assert first_line(scene.posted("state/")[0].card) == "⚪ 未定级｜维修次日刹车失灵，客户受伤"

    # 09:02  Two people each fill in a part.
    scene.at("+2 min")
    scene.answers("U15", views="500", platform=["moments"], complaint="刹车踏板踩到底")
    scene.answers("U06", contact="yes", attitude="rational")
    assert scene.incident().checklist.answered_count == 5

    # 09:04  With severity and control it is red: nine people are called.
    scene.at("+4 min")
    scene.answers("U15", **RED)
    assert scene.incident().grade == "red"
    assert {said.place for said in scene.posted("page/")} == set(CALLED.values())
    assert first_line(scene.posted("grade/")[0].card) == "🔴 定级：红色｜维修次日刹车失灵，客户受伤"

    # 09:05  What is still unknown is named, with the button.
    scene.at("+5 min")
    nudge = scene.posted("nudge")[0].card
    assert first_line(nudge) == "信息清单还差 9 项"
    assert set(buttons(nudge)) == {"checklist"}
    assert first_line(scene.posted("checkpoint/5min")[0].card).startswith("❗ 5分钟节点")

    # 09:06  All but the CEO answer; at 09:07 his deputy, who is at work already as CMO, takes it without being called.
    scene.at("+6 min")
    for user in CALLED:
        if user != "U01":
            scene.presses(user, "on_it")
    scene.at("+7 min")
    call = scene.incident().calls["ceo"]
    assert (call.tried, call.answered_by, call.answered_at) == (["chen"], "lin", at("+7 min"))

    # 09:15  The grade was posted, the team is up, and five things are not done yet.
    scene.at("+15 min")
    reached = scene.posted("checkpoint/15min")[0].card
    assert first_line(reached) == "❗ 15分钟节点已到：7 项未办结"
    done = {name for name, task in scene.incident().tasks.items() if not task.open}
    assert done == {"grade_posted", "response_team_up"}

    # 09:16 to 09:24  The team works the list off.
    for name, task in scene.incident().tasks.items():
        if task.checkpoint in ("5min", "15min") and task.open:
            scene.presses("U04", "done", f"1/{name}")
    assert first_line(scene.posted("checkpoint/15min")[0].card).startswith("❗ 15分钟节点")
    assert scene.posted("state/")[0].card.tone == "red"

    # 09:25  Owners of what is due at 09:30 are reminded in person; so is whoever speaks, of the first official word.
    scene.at("+25 min")
    reminded = {said.place for said in scene.posted("before/")}
    assert {"wang", "emma"} <= reminded
    emma = [text(said.card) for said in scene.posted("before/") if said.place == "emma"]
    assert any("First official word" in words for words in emma)

    # 09:30  The committee is asked four questions; the PR director answers them.
    scene.at("+30 min")
    decisions = scene.posted("decisions")[0]
    assert buttons(decisions.card) == ["decide_yes", "decide_no"] * 4
    for question, answer in {
        "first_statement": "yes",
        "technical_inquiry": "yes",
        "lawyers": "yes",
        "media": "no",
    }.items():
        scene.presses("U04", f"decide_{answer}", f"1/{question}")
    assert scene.incident().tasks["decisions_taken"].state == "done"

    # 10:00  Everything for the first answer was ready in time.
    for name, task in scene.incident().tasks.items():
        if task.checkpoint in ("30min", "60min") and task.open:
            scene.presses("U04", "done", f"1/{name}")
    scene.at("+60 min")
    assert first_line(scene.posted("checkpoint/60min")[0].card).startswith("✅ 60分钟节点")

    # Nothing was said twice, nothing was lost, and all of it is on record.
    assert len({said.key for said in scene.chat.said.values()}) == len(scene.chat.said)
    assert set(scene.outbox()) <= {"sent", "cancelled"}
    assert [said.key for said in scene.posted("checkpoint/")] == [
        "1/checkpoint/5min",
        "1/checkpoint/15min",
        "1/checkpoint/30min",
        "1/checkpoint/60min",
    ]


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
