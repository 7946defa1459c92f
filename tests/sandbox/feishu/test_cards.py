"""Cards of schema 2.0: each rule with a card that keeps it and one that breaks it."""

import copy
from typing import Any

import pytest

from sandbox.feishu.cards import check, nodes
from sandbox.feishu.codes import BadCard
from sandbox.feishu.mentions import Mention, in_markdown
from tests.sandbox.feishu.conftest import WANG, Here, button, card, form, plain, run

JSON, UNSUPPORTED, PERSON, COUNT, NAME = 200621, 200861, 100290, 11310, 200530
MARKDOWN = {"tag": "markdown", "content": "**x**"}
TABLE = {"tag": "table", "columns": [{"name": "who", "data_type": "text"}], "rows": [{"who": "x"}]}
CHART = {"tag": "chart", "chart_spec": {"type": "line", "tag": "free", "data": {"values": []}}}
SELECT = {"tag": "select_static", "name": "grade"}
SELECT |= {"options": [{"text": plain("红"), "value": "red"}, {"text": plain("橙"), "value": "orange"}]}
INPUT = {"tag": "input", "name": "what"}


def with_(element: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same element, otherwise."""
    return copy.deepcopy(element) | changes


def columns(*elements: dict[str, Any], **changes: Any) -> dict[str, Any]:
    column = {"tag": "column", "width": "weighted", "weight": 1, "elements": list(elements)}
    return {"tag": "column_set", "flex_mode": "flow", "columns": [column]} | changes


def panel(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"tag": "collapsible_panel", "header": {"title": plain()}, "elements": list(elements)}


def nested(deep: int) -> dict[str, Any]:
    return columns(nested(deep - 1)) if deep else MARKDOWN


def sub_code(shown: Any) -> int:
    """What Feishu says within 230099, 0 for a good card."""
    try:
        check(shown, {WANG}.__contains__)
    except BadCard as refused:
        assert refused.code == 230099
        return refused.sub
    return 0


GOOD = {
    "the smallest": card(),
    "without header and config": {"schema": "2.0", "body": {"elements": [MARKDOWN]}},
    "a header with everything": card(
        header={
            "title": plain("t"),
            "subtitle": plain("s"),
            "template": "carmine",
            "icon": {"tag": "standard_icon", "token": "warning_outlined", "color": "red"},
            "text_tag_list": [{"tag": "text_tag", "text": plain("新"), "color": "red"}] * 3,
            "padding": "12px 8px 12px 8px",
        }
    ),
    "a whole config": card(
        config={
            "update_multi": True,
            "enable_forward": False,
            "width_mode": "fill",
            "summary": {"content": "Red", "i18n_content": {"zh_cn": "红"}},
            "style": {"text_size": {"small-1": {"default": "notation"}}},
        }
    ),
    "a link behind it": card(card_link={"url": "https://x.example.com", "pc_url": ""}),
    "words, quiet ones, a line": card(
        with_(MARKDOWN, text_size="notation", text_align="left", element_id="words_1", margin="0px 0px"),
        with_(MARKDOWN, text_size="my-size"),
        {"tag": "hr"},
        {"tag": "div", "text": plain()},
        {"tag": "div", "text": {"tag": "lark_md", "content": "x", "text_color": "grey"}},
    ),
    "buttons of all looks": card(
        button(type="primary_filled", size="small", width="fill"),
        button("x" * 100, name="b", confirm={"title": plain(), "text": plain()}),
        button(behaviors=[{"type": "open_url", "default_url": "https://x.example.com"}]),
        button(disabled=True, disabled_tips=plain("好")),
    ),
    "a button beside words": card(columns(MARKDOWN, button())),
    "five deep": card(nested(5)),
    "a panel": card(panel(MARKDOWN, button())),
    "a container to press": card(
        {
            "tag": "interactive_container",
            "behaviors": [{"type": "callback", "value": {}}],
            "elements": [MARKDOWN],
            "has_border": True,
        }
    ),
    "a chart": card(CHART, with_(CHART, aspect_ratio="16:9", height="auto")),
    "a table of 50 columns": card(with_(TABLE, columns=[{"name": str(n)} for n in range(50)])),
    "people": card(
        {"tag": "person", "user_id": WANG},
        {"tag": "person_list", "persons": [{"id": WANG}]},
        {"tag": "person_list", "persons": [{"id": "ou_gone"}], "drop_invalid_user_id": True},
        {"tag": "select_person", "options": [{"value": WANG}]},
        {"tag": "multi_select_person"},
    ),
    "a form with everything": card(
        form(
            with_(
                INPUT,
                required=True,
                label=plain("发生了什么？"),
                placeholder=plain("x" * 100),
                max_length=1000,
            ),
            with_(INPUT, name="long", input_type="multiline_text", rows=5, default_value="刹车"),
            with_(SELECT, initial_option="red", required=True),
            with_(SELECT, name="by_index", initial_index=2),
            with_(SELECT, name="many", tag="multi_select_static", selected_values=["red", "orange"]),
            {"tag": "picker_datetime", "name": "when", "initial_datetime": "2026-11-21 14:00"},
            {"tag": "date_picker", "name": "day", "initial_date": "2026-11-21"},
            {"tag": "picker_time", "name": "time", "initial_time": "14:00"},
            {"tag": "checker", "name": "sure", "text": plain("确定"), "checked": False},
            columns({"tag": "select_person", "name": "who", "options": [{"value": WANG}]}),
            {"tag": "button", "name": "clear", "text": plain("清空"), "form_action_type": "reset"},
        )
    ),
    "a name of the markdown in a title": card(
        {"tag": "div", "text": plain("<at id=all></at>")},
        {"tag": "markdown", "content": "&#60;at id=all&#62;"},
    ),
}


@pytest.mark.parametrize("shown", GOOD.values(), ids=GOOD.keys())
def test_a_good_card_is_shown(shown):
    check(shown, {WANG}.__contains__)


BAD = {
    "not an object": ([], JSON, "schema"),
    "schema 1.0": ({"elements": [MARKDOWN]}, JSON, "schema"),
    "elements beside the body": (card() | {"elements": []}, JSON, "elements"),
    "no body": ({"schema": "2.0"}, JSON, "body"),
    "i18n_elements": (card() | {"i18n_elements": {}}, JSON, "i18n_elements"),
    "not shared": (card(config={"update_multi": False}), JSON, "config.update_multi"),
    "config unknown": (card(config={"wide_screen_mode": True}), JSON, "config.wide_screen_mode"),
    "template unknown": (card(header={"title": plain(), "template": "pink"}), JSON, "header.template"),
    "header without title": (card(header={"template": "red"}), JSON, "header.title"),
    "four tags in the header": (
        card(header={"title": plain(), "text_tag_list": [{"tag": "text_tag", "text": plain()}] * 4}),
        JSON,
        "header.text_tag_list",
    ),
    "old header icon": (card(header={"title": plain(), "ud_icon": {}}), JSON, "header.ud_icon"),
    "note": (card({"tag": "note", "elements": []}), UNSUPPORTED, "body.elements[0]"),
    "action": (card({"tag": "action", "actions": []}), UNSUPPORTED, "body.elements[0]"),
    "unknown tag": (card({"tag": "banner"}), JSON, "body.elements[0].tag"),
    "no tag": (card({}), JSON, "body.elements[0].tag"),
    "not an element": (card("x"), JSON, "body.elements[0].tag"),
    "unknown property": (card(with_(MARKDOWN, href={})), JSON, "body.elements[0].href"),
    "content missing": (card({"tag": "markdown"}), JSON, "body.elements[0].content"),
    "text size unknown": (card(with_(MARKDOWN, text_size="HUGE!")), JSON, "body.elements[0].text_size"),
    "element_id with a hyphen": (
        card(with_(MARKDOWN, element_id="a-b")),
        JSON,
        "body.elements[0].element_id",
    ),
    "element_id of 21": (card(with_(MARKDOWN, element_id="a" * 21)), JSON, "body.elements[0].element_id"),
    "element_id twice": (
        card(with_(MARKDOWN, element_id="a"), with_(MARKDOWN, element_id="a")),
        JSON,
        "body.elements[1]",
    ),
    "button of 101": (card(button("x" * 101)), JSON, "body.elements[0].text.content"),
    "button in markdown": (
        card(button(text={"tag": "lark_md", "content": "x"})),
        JSON,
        "body.elements[0].text.tag",
    ),
    "button with an old value": (card(button(value={"a": 1})), JSON, "body.elements[0].value"),
    "button type": (card(button(type="green")), JSON, "body.elements[0].type"),
    "callback of a string": (
        card(button(behaviors=[{"type": "callback", "value": "x"}])),
        JSON,
        "body.elements[0].behaviors[0].value",
    ),
    "confirm without words": (
        card(button(confirm={"title": plain()})),
        JSON,
        "body.elements[0].confirm.text",
    ),
    "no columns": (card(columns() | {"columns": []}), JSON, "body.elements[0].columns"),
    "column weight 6": (
        card(columns() | {"columns": [{"tag": "column", "weight": 6}]}),
        JSON,
        "body.elements[0].columns[0].weight",
    ),
    "a column alone": (card({"tag": "column", "elements": []}), JSON, "body.elements[0].tag"),
    "required outside a form": (card(with_(INPUT, required=True)), UNSUPPORTED, "body.elements[0]"),
    "a margin of 100": (card(with_(MARKDOWN, margin="100px")), JSON, "body.elements[0].margin"),
    "padding": (card() | {"body": {"elements": [], "padding": "wide"}}, JSON, "body.padding"),
    "chart_spec as text": (card(with_(CHART, chart_spec="{}")), JSON, "body.elements[0].chart_spec"),
    "51 columns": (card(with_(TABLE, columns=[{"name": "x"}] * 51)), JSON, "body.elements[0].columns"),
    "six deep": (card(nested(6)), JSON, "body" + ".elements[0].columns[0]" * 6),
    "201 elements": (card(*[{"tag": "hr"}] * 200), COUNT, "body"),
    "six tables": (card(*[TABLE] * 6), COUNT, "body"),
    "six charts": (card(*[CHART] * 6), COUNT, "body"),
    "five tables in one markdown": (
        card({"tag": "markdown", "content": "|a|\n|--|\n|b|\n\n" * 5}),
        COUNT,
        "body.elements[0]",
    ),
    "a table in a column": (card(columns(TABLE)), UNSUPPORTED, "body.elements[0].columns[0].elements[0]"),
    "a form in a panel": (card(panel(form())), UNSUPPORTED, "body.elements[0].elements[0]"),
    "a form in a form": (card(form(form(name="b"))), UNSUPPORTED, "body.elements[0].elements[0]"),
    "a table in a form": (card(form(TABLE)), UNSUPPORTED, "body.elements[0].elements[0]"),
    "a chart in a form": (card(form(CHART)), UNSUPPORTED, "body.elements[0].elements[0]"),
    "a form nobody can send": (
        card({"tag": "form", "name": "f", "elements": [INPUT]}),
        UNSUPPORTED,
        "body.elements[0]",
    ),
    "a form without name": (card({"tag": "form", "elements": []}), JSON, "body.elements[0].name"),
    "sending outside a form": (card(button(form_action_type="submit")), UNSUPPORTED, "body.elements[0]"),
    "an old form action": (
        card(form(button(name="x", action_type="form_submit"))),
        JSON,
        "body.elements[0].elements[0].action_type",
    ),
    "a field without name": (card(form({"tag": "input"})), NAME, "body.elements[0].elements[0]"),
    "a button without name in a form": (card(form(button())), NAME, "body.elements[0].elements[0]"),
    "a name twice": (card(form(INPUT, INPUT)), NAME, "body.elements[0].elements[1]"),
    "a name twice in the card": (
        card(button(name="what"), form(INPUT)),
        NAME,
        "body.elements[1].elements[0]",
    ),
    "placeholder of 101": (
        card(form(with_(INPUT, placeholder=plain("x" * 101)))),
        JSON,
        "body.elements[0].elements[0].placeholder.content",
    ),
    "max_length 1001": (
        card(form(with_(INPUT, max_length=1001))),
        JSON,
        "body.elements[0].elements[0].max_length",
    ),
    "max_length 0": (card(form(with_(INPUT, max_length=0))), JSON, "body.elements[0].elements[0].max_length"),
    "a number input": (
        card(form(with_(INPUT, input_type="number"))),
        JSON,
        "body.elements[0].elements[0].input_type",
    ),
    "no options": (card(form(with_(SELECT, options=[]))), JSON, "body.elements[0].elements[0].options"),
    "an option twice": (
        card(form(with_(SELECT, options=SELECT["options"] * 2))),
        JSON,
        "body.elements[0].elements[0]",
    ),
    "chosen at first, not on offer": (
        card(form(with_(SELECT, initial_option="blue"))),
        JSON,
        "body.elements[0].elements[0]",
    ),
    "first index beyond": (card(form(with_(SELECT, initial_index=3))), JSON, "body.elements[0].elements[0]"),
    "a moment with an offset": (
        card(form({"tag": "picker_datetime", "name": "w", "initial_datetime": "2026-11-21 14:00 +0800"})),
        JSON,
        "body.elements[0].elements[0].initial_datetime",
    ),
    "a stranger": (card({"tag": "person", "user_id": "ou_x"}), PERSON, "body.elements[0]"),
    "a stranger to choose": (
        card({"tag": "select_person", "options": [{"value": "ou_x"}]}),
        PERSON,
        "body.elements[0]",
    ),
}


@pytest.mark.parametrize(("shown", "sub", "path"), BAD.values(), ids=BAD.keys())
def test_a_bad_card_is_refused_at_its_place(shown, sub, path):
    with pytest.raises(BadCard) as refused:
        check(shown, {WANG}.__contains__)
    assert (refused.value.code, refused.value.sub, refused.value.path) == (230099, sub, path)


def test_200_elements_are_counted_with_every_tagged_text():
    header_and_title = 1
    buttons = (200 - header_and_title) // 2
    assert sub_code(card(*[button()] * buttons)) == 0
    assert sub_code(card(*[button()] * buttons, button())) == COUNT


def test_what_a_button_carries_is_no_element():
    shown = card(button(behaviors=[{"type": "callback", "value": {"tag": "form", "name": "x"}}]))
    assert sub_code(shown) == 0
    assert [node["tag"] for node in nodes(shown)] == ["plain_text", "button", "plain_text"]


@pytest.mark.parametrize(
    ("content", "called"),
    [
        (f"<at id={WANG}></at>", [Mention("id", WANG)]),
        (f'<at id="{WANG}"></at>', [Mention("id", WANG)]),
        ("<at ids=ou_a,ou_b></at>", [Mention("id", "ou_a"), Mention("id", "ou_b")]),
        ("<at email=a@b.c></at>", [Mention("email", "a@b.c")]),
        ("<AT id=all></AT>", [Mention("id", "all")]),
        ('<at user_id="all"></at>', []),
        ("&#60;at id=all&#62;&#60;/at&#62;", []),
        ("`<at id=all></at>`", []),
    ],
)
def test_whom_markdown_calls(content, called):
    assert list(in_markdown(content)) == called


def test_a_card_that_names_a_stranger_is_not_sent():
    async def story(here: Here) -> None:
        for who in ("id=ou_other_app", "email=nobody@example.com", f"ids={WANG},ou_x"):
            answer = await here.send(WANG, card({"tag": "markdown", "content": f"<at {who}></at>"}))
            assert (answer.code, "ErrCode: 100290" in answer.body["msg"]) == (230099, True)
        good = await here.send(
            WANG, card({"tag": "markdown", "content": "<at email=wang.min@example.com></at>"})
        )
        assert here.world.pings == [(good.data["message_id"], WANG)]

    run(story)


def test_a_bad_card_says_where():
    async def story(here: Here) -> None:
        answer = await here.send(WANG, card(with_(MARKDOWN, href={})))
        assert answer.body["msg"] == (
            "Failed to create card content, ext=ErrCode: 200621; "
            "ErrPath : body.elements[0].href; ErrMsg : unknown property, property: href; "
        )
        unreadable = {"receive_id": WANG, "msg_type": "interactive", "content": "{"}
        answer = await here.call("POST", "/im/v1/messages", unreadable, receive_id_type="open_id")
        assert "ErrCode: 200621" in answer.body["msg"]

    run(story)
