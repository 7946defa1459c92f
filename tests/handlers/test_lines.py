"""Answer sheets, as people use them: issued, read, looked up by those who answer."""

import pytest

from bot.crisis.public_events import FactChecked, LineAsked, LinesIssued, LinesRead
from tests.makers import happened
from tests.scene import buttons, text

YELLOW = {"views": "2000", "severity": "S1", "control": "C1"}
SHEET = """先问安全，再答问题。

### 我的车还能开吗？
请先停用，我们安排检查。

### 会不会召回？
要看调查的结论，我不能先说。"""


def begun(scene, number=1):
    """A yellow crisis with one confirmed fact."""
    scene.opens("U15", f"刹车失灵 {number}")
    form = scene.presses("U15", "checklist", str(number)).form
    scene.sends("U15", form, **YELLOW)
    form = scene.presses("U15", "fact_new", str(number)).form
    scene.sends("U15", form, text="涉事车辆已封存", source="门店", status="confirmed")


def drafted(scene, kind="lines_service", number=1, sheet=SHEET):
    """A sheet by 吴倩, for which only 王敏 has to sign. Returns its number."""
    form = scene.presses("U09", "draft", f"{number}/{kind}").form
    scene.sends("U09", form, cites=["1"])
    one = len(scene.incident(number).statements)
    form = scene.presses("U09", "statement_edit", f"{number}/{one}").form
    texts = {item.name: "" for item in form.items if getattr(item, "name", "").startswith("text_")}
    scene.sends("U09", form, **{**texts, "title": "口径", "text_1": sheet})
    return one


def issued(scene, **more):
    """Signed, and handed out by its author."""
    number, one = more.get("number", 1), drafted(scene, **more)
    scene.presses("U09", "send_to_signers", f"{number}/{one}")
    seal = scene.incident(number).statements[one].latest.seal
    scene.presses("U04", "sign", f"{number}/{one}/{seal}")
    return scene.presses("U09", "issue", f"{number}/{one}/{seal}")


def asks(scene, user, question, room="C0"):
    return scene.says(user, f"/crisis line {question}", room=room)


def to(scene, person, name="lines/"):
    """What somebody has in private."""
    return [said.card for said in scene.posted(name) if said.place == person]


def test_a_signed_sheet_is_in_the_room_and_with_everybody_who_answers(scene):
    begun(scene)
    assert text(issued(scene).card).startswith("已下发\n已私信发给 3 人")
    given = {said.place for said in scene.posted("lines/1/")}
    assert given == {"liu", "xu", "ma"}
    room = next(said.card for said in scene.posted("lines/1") if said.place == "C1")
    assert text(room).startswith("📣 客服口径已下发：3 人中 0 人已读")
    assert "未读：liu、xu、ma" in text(room)


def test_the_button_is_there_once_all_have_signed_and_publishing_is_not(scene):
    begun(scene)
    one = drafted(scene)
    assert "issue" not in buttons(scene.presses("U09", "statement", f"1/{one}").card)
    scene.presses("U09", "send_to_signers", f"1/{one}")
    seal = scene.incident().statements[one].latest.seal
    assert scene.presses("U09", "issue", f"1/{one}/{seal}").refused
    assert happened(scene.incident(), LinesIssued) == []
    scene.presses("U04", "sign", f"1/{one}/{seal}")
    card = scene.presses("U09", "statement", f"1/{one}").card
    assert "issue" in buttons(card)
    assert "published" not in buttons(card)
    scene.presses("U09", "issue", f"1/{one}/{seal}")
    assert "已下发，使用中" in text(scene.presses("U09", "statement", f"1/{one}").card)


def test_a_sheet_without_a_question_does_not_go_to_the_signers(scene):
    begun(scene)
    one = drafted(scene, sheet="先问安全，再答问题。")
    refused = scene.presses("U09", "send_to_signers", f"1/{one}").card
    assert "必须修改" in text(refused)


