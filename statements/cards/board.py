"""Tasks on cards: what must be true by when, with the button to take or tick each beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Button, Card, Part
from bot.crisis.state import Task
from statements.cards.page import Page, beside, buttons, joined
from statements.history import update_name

_MOST = 12
_MOST_MISSED = 8
_MOST_LISTED = 25
_MOST_DONE = 3


def first_tasks(page: Page) -> Card:
    """At the opening: what must be true by the first two checkpoints still to come."""
    incident = page.incident
    ahead = [one.name for one in page.context.playbook.checkpoints if one.name not in incident.reached][:2]
    parts: list[Part] = []
    for name in ahead:
        parts += due_by(page, name, _MOST - _rows_in(parts))
    return page.card(page.text(), *parts, _at_the_end(page))


def checkpoint(page: Page) -> Card:
    """How the last checkpoint came out, in full; earlier ones in a line each; then the next."""
    names, met = list(page.args["names"]), set(page.args.get("met", ()))
    last = names[-1]
    missed = [task for task in tasks_of(page, last) if task.open]
    earlier = [
        {"name": name, "met": name in met, "how": _how(page, name), "open": _count_open(page, name)}
        for name in names[:-1]
    ]
    text = page.text(last=last, met=last in met, how=_how(page, last), earlier=earlier, missed=len(missed))
    parts = task_rows(page, missed, _MOST_MISSED)
    following = page.context.playbook.following(last)
    if following:
        parts += due_by(page, following.name, _MOST - _rows_in(parts))
    return page.card(text, *parts, _at_the_end(page))


def _how(page: Page, name: str) -> str:
    for way in ("late", "early"):
        if name in page.args.get(way, ()):
            return way
    return ""


def _count_open(page: Page, name: str) -> int:
    return sum(task.open for task in tasks_of(page, name))


def tasks(page: Page) -> Card:
    """Everything open, by checkpoint, with what was done counted."""
    in_all = len(page.incident.tasks)
    still_open = sum(task.open for task in page.incident.tasks.values())
    parts: list[Part] = []
    for one in page.context.playbook.checkpoints:
        parts += _listed(page, one.name, _MOST_LISTED - _rows_in(parts))
    more = still_open - _rows_in(parts)
    if more and page.incident.open:
        parts += page.text("more", more=more).parts
    text = page.text(open=still_open, done=in_all - still_open)
    return page.card(text, *parts, *_lately_done(page), _at_the_end(page, with_list=False))


def _listed(page: Page, name: str, most: int) -> list[Part]:
    """A checkpoint's open tasks, without those for which no room is left."""
    own = tasks_of(page, name)
    left = [task for task in own if task.open]
    if not own or most <= 0:
        return []
    rows = [row(page, task, task_button(page, task)) for task in left[:most]]
    return [*_heading(page, name, own), *rows]


def _lately_done(page: Page) -> list[Part]:
    done = [task for task in page.incident.tasks.values() if not task.open and task.at]
    done.sort(key=lambda task: task.at or page.context.now, reverse=True)
    if not done:
        return []
    return [*page.text("lately_done").parts, *(_undo(page, task) for task in done[:_MOST_DONE])]


def _undo(page: Page, task: Task) -> Part:
    return row(page, task, page.button("undo", page.about(task.name)) if page.incident.open else None)


def before(page: Page) -> Card:
    """In person, shortly before a time: the reader's open tasks, and the statement where one is due."""
    names = [str(name).split("/")[-1] for name in page.args.get("names", (page.args.get("name"),))]
    own = [task for name in names for task in tasks_of(page, name) if task.open and _is_readers(page, task)]
    times = [_time(page, name) for name in names]
    statement = any(one.statement for one in page.context.playbook.checkpoints if one.name in names)
    text = page.text(times=times, statement=statement, tasks=len(own))
    return page.card(text, *task_rows(page, own, _MOST), *page.row("tasks"))


def _time(page: Page, name: str) -> Mapping[str, Any]:
    """What comes and when; no time for a deadline that the grade asks for no more."""
    plan = page.context.plan
    checkpoints, deadlines = (plan.checkpoints, plan.deadlines) if plan else ({}, {})
    group = "checkpoints" if name in checkpoints else "deadlines"
    return {"name": name, "group": group, "at": checkpoints.get(name) or deadlines.get(name)}


def _is_readers(page: Page, task: Task) -> bool:
    return task.owner == page.context.reader


def decisions(page: Page) -> Card:
    """The committee's yes/no questions, each with its two buttons; a decision may be changed."""
    incident = page.incident
    parts = []
    for question in incident.questions:
        taken = incident.decisions.get(question)
        told = page.text("decision", question=question, taken=taken)
        row = _choices(page, question, taken.yes if taken else None) if incident.open else ()
        parts += [joined(told.parts), *([buttons(*row)] if row else [])]
    waiting = sum(question not in incident.decisions for question in incident.questions)
    return page.card(page.text(waiting=waiting), *parts)


def _choices(page: Page, question: str, yes: bool | None) -> tuple[Button, ...]:
    about = page.about(question)
    if yes is None:
        return page.button("decide_yes", about, "primary"), page.button("decide_no", about)
    name, label = ("decide_no", "change_to_no") if yes else ("decide_yes", "change_to_yes")
    return (page.button(name, about, label=page.label("buttons", label)),)


def update(page: Page) -> Card:
    """Progress is due again, or the final report."""
    name = str(page.args["name"])
    still_open = sum(task.open for task in page.incident.tasks.values())
    shown = update_name(page.language, name, page.words)
    final, late = not name.startswith("update/"), bool(page.args.get("late"))
    text = page.text(shown=shown, final=final, late=late, open=still_open)
    return page.card(text, *page.row("status", "tasks", "close"))


def due_by(page: Page, name: str, most: int) -> list[Part]:
    """A checkpoint's heading with its time, and its tasks."""
    own = tasks_of(page, name)
    return [*_heading(page, name, own), *task_rows(page, own, max(most, 1))]


def tasks_of(page: Page, name: str) -> list[Task]:
    """Every task of a checkpoint, in the order of the plan."""
    return [task for task in page.incident.tasks.values() if task.checkpoint == name]


def task_rows(page: Page, tasks: Sequence[Task], most: int) -> list[Part]:
    """One row for each task, open ones first, and how many more there are."""
    ordered = sorted(tasks, key=lambda task: not task.open)
    rows = [row(page, task, task_button(page, task)) for task in ordered[:most]]
    if len(ordered) > most:
        rows += page.text("more", more=len(ordered) - most).parts
    return rows


def row(page: Page, task: Task, button: Button | None) -> Part:
    """A task in a line, with its button."""
    return beside(joined(page.text("task", task=task).parts), button)


def task_button(page: Page, task: Task) -> Button | None:
    """Take it or tick it; nothing for one that is done, or in a closed incident."""
    if not task.open or not page.incident.open:
        return None
    return page.button("done" if task.owner else "take", page.about(task.name))


def _heading(page: Page, name: str, own: Sequence[Task]) -> tuple[Part, ...]:
    at = page.context.plan.checkpoints[name] if page.context.plan else None
    done = sum(not task.open for task in own)
    return page.text("due_by", checkpoint=name, at=at, done=done, in_all=len(own)).parts


def _rows_in(parts: list[Part]) -> int:
    return sum(bool(part.beside) for part in parts)


def _at_the_end(page: Page, with_list: bool = True) -> Part:
    if not page.incident.open:
        return buttons(page.button("tasks") if with_list else page.button("status"))
    return buttons(page.button("not_needed"), page.button("tasks") if with_list else None)
