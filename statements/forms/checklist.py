"""The five-minute checklist as a form, whole or one group of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal

from bot.chat import Field, Form, Heading
from bot.crisis.checklist import ITEMS, QUESTIONS, UNKNOWN, YES_NO, Item
from statements.answers import as_typed
from statements.forms.sheet import Sheet

FLAGS = ("hot_list", "vulnerable", "legal_threat", "regulator", "regulator_acts", "others_report_same")
UNSURE = ("severity", "control")
_LONGEST_FIGURE = 40
_KINDS: dict[str, Literal["text", "long", "one", "many", "moment"]] = {
    "number": "text",
    "percent": "text",
    "text": "long",
    "one": "one",
    "many": "many",
    "moment": "moment",
}


def checklist(sheet: Sheet) -> Form:
    """The fifteen items in their groups, the judgement, and what nobody knows. args group: only that one."""
    group = str(sheet.args.get("group") or "")
    items = [item for item in ITEMS if not group or item.group == group]
    judgement = () if group else _judgement(sheet)
    seen = str(len(sheet.incident.history))
    return sheet.form(*_in_groups(sheet, items), *judgement, *_unknown(sheet, items), seen=seen, group=group)


def _in_groups(sheet: Sheet, items: Iterable[Item]) -> Iterator[Field | Heading]:
    last = ""
    for item in items:
        if item.group != last:
            yield Heading(sheet.label("headings", item.group), sheet.label("heading_notes", item.group))
        last = item.group
        yield _question(sheet, item)


def _question(sheet: Sheet, item: Item, kind: Any = None, about: str = "") -> Field:
    return Field(
        item.name,
        sheet.label("questions", item.name),
        kind or _KINDS[item.kind],
        options=_choices(sheet, item, about),
        value=_value(sheet, item),
        hint=sheet.hint("hints", item.name),
        placeholder=sheet.hint("placeholders", item.name),
        longest=_LONGEST_FIGURE if item.kind in ("number", "percent") else 3000,
    )


def _choices(sheet: Sheet, item: Item, about: str) -> Any:
    if not item.options:
        return ()
    return sheet.options("yes_no" if item.options == YES_NO else f"option_{item.name}", item.options, about)


def _value(sheet: Sheet, item: Item) -> Any:
    """The answer so far in the shape of its field; what is unknown is ticked below instead."""
    value = sheet.incident.checklist.get(item.name)
    if value is None or value == UNKNOWN:
        return None
    if item.kind == "moment":
        return datetime.fromisoformat(value)
    return as_typed(value) if item.kind in ("number", "percent") else value


def _judgement(sheet: Sheet) -> Iterator[Field | Heading]:
    yield Heading(sheet.label("headings", "judgement"), sheet.label("heading_notes", "judgement"))
    for name in UNSURE:
        yield _question(sheet, QUESTIONS[name], "pick", f"about_{name}")
    checklist = sheet.incident.checklist
    yield _ticks(
        sheet, "unsure", UNSURE, [name for name in UNSURE if checklist.get(f"{name}_unsure") is True]
    )
    yield _ticks(sheet, "flags", FLAGS, [name for name in FLAGS if checklist.get(name) is True])
    yield _question(sheet, QUESTIONS["comments"])
    if not checklist.has("type"):
        yield _question(sheet, QUESTIONS["type"], "pick", "about_type")


def _ticks(sheet: Sheet, name: str, values: Iterable[str], ticked: list[str]) -> Field:
    options = sheet.options(f"option_{name}", values)
    hint = sheet.hint("hints", name)
    return Field(name, sheet.label("questions", name), "many", options=options, value=ticked, hint=hint)


def _unknown(sheet: Sheet, items: Iterable[Item]) -> Iterator[Field]:
    """What may be marked as unknown: whatever nobody knows yet."""
    checklist = sheet.incident.checklist
    names = [item.name for item in items if not checklist.has(item.name)]
    if not names:
        return
    ticked = [name for name in names if checklist.get(name) == UNKNOWN]
    options = sheet.options("items", names)
    label, hint = sheet.label("questions", "unknown"), sheet.hint("hints", "unknown")
    yield Field("unknown", label, "many", options=options, value=ticked, hint=hint)
