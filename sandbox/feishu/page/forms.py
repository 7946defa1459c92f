"""What a person has filled into a card's form, checked and put as a Feishu client sends it."""

from typing import Any

from sandbox.feishu import hands
from sandbox.feishu.page.render import CardPen

Value = str | list[str]


def form_of(card: dict[str, Any], name: str) -> dict[str, Any]:
    """The form of that name; empty when the card has it no more."""
    return next((form for form in hands.forms_of(card) if form["name"] == name), {})


def wire(field: dict[str, Any], value: Value) -> Value:
    """A browser's "2026-11-21T14:05" is Feishu's "2026-11-21 14:05"; all else stays as typed."""
    return (
        value.replace("T", " ")[:16]
        if field["tag"] == "picker_datetime" and isinstance(value, str)
        else value
    )


def problems(form: dict[str, Any], values: dict[str, Value], pen: CardPen) -> dict[str, str]:
    """What the client itself refuses before the bot hears of it, by the name of the field."""
    found = {}
    for name, field in hands.fields_of(form).items():
        value = values.get(name) or ""
        most = field.get("max_length", hands.INPUT_MOST)
        if field.get("required") and not (value.strip() if isinstance(value, str) else value):
            found[name] = pen.say("required" if field["tag"] == "input" else "required_choice")
        elif field["tag"] == "input" and len(value) > most:
            found[name] = pen.say("too_long", limit=most)
    return found
