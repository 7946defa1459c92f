"""Forms as Feishu cards with a form container: on their way to a person, refused, and on their way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.chat import Field, Form, Heading
from bot.feishu.cards import Shape, framed, mark, plain_text, small, words
from bot.feishu.text import bold, coloured, escape
from bot.typed import clean

TYPED_MOST = 1000
"""Feishu's most for one input; a longer text that is prefilled stands in several, so that nothing of it is lost."""
WRONG = "wrong_"
"""What the ids of complaints begin with."""
_CONTINUED = re.compile(r"__\d+$")


def form_card(form: Form, zone: tzinfo, key: str = "") -> Shape:
    """A form as a card for one person: in a group everybody would write into the same one.

    zone: in which prefilled moments are shown; their labels say it, as Feishu's picker does not. key: of the send, as
    in `bot.feishu.cards`.
    """
    elements = [element for item in form.items for element in _item(item, zone)]
    container: Shape = {"tag": "form", "name": "form", "elements": [*elements, _submit(form, zone)]}
    card = framed(form.title, "blue", [container | ({"element_id": mark(key)} if key else {})])
    return card | ({"header": card["header"] | {"subtitle": plain_text(form.of)}} if form.of.strip() else {})


def refused(card: Shape, errors: Mapping[str, str], typed: Mapping[str, Any], note: str) -> Shape:
    """A form's card once more: what was typed stays, what is wrong stands in red below its field.

    errors: by the name of the field; those about no field of this form stand at the top, below `note`, which says how
    many there are to mend. typed: the callback's `form_value`. The card may have been refused before.
    """
    container = card["body"]["elements"][0]
    controls = [shape for shape in container["elements"] if not _is_complaint(shape)]
    last = {_field(shape["name"]): number for number, shape in enumerate(controls) if "name" in shape}
    below = {last[name]: complaint for name, complaint in errors.items() if name in last}
    top = [note, *(complaint for name, complaint in errors.items() if name not in last)]
    elements = [_complaint(0, "\n".join(top))]
    for number, shape in enumerate(controls):
        elements.append(_fill(shape, typed))
        if number in below:
            elements.append(_complaint(number, below[number]))
    return card | {"body": {"elements": [container | {"elements": elements}]}}


