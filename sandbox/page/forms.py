"""What a person typed, checked as a Slack client checks it and put into the shape the driver takes."""

import re
from datetime import datetime
from typing import Any

from sandbox.page.render import Pen

Value = str | list[str]
LONGEST = 3000
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_TRIMMED = ("number_input", "email_text_input", "url_text_input")
_CHOICES = ("static_select", "users_select", "radio_buttons", "checkboxes")


def inputs_of(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Input blocks by block id, in reading order."""
    return {
        block.get("block_id", ""): block for block in view.get("blocks") or [] if block["type"] == "input"
    }


def element_of(blocks: list[dict[str, Any]], block_id: str | None, action_id: str) -> dict[str, Any]:
    """The element a person touched; empty when the blocks hold no such thing."""
    for block in blocks:
        if block_id and block.get("block_id") not in (None, block_id):
            continue
        inside = [*(block.get("elements") or []), block.get("accessory") or {}, block.get("element") or {}]
        for element in inside:
            if element.get("action_id") == action_id:
                return element
    return {}


def wire(element: dict[str, Any], value: Value, pen: Pen) -> Value:
    """A local date and time becomes the Unix second Slack sends; stray blanks go; all else as typed."""
    if not isinstance(value, str) or not value:
        return value
    if element.get("type") in _TRIMMED:
        return value.strip()
    if element.get("type") != "datetimepicker":
        return value
    try:
        at = datetime.fromisoformat(value).replace(tzinfo=pen.reader.zone)
    except ValueError:
        return value
    return str(int(at.timestamp()))


def problems(view: dict[str, Any], values: dict[str, Value], pen: Pen) -> dict[str, str]:
    """What the client itself refuses before the bot hears of it, by block id."""
    found = {}
    for block_id, block in inputs_of(view).items():
        if words := _problem(block, values.get(block_id) or "", pen):
            found[block_id] = words
    return found


def _problem(block: dict[str, Any], value: Value, pen: Pen) -> str:
    element = block["element"]
    kind = element["type"]
    if not value or (isinstance(value, str) and not value.strip()):
        if block.get("optional"):
            return ""
        return pen.say("required_choice" if kind.endswith(_CHOICES) else "required")
    if isinstance(value, list):
        return ""
    value = value.strip() if kind in _TRIMMED else value
    match kind:
        case "number_input":
            return _number_problem(element, value, pen)
        case "email_text_input":
            return "" if _EMAIL.fullmatch(value) else pen.say("not_email")
        case "url_text_input":
            return "" if _URL.fullmatch(value) else pen.say("not_url")
        case "datetimepicker":
            return "" if wire(element, value, pen) != value or value.isdigit() else pen.say("not_date")
        case "plain_text_input":
            return _length_problem(element, value, pen)
    return ""


def _number_problem(element: dict[str, Any], value: str, pen: Pen) -> str:
    if not _NUMBER.fullmatch(value):
        return pen.say("not_number")
    low, high = element.get("min_value"), element.get("max_value")
    if not element.get("is_decimal_allowed") and "." in value:
        return pen.say("not_whole")
    if low is not None and float(value) < float(low):
        return pen.say("too_small", limit=low)
    if high is not None and float(value) > float(high):
        return pen.say("too_big", limit=high)
    return ""


def _length_problem(element: dict[str, Any], value: str, pen: Pen) -> str:
    least, most = element.get("min_length"), element.get("max_length", LONGEST)
    if least and len(value) < least:
        return pen.say("too_short", limit=least)
    if len(value) > most:
        return pen.say("too_long", limit=most)
    return ""
