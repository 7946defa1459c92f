"""While the database is away, and after: the emergency room's card, where it went, and what could not be entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.chat import Card, Part
from bot.crisis.checklist import ITEMS, QUESTIONS, BadAnswer, read_answer
from statements.answers import shown
from statements.cards.page import Page

_WRITTEN = ("what", "reason")


def emergency(page: Page) -> Card:
    """To the emergency room: all that people need to work by hand until the bot can see to it again."""
    playbook, incident = page.context.playbook, page.incident
    gravest = playbook.grades[-1]
    zero = incident.time_zero or page.context.now
    holders = page.context.roster.holders
    text = page.text(
        zero=zero,
        gravest=gravest.name,
        called=[{"role": role, "people": holders.get(role, ())} for role in gravest.pages],
        items=[item.name for item in ITEMS],
        times=[{"name": one.name, "at": zero + one.after} for one in playbook.checkpoints],
    )
    return page.card(text, tone="red")


def moved(page: Page) -> Card:
    """To an emergency room which is not needed: the crisis has a room of its own."""
    return page.card(page.text(), tone="grey")


def not_entered(page: Page) -> Card:
    """To one person: what they did while the database was away came to nothing, why, and what they had written.

    args at: when they did it, aware. why: the card that they would have seen then. fields: of the form they sent.
    """
    why: Card = page.args["why"]
    given = list(_given(page, page.args["fields"]))
    text = page.text(at=page.args["at"], given=given)
    return page.card(text, Part(lines=(why.headline,)), *why.parts, tone="plain")


def _given(page: Page, fields: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """What a form said, so that nobody has to remember it."""
    for name, value in fields.items():
        if value and name in QUESTIONS:
            yield {"label": page.label("items", name), "told": _answer(page, name, value)}
        elif value and name in _WRITTEN:
            yield {"label": page.label("fields", name), "told": str(value)}


def _answer(page: Page, name: str, value: Any) -> str:
    at: datetime = page.args["at"]
    try:
        answer = read_answer(name, value, at)
    except BadAnswer:
        return str(value)
    return shown(page.words, page.language, name, answer, page.context.zone, most=1000)