def values_of(form_value: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """A sent form's answers as `Command.fields`: strings, lists of strings, moments in UTC; None for what is empty.

    value: of the button that sent it. It tells which fields there were, as Feishu leaves out empty ones, and moments
    from text that looks like one.
    """
    answers: dict[str, Any] = dict.fromkeys(value.get("fields") or ())
    for name in sorted(form_value, key=_in_order):
        answer, field = form_value[name], _field(name)
        answers[field] = (answers.get(field) or "") + answer if isinstance(answer, str) else answer
    moments = value.get("moments") or {}
    return {field: _read(answer, moments.get(field)) for field, answer in answers.items()}


def _item(item: Field | Heading, zone: tzinfo) -> Iterator[Shape]:
    if isinstance(item, Heading):
        yield words(bold(item.text)) | {"text_size": "heading"}
        yield from _note(item.note)
    else:
        yield words(_label(item, zone))
        yield from _note(item.hint)
        yield from KINDS[item.kind](item, zone)


def _note(text: str) -> Iterator[Shape]:
    if text.strip():
        yield small(escape(text))


def _label(field: Field, zone: tzinfo) -> str:
    """The question; a red star where an answer is required, the zone where a moment is shown in one."""
    star = "" if field.optional else f" {coloured(escape('*'), 'red')}"
    shown = _prefilled(field, zone) if field.kind == "moment" else ""
    return bold(field.label) + star + (f" {coloured(escape(f'UTC{shown[-6:]}'), 'grey')}" if shown else "")


def _prefilled(field: Field, zone: tzinfo) -> str:
    """A moment's ISO form in the zone, to the second and with its offset; "" for none."""
    return field.value.astimezone(zone).isoformat(timespec="seconds") if field.value else ""


def _input(field: Field, zone: tzinfo) -> Iterator[Shape]:
    is_long, longest = field.kind == "long", min(field.longest, TYPED_MOST)
    value = clean(str(field.value or ""))[: field.longest]
    value = value if is_long else value.replace("\n", " ")
    for number, at in enumerate(range(0, max(len(value), 1), longest), start=1):
        shape = _control("input", field, number) | {"max_length": longest} | _placeholder(field)
        shape["input_type"] = "multiline_text" if is_long else "text"
        yield shape | ({"default_value": value[at : at + longest]} if value else {})


def _one(field: Field, zone: tzinfo) -> Iterator[Shape]:
    chosen = field.value in [option.value for option in field.options]
    shape = _control("select_static", field) | _offered(field)
    yield shape | ({"initial_option": field.value} if chosen else {})


def _pick(field: Field, zone: tzinfo) -> Iterator[Shape]:
    yield from _one(field, zone)
    lines = [
        f"{bold(option.label)} {escape(option.about)}" for option in field.options if option.about.strip()
    ]
    if lines:
        yield small("\n".join(lines))


def _many(field: Field, zone: tzinfo) -> Iterator[Shape]:
    chosen = [option.value for option in field.options if option.value in (field.value or ())]
    shape = _control("multi_select_static", field) | _offered(field)
    yield shape | ({"selected_values": chosen} if chosen else {})


def _moment(field: Field, zone: tzinfo) -> Iterator[Shape]:
    shape = _control("picker_datetime", field) | _placeholder(field)
    yield shape | ({"initial_datetime": _wall(_prefilled(field, zone))} if field.value else {})


KINDS: dict[str, Callable[[Field, tzinfo], Iterator[Shape]]] = {
    "text": _input,
    "long": _input,
    "one": _one,
    "pick": _pick,
    "many": _many,
    "moment": _moment,
}


def _control(tag: str, field: Field, number: int = 1) -> Shape:
    """What is filled in; a text's continuation may stay empty."""
    return {
        "tag": tag,
        "name": field.name if number == 1 else f"{field.name}__{number}",
        "required": number == 1 and not field.optional,
        "width": "fill",
    }


def _offered(field: Field) -> Shape:
    options = [{"text": plain_text(option.label), "value": option.value} for option in field.options]
    return {**_placeholder(field), "options": options}


def _placeholder(field: Field) -> Shape:
    return {"placeholder": plain_text(field.placeholder)} if field.placeholder.strip() else {}


def _submit(form: Form, zone: tzinfo) -> Shape:
    fields = [item for item in form.items if isinstance(item, Field)]
    value = {
        "form": form.name,
        "about": dict(form.about),
        "fields": [field.name for field in fields],
        "moments": {field.name: _prefilled(field, zone) for field in fields if field.kind == "moment"},
    }
    return {
        "tag": "button",
        "name": "submit",
        "type": "primary",
        "width": "fill",
        "text": plain_text(form.submit),
        "form_action_type": "submit",
        "behaviors": [{"type": "callback", "value": value}],
    }


def _fill(control: Shape, typed: Mapping[str, Any]) -> Shape:
    """The control with what was typed into it, which may be less than was prefilled."""
    if control["tag"] not in FILLED:
        return control
    place, kept = FILLED[control["tag"]]
    answer = typed.get(control["name"])
    empty = {name: value for name, value in control.items() if name != place}
    return empty | ({place: kept(answer)} if answer else {})


def _wall(moment: str) -> str:
    """Date and time of a moment as Feishu's picker shows them: "2026-11-21 14:05"."""
    return moment[:16].replace("T", " ")


FILLED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "input": ("default_value", clean),
    "select_static": ("initial_option", str),
    "multi_select_static": ("selected_values", list),
    "picker_datetime": ("initial_datetime", _wall),
}
"""Where each control keeps what stands in it, and how it is put there."""


def _complaint(number: int, text: str) -> Shape:
    return words(coloured(escape(text), "red")) | {"element_id": f"{WRONG}{number}"}


def _is_complaint(shape: Shape) -> bool:
    return str(shape.get("element_id", "")).startswith(WRONG)


def _field(name: str) -> str:
    """The field that an input belongs to."""
    return _CONTINUED.sub("", name)


def _in_order(name: str) -> tuple[str, int]:
    return _field(name), int(name.rpartition("__")[2]) if _CONTINUED.search(name) else 1


def _read(answer: Any, shown: str | None) -> Any:
    """One answer; shown: what a moment was prefilled with, None for what is no moment."""
    if not answer or (isinstance(answer, str) and not answer.strip()):
        return None
    return answer if shown is None else _read_moment(str(answer), shown)


def _read_moment(answer: str, shown: str) -> datetime | str:
    """The moment chosen, in UTC; what cannot be read stays as it came.

    Feishu sends the clock of whoever chose, with the offset of their zone. Prefilled, it showed another zone's: left
    alone it is what it was, to the second; changed it is read in that zone, which the label named.
    """
    if shown and _wall(answer) == _wall(shown):
        return datetime.fromisoformat(shown).astimezone(UTC)
    try:
        chosen = datetime.strptime(answer, "%Y-%m-%d %H:%M %z")
    except ValueError:
        return answer
    return (chosen.replace(tzinfo=datetime.fromisoformat(shown).tzinfo) if shown else chosen).astimezone(UTC)
