"""Statements in the room: whatever is typed, pressed late, or written by two at once."""

import pytest

from bot.chat import Reply
from bot.crisis.public_events import Approved, Published
from tests.makers import happened
from tests.scene import buttons, text

RED = {"views": "500", "injury": "injury", "severity": "S4", "control": "C2"}
EVIL = "{{ 7 * 7 }}{% for x in y %} <!channel> @所有人 *粗* </b> <at id=all></at> ${x}"


@pytest.fixture
def crisis(scene):
    """Red, and those who sign are on it."""
    scene.opens(type="A")
    scene.answers("U15", complaint="刹车踏板踩到底", **RED)
    for user in ("U01", "U04", "U05"):
        scene.presses(user, "on_it")
    return scene


def drafted(scene, user="U09", kind="first_statement", **answers):
    form = scene.presses(user, "draft", f"1/{kind}/zh").form
    scene.sends(user, form, **({"answer_measures": "已成立专项小组"} | answers))
    return scene.incident().statements[len(scene.incident().statements)]


def edited(scene, user, words, form=None):
    form = form or scene.presses(user, "statement_edit", "1/1").form
    return scene.sends(user, form, text_1=words, **{name: "" for name in names(form) if name > "text_1"})


def names(form):
    return [item.name for item in form.items if getattr(item, "name", "").startswith("text_")]


def signed_by_all(scene):
    scene.presses("U09", "send_to_signers", "1/1")
    seal = scene.incident().statements[1].latest.seal
    for user in ("U01", "U04", "U05"):
        scene.presses(user, "sign", f"1/1/{seal}")


def refusal(reply):
    assert reply.refused
    return text(reply.card or reply.done).splitlines()[0]


def test_what_is_typed_is_never_read_as_a_template_or_as_markup(crisis):
    statement = drafted(crisis, answer_event=EVIL, answer_measures=EVIL)
    said = " ".join(EVIL.split())
    assert statement.latest.text.count(said) == 2
    edited(crisis, "U09", f"{EVIL}\n\n{EVIL}")
    assert crisis.incident().statements[1].latest.text == f"{EVIL}\n\n{EVIL}"
    (card,) = {said.card for said in crisis.posted("statement/1")}
    assert EVIL in text(card)


def test_a_text_of_thirty_thousand_characters_is_taken_and_one_more_is_not(crisis):
    drafted(crisis)
    paragraph = "我们已获悉此事，正在核实。" * 200 + "\n\n"
    whole = (paragraph * 12)[:30_000].strip()
    while len(whole) < 30_000:
        whole += "。"
    form = crisis.presses("U09", "statement_edit", "1/1").form
    parts = {f"text_{place + 1}": whole[place * 2500 : (place + 1) * 2500] for place in range(12)}
    about = dict(form.about) | {"breaks": "n" * 11}
    sent = crisis.command("sent", "statement_edit", "U09", fields=parts | {"title": "长"}, about=about)
    assert not sent.refused
    assert len(crisis.incident().statements[1].latest.text) == 30_000

    again = crisis.presses("U09", "statement_edit", "1/1").form
    assert len(names(again)) == 12
    one_more = {item.name: item.value for item in again.items if hasattr(item, "kind")}
    one_more["text_1"] += "。"
    reply = crisis.sends("U09", again, **one_more)
    assert refusal(reply) == "稿件太长"


def test_a_signature_on_an_older_card_is_refused(crisis):
    drafted(crisis)
    crisis.presses("U09", "send_to_signers", "1/1")
    old = crisis.incident().statements[1].latest.seal
    edited(crisis, "U09", "另一句。")
    assert refusal(crisis.presses("U04", "sign", f"1/1/{old}")) == "稿件已有新版本"
    (card,) = [said.card for said in crisis.posted("sign/1/1/wang")]
    assert text(card).startswith("文稿已有新版，此件作废")
    assert buttons(card) == ["statement"]


def test_two_people_edit_at_once_and_nothing_is_lost(crisis):
    drafted(crisis)
    mine = crisis.presses("U04", "statement_edit", "1/1").form
    theirs = crisis.presses("U09", "statement_edit", "1/1").form
    edited(crisis, "U09", "甲先写好。", theirs)
    late = edited(crisis, "U04", "乙后写好。", mine)
    assert text(late.done).startswith("wu 已先保存，您的修改没有丢")
    assert "〔删：甲先〕〔增：乙后〕写好。" in text(late.done)
    assert crisis.incident().statements[1].latest.text == "甲先写好。"

    kept = crisis.presses("U04", "statement_edit", "1/1").form
    assert [item.value for item in kept.items if getattr(item, "name", "") == "text_1"] == ["乙后写好。"]
    edited(crisis, "U04", "甲先写好，乙后写好。", kept)
    assert crisis.incident().statements[1].latest.text == "甲先写好，乙后写好。"
    assert crisis.incident().statements[1].kept == {}


