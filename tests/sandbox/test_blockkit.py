"""Block Kit: what Slack would refuse is refused, and the path says where."""

import pytest

from sandbox.blockkit import check_message, check_view
from sandbox.errors import SlackError


def text(words: str = "x", kind: str = "plain_text") -> dict:
    return {"type": kind, "text": words}


def button(**changes) -> dict:
    return {"type": "button", "text": text(), "action_id": "a", **changes}


def actions(*elements: dict, **changes) -> dict:
    return {"type": "actions", "elements": list(elements), **changes}


def option(words: str = "x", value: str = "v", **changes) -> dict:
    return {"text": text(words), "value": value, **changes}


def select(**changes) -> dict:
    return {"type": "static_select", "action_id": "s", "options": [option()], **changes}


def section(**changes) -> dict:
    return {"type": "section", "text": text("x", "mrkdwn"), **changes}


def field(element: dict, **changes) -> dict:
    return {"type": "input", "label": text(), "element": element, **changes}


INPUT = {"type": "plain_text_input", "action_id": "i"}
CONFIRM = {"title": text(), "text": text(), "confirm": text(), "deny": text()}
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
WRONG = {
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks"),
    "unknown block": ([{"type": "banner"}], "/blocks/0/type"),
    "no type": ([{}], "/blocks/0/type"),
    "not an object": (["x"], "/blocks/0/type"),
    "unknown field": ([{"type": "divider", "color": "red"}], "/blocks/0"),
    "section without words": ([{"type": "section"}], "/blocks/0"),
    "section 3001": ([section(text=text("x" * 3001))], "/blocks/0/text/text"),
    "section empty": ([section(text=text(""))], "/blocks/0/text/text"),
    "11 fields": ([section(fields=[text()] * 11)], "/blocks/0/fields"),
    "field 2001": ([section(fields=[text("x" * 2001)])], "/blocks/0/fields/0/text"),
    "header 151": ([{"type": "header", "text": text("x" * 151)}], "/blocks/0/text/text"),
    "header mrkdwn": ([{"type": "header", "text": text("x", "mrkdwn")}], "/blocks/0/text/type"),
    "11 in context": ([{"type": "context", "elements": [text()] * 11}], "/blocks/0/elements"),
    "button in context": ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    "26 actions": ([actions(*(button(action_id=str(n)) for n in range(26)))], "/blocks/0/elements"),
    "no actions": ([actions()], "/blocks/0/elements"),
    "same action id": ([actions(button(), button())], "/blocks/0/elements/1/action_id"),
    "same block id": ([section(block_id="b"), section(block_id="b")], "/blocks/1/block_id"),
    "block id 256": ([section(block_id="b" * 256)], "/blocks/0/block_id"),
    "button 76": ([actions(button(text=text("x" * 76)))], "/blocks/0/elements/0/text/text"),
    "button value 2001": ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    "button style": ([actions(button(style="green"))], "/blocks/0/elements/0/style"),
    "confirm title 101": (
        [actions(button(confirm=CONFIRM | {"title": text("x" * 101)}))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "input element in actions": ([actions(INPUT)], "/blocks/0/elements/0/type"),
    "datetimepicker beside a section": (
        [section(accessory={"type": "datetimepicker"})],
        "/blocks/0/accessory/type",
    ),
    "input beside a section": ([section(accessory=INPUT)], "/blocks/0/accessory/type"),
    "101 options": ([actions(select(options=[option()] * 101))], "/blocks/0/elements/0/options"),
    "no options": ([actions(select(options=[]))], "/blocks/0/elements/0"),
    "option 76": ([actions(select(options=[option("x" * 76)]))], "/blocks/0/elements/0/options/0/text/text"),
    "option value 151": (
        [actions(select(options=[option(value="x" * 151)]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    "initial not offered": ([actions(select(initial_option=option("y", "y")))], "/blocks/0/elements/0"),
    "6 in overflow": (
        [section(accessory={"type": "overflow", "options": [option()] * 6})],
        "/blocks/0/accessory/options",
    ),
    "11 radio buttons": (
        [field({"type": "radio_buttons", "options": [option()] * 11})],
        "/blocks/0/element/options",
    ),
    "placeholder 151": (
        [field(INPUT | {"placeholder": text("x" * 151)})],
        "/blocks/0/element/placeholder/text",
    ),
    "label 2001": ([field(INPUT, label=text("x" * 2001))], "/blocks/0/label/text"),
    "max length 3001": ([field(INPUT | {"max_length": 3001})], "/blocks/0/element/max_length"),
    "button as input": ([field(button())], "/blocks/0/element/type"),
    "date": ([field({"type": "datepicker", "initial_date": "1.12."})], "/blocks/0/element/initial_date"),
    "seconds": (
        [field({"type": "datetimepicker", "initial_date_time": 5})],
        "/blocks/0/element/initial_date_time",
    ),
    "two tables": ([TABLE, TABLE], "/blocks"),
    "empty cell": ([TABLE | {"rows": [[{"type": "raw_text", "text": ""}]]}], "/blocks/0/rows/0/0/text"),
    "markdown 12,001 in all": ([{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks"),
    "image without alt": ([{"type": "image", "image_url": "https://x"}], "/blocks/0"),
    "file": ([{"type": "file", "external_id": "x", "source": "remote"}], "/blocks/0"),
    "rich text of nothing": (
        [{"type": "rich_text", "elements": [{"type": "poem"}]}],
        "/blocks/0/elements/0/type",
    ),
}


@pytest.mark.parametrize(("blocks", "path"), WRONG.values(), ids=WRONG.keys())
def test_a_bad_block_is_refused_at_its_path(blocks, path):
    with pytest.raises(SlackError) as refused:
        check_message(blocks, [])
    assert refused.value.code == "invalid_blocks"
    messages = refused.value.details["response_metadata"]["messages"]
    assert any(message.endswith(f"[json-pointer:{path}]") for message in messages), messages


def test_blocks_in_attachments_are_checked_too():
    with pytest.raises(SlackError) as refused:
        check_message([], [{"color": "#f00", "blocks": [{"type": "banner"}]}])
    assert "/attachments/0/blocks/0/type" in refused.value.details["response_metadata"]["messages"][0]


def test_good_messages_pass():
    groups = [{"label": text(), "options": [option()]}]
    everything = [
        section(accessory=select(initial_option=option(), placeholder=text())),
        section(fields=[text("x" * 2000)] * 10, block_id="b", expand=True),
        actions(
            button(style="danger", confirm=CONFIRM, value="v" * 2000), button(action_id="b", url="https://x")
        ),
        actions({"type": "static_select", "option_groups": groups}, {"type": "users_select"}),
        {"type": "header", "text": text("x" * 150)},
        {"type": "context", "elements": [text("x", "mrkdwn")]},
        {"type": "divider"},
        {"type": "markdown", "text": "**x**"},
        {"type": "image", "image_url": "https://x", "alt_text": "x"},
        TABLE,
        field(INPUT, optional=True, hint=text()),
    ]
    check_message(everything, [{"color": "#f00", "blocks": everything, "fallback": "x"}])


BAD_VIEWS = {
    "no title": ({"type": "modal", "blocks": []}, "/view"),
    "title 25": ({"type": "modal", "title": text("x" * 25), "blocks": []}, "/view/title/text"),
    "submit 25": (
        {"type": "modal", "title": text(), "submit": text("x" * 25), "blocks": []},
        "/view/submit/text",
    ),
    "close 25": (
        {"type": "modal", "title": text(), "close": text("x" * 25), "blocks": []},
        "/view/close/text",
    ),
    "101 blocks": ({"type": "modal", "title": text(), "blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
    "inputs without submit": ({"type": "modal", "title": text(), "blocks": [field(INPUT)]}, "/view"),
    "private metadata 3001": (
        {"type": "modal", "title": text(), "blocks": [], "private_metadata": "x" * 3001},
        "/view/private_metadata",
    ),
    "callback id 256": (
        {"type": "modal", "title": text(), "blocks": [], "callback_id": "x" * 256},
        "/view/callback_id",
    ),
    "table": ({"type": "modal", "title": text(), "blocks": [TABLE]}, "/view/blocks/0/type"),
    "unknown field": ({"type": "modal", "title": text(), "blocks": [], "colour": "red"}, "/view"),
    "home": ({"type": "home", "blocks": []}, "/view/type"),
}


@pytest.mark.parametrize(("view", "path"), BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_a_bad_view_is_refused_at_its_path(view, path):
    with pytest.raises(SlackError) as refused:
        check_view(view, "modal")
    assert refused.value.code == "invalid_arguments"
    messages = refused.value.details["response_metadata"]["messages"]
    assert any(message.endswith(f"[json-pointer:{path}]") for message in messages), messages
