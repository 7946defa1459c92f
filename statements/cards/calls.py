"""Calling people: the page itself, and what the room is told of who answers and who does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat import Button, Card
from bot.crisis.events import PageUndelivered, RolePaged
from bot.crisis.state import Call
from statements.answers import platform_reason
from statements.cards.page import Page, buttons

_KEY_FACTS = ("injury", "media", "views", "growth_per_hour", "attitude", "platform")
_MOST_FACTS = 3
_NOTHING: tuple[object, ...] = ("none", "no", [], ["none"], False)


def page(page: Page) -> Card:
    """To one person: what it is, for which role, until when; once answered, by whom.

    args n: the how many-th page of this person it is; an earlier one only points to the latest.
    """
    reader, incident = page.context.reader, page.incident
    mine = [call for call in incident.calls.values() if reader in call.asked]
    waiting = [call for call in mine if call.open] if incident.open else []
    times = incident.times_called(reader)
    if waiting and page.args.get("n", times) < times:
        return page.card(page.text("page_again"), tone="grey")
    text = page.text(
        "page" if waiting else "page_over",
        mine=page.grouped(call.role for call in mine if call.answered_by),
        by_me=any(call.answered_by == reader for call in mine),
        withdrawn=not mine,
        waiting=waiting,
        answer_by=_answer_by(waiting, reader),
        passed_to=_passed_to(waiting, reader),
        by_reader=_was_passed_by_reader(page, waiting),
        facts=key_facts(page),
        others=page.grouped(
            role for role, call in incident.calls.items() if call.answered_by and call not in mine
        ),
    )
    tone = page.tone() if waiting else "grey"
    return page.card(text, *([buttons(*_answers(page, waiting))] if waiting else []), tone=tone)


def _answers(page: Page, waiting: list[Call]) -> list[Button]:
    is_called = any(call.person == page.context.reader for call in waiting)
    on_it = page.button("on_it", style="primary")
    return [on_it, page.button("pass_on")] if is_called else [on_it]


def _answer_by(waiting: list[Call], reader: str) -> Any:
    return min((call.answer_by for call in waiting if call.person == reader and call.answer_by), default=None)


def _passed_to(waiting: list[Call], reader: str) -> list[str]:
    """Who is being called by now in the reader's place."""
    if any(call.person == reader for call in waiting):
        return []
    return list(dict.fromkeys(call.person for call in waiting))


def _was_passed_by_reader(page: Page, waiting: list[Call]) -> bool:
    """The reader handed it on; otherwise their time ran out."""
    roles = {call.role for call in waiting}
    return any(
        isinstance(entry.event, RolePaged)
        and entry.event.role in roles
        and entry.event.passed_by == page.context.reader
        for entry in page.incident.history
    )


def key_facts(page: Page) -> list[Mapping[str, str]]:
    """The two or three answers somebody woken at night needs most."""
    checklist = page.incident.checklist
    found = [name for name in _KEY_FACTS if checklist.has(name) and checklist.get(name) not in _NOTHING]
    return [{"name": name, "told": page.answer(name)} for name in found[:_MOST_FACTS]]


def answered(page: Page) -> Card:
    """Who is on it by now, and who is still being called."""
    calls = page.incident.calls
    here = [role for role, call in calls.items() if call.answered_by]
    waiting = [role for role, call in calls.items() if call.open]
    return page.card(page.text(here=page.grouped(here), waiting=page.grouped(waiting)))


def escalated(page: Page) -> Card:
    """The next people are called. args moves: of each role, from whom, to whom, and whether passed on."""
    moves = [
        {
            "role": move["role"],
            "before": move["from"],
            "person": move["to"],
            "how": _how(page, move),
            "call": page.incident.calls.get(move["role"]),
        }
        for move in page.args["moves"]
    ]
    return page.card(page.text(moves=moves))


def _how(page: Page, move: Mapping[str, Any]) -> str:
    """Why somebody else is called: handed on, out of reach, or silent."""
    if move.get("passed"):
        return "passed"
    lost = (entry.event for entry in page.incident.history if isinstance(entry.event, PageUndelivered))
    return "lost" if any(event.person == move["from"] for event in lost) else "silent"


def nobody_answers(page: Page) -> Card:
    """Everybody for these roles was called in vain; it begins again."""
    return page.card(page.text(roles=page.args["roles"]))


def unheld(page: Page) -> Card:
    """Nobody in the roster holds a role which the grade needs."""
    return page.card(page.text(role=page.args["role"]), *page.row("tasks"))


def undelivered(page: Page) -> Card:
    """A page could not be delivered; the next is called."""
    code = str(page.args["code"])
    return page.card(page.text(person=page.args["person"], why=why(page, code)))


def why(page: Page, code: str) -> str:
    """The platform's reason, in the reader's language."""
    return platform_reason(page.words, page.language, code)