def test_who_answers_reads_it_without_being_in_the_room(scene):
    begun(scene)
    issued(scene)
    assert "ma" not in scene.incident().members
    assert buttons(to(scene, "ma")[0]) == ["lines_read"]
    assert text(scene.presses("U13", "lines_read", "1/1").card).startswith("已确认")
    assert happened(scene.incident(), LinesRead) == [LinesRead(1)]
    assert buttons(to(scene, "ma")[0]) == []
    room = next(said.card for said in scene.posted("lines/1") if said.place == "C1")
    assert "3 人中 1 人已读" in text(room)


def test_who_has_nothing_to_do_with_it_cannot_open_it(scene):
    begun(scene)
    issued(scene)
    for name in ("lines", "lines_read"):
        assert "没有找到" in text(scene.presses("U12", name, "1/1").card)
    assert "没有您可以查询的口径" in text(asks(scene, "U12", "会召回吗").card)


def test_a_long_sheet_is_read_page_by_page(scene):
    begun(scene)
    more = "\n\n".join(f"### 第 {place} 问怎么答？\n{'照此回答。' * 40}" for place in range(1, 30))
    issued(scene, sheet=more)
    first = to(scene, "ma")[0]
    assert buttons(first) == ["lines_read", "lines"]
    second = scene.presses("U13", "lines", "1/1/2").card
    assert "2/" in text(second)
    assert buttons(second) == ["lines_read", "lines", "lines"]


@pytest.mark.parametrize("page", ["0", "99"])
def test_a_page_that_there_is_not_is_the_nearest(scene, page):
    begun(scene)
    issued(scene)
    assert "会不会召回？" in text(scene.presses("U13", "lines", f"1/1/{page}").card)


@pytest.mark.parametrize("value", ["1/9", "9/1", "1/x", "1/", "", "x"])
def test_a_button_about_a_sheet_that_there_is_not_is_answered_with_a_sentence(scene, value):
    begun(scene)
    reply = scene.presses("U04", "lines", value)
    assert reply.refused
    assert text(reply.card)


@pytest.mark.parametrize("verb", ["line", "口径", "话术", "lines"])
def test_a_question_gets_the_approved_words_and_where_they_stand(scene, verb):
    begun(scene)
    issued(scene)
    card = scene.says("U13", f"/crisis {verb} 要不要召回").card
    assert "会不会召回？\n客服口径 · 刹车失灵 1 · 第 2 版" in text(card)
    assert "要看调查的结论，我不能先说。" in text(card)
    assert "请先停用" not in text(card)
    assert buttons(card) == ["lines", "ask_line"]


def test_without_a_question_the_sheets_that_may_be_used_are_listed(scene):
    begun(scene)
    assert "现在没有可用的口径" in text(scene.says("U15", "/crisis 口径").card)
    issued(scene)
    card = scene.says("U13", "/crisis 口径").card
    assert text(card).startswith("您可以使用的口径（1）")
    assert buttons(card) == ["lines"]


def test_without_a_line_the_question_can_be_put_to_the_room(scene):
    begun(scene)
    issued(scene)
    form = asks(scene, "U13", "轮胎是哪家的").form
    assert "Emma Clarke" in form.items[0].note
    assert form.items[1].value == "轮胎是哪家的"
    assert "不要自己发挥，把来电转给 emma" in text(scene.sends("U13", form).done)
    assert happened(scene.incident(), LineAsked) == [LineAsked("轮胎是哪家的")]
    asked = scene.posted("line_asked/")[0].card
    assert "轮胎是哪家的\nma（客服）" in text(asked)


def test_what_was_found_and_does_not_fit_can_be_asked_for_as_well(scene):
    begun(scene)
    issued(scene)
    form = scene.presses("U13", "ask_line", "1").form
    scene.sends("U13", form, question="备件什么时候到")
    assert happened(scene.incident(), LineAsked) == [LineAsked("备件什么时候到")]


PERSONAL = ["车主 13812345678 问能不能退车", "川A12345 的车能开吗", "call me on 13812345678 about a recall"]


