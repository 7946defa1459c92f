"""The bot is down for hours: what was missed is told once, merged, marked late, and nothing is lost."""

from __future__ import annotations

from bot.chat import ChatError
from tests.scene import Scene, text


def told(scene: Scene) -> list[str]:
    """What the room heard of the clock, in order."""
    keys = [said.key.removeprefix("1/") for said in scene.chat.said.values() if said.place == "C1"]
    return [key for key in keys if key.startswith(("checkpoint/", "update/", "nudge", "decisions", "grade/"))]


def test_four_missed_checkpoints_come_in_one_message_that_says_so(scene: Scene) -> None:
    # 23:00 in spirit: opened, graded, everybody on it; then the machine goes away for five hours.
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    for user in ("U07", "U09", "U05", "U08"):
        scene.presses(user, "on_it")
    scene.at("+10 min")
    before = len(scene.chat.said)
    scene.asleep_until("+5 h")

    new = list(scene.chat.said.values())[before:]
    checkpoints = [said for said in new if "checkpoint/" in said.key]
    assert [said.key for said in checkpoints] == ["1/checkpoint/4h"]
    words = text(checkpoints[0].card)
    for name in ("15分钟节点", "30分钟节点", "60分钟节点", "4小时节点"):
        assert name in words
    assert words.count("补报") == 4
    assert [said.key for said in new if said.key == "1/decisions"] == ["1/decisions"]

    # Nobody is reminded in person of what is over, and the same night does not come twice.
    said = len(scene.chat.said)
    scene.restart()
    scene.tick()
    assert len(scene.chat.said) == said


def test_of_the_missed_updates_only_the_latest_is_told(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="10", severity="S1", control="C1")
    scene.presses("U15", "on_it")
    scene.at("+25 h")
    before = told(scene)
    scene.asleep_until("+41 h")
    assert told(scene)[len(before) :] == ["update/40h"]
    assert "补报" in text(scene.posted("update/40h")[0].card)
    assert set(scene.incident().reminded) >= {"update/28h", "update/32h", "update/36h", "update/40h"}


def test_a_page_that_ran_out_meanwhile_goes_on_at_once(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.asleep_until("+3 h")
    assert {name: call.person for name, call in scene.incident().calls.items()} == {
        "regional_director": "he",
        "head_office_pr": "emma",
        "legal_director": "david",
        "service_manager": "sun",
    }


def test_a_crisis_opened_just_before_is_graded_by_the_bot_when_it_is_back(scene: Scene) -> None:
    scene.opens()
    scene.asleep_until("+40 min")
    assert scene.incident().grade == "yellow"
    assert len(scene.posted("grade/")) == 1
    assert [said.key for said in scene.posted("checkpoint/")] == ["1/checkpoint/30min"]


def test_what_was_under_way_when_the_plug_was_pulled_is_sent_once(scene: Scene) -> None:
    scene.chat.failures["post"] = [ChatError("connection_lost", in_doubt=True)]
    scene.opens()
    scene.restart()
    scene.at("+4 min")
    assert [said.key for said in scene.posted("state/")] == ["1/state/0"]
    assert set(scene.outbox()) <= {"sent", "cancelled"}


def test_an_answer_after_the_restart_finds_everything_as_it_was(scene: Scene) -> None:
    scene.opens()
    form = scene.presses("U15", "checklist").form
    assert form is not None
    scene.restart()
    scene.sends("U15", form, views="500", injury="injury", severity="S4", control="C2")
    scene.restart()
    scene.presses("U01", "on_it")
    assert scene.incident().calls["ceo"].answered_by == "chen"


def test_a_closed_crisis_stays_silent_after_a_long_night(scene: Scene) -> None:
    scene.opens()
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="误报")
    said = len(scene.chat.said)
    scene.asleep_until("+3 d")
    assert len(scene.chat.said) == said
