"""Promises on cards: sentences to be judged, one promise with what became of it, and all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.chat import Button, Card, Part
from bot.crisis.promises import not_out_yet, open_promises
from bot.crisis.public import Promise, Statement
from statements.cards.page import Page, buttons, joined
from statements.promised import key, to_judge

_MOST_JUDGED = 3
_MOST_LISTED = 12
_MOST_KEPT = 5


def judging(page: Page, statement: Statement) -> Iterator[Part]:
    """Below a text: what reads like a promise in it, each sentence with its two answers."""
    found = to_judge(page.incident, statement, page.context.principles) if page.incident.open else ()
    if not found:
        return
    yield from page.text("promise_found", found=found).parts
    for sentence in found[:_MOST_JUDGED]:
        value = page.about(str(statement.id), key(sentence))
        told = joined(page.text("promise_sentence", sentence=sentence).parts)
        yield replace(told, buttons=(page.button("promise", value), page.button("no_promise", value)))
    if len(found) > _MOST_JUDGED:
        yield from page.text("more", more=len(found) - _MOST_JUDGED).parts


def promise(page: Page) -> Card:
    """One promise as it stands. args promise: its number."""
    one = page.incident.promises[page.args["promise"]]
    opens = page.button("statement", page.about(str(one.statement)))
    return page.card(page.text(**_told(page, one)), buttons(*_steps(page, one), opens))


def promises(page: Page) -> Card:
    """All of them: what is open, what is not out yet, what was kept lately."""
    waiting, drafted = open_promises(page.incident), not_out_yet(page.incident)
    kept = [one for one in page.incident.promises.values() if one.kept_at is not None]
    late = sum(one.due_at <= page.context.now for one in waiting)
    listed = [*waiting, *drafted][:_MOST_LISTED]
    rows = [replace(_row(page, one), buttons=tuple(_steps(page, one))) for one in listed]
    if len(waiting) + len(drafted) > _MOST_LISTED:
        rows += page.text("more", more=len(waiting) + len(drafted) - _MOST_LISTED).parts
    rows += [_row(page, one) for one in kept[-_MOST_KEPT:]]
    text = page.text(open=len(waiting), late=late, drafted=len(drafted), kept=len(kept))
    return page.card(text, *rows, buttons(page.button("statements")))


def _row(page: Page, one: Promise) -> Part:
    return joined(page.text("promise_row", **_told(page, one)).parts)


def _told(page: Page, one: Promise) -> dict[str, Any]:
    return {
        "promise": one,
        "source": page.incident.statements[one.statement],
        "late": one.due_at <= page.context.now,
        "proof": page.incident.statements.get(one.kept_in),
    }


def _steps(page: Page, one: Promise) -> list[Button]:
    if one.kept_at is not None or not page.incident.open:
        return []
    value = page.about(str(one.id))
    kept = [page.button("promise_kept", value, "primary")] if one.open else []
    return [*kept, page.button("promise_move", value)]
