"""Opening a crisis: one sentence is enough, and the room, its people and its clock follow."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.makers import NINE, at
from tests.scene import Scene, buttons, text


def test_the_form_asks_four_things_and_knows_what_was_typed(scene: Scene) -> None:
    form = scene.says("U15", "/crisis open 维修次日刹车失灵").form
    assert form is not None
    assert [item.name for item in form.items if hasattr(item, "kind")] == [
        "what",
        "type",
        "time_zero",
        "drill",
    ]
    assert [item.value for item in form.items if hasattr(item, "kind")] == [
        "维修次日刹车失灵",
        None,
        None,
        "real",
    ]


def test_opening_makes_the_room_with_the_person_and_the_standing_members(scene: Scene) -> None:
    form = scene.says("U15", "/crisis open").form
    assert form is not None
    reply = scene.sends("U15", form, what="维修次日刹车失灵\n客户已送医", type="A", drill="real")
    assert reply.done is not None
    assert text(reply.done).startswith("已发起，计时开始\n危机群正在建立")
    assert buttons(reply.done) == ["checklist"]

    incident = scene.incident()
    assert (incident.title, incident.what, incident.type) == (
        "维修次日刹车失灵",
        "维修次日刹车失灵\n客户已送医",
        "A",
    )
    assert (incident.time_zero, incident.opened_by, incident.drill) == (NINE, "xu", False)
    assert incident.room == "C1"

    members = ["xu", "wang", "zhao", "liu", "wu", "emma"]
    assert scene.chat.members == {"C1": members}
    assert scene.chat.topics == {"C1": "⚪ 未定级｜维修次日刹车失灵"}
    (state,) = scene.posted("state/")
    assert (state.place, scene.chat.pinned, scene.chat.bookmarks) == ("C1", ["C1:1"], {"C1": "C1:1"})
    assert buttons(state.card) == [
        "checklist",
        "tasks",
        "statements",
        "status",
        "regrade",
        "details",
        "close",
    ]
    assert [said.key for said in scene.posted("tasks/")] == ["1/tasks/0"]


def test_time_zero_may_lie_earlier_and_moves_every_time(scene: Scene) -> None:
    scene.opens(time_zero=at("-20 min"))
    assert scene.incident().time_zero == at("-20 min")
    scene.tick()
    reached = scene.posted("checkpoint/")[0]
    assert reached.key == "1/checkpoint/15min"
    assert "5分钟节点：1 项未办结（发起时已过）" in text(reached.card)
    assert scene.posted("nudge") == []


def test_the_bots_own_grade_leaves_five_minutes_to_answer_where_time_zero_lies_long_ago(scene: Scene) -> None:
    scene.opens(time_zero=at("-20 min"))
    scene.at("+4 min")
    assert scene.incident().grade == ""
    scene.at("+5 min")
    assert scene.incident().grade == "yellow"


def test_a_drill_says_so_on_every_card(scene: Scene) -> None:
    scene.opens(drill="drill")
    scene.answers(severity="S4", control="C2")
    assert scene.chat.topics["C1"].startswith("【演练】")
    marks = {said.place: text(said.card)[:4] for said in scene.chat.said.values()}
    assert marks == {place: "[DRI" if place == "emma" else "【演练】" for place in marks}


def test_now_skips_the_form(scene: Scene) -> None:
    reply = scene.says("U04", "/crisis now 门店着火 Store is on fire")
    assert reply.form is None
    assert reply.card is not None
    assert buttons(reply.card) == ["checklist"]
    incident = scene.incident()
    assert (incident.title, incident.type, incident.opened_by) == ("门店着火 Store is on fire", "", "wang")
    assert incident.room == "C1"


def test_now_without_a_word_says_what_is_missing(scene: Scene) -> None:
    reply = scene.says("U10", "/crisis now")
    assert reply.card is not None
    assert text(reply.card) == (
        "Say in a sentence what has happened\nFor example: /crisis now Car burns after a repair"
    )
    assert scene.chat.rooms == {}


def test_the_guides_button_opens_the_form_too(scene: Scene) -> None:
    form = scene.presses("U04", "open", value="").form
    assert form is not None
    assert form.name == "open"


def test_a_stranger_may_open_a_crisis_too(scene: Scene) -> None:
    """Whoever sees it first reports it, on the roster or not."""
    scene.says("U77", "/crisis now 展车起火")
    assert scene.incident().opened_by == "U77"
    assert scene.chat.members["C1"][0] == "U77"


def test_what_lies_ahead_cannot_be_time_zero(scene: Scene) -> None:
    form = scene.says("U10", "/crisis open Fire").form
    assert form is not None
    reply = scene.sends("U10", form, time_zero=datetime(2026, 3, 2, 1, 0, 1, tzinfo=UTC))
    assert reply.errors == {"time_zero": "This cannot be later than now."}
    assert scene.chat.rooms == {}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("一" * 80, "一" * 80),
        ("一" * 81, "一" * 79 + "…"),
        ("刹车 \t 失灵\n第二行", "刹车 失灵"),
        ("\n\n  刹车失灵", "刹车失灵"),
        ("🔥🚗 起火", "🔥🚗 起火"),
    ],
)
def test_a_title_is_the_first_line_and_fits_a_glance(scene: Scene, typed: str, title: str) -> None:
    scene.says("U15", f"/crisis now {typed}")
    assert scene.incident().title == title
    assert scene.incident().what == typed.strip()


def test_two_crises_have_two_numbers_rooms_and_clocks(scene: Scene) -> None:
    scene.says("U15", "/crisis now 第一起")
    scene.now += timedelta(minutes=3)
    scene.says("U04", "/crisis now 第二起")
    assert (scene.incident(1).room, scene.incident(2).room) == ("C1", "C2")
    assert scene.incident(2).time_zero == at("+3 min")