@pytest.mark.parametrize("question", PERSONAL)
def test_a_customers_personal_data_goes_nowhere(scene, question):
    begun(scene)
    issued(scene)
    assert "请去掉个人信息再问" in text(asks(scene, "U13", question).card)
    form = asks(scene, "U13", "轮胎是哪家的").form
    assert list(scene.sends("U13", form, question=question).errors) == ["question"]
    assert happened(scene.incident(), LineAsked) == []


def test_the_companys_own_hotline_is_nobodys_personal_data(scene):
    begun(scene)
    issued(scene)
    assert asks(scene, "U13", "care@example.com 没有人回").form is not None


def test_what_is_recalled_is_not_found_any_more(scene):
    begun(scene)
    issued(scene)
    form = scene.presses("U04", "fact_check", "1/1").form
    scene.sends("U04", form, status="refuted", source="复检")
    assert happened(scene.incident(), FactChecked)[-1].status == "refuted"
    assert asks(scene, "U13", "会召回吗").form is not None
    assert "口径已作废" in text(scene.presses("U13", "lines_read", "1/1").card)


def test_what_is_drafted_or_signed_and_not_issued_is_not_found(scene):
    begun(scene)
    one = drafted(scene)
    scene.presses("U09", "send_to_signers", f"1/{one}")
    seal = scene.incident().statements[one].latest.seal
    scene.presses("U04", "sign", f"1/{one}/{seal}")
    assert asks(scene, "U15", "会召回吗").form is not None


def test_who_answers_one_audience_sees_nothing_that_is_for_another(scene):
    begun(scene)
    issued(scene, kind="lines_media", sheet="### 会不会召回？\n已经决定的都在声明里。")
    assert "没有您可以查询的口径" in text(asks(scene, "U13", "会召回吗").card)
    assert "已经决定的都在声明里" in text(asks(scene, "U09", "会召回吗").card)
    assert "已经决定的都在声明里" in text(asks(scene, "U15", "会召回吗").card)


def test_with_several_crises_all_are_searched_and_each_line_says_of_which_it_is(scene):
    for number in (1, 2):
        begun(scene, number)
        issued(scene, number=number, sheet=f"### 会不会召回？\n第 {number} 起，要看调查的结论。")
    card = asks(scene, "U13", "会召回吗").card
    assert "客服口径 · 刹车失灵 1 · 第 2 版" in text(card)
    assert "客服口径 · 刹车失灵 2 · 第 2 版" in text(card)
    form = asks(scene, "U13", "轮胎是哪家的").form
    scene.sends("U13", form, crisis="1")
    assert happened(scene.incident(1), LineAsked) == [LineAsked("轮胎是哪家的")]
    assert happened(scene.incident(2), LineAsked) == []


@pytest.mark.parametrize("crisis", ["7", "x", "1/2"])
def test_a_crisis_that_nobody_may_ask_in_is_refused(scene, crisis):
    begun(scene)
    issued(scene)
    form = asks(scene, "U13", "轮胎是哪家的").form
    assert scene.sends("U13", form, crisis=crisis).refused
    assert happened(scene.incident(), LineAsked) == []


def test_a_question_of_any_length_and_shape_is_only_a_question(scene):
    begun(scene)
    issued(scene)
    form = asks(scene, "U13", "{{ 7*7 }} <!channel> **x** " + "长" * 5000).form
    assert len(form.items[1].value) == 300
    scene.sends("U13", form)
    assert "{{ 7*7 }} <!channel> **x** " in text(scene.posted("line_asked/")[0].card)


def test_a_closed_crisis_is_not_searched(scene):
    begun(scene)
    issued(scene)
    form = scene.presses("U04", "close").form
    scene.sends("U04", form, reason="平息")
    assert "没有您可以查询的口径" in text(asks(scene, "U13", "会召回吗").card)
    assert "处置已结束" in text(scene.presses("U13", "lines_read", "1/1").card)
