"""Cards as Slack messages: attachments carry the colour, blocks carry the words and buttons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bot.chat import Button, Card, Part
from bot.slack.text import People, cut, packed

Block = dict[str, Any]

BLOCKS_MOST = 50
TEXT_MOST = 3000
BUTTONS_IN_A_ROW = 5
COLOURS = {
    "red": "#c0392b",
    "orange": "#e67e22",
    "yellow": "#f1c40f",
    "green": "#27ae60",
    "blue": "#2e86de",
    "grey": "#7f8c8d",
}
MORE = "…"
# A dialog needs a label for stepping back, and no sentence may be written here.
BACK = "✕"


def message(card: Card, people: People) -> dict[str, Any]:
    """A card as the arguments of chat.postMessage: `text` is the headline, which a locked phone shows.

    people: tells who a person is on Slack. A card too long for one message ends with "…".
    """
    headline = headline_of(card, people)
    blocks = body(card, people)
    if card.tone != "plain":
        coloured = {"color": COLOURS[card.tone], "blocks": shortened(blocks), "fallback": headline}
        return {"text": headline, "attachments": [coloured]} if blocks else {"text": headline}
    return {"text": headline, "blocks": shortened([section(headline), *blocks])}


def headline_of(card: Card, people: People) -> str:
    """The headline in one text; a card without one shows "…", as Slack refuses a message without text."""
    return next(iter(packed([card.headline], people, TEXT_MOST)), MORE)


def body(card: Card, people: People) -> list[Block]:
    """The parts of a card as blocks, without its headline."""
    names = Names()
    return [block for part in card.parts for block in _part(part, people, names)]


def shortened(blocks: list[Block], most: int = BLOCKS_MOST) -> list[Block]:
    """At most that many blocks; the last one says that there is more."""
    return blocks if len(blocks) <= most else [*blocks[: most - 1], quiet(MORE)]


def section(text: str) -> Block:
    """Words at full size. `verbatim` keeps Slack from making links and mentions of its own."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def quiet(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def plain_text(text: str, most: int) -> Block:
    """A label, cut to Slack's limit; never empty, which Slack refuses."""
    return {"type": "plain_text", "text": cut(text, most) or MORE}


class Names:
    """Hands out action ids: Slack wants each only once, so a second "accept" becomes "accept:2"."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        """The id for the next button of that name; `button_name` takes the number off again."""
        self._used[name] += 1
        return name if self._used[name] == 1 else f"{name}:{self._used[name]}"


def button_name(action_id: str) -> str:
    """The name of the button behind an action id."""
    name, _, number = action_id.rpartition(":")
    return name if name and number.isdecimal() else action_id


def _part(part: Part, people: People, names: Names) -> Iterator[Block]:
    texts = packed(part.lines, people, TEXT_MOST)
    small = part.quiet and part.beside is None
    shown = [quiet(text) if small else section(text) for text in texts]
    buttons = part.buttons
    if part.beside and shown:
        shown[0]["accessory"] = _button(part.beside, names)
    elif part.beside:
        buttons = (part.beside, *buttons)
    yield from shown
    yield from _rows(buttons, names)


def _rows(buttons: Sequence[Button], names: Names) -> Iterator[Block]:
    for start in range(0, len(buttons), BUTTONS_IN_A_ROW):
        row = buttons[start : start + BUTTONS_IN_A_ROW]
        yield {"type": "actions", "elements": [_button(button, names) for button in row]}


def _button(button: Button, names: Names) -> Block:
    shape = {"type": "button", "action_id": names(button.name), "text": plain_text(button.label, 75)}
    if button.value:
        shape["value"] = button.value
    if button.style != "plain":
        shape["style"] = button.style
    if button.link:
        shape["url"] = button.link
    if button.confirm:
        shape["confirm"] = _confirm(button)
    return shape


def _confirm(button: Button) -> Block:
    dialog = {
        "title": plain_text(button.label, 100),
        "text": plain_text(button.confirm, 300),
        "confirm": plain_text(button.label, 30),
        "deny": plain_text(button.back or BACK, 30),
    }
    return dialog | ({"style": button.style} if button.style != "plain" else {})
