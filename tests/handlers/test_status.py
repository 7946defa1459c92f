"""The guide, the help, the brief and the list: private answers that lead on."""

from datetime import timedelta

import pytest

from tests.makers import at
from tests.scene import Scene, buttons, text


def test_bare_crisis_is_a_guide_with_buttons(scene: Scene) -> None:
    card = scene.says("U13", "/crisis").card
    assert card is not None
    assert buttons(card) == ["open", "list", "help"]
    assert text(card).startswith("黄金一小时：出了舆情，先点这里")
    assert scene.chat.said == {}


def test_in_a_crisis_the_guide_begins_with_it(scene: Scene) -> None:
    scene.opens()
    card = scene.says("U04", "/crisis", room="C1").card
    assert card is not None
    assert buttons(card) == ["status", "checklist", "tasks", "open", "list", "help"]


@pytest.mark.parametrize(
    ("user", "typed", "first"),
    [
        ("U04", "help", "使用说明"),
        ("U04", "帮助", "使用说明"),
        ("U10", "?", "How it works"),
        ("U10", "help", "How it works"),
    ],
)
def test_help_names_every_verb_in_the_persons_language(
    scene: Scene, user: str, typed: str, first: str
) -> None:
    card = scene.says(user, f"/crisis {typed}").card
    assert card is not None
    assert text(card).splitlines()[0] == first
    for verb in ("open", "now", "checklist", "reading", "grade", "raise", "lower", "tasks", "status", "list"):
        assert verb in text(card)


def test_the_brief_says_known_unknown_why_who_and_what_waits_for_the_reader(scene: Scene) -> None:
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2", unknown=["history"])
    scene.presses("U05", "on_it")
    scene.presses("U05", "take", "1/line_agreed")
    card = scene.says("U05", "/crisis status").card
    assert card is not None
    told = text(card).splitlines()
    assert told[0] == "🟠 橙色｜维修次日刹车失灵，客户受伤"
    assert "浏览量：2000" in told
    assert any(line.startswith("未知或待填：首发时间") for line in told)
    assert "✅ 法务总监：zhao，09:00 到位" in told
    assert "下一节点：09:05｜5分钟：摸清情况" in told
    assert "首次联系客户：10:00 前" in told
    assert [line for line in told if "统一对外口径" in line and "30分钟" in line] != []
    assert buttons(card) == ["checklist", "tasks", "regrade"]


def test_each_reads_it_in_their_own_language(scene: Scene) -> None:
    scene.opens()
    ours, hers = scene.says("U04", "/crisis status").card, scene.says("U10", "/crisis status").card
    assert ours is not None
    assert hers is not None
    assert "尚未定级。" in text(ours).splitlines()
    assert "Not graded yet." in text(hers).splitlines()


def test_the_list_shows_only_what_the_person_may_see(scene: Scene) -> None:
    scene.says("U15", "/crisis now 第一起")
    scene.now += timedelta(minutes=1)
    scene.says("U13", "/crisis now 第二起")
    shown = {}
    for user in ("U13", "U15", "U01", "U12"):
        card = scene.says(user, "/crisis list").card
        assert card is not None
        shown[user] = [title for title in ("第一起", "第二起") if title in text(card)]
    assert shown == {"U13": ["第二起"], "U15": ["第一起"], "U01": ["第一起", "第二起"], "U12": []}


def test_an_empty_list_offers_to_open_one(scene: Scene) -> None:
    card = scene.says("U12", "/crisis list").card
    assert card is not None
    assert buttons(card) == ["open"]


def test_which_of_several_is_meant_is_asked(scene: Scene) -> None:
    scene.says("U15", "/crisis now 第一起")
    scene.says("U15", "/crisis now Second")
    card = scene.says("U10", "/crisis status").card
    assert card is not None
    assert text(card).splitlines() == [
        "Which one?",
        "Several are open. Choose below, or add the number, as in /crisis status 2.",
        "2 · Second",
        "1 · 第一起",
    ]
    assert [part.beside.value for part in card.parts if part.beside] == ["2", "1"]
    named = scene.says("U10", "/crisis status 1").card
    assert named is not None
    assert text(named).startswith("⚪ Not graded yet · 第一起")


def test_in_its_room_an_incident_needs_no_number(scene: Scene) -> None:
    scene.says("U15", "/crisis now 第一起")
    scene.says("U15", "/crisis now 第二起")
    card = scene.says("U04", "/crisis status", room="C1").card
    assert card is not None
    assert "第一起" in text(card)


def test_nothing_open_says_where_to_go(scene: Scene) -> None:
    reply = scene.says("U10", "/crisis status")
    assert reply.card is not None
    assert text(reply.card) == "No crisis is open here\nGo to its room, or open a new one."
    assert buttons(reply.card) == ["open", "list"]


@pytest.mark.parametrize(
    "verb", ["status", "grade", "tasks", "checklist", "close", "reopen", "details", "raise"]
)
@pytest.mark.parametrize("number", ["7", "#7", "999999999"])
def test_a_number_that_is_none_is_told(scene: Scene, verb: str, number: str) -> None:
    scene.opens()
    reply = scene.says("U10", f"/crisis {verb} {number}")
    assert reply.card is not None
    assert text(reply.card).startswith("That crisis was not found\nPlease check the number.")


def test_a_closed_one_is_still_told(scene: Scene) -> None:
    scene.opens()
    form = scene.presses("U04", "close").form
    assert form is not None
    scene.sends("U04", form, reason="误报")
    scene.now = at("+3 d")
    card = scene.says("U04", "/crisis status 1").card
    assert card is not None
    assert text(card).startswith("⚪ 已结束｜")
    assert buttons(card) == ["reopen", "tasks"]


def test_people_of_other_companies_get_one_sentence(scene: Scene) -> None:
    scene.opens()
    reply = scene.says("U04", "/crisis outside")
    assert reply.card is not None
    assert text(reply.card).startswith("仅限本公司人员使用")
