"""The card pinned in the room, which a director reads in five seconds, and the brief of sixty seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat import Button, Card
from bot.crisis.checklist import ITEMS, QUESTIONS
from statements.cards.page import Page, buttons
from statements.cards.steps import next_steps

_TOP_REASONS = 3
_MOST_TASKS = 6


def state(page: Page) -> Card:
    """The head of the room: grade, what to do next, who is on it, what is due."""
    incident = page.incident
    text = page.text(**standing(page), steps=next_steps(incident, page.context))
    tone = page.tone() if incident.open else "grey"
    return page.card(text, buttons(*_state_buttons(page)), tone=tone)


def _state_buttons(page: Page) -> list[Button]:
    if not page.incident.open:
        return [page.button("reopen"), page.button("status")]
    names = ("checklist", "tasks", "statements", "status", "regrade", "details", "close")
    first = "tasks" if page.incident.checklist.complete else "checklist"
    return [page.button(name, style="primary" if name == first else "plain") for name in names]


def status(page: Page) -> Card:
    """Known, unknown, grade and why, what is due, and what waits for the reader."""
    incident, reader = page.incident, page.context.reader
    mine = [task for task in incident.tasks.values() if task.open and reader and task.owner == reader]
    text = page.text(
        **standing(page),
        steps=next_steps(incident, page.context),
        known=known(page),
        unknown=[item.name for item in ITEMS if not incident.checklist.has(item.name)],
        reasons=_top_reasons(page),
        mine=mine[:_MOST_TASKS],
        more=max(len(mine) - _MOST_TASKS, 0),
    )
    row = ("checklist", "tasks", "regrade") if incident.open else ("reopen", "tasks")
    return page.card(text, buttons(*(page.button(name) for name in row)))


def standing(page: Page) -> dict[str, Any]:
    """Who leads, how much is known, what was decided: what several cards show."""
    incident, playbook = page.incident, page.context.playbook
    in_command = playbook.grade(incident.grade).in_command if incident.grade else ""
    return {
        "commander": incident.commander(in_command),
        "calls": page.grouped(incident.calls),
        "answered": incident.checklist.answered_count,
        "marked_unknown": len(incident.checklist.unknown()),
        "in_all": len(ITEMS),
        "decisions": decisions(page),
    }


def decisions(page: Page) -> list[Mapping[str, Any]]:
    """Each question asked, with its decision or None."""
    incident = page.incident
    return [{"question": name, "taken": incident.decisions.get(name)} for name in incident.questions]


def known(page: Page) -> list[Mapping[str, str]]:
    """What the checklist says, in its order; flags only where they apply."""
    checklist = page.incident.checklist
    return [
        {"name": name, "told": page.answer(name)}
        for name, item in QUESTIONS.items()
        if checklist.has(name)
        and item.group != "judgement"
        and not (item.kind == "flag" and not checklist.get(name))
    ]


def _top_reasons(page: Page) -> list[str]:
    """The reasons that moved the grade, the last first: they weigh most."""
    verdict = page.incident.verdict
    if verdict is None:
        return []
    told = [pair for pair in verdict.reasons if pair[1].get("changed", True)]
    return [page.reason(code, params) for code, params in told[::-1][:_TOP_REASONS]]
