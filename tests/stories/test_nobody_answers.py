"""Nobody picks up: deputy, then the next in command, the room knows, and it goes on until somebody does."""

from __future__ import annotations

from itertools import pairwise

from bot.chat import ChatError
from tests.makers import at
from tests.scene import Scene, buttons, text


def pages(scene: Scene, role: str) -> list[tuple[str, int]]:
    """Who was called for a role, at which minute."""
    return [
        (entry.event.person, int((entry.at - at("+0 min")).total_seconds() // 60))
        for entry in scene.incident().history
        if type(entry.event).__name__ == "RolePaged" and entry.event.role == role
    ]


def test_the_call_climbs_in_the_grades_own_time_and_begins_again(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+30 min")
    assert pages(scene, "legal_director") == [
        ("zhao", 0),
        ("david", 5),
        ("wang", 10),
        ("wu", 15),
        ("lin", 20),
        ("chen", 25),
        ("zhao", 30),
    ]
    nobody = [said for said in scene.posted("nobody/") if "法务总监" in text(said.card)]
    assert len(nobody) == 1
    assert "无人应答" in text(nobody[0].card)
    state = text(scene.posted("state/")[0].card)
    assert "⏳ 法务总监：正在呼叫 zhao，09:40 前应答" in state


def test_each_further_round_leaves_more_time(scene: Scene) -> None:
    """A silent night must not bury phones and room."""
    scene.opens()
    scene.answers("U15", views="10", severity="S1", control="C1")
    scene.at("+12 h")
    called = pages(scene, "customer_service")
    chain = [person for person, minute in called if minute < 180]
    rounds = [minute for person, minute in called if person == called[0][0]]
    assert rounds[0] == 0
    pauses = [later - earlier for earlier, later in pairwise(rounds)]
    assert pauses == sorted(set(pauses))
    assert len(chain) == len(set(chain))
    assert len(called) < 20


def test_the_room_hears_of_all_that_moved_on_at_once_in_one_message(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+5 min")
    assert len(scene.posted("escalated/")) == 1
    words = text(scene.posted("escalated/")[0].card).splitlines()
    assert words[0] == "⏫ 4 个岗位改呼下一位"
    assert len(words) == 5


def test_one_message_for_all_roles_a_person_is_called_for(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+10 min")
    (wang,) = [said for said in scene.posted("page/") if said.place == "wang"]
    for role in ("区域总监", "总部公关", "法务总监", "服务中心经理"):
        assert role in text(wang.card)
    scene.presses("U04", "on_it")
    assert {call.answered_by for call in scene.incident().calls.values()} == {"wang"}
    scene.at("+1 h")
    assert [said.place for said in scene.posted("page/") if said.place == "wang"] == ["wang"]


def test_an_earlier_page_points_to_the_latest(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+40 min")
    zhao = [said.card for said in scene.posted("page/") if said.place == "zhao"]
    assert len(zhao) == 2
    assert text(zhao[0]).startswith("已再次呼叫您，请看最新一条")
    assert buttons(zhao[0]) == []
    assert "on_it" in buttons(zhao[1])


def test_who_answers_late_is_welcome(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+12 min")
    scene.presses("U05", "on_it")
    assert scene.incident().calls["legal_director"].answered_by == "zhao"
    david = [said.card for said in scene.posted("page/") if said.place == "david"]
    assert text(david[0]).startswith("✅ ")
    assert buttons(david[0]) == []


def test_who_cannot_be_reached_at_all_is_passed_over_at_once(scene: Scene) -> None:
    scene.opens()
    scene.chat.failures["direct"] = [ChatError("user_disabled", permanent=True)]
    scene.answers("U15", views="10", severity="S1", control="C1")
    called = pages(scene, "customer_service")
    assert [minute for _, minute in called] == [0, 0]
    assert len(scene.posted("undelivered/")) == 1
    assert scene.incident().calls["customer_service"].person == "ma"


def test_a_close_ends_all_calls(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    scene.at("+6 min")
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="误报")
    sent = len(scene.posted("page/"))
    scene.at("+1 d")
    assert len(scene.posted("page/")) == sent
