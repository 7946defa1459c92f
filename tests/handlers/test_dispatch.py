"""One command in, one transaction, one reply out: whatever was typed, pressed or sent, and however often."""

import pytest

from bot.chat import Reply
from tests.scene import Scene, buttons, text


def headline(reply: Reply) -> str:
    """The first line of what the person sees."""
    card = reply.card or reply.done
    assert card is not None
    return "".join(getattr(span, "text", "") for span in card.headline)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("open 车辆自燃", "open"),
        ("开启 车辆自燃", "open"),
        ("上报 车辆自燃", "open"),
        ("checklist", "checklist"),
        ("清单", "checklist"),
        ("raise", "regrade"),
        ("升级", "regrade"),
        ("lower", "regrade"),
        ("降级", "regrade"),
        ("更正", "details"),
        ("关闭", "close"),
        ("结束", "close"),
        ("reading", "reading"),
        ("阅读量", "reading"),
    ],
)
def test_both_languages_lead_to_the_same_forms(scene: Scene, typed: str, form: str) -> None:
    scene.opens()
    scene.answers(severity="S1", control="C1")
    asked = scene.says("U04", f"/crisis {typed}").form
    assert asked is not None
    assert asked.name == form


@pytest.mark.parametrize(
    ("user", "typed", "says", "then"),
    [
        ("U04", "statsu", "没有“statsu”这个指令", "您是否想用：/crisis status"),
        ("U10", "closs", 'There is no "closs"', "Did you mean /crisis close?"),
        ("U04", "任务们", "没有“任务们”这个指令", "您是否想用：/crisis 任务"),
        ("U10", "zzzzqq", 'There is no "zzzzqq"', "Did you mean /crisis help?"),
        ("U10", "{{7*7}}", 'There is no "{{7*7}}"', "Did you mean /crisis help?"),
    ],
)
def test_an_unknown_verb_gets_the_nearest_one(
    scene: Scene, user: str, typed: str, says: str, then: str
) -> None:
    reply = scene.says(user, f"/crisis {typed}")
    assert headline(reply) == says
    assert reply.card is not None
    assert then in text(reply.card)
    assert buttons(reply.card) == ["help"]


def test_an_unknown_verb_gives_back_what_was_typed_after_it(scene: Scene) -> None:
    """Nobody should have to type what happened twice because of a slip in the verb."""
    reply = scene.says("U10", "/crisis opne Car burns after a repair")
    assert reply.card is not None
    assert "Did you mean /crisis open Car burns after a repair?" in text(reply.card)


def test_a_redelivered_command_changes_nothing_and_gets_the_first_answer(scene: Scene) -> None:
    first = scene.says("U15", "/crisis now 车辆自燃", key="command:1")
    assert scene.says("U15", "/crisis now 车辆自燃", key="command:1") == first
    assert scene.run(lambda work: len(work.incidents.headers(closed=True))) == 1
    assert len(scene.chat.rooms) == 1


def test_a_form_sent_twice_opens_one_crisis(scene: Scene) -> None:
    form = scene.says("U15", "/crisis open 车辆自燃").form
    assert form is not None
    first = scene.sends("U15", form, key="view:V1:h1")
    assert scene.sends("U15", form, key="view:V1:h1") == first
    assert scene.run(lambda work: len(work.incidents.headers(closed=True))) == 1


def test_a_button_delivered_twice_is_pressed_once(scene: Scene) -> None:
    scene.opens()
    scene.presses("U04", "take", "1/basics_known", key="action:1")
    again = scene.presses("U04", "take", "1/basics_known", key="action:1")
    assert again == Reply()
    assert [e.by for e in scene.incident().history if type(e.event).__name__ == "TaskTaken"] == ["wang"]


def test_a_form_that_was_mended_may_be_sent_again(scene: Scene) -> None:
    """It stays open under the same key, so errors must not count as the first answer."""
    form = scene.says("U15", "/crisis open").form
    assert form is not None
    wrong = scene.sends("U15", form, key="view:V1:h1")
    assert wrong.errors == {"what": "请写一句发生了什么。"}
    right = scene.sends("U15", form, key="view:V1:h1", what="车辆自燃")
    assert headline(right) == "已发起，计时开始"
    assert scene.incident().title == "车辆自燃"


@pytest.mark.parametrize(("kind", "name"), [("pressed", "launch"), ("sent", "launch")])
def test_what_an_older_version_left_behind_says_so(scene: Scene, kind: str, name: str) -> None:
    assert headline(scene.command(kind, name, "U04", value="1")) == "这个页面已过期"
    assert headline(scene.command(kind, name, "U10", value="1")) == "This page is out of date"


def test_a_refusal_leaves_no_trace(scene: Scene) -> None:
    scene.opens()
    before = scene.incident().history
    refused = scene.presses("U04", "on_it")
    assert headline(refused) == "目前没有呼叫您"
    assert scene.incident().history == before