def test_an_edit_tells_those_whose_signature_it_voids(crisis):
    drafted(crisis)
    crisis.presses("U09", "send_to_signers", "1/1")
    seal = crisis.incident().statements[1].latest.seal
    crisis.presses("U05", "sign", f"1/1/{seal}")
    reply = edited(crisis, "U09", "另一句。")
    assert "原有签字作废：法务总监" in text(reply.done)
    (void,) = crisis.posted("void/")
    assert (void.place, text(void.card).splitlines()[0]) == ("zhao", "您的签字已作废｜首份声明")


def test_who_asks_for_changes_is_heard_in_the_room_and_nobody_is_pressed_meanwhile(crisis):
    drafted(crisis)
    crisis.presses("U09", "send_to_signers", "1/1")
    seal = crisis.incident().statements[1].latest.seal
    form = crisis.presses("U05", "changes", f"1/1/{seal}").form
    assert list(crisis.sends("U05", form, changes=" ").errors) == ["changes"]
    crisis.sends("U05", form, changes="第二段请写明日期")
    (said,) = crisis.posted("changes/")
    assert "第二段请写明日期" in text(said.card)
    crisis.at("+40 min")
    assert crisis.posted("sign_again/") == []


def test_nothing_can_be_recorded_as_published_before_all_have_signed(crisis):
    drafted(crisis)
    assert refusal(crisis.presses("U09", "published", "1/1")) == "这一版尚未会签完毕"
    signed_by_all(crisis)
    form = crisis.presses("U09", "published", "1/1").form
    edited(crisis, "U09", "另一句。")
    assert refusal(crisis.sends("U09", form, channel="weibo")) == "这一版尚未会签完毕"
    assert happened(crisis.incident(), Published) == []


def test_a_link_must_be_one(crisis):
    drafted(crisis)
    signed_by_all(crisis)
    form = crisis.presses("U09", "published", "1/1").form
    assert list(crisis.sends("U09", form, channel="weibo", link="javascript:alert(1)").errors) == ["link"]


def test_what_was_recorded_by_mistake_is_taken_back(crisis):
    drafted(crisis)
    signed_by_all(crisis)
    crisis.sends("U09", crisis.presses("U09", "published", "1/1").form, channel="weibo")
    crisis.presses("U09", "unpublish", "1/1/weibo")
    assert crisis.incident().statements[1].published == {}


def test_in_an_emergency_the_one_in_command_signs_alone_and_it_says_so_everywhere(crisis):
    statement = drafted(crisis)
    sealed = f"1/1/{statement.latest.seal}"
    assert refusal(crisis.presses("U05", "release", sealed)) == "只有总指挥可以紧急放行"
    crisis.presses("U01", "release", sealed)
    assert happened(crisis.incident(), Approved)[-1].emergency
    assert text(crisis.posted("approved/")[0].card).startswith("✅ 首份声明已紧急签发，可以发布")
    assert "只有总指挥一人签字" in text(crisis.posted("statement/1")[0].card)


def test_a_withdrawn_one_names_where_it_still_stands(crisis):
    drafted(crisis)
    signed_by_all(crisis)
    crisis.sends("U09", crisis.presses("U09", "published", "1/1").form, channel="weibo")
    form = crisis.presses("U04", "withdraw", "1/1").form
    assert list(crisis.sends("U04", form, reason="").errors) == ["reason"]
    crisis.sends("U04", form, reason="数据有误")
    assert "请从以下渠道撤下并登记：微博" in text(crisis.posted("withdrawn/")[0].card)
    crisis.presses("U04", "taken_down", "1/1/weibo")
    assert crisis.incident().statements[1].published == {}
    assert refusal(crisis.presses("U01", "sign", "1/1/abc")) == "稿件已有新版本"


def test_whoever_is_not_in_the_room_reads_nothing(crisis):
    drafted(crisis)
    for name in ("statement", "statement_text", "versions", "statement_edit", "withdraw"):
        assert refusal(crisis.presses("U12", name, "1/1")) == "没有找到这起事件"


def test_that_a_page_was_opened_says_nothing_and_changes_nothing(crisis):
    drafted(crisis)
    before = len(crisis.incident().history)
    assert crisis.presses("U04", "statement_page", "1/1") == Reply()
    assert len(crisis.incident().history) == before


@pytest.mark.parametrize("value", ["1/9", "1/x", "1/", "1/1/9/9", "1/99999999999"])
def test_a_button_with_a_value_of_its_own_changes_nothing(crisis, value):
    drafted(crisis)
    for name in ("statement", "versions", "sign", "published", "accept", "unpublish"):
        before = len(crisis.incident().history)
        crisis.presses("U04", name, value)
        assert len(crisis.incident().history) == before


def test_a_closed_crisis_can_be_read_and_not_changed(crisis):
    drafted(crisis)
    crisis.sends("U04", crisis.presses("U04", "close").form, reason="误会")
    assert text(crisis.presses("U09", "statement", "1/1").card).startswith("📝 首份声明｜草稿")
    assert refusal(crisis.presses("U09", "statement_edit", "1/1")) == "处置已结束，未作改动"
