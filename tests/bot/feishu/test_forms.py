"""Forms as the JSON Feishu gets, refused ones with what was typed, and the answers on their way back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import Field, Form, Heading, Option
from bot.feishu.cards import mark
from bot.feishu.forms import form_card, refused, values_of
from bot.feishu.text import clean
from sandbox.feishu.cards import check
from sandbox.feishu.hands import form_value, forms_of

BEIJING = ZoneInfo("Asia/Shanghai")
YES_NO = (Option("yes", "是"), Option("no", "否"))
FIRST_OUT = datetime(2026, 11, 21, 6, 5, 37, tzinfo=UTC)


def a_form(*items):
    return Form("open", "开启处置", "开启", items, {"incident": "7", "seen": "3"})


def inside(form, zone=BEIJING):
    """What stands in the form container, without the button at its end."""
    return form_card(form, zone)["body"]["elements"][0]["elements"][:-1]


def value_of(card):
    """What the button brings back."""
    return card["body"]["elements"][0]["elements"][-1]["behaviors"][0]["value"]


def words(text):
    return {"tag": "markdown", "content": text}


def small(text):
    return {"tag": "markdown", "content": f"<font color='grey'>{text}</font>", "text_size": "notation"}


def red(text, number):
    return {
        "tag": "markdown",
        "content": f"<font color='red'>{text}</font>",
        "element_id": f"wrong_{number}",
    }


def label(text):
    return {"tag": "plain_text", "content": text}


def option(text, value):
    return {"text": label(text), "value": value}


def test_a_form_whole():
    form = a_form(
        Field("what", "发生了什么？", "long", optional=False, hint="时间、地点", placeholder="如实写")
    )
    assert form_card(form, BEIJING) == {
        "schema": "2.0",
        "config": {"update_multi": True, "enable_forward": False, "summary": {"content": "开启处置"}},
        "header": {"title": label("开启处置"), "template": "blue"},
        "body": {
            "elements": [
                {
                    "tag": "form",
                    "name": "form",
                    "elements": [
                        words("**发生了什么？\u2060** <font color='red'>&#42;</font>"),
                        small("时间、地点"),
                        {
                            "tag": "input",
                            "name": "what",
                            "required": True,
                            "width": "fill",
                            "max_length": 1000,
                            "input_type": "multiline_text",
                            "placeholder": label("如实写"),
                        },
                        {
                            "tag": "button",
                            "name": "submit",
                            "type": "primary",
                            "width": "fill",
                            "text": label("开启"),
                            "form_action_type": "submit",
                            "behaviors": [
                                {
                                    "type": "callback",
                                    "value": {
                                        "form": "open",
                                        "about": {"incident": "7", "seen": "3"},
                                        "fields": ["what"],
                                        "moments": {},
                                    },
                                }
                            ],
                        },
                    ],
                }
            ]
        },
    }


def test_a_form_says_of_which_crisis_it_is_as_it_stands_apart_from_its_room():
    form = Form("close", "结束处置", "结束", (), {"incident": "7"}, "刹车<at id=all></at>失灵")
    card = form_card(form, BEIJING)
    assert card["header"]["subtitle"] == label("刹车<at id=all></at>失灵")
    check(card, lambda person: True)
    assert "subtitle" not in form_card(a_form(), BEIJING)["header"]


def test_a_heading_is_larger_with_its_note_below():
    assert inside(a_form(Heading("一、传播", "填大概数字即可"), Heading("二、事件"))) == [
        words("**一、传播**") | {"text_size": "heading"},
        small("填大概数字即可"),
        words("**二、事件**") | {"text_size": "heading"},
    ]


def test_a_short_text_is_prefilled_and_limited():
    field = Field("views", "浏览量", "text", value="1.2万", longest=40)
    assert inside(a_form(field))[1] == {
        "tag": "input",
        "name": "views",
        "required": False,
        "width": "fill",
        "max_length": 40,
        "input_type": "text",
        "default_value": "1.2万",
    }


def test_a_text_longer_than_an_input_stands_in_several_and_comes_back_whole():
    story = "刹" * 1000 + "车" * 1000 + "失灵"
    card = form_card(a_form(Field("what", "经过", "long", value=story, optional=False)), BEIJING)
    inputs = [shape for shape in card["body"]["elements"][0]["elements"] if shape["tag"] == "input"]
    assert [(shape["name"], shape["required"], len(shape["default_value"])) for shape in inputs] == [
        ("what", True, 1000),
        ("what__2", False, 1000),
        ("what__3", False, 2),
    ]
    sent = {shape["name"]: shape["default_value"] for shape in reversed(inputs)}
    assert values_of(sent, value_of(card)) == {"what": story}
    assert values_of(sent | {"what__2": ""}, value_of(card)) == {"what": "刹" * 1000 + "失灵"}


def test_an_empty_long_text_is_one_input():
    assert [shape["tag"] for shape in inside(a_form(Field("what", "经过", "long")))] == ["markdown", "input"]


def test_one_of_a_list():
    field = Field("injury", "有人受伤吗？", "one", YES_NO, value="no", placeholder="请选择")
    assert inside(a_form(field))[1] == {
        "tag": "select_static",
        "name": "injury",
        "required": False,
        "width": "fill",
        "placeholder": label("请选择"),
        "options": [option("是", "yes"), option("否", "no")],
        "initial_option": "no",
    }


def test_what_is_not_on_offer_is_not_chosen():
    one, many = Field("a", "A", "one", YES_NO, value="x"), Field("b", "B", "many", YES_NO, value=["x", "no"])
    shapes = inside(a_form(one, many))
    assert "initial_option" not in shapes[1]
    assert shapes[3]["selected_values"] == ["no"]


def test_a_pick_explains_its_options_below():
    options = (Option("S1", "S1 体验不佳", "等待、态度；无法律风险"), Option("S2", "S2 有损失的差错"))
    shapes = inside(a_form(Field("severity", "严重程度", "pick", options, placeholder="请选择")))
    assert [shape["tag"] for shape in shapes] == ["markdown", "select_static", "markdown"]
    assert shapes[1]["placeholder"] == label("请选择")
    assert shapes[2] == small("**S1 体验不佳** 等待、态度；无法律风险")


def test_several_of_a_list():
    field = Field("flags", "是否有以下情况？", "many", YES_NO, value=["no", "yes"])
    assert inside(a_form(field))[1] == {
        "tag": "multi_select_static",
        "name": "flags",
        "required": False,
        "width": "fill",
        "options": [option("是", "yes"), option("否", "no")],
        "selected_values": ["yes", "no"],
    }


def test_a_moment_is_shown_in_the_companys_zone_and_says_so():
    field = Field("time_zero", "时间零点", "moment", value=FIRST_OUT)
    assert inside(a_form(field)) == [
        words("**时间零点** <font color='grey'>UTC&#43;08&#58;00</font>"),
        {
            "tag": "picker_datetime",
            "name": "time_zero",
            "required": False,
            "width": "fill",
            "initial_datetime": "2026-11-21 14:05",
        },
    ]
    assert inside(a_form(Field("time_zero", "时间零点", "moment")))[0] == words("**时间零点**")


def test_the_forms_card_bears_the_mark_of_its_send():
    card = form_card(a_form(Field("a", "A", "text")), BEIJING, key="7/form")
    assert card["body"]["elements"][0]["element_id"] == mark("7/form")


def test_what_people_wrote_is_harmless_in_labels_and_hints_and_literal_in_inputs():
    nasty = "<at id=all></at>"
    shapes = inside(a_form(Field("what", nasty, "text", value=nasty, hint=nasty, placeholder=nasty)))
    safe = "&#60;at id&#61;all&#62;&#60;/at&#62;"
    assert shapes[0] == words(f"**\u2060{safe}\u2060**")
    assert shapes[1] == small(safe)
    assert (shapes[2]["default_value"], shapes[2]["placeholder"]) == (nasty, label(nasty))


EVERYTHING = a_form(
    Heading("一"),
    Field("what", "经过", "long", value="刹车失灵"),
    Field("views", "浏览量", "text", value="1.2万", longest=40),
    Field("injury", "受伤", "one", YES_NO, value="yes"),
    Field("severity", "严重程度", "pick", (Option("S1", "S1", "轻"), Option("S2", "S2", "重"))),
    Field("flags", "情况", "many", YES_NO, value=["yes"]),
    Field("time_zero", "时间零点", "moment", value=FIRST_OUT),
    Field("published_at", "首发时间", "moment"),
)


def test_answers_come_back_as_they_were_given():
    sent = {
        "what": "刹车失灵，两人受伤",
        "views": "3万",
        "injury": "no",
        "severity": "S2",
        "flags": ["yes", "no"],
        "time_zero": "2026-11-21 14:05 +0800",
        "published_at": "2026-11-21 13:00 +0800",
    }
    assert values_of(sent, value_of(form_card(EVERYTHING, BEIJING))) == {
        "what": "刹车失灵，两人受伤",
        "views": "3万",
        "injury": "no",
        "severity": "S2",
        "flags": ["yes", "no"],
        "time_zero": FIRST_OUT,
        "published_at": datetime(2026, 11, 21, 5, 0, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    "empty", [{}, dict.fromkeys(["what", "views", "time_zero"], ""), {"flags": []}, {"what": " "}]
)
def test_what_is_left_empty_or_missing_is_none(empty):
    """An unticked box is an answer too: the field was there."""
    names = ["what", "views", "injury", "severity", "flags", "time_zero", "published_at"]
    assert values_of(empty, value_of(form_card(EVERYTHING, BEIJING))) == dict.fromkeys(names)


def test_a_text_that_looks_like_a_moment_stays_a_text():
    sent = {"what": "2026-11-21 14:05 +0800"}
    assert values_of(sent, value_of(form_card(EVERYTHING, BEIJING)))["what"] == "2026-11-21 14:05 +0800"


@pytest.mark.parametrize(
    ("picked", "meant"),
    [
        ("2026-11-21 14:05 +0800", FIRST_OUT),
        ("2026-11-21 14:05 +0000", FIRST_OUT),
        ("2026-11-21 14:10 +0800", datetime(2026, 11, 21, 6, 10, tzinfo=UTC)),
        ("2026-11-21 14:10 +0000", datetime(2026, 11, 21, 6, 10, tzinfo=UTC)),
    ],
    ids=["left alone", "left alone in London", "changed", "changed in London"],
)
def test_a_prefilled_moment_is_read_in_the_zone_it_was_shown_in(picked, meant):
    value = value_of(form_card(EVERYTHING, BEIJING))
    assert values_of({"time_zero": picked}, value)["time_zero"] == meant


def test_an_empty_moment_is_read_on_the_clock_of_whoever_picks_it():
    value = value_of(form_card(EVERYTHING, BEIJING))
    picked = values_of({"published_at": "2026-11-21 05:00 +0000"}, value)["published_at"]
    assert picked == datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def test_a_moment_that_cannot_be_read_stays_as_it_came():
    value = value_of(form_card(EVERYTHING, BEIJING))
    assert values_of({"published_at": "昨天"}, value)["published_at"] == "昨天"


def test_answers_without_the_buttons_value_are_still_read():
    assert values_of({"views": "3万", "flags": ["yes"]}, {}) == {"views": "3万", "flags": ["yes"]}


def test_a_refused_form_keeps_what_was_typed_and_says_below_each_field_what_is_wrong():
    card = form_card(
        a_form(Field("what", "经过", "long"), Field("views", "浏览量", "text", value="1万")), BEIJING
    )
    again = refused(
        card, {"views": "无法识别这个数字。"}, {"what": "刹车失灵", "views": "很多"}, "有 1 处需要修改。"
    )
    shapes = again["body"]["elements"][0]["elements"]
    assert shapes[0] == red("有 1 处需要修改。", 0)
    assert [shape.get("default_value") for shape in shapes if shape["tag"] == "input"] == ["刹车失灵", "很多"]
    assert shapes[4]["name"] == "views"
    assert shapes[5] == red("无法识别这个数字。", 3)
    assert shapes[6] == card["body"]["elements"][0]["elements"][-1]
    assert again["header"] == card["header"]


def test_what_was_cleared_stays_empty():
    again = refused(
        form_card(EVERYTHING, BEIJING), {"what": "请填写。"}, {"what": "", "flags": []}, "有 1 处需要修改。"
    )
    filled = {"default_value", "initial_option", "selected_values", "initial_datetime"}
    assert not any(filled & set(shape) for shape in again["body"]["elements"][0]["elements"])


def test_choices_and_moments_are_kept_too():
    typed = {"injury": "no", "severity": "S2", "flags": ["no"], "published_at": "2026-11-21 13:00 +0800"}
    again = refused(form_card(EVERYTHING, BEIJING), {}, typed, "有 1 处需要修改。")
    shapes = {shape["name"]: shape for shape in again["body"]["elements"][0]["elements"] if "name" in shape}
    assert shapes["injury"]["initial_option"] == "no"
    assert shapes["severity"]["initial_option"] == "S2"
    assert shapes["flags"]["selected_values"] == ["no"]
    assert shapes["published_at"]["initial_datetime"] == "2026-11-21 13:00"


def test_what_no_database_takes_is_not_typed_again():
    card = form_card(a_form(Field("what", "经过", "text")), BEIJING)
    again = refused(card, {}, {"what": "刹\ud800车\x00"}, "有 1 处需要修改。")
    assert again["body"]["elements"][0]["elements"][2]["default_value"] == "刹车"


def test_a_complaint_about_no_field_stands_at_the_top():
    again = refused(form_card(EVERYTHING, BEIJING), {"": "处置已结束。"}, {}, "尚未保存。")
    top = again["body"]["elements"][0]["elements"][0]["content"]
    assert top == "<font color='red'>尚未保存。</font>\n<font color='red'>处置已结束。</font>"


def test_a_complaint_stands_below_the_last_of_several_inputs():
    card = form_card(a_form(Field("what", "经过", "long", value="重" * 1500)), BEIJING)
    again = refused(
        card, {"what": "太长了。"}, {"what": "重" * 1000, "what__2": "重" * 500}, "有 1 处需要修改。"
    )
    names = [shape.get("name", shape.get("element_id")) for shape in again["body"]["elements"][0]["elements"]]
    assert names == ["wrong_0", None, "what", "what__2", "wrong_2", "submit"]


def test_a_form_refused_twice_complains_only_of_the_second_time():
    once = refused(form_card(EVERYTHING, BEIJING), {"views": "甲"}, {"views": "x"}, "有 1 处需要修改。")
    twice = refused(once, {"what": "乙"}, {"views": "3万"}, "有 1 处需要修改。")
    said = [shape["content"] for shape in twice["body"]["elements"][0]["elements"] if "element_id" in shape]
    assert said == ["<font color='red'>有 1 处需要修改。</font>", "<font color='red'>乙</font>"]
    assert value_of(twice) == value_of(form_card(EVERYTHING, BEIJING))


def test_refusing_leaves_the_first_card_as_it_was():
    card = form_card(EVERYTHING, BEIJING)
    refused(card, {"views": "甲"}, {"views": "x"}, "有 1 处需要修改。")
    assert card == form_card(EVERYTHING, BEIJING)


FIELDS = st.builds(
    Field,
    name=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    label=st.text(max_size=120),
    kind=st.sampled_from(["text", "long", "one", "pick", "many", "moment"]),
    options=st.just((Option("yes", "是", "对"), Option("no", "否"))),
    hint=st.text(max_size=20),
    placeholder=st.text(max_size=120),
    optional=st.booleans(),
    longest=st.sampled_from([40, 1000, 3000]),
)
PREFILLED = {
    "text": st.text(max_size=60),
    "long": st.text(max_size=2500),
    "one": st.sampled_from([None, "yes", "x"]),
    "pick": st.sampled_from([None, "no"]),
    "many": st.lists(st.sampled_from(["yes", "no", "x"])),
    "moment": st.none() | st.integers(946684800, 4102444800).map(lambda at: datetime.fromtimestamp(at, UTC)),
}


@st.composite
def forms(draw):
    fields = draw(st.lists(FIELDS, max_size=8, unique_by=lambda field: field.name))
    filled = [Field(**{**vars(field), "value": draw(PREFILLED[field.kind])}) for field in fields]
    return a_form(Heading(draw(st.text(max_size=20)), draw(st.text(max_size=20))), *filled)


def offered(field):
    """What a field was prefilled with, as far as it can be."""
    if field.kind in ("text", "long"):
        text = clean(field.value)[: field.longest]
        text = text if field.kind == "long" else text.replace("\n", " ")
        return text if text.strip() else None
    if field.kind == "many":
        return [value for value in ("yes", "no") if value in field.value] or None
    return field.value if field.value != "x" else None


@settings(deadline=None, max_examples=60)
@given(forms(), st.sampled_from(["Asia/Shanghai", "Europe/London"]))
def test_any_form_is_one_that_feishu_takes_and_comes_back_unchanged(form, tz):
    card = form_card(form, BEIJING)
    check(card, lambda open_id: True)
    container = forms_of(card)[0]
    for field in container["elements"]:
        field.pop("required", None)
    sent = form_value(container, {}, [], tz)
    answers = values_of(sent, value_of(card))
    assert answers == {item.name: offered(item) for item in form.items if isinstance(item, Field)}
    check(refused(card, dict.fromkeys(answers, "请修改。"), sent, "请修改。"), lambda open_id: True)
