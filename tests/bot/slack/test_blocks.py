"""Cards and forms as the JSON Slack gets, checked letter by letter and against Slack's own limits."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import At, Button, Card, Field, Form, Heading, Option, Part, Place, Plain, Strong, When
from bot.crisis.people import Person
from bot.slack.blocks import button_name, message
from bot.slack.modals import done_view, modal
from sandbox.blockkit import check_message, check_view


def people(person):
    return Person(person, "王敏", "zh", slack="U04")


def words(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def label(text):
    return {"type": "plain_text", "text": text}


def test_a_coloured_card_shows_its_headline_on_a_locked_phone_and_its_parts_beside_the_colour():
    card = Card(
        headline=(Strong("红色"), Plain(" 刹车 <失灵>")),
        tone="red",
        parts=(
            Part(lines=((Plain("原因"),), (At("wang"), Plain(" & 团队")))),
            Part(lines=((Plain("小字"),),), quiet=True),
        ),
    )
    assert message(card, people) == {
        "text": "\u200b*红色*\u200b 刹车 &lt;失灵&gt;",
        "attachments": [
            {
                "color": "#c0392b",
                "fallback": "\u200b*红色*\u200b 刹车 &lt;失灵&gt;",
                "blocks": [
                    words("原因\n<@U04> &amp; 团队"),
                    {"type": "context", "elements": [{"type": "mrkdwn", "text": "小字", "verbatim": True}]},
                ],
            }
        ],
    }


def test_a_plain_card_begins_with_its_headline():
    card = Card((Plain("Hello"),), (Part(((Plain("there"),),)),))
    assert message(card, people) == {"text": "Hello", "blocks": [words("Hello"), words("there")]}


def test_a_coloured_card_without_parts_is_only_its_headline():
    assert message(Card((Plain("Hello"),), tone="green"), people) == {"text": "Hello"}


def test_a_card_without_a_headline_still_has_a_text():
    assert message(Card(()), people)["text"] == "…"


def test_buttons_carry_name_value_style_and_a_question():
    button = Button("close", "结案", "12", "danger", "确定结案？")
    blocks = message(Card((Plain("x"),), (Part(buttons=(button,)),)), people)["blocks"]
    assert blocks[1] == {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "close",
                "text": label("结案"),
                "value": "12",
                "style": "danger",
                "confirm": {
                    "title": label("结案"),
                    "text": label("确定结案？"),
                    "confirm": label("结案"),
                    "deny": label("✕"),
                    "style": "danger",
                },
            }
        ],
    }


def test_buttons_of_one_name_are_numbered_and_rows_hold_five():
    part = Part(((Plain("task"),),), beside=Button("done", "Done", "0"))
    row = Part(buttons=tuple(Button("done", "Done", str(number)) for number in range(1, 7)))
    blocks = message(Card((Plain("x"),), (part, row)), people)["blocks"]
    assert blocks[1]["accessory"]["action_id"] == "done"
    assert [len(block["elements"]) for block in blocks[2:]] == [5, 1]
    ids = [element["action_id"] for block in blocks[2:] for element in block["elements"]]
    assert ids == ["done:2", "done:3", "done:4", "done:5", "done:6", "done:7"]


@pytest.mark.parametrize(
    ("action_id", "name"), [("done", "done"), ("done:12", "done"), ("a:b", "a:b"), (":2", ":2"), ("", "")]
)
def test_the_number_comes_off_again(action_id, name):
    assert button_name(action_id) == name


def test_a_button_beside_nothing_stands_below():
    part = Part(beside=Button("done", "Done"))
    assert message(Card((Plain("x"),), (part,)), people)["blocks"][1]["type"] == "actions"


def test_a_quiet_part_with_a_button_beside_it_is_a_section():
    part = Part(((Plain("x"),),), quiet=True, beside=Button("done", "Done"))
    assert message(Card((Plain("x"),), (part,)), people)["blocks"][1]["type"] == "section"


def test_a_long_text_is_divided_and_only_its_beginning_has_the_button():
    part = Part(((Plain("重" * 7000),),), beside=Button("done", "Done"))
    blocks = message(Card((Plain("x"),), (part,)), people)["blocks"]
    assert ["accessory" in block for block in blocks] == [False, True, False, False]


@pytest.mark.parametrize("tone", ["plain", "blue"])
def test_a_card_too_long_for_slack_is_cut_with_a_sign_that_there_is_more(tone):
    parts = tuple(Part(((Plain(str(number)),),)) for number in range(80))
    shape = message(Card((Plain("x"),), parts, tone), people)
    blocks = shape.get("blocks") or shape["attachments"][0]["blocks"]
    assert (len(blocks), blocks[-1]["elements"][0]["text"]) == (50, "…")


FORM = Form(
    name="declare",
    title="报告一次危机，这个标题实在是太长了，手机上显示不下",
    submit="提交",
    about={"incident": "12"},
    items=(
        Heading("事实", "只写 <知道> 的"),
        Field("title", "一句话", "text", value="x" * 200, longest=120, optional=False, placeholder="例如"),
        Field("facts", "事实", "long", hint="谁、何时、何地"),
        Field("channel", "平台", "one", (Option("douyin", "抖音"), Option("weibo", "微博")), value="weibo"),
        Field(
            "level", "量级", "pick", (Option("L2", "二级", "一百到一千"), Option("L3", "三级")), value="L9"
        ),
        Field("signs", "迹象", "many", (Option("injury", "伤"), Option("press", "记者")), value=["press"]),
        Field("at", "时间", "moment", value=datetime(2026, 11, 21, 6, 5, tzinfo=UTC)),
        Field("later", "之后", "moment"),
    ),
)


def question(name, text, element, **more):
    shape = {"type": "input", "block_id": name, "optional": True, "label": label(text)}
    return shape | {"element": {"action_id": name, **element}} | more


def test_a_form_becomes_a_modal():
    weibo = {"text": label("微博"), "value": "weibo"}
    press = {"text": label("记者"), "value": "press"}
    about = {"text": label("二级"), "value": "L2", "description": label("一百到一千")}
    assert modal(FORM) == {
        "type": "modal",
        "callback_id": "declare",
        "private_metadata": '{"incident":"12"}',
        "title": label("报告一次危机，这个标题实在是太长了，手机上显示…"),
        "submit": label("提交"),
        "blocks": [
            {"type": "header", "text": label("事实")},
            {
                "type": "context",
                "elements": [{"type": "mrkdwn", "text": "只写 &lt;知道&gt; 的", "verbatim": True}],
            },
            question(
                "title",
                "一句话",
                {
                    "type": "plain_text_input",
                    "max_length": 120,
                    "placeholder": label("例如"),
                    "initial_value": "x" * 120,
                },
                optional=False,
            ),
            question(
                "facts",
                "事实",
                {"type": "plain_text_input", "max_length": 3000, "multiline": True},
                hint=label("谁、何时、何地"),
            ),
            question(
                "channel",
                "平台",
                {
                    "type": "static_select",
                    "options": [{"text": label("抖音"), "value": "douyin"}, weibo],
                    "initial_option": weibo,
                },
            ),
            question(
                "level",
                "量级",
                {"type": "radio_buttons", "options": [about, {"text": label("三级"), "value": "L3"}]},
            ),
            question(
                "signs",
                "迹象",
                {
                    "type": "checkboxes",
                    "options": [{"text": label("伤"), "value": "injury"}, press],
                    "initial_options": [press],
                },
            ),
            question("at", "时间", {"type": "datetimepicker", "initial_date_time": 1795241100}),
            question("later", "之后", {"type": "datetimepicker"}),
        ],
    }


@pytest.mark.parametrize(
    ("kind", "few", "many"),
    [
        ("pick", "radio_buttons", "static_select"),
        ("many", "checkboxes", "multi_static_select"),
        ("one", "static_select", "static_select"),
    ],
)
def test_more_than_ten_options_do_not_stand_in_sight(kind, few, many):
    for count, element in ((10, few), (11, many)):
        options = tuple(Option(str(number), f"option {number}") for number in range(count))
        view = modal(Form("f", "t", "s", (Field("x", "x", kind, options),)))
        assert view["blocks"][0]["element"]["type"] == element
        check_view(view, "modal")


def test_a_last_page_has_words_and_buttons_but_no_questions():
    card = Card((Plain("Declared"),), (Part(((Plain("C-12"),),), buttons=(Button("undo", "Undo"),)),), "red")
    view = done_view(card, "报告一次危机，这个标题实在是太长了，手机上显示不下", people)
    assert [block["type"] for block in view["blocks"]] == ["section", "section", "actions"]
    assert "submit" not in view and len(view["title"]["text"]) == 24
    check_view(view, "modal")


TEXT = st.text(max_size=30) | st.sampled_from(["重" * 5000, "&" * 4000, " ", "<!channel>", "\x1b"])
SPANS = st.one_of(
    TEXT.map(Plain), TEXT.map(Strong), st.just(At("wang")), st.just(When(datetime(2026, 1, 1, tzinfo=UTC)))
)
LINES = st.lists(SPANS, max_size=3).map(tuple)
BUTTONS = st.builds(
    Button,
    st.sampled_from(["a", "b"]),
    TEXT,
    st.text(max_size=9),
    st.sampled_from(["plain", "primary", "danger"]),
    TEXT,
)
PARTS = st.builds(
    Part,
    st.lists(LINES, max_size=4).map(tuple),
    st.booleans(),
    st.none() | BUTTONS,
    st.lists(BUTTONS, max_size=30).map(tuple),
)
CARDS = st.builds(
    Card, LINES, st.lists(PARTS, max_size=6).map(tuple), st.sampled_from(["plain", "red", "grey"])
)


@settings(max_examples=60, deadline=None)
@given(CARDS)
def test_slack_takes_every_card(card):
    shape = message(card, people)
    assert shape["text"].strip()
    check_message(shape.get("blocks", []), shape.get("attachments", []))
    check_view(done_view(card, "title", people), "modal")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Field,
            st.just("x"),
            TEXT,
            st.sampled_from(["text", "long", "one", "pick", "many"]),
            st.lists(TEXT, min_size=1, max_size=15).map(
                lambda texts: tuple(Option(str(number), text, text) for number, text in enumerate(texts))
            ),
            st.none() | st.sampled_from(["0", ""]),
            TEXT,
            TEXT,
        ),
        max_size=1,
    ),
    TEXT,
)
def test_slack_takes_every_form(fields, text):
    view = modal(Form("f", text, text, (Heading(text, text), *fields), {"incident": "12"}))
    check_view(view, "modal")
    assert json.loads(view["private_metadata"]) == {"incident": "12"}


def test_a_room_is_a_link_for_those_who_may_enter_and_a_name_elsewhere():
    card = Card(
        (Plain("x"),), (Part(((Place("C012", "crisis-1-刹车"), Place("<!here>", "<!here>")),)),), "plain"
    )
    shown = message(card, people)["blocks"][-1]["text"]["text"]
    assert shown == "<#C012>#&lt;!here&gt;"
