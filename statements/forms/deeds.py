"""The short forms: opening, details, grade, a task not needed, the end and the return, the views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.chat import Field, Form, Heading, Option
from bot.crisis.checklist import TYPES
from bot.crisis.promises import open_promises
from statements.forms.sheet import Sheet
from statements.text import short

_LONGEST_REASON = 1000
_LONGEST_WHAT = 3000
_LONGEST_LABEL = 75
_MOST_NAMED = 5


def open_(sheet: Sheet) -> Form:
    """The opening. args what, type, time_zero, drill: prefilled."""
    args, what = sheet.args, str(sheet.args.get("what") or "")
    fields = _details(sheet, what[:_LONGEST_WHAT], args.get("type"), args.get("time_zero"), args.get("drill"))
    return sheet.form(*_too_long(sheet, what), *fields)


def _too_long(sheet: Sheet, what: str) -> Sequence[Heading]:
    """What does not fit into the form must not be lost without a word."""
    if len(what) <= _LONGEST_WHAT:
        return ()
    note = sheet.label("heading_notes", "too_long").replace("N", f"{len(what):,}")
    return (Heading(sheet.label("headings", "too_long"), note),)


def details(sheet: Sheet) -> Form:
    """The same, as things stand."""
    one = sheet.incident
    return sheet.form(*_details(sheet, one.what, one.type, one.time_zero, one.drill))


def _details(sheet: Sheet, what: Any, kind: Any, time_zero: Any, drill: Any) -> Sequence[Field]:
    return (
        sheet.ask("what", "long", value=what or None, optional=False),
        sheet.ask(
            "type", "pick", options=sheet.options("option_type", TYPES, "about_type"), value=kind or None
        ),
        sheet.ask("time_zero", "moment", value=time_zero),
        sheet.ask(
            "drill",
            "one",
            options=sheet.options("option_drill", ("real", "drill")),
            value="drill" if drill in (True, "drill") else "real",
            optional=False,
        ),
    )


def regrade(sheet: Sheet) -> Form:
    """Another grade, and why."""
    others = [grade.name for grade in sheet.context.playbook.grades if grade.name != sheet.incident.grade]
    grade = sheet.ask(
        "grade", "one", options=_grades(sheet, others), value=sheet.args.get("grade"), optional=False
    )
    return sheet.form(grade, _reason(sheet), grade=sheet.incident.grade)


def _grades(sheet: Sheet, names: Sequence[str]) -> tuple[Option, ...]:
    """The highest first: in doubt, up."""
    colour = sheet.context.playbook.grade
    return tuple(
        Option(name, f"{sheet.label('marks', colour(name).colour)} {sheet.label('grades', name)}")
        for name in reversed(names)
    )


def not_needed(sheet: Sheet) -> Form:
    """One of the open tasks, and why. args task: which, prefilled."""
    names = [task.name for task in sheet.incident.tasks.values() if task.open]
    options = tuple(Option(name, _cut(sheet.label("tasks", name))) for name in names)
    task = sheet.args.get("task")
    value = task if task in names else None
    return sheet.form(sheet.ask("task", "one", options=options, value=value, optional=False), _reason(sheet))


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


def close(sheet: Sheet) -> Form:
    """Why it is over, and whether its room is closed too. args reason: prefilled."""
    archive = sheet.ask("archive", "many", options=sheet.options("option_archive", ("archive",)))
    return sheet.form(*_promised(sheet), _reason(sheet), archive)


def _promised(sheet: Sheet) -> Sequence[Heading]:
    """What the public still waits for is named before it is closed."""
    waiting = open_promises(sheet.found) if sheet.found else []
    if not waiting:
        return ()
    named = [short(one.text, _LONGEST_LABEL) for one in waiting[:_MOST_NAMED]]
    rest = "…" if len(waiting) > _MOST_NAMED else ""
    title = sheet.label("headings", "open_promises").replace("N", str(len(waiting)))
    return (Heading(title, "\n".join([*named, sheet.label("heading_notes", "open_promises")]) + rest),)


def reopen(sheet: Sheet) -> Form:
    """Why it is not over. args reason: prefilled."""
    return sheet.form(_reason(sheet))


def reading(sheet: Sheet) -> Form:
    """The views now."""
    placeholder = sheet.label("placeholders", "views")
    return sheet.form(sheet.ask("views", "text", placeholder=placeholder, optional=False, longest=40))


def _reason(sheet: Sheet) -> Field:
    value = sheet.args.get("reason") or None
    return sheet.ask("reason", "long", value=value, optional=False, longest=_LONGEST_REASON)
