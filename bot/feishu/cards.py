"""Cards as Feishu's JSON 2.0: a coloured header, markdown for the words, callbacks for the buttons.

The same card is sent to a room and to one person, and replaces itself when it is brought up to date.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.chat import Button, Card, Part, Plain
from bot.feishu.chart import chart
from bot.feishu.text import Whereabouts, coloured, cut, markdown, plain

Shape = dict[str, Any]

BYTES_MOST = 30_000
"""Feishu says 30 KB, and not which; Chinese takes three bytes a letter."""
NODES_MOST = 200
TITLE_MOST = 200
LABEL_MOST = 100
MORE = "…"
TYPES = {"plain": "default", "primary": "primary", "danger": "danger"}


def message(card: Card, where: Whereabouts, key: str = "") -> Shape:
    """A card as Feishu's card JSON. Where it is too long for Feishu it loses its last lines, never a row of buttons.

    key: of the send; `mark(key)` is then in the card, unseen.
    """
    shape = _shape(card, where, key)
    return shape if fits(shape) else _shortened(card, where, key)


def content(shape: Shape) -> str:
    """A card as the string in which the API takes it."""
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))


def mark(key: str) -> str:
    """By which a send is known again in a room's history: the `element_id` of its card's first element.

    The history shows it when it is asked for cards as they were sent (`card_msg_content_type=user_card_content`).
    """
    return f"k{hashlib.sha256(key.encode()).hexdigest()[:19]}"


def fits(shape: Shape) -> bool:
    """Whether Feishu takes a card of this size."""
    return len(content(shape).encode()) <= BYTES_MOST and nodes(shape) <= NODES_MOST


def nodes(shape: Any) -> int:
    """How many elements Feishu counts: everything with a tag, texts and options too."""
    if isinstance(shape, Mapping):
        return ("tag" in shape) + sum(map(nodes, shape.values()))
    return sum(map(nodes, shape)) if isinstance(shape, list) else 0


def framed(title: str, template: str, elements: Sequence[Shape]) -> Shape:
    """Elements under a header of that colour ("" for none); without a title there is no header."""
    header: Shape = {"title": plain_text(title, TITLE_MOST)} | ({"template": template} if template else {})
    return _card(title, elements) | ({"header": header} if title.strip() else {})


def plain_text(text: str, most: int = LABEL_MOST) -> Shape:
    """A label, cut to its limit."""
    return {"tag": "plain_text", "content": cut(text, most)}


def words(text: str) -> Shape:
    """Markdown at full size."""
    return {"tag": "markdown", "content": text}


def small(text: str) -> Shape:
    """Markdown as small print."""
    return {"tag": "markdown", "content": coloured(text, "grey"), "text_size": "notation"}


def _shortened(card: Card, where: Whereabouts, key: str) -> Shape:
    """With as many lines as fit."""
    card = card if card.parts else replace(card, parts=(Part((card.headline,)),))

    def shape(lines: int) -> Shape:
        return _shape(_first(card, lines, where.rest), where, key)

    in_all = sum(map(_length, card.parts))
    too_many = bisect_left(range(in_all), True, key=lambda lines: not fits(shape(lines)))
    return shape(max(too_many - 1, 0))


def _shape(card: Card, where: Whereabouts, key: str) -> Shape:
    """A headline alone stands in the body, where it is shown at any length; a header ends after four lines."""
    headline = plain(card.headline, where)
    elements = [element for part in card.parts for element in _part(part, where)]
    if elements:
        shape = framed(headline, "" if card.tone == "plain" else card.tone, elements)
    else:
        shape = _card(headline, [words(markdown(card.headline, where) or MORE)])
    if key:
        shape["body"]["elements"][0]["element_id"] = mark(key)
    return shape


def _card(summary: str, elements: Sequence[Shape]) -> Shape:
    """What a locked phone shows is the summary. Cards are confidential, so they cannot be forwarded."""
    return {
        "schema": "2.0",
        "config": {
            "update_multi": True,
            "enable_forward": False,
            "summary": {"content": cut(summary, TITLE_MOST)},
        },
        "body": {"elements": list(elements)},
    }


def _part(part: Part, where: Whereabouts) -> Iterator[Shape]:
    text = "\n".join(markdown(line, where) for line in part.lines)
    said = (small if part.quiet else words)(text)
    buttons = part.buttons
    if part.beside and text.strip():
        yield _beside(said, part.beside)
    elif part.beside:
        buttons = (part.beside, *buttons)
    elif text.strip():
        yield said
    if buttons:
        yield _row(buttons)
    if part.figures:
        yield chart(part.figures)


def _beside(said: Shape, button: Button) -> Shape:
    """Words and their button on one line, also on a phone: the words take what the button leaves."""
    return {
        "tag": "column_set",
        "flex_mode": "none",
        "columns": [
            {
                "tag": "column",
                "width": "weighted",
                "weight": 1,
                "vertical_align": "center",
                "elements": [said],
            },
            {"tag": "column", "width": "auto", "vertical_align": "center", "elements": [_button(button)]},
        ],
    }


def _row(buttons: Sequence[Button]) -> Shape:
    """Buttons side by side, on as many lines as they need."""
    columns = [{"tag": "column", "width": "auto", "elements": [_button(button)]} for button in buttons]
    return {"tag": "column_set", "flex_mode": "flow", "horizontal_spacing": "small", "columns": columns}


def _button(button: Button) -> Shape:
    opens = {"type": "open_url", "default_url": button.link}
    calls = {"type": "callback", "value": {"name": button.name, "value": button.value}}
    shape = {
        "tag": "button",
        "type": TYPES[button.style],
        "text": plain_text(button.label),
        "behaviors": [opens if button.link else calls],
    }
    if button.confirm:
        shape["confirm"] = {"title": plain_text(button.label), "text": plain_text(button.confirm, 300)}
    return shape


def _length(part: Part) -> int:
    """How many pieces can be left out of it one by one; what has a button beside it goes with the button."""
    return 1 if part.beside else len(part.lines)


def _first(card: Card, lines: int, rest: str) -> Card:
    """The card with so many of its lines, and where the others are."""
    kept = []
    for part in card.parts:
        some = min(lines, _length(part))
        lines -= some
        whole = some == _length(part)
        kept.append(part if whole else replace(part, lines=part.lines[:some], beside=None))
    return replace(card, parts=(*kept, Part(((Plain(rest),),), quiet=True)))
