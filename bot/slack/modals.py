"""Forms as Slack modals, and the page without questions that may follow one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bot.chat import Card, Field, Form, Heading, Option
from bot.slack.blocks import Block, body, headline_of, plain_text, quiet, section, shortened
from bot.slack.text import People, fitted

VIEW_BLOCKS_MOST = 100
TITLE_MOST = 24
NOTE_MOST = 2000
OPTIONS_IN_SIGHT = 10
OPTIONS_MOST = 100
TYPED_MOST = 3000


def modal(form: Form) -> dict[str, Any]:
    """A form as the view of views.open; what it is about comes back in `private_metadata`."""
    blocks = [block for item in form.items for block in _item(item)]
    return {
        "type": "modal",
        "callback_id": form.name,
        "private_metadata": json.dumps(dict(form.about), ensure_ascii=False, separators=(",", ":")),
        "title": plain_text(form.title, TITLE_MOST),
        "submit": plain_text(form.submit, TITLE_MOST),
        "blocks": blocks,
    }


def done_view(card: Card, title: str, people: People) -> dict[str, Any]:
    """A modal page that only shows a card; Slack adds the button that closes it."""
    blocks = [section(headline_of(card, people)), *body(card, people)]
    return {
        "type": "modal",
        "title": plain_text(title, TITLE_MOST),
        "blocks": shortened(blocks, VIEW_BLOCKS_MOST),
    }


def _item(item: Field | Heading) -> Iterator[Block]:
    if isinstance(item, Field):
        yield _question(item)
        return
    yield {"type": "header", "text": plain_text(item.text, 150)}
    note = fitted(item.note, NOTE_MOST)
    if note.strip():
        yield quiet(note)


def _question(field: Field) -> Block:
    shape: Block = {
        "type": "input",
        "block_id": field.name,
        "optional": field.optional,
        "label": plain_text(field.label, 2000),
        "element": {"action_id": field.name, **ELEMENTS[field.kind](field)},
    }
    return shape | ({"hint": plain_text(field.hint, 2000)} if field.hint.strip() else {})


def _text(field: Field) -> Block:
    longest = min(field.longest, TYPED_MOST)
    shape = {"type": "plain_text_input", "max_length": longest} | _placeholder(field)
    return shape | ({"initial_value": str(field.value)[:longest]} if field.value else {})


def _long(field: Field) -> Block:
    return _text(field) | {"multiline": True}


def _one(field: Field) -> Block:
    return {"type": "static_select", **_placeholder(field), **_single(field)}


def _pick(field: Field) -> Block:
    if len(field.options) > OPTIONS_IN_SIGHT:
        return _one(field)
    return {"type": "radio_buttons", **_single(field)}


def _single(field: Field) -> Block:
    offered = [_option(option) for option in field.options[:OPTIONS_MOST]]
    chosen = [option for option in offered if option["value"] == field.value]
    return {"options": offered} | ({"initial_option": chosen[0]} if chosen else {})


def _many(field: Field) -> Block:
    offered = [_option(option) for option in field.options[:OPTIONS_MOST]]
    chosen = [option for option in offered if option["value"] in (field.value or ())]
    shape = {"options": offered} | ({"initial_options": chosen} if chosen else {})
    if len(offered) <= OPTIONS_IN_SIGHT:
        return {"type": "checkboxes", **shape}
    return {"type": "multi_static_select", **_placeholder(field), **shape}


def _moment(field: Field) -> Block:
    chosen = isinstance(field.value, datetime)
    return {"type": "datetimepicker"} | (
        {"initial_date_time": int(field.value.timestamp())} if chosen else {}
    )


def _option(option: Option) -> Block:
    shape: Block = {"text": plain_text(option.label, 75), "value": option.value}
    return shape | ({"description": plain_text(option.about, 75)} if option.about.strip() else {})


def _placeholder(field: Field) -> Block:
    return {"placeholder": plain_text(field.placeholder, 150)} if field.placeholder.strip() else {}


ELEMENTS: dict[str, Callable[[Field], Block]] = {
    "text": _text,
    "long": _long,
    "one": _one,
    "pick": _pick,
    "many": _many,
    "moment": _moment,
}
