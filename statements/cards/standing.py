"""Where a text stands and where it is lacking, and what is said in person when words for outside are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.chat import Card, Part
from bot.crisis.public import Statement
from bot.crisis.words import EXECUTIVE_TASK, due_everywhere, missing_channels
from statements.cards.page import Page, beside, buttons, joined


def places(page: Page, one: Statement) -> Iterator[Part]:
    """The checklist of channels: what stands where, by whom, and where it is missing or overdue."""
    for publication in one.published.values():
        outdated = publication in one.outdated
        told = joined(
            page.text("statement_place", statement=one, publication=publication, outdated=outdated).parts
        )
        name = "taken_down" if outdated and one.withdrawn else "unpublish"
        value = page.about(str(one.id), publication.channel)
        yield beside(told, page.button(name, value, confirm=page.label("confirms", name)))
    yield from lacking(page, one)


def lacking(page: Page, one: Statement) -> Iterator[Part]:
    """The channels on which an approved text does not stand yet, in one part."""
    if not (one.approved or one.published) or not page.incident.open:
        return
    if missing := missing_channels(one, page.context.playbook.channels):
        due = due_everywhere(page.incident, one, page.context.playbook)
        overdue = due is not None and due <= page.context.now
        yield joined(page.text("statement_missing", missing=missing, due=due, overdue=overdue).parts)


def standing(page: Page) -> Card:
    """A text that may go out stands nowhere, or not everywhere, or still where it must not.

    args statement; about: unpublished, incomplete or outdated.
    """
    one, about = page.incident.statements[page.args["statement"]], page.args["about"]
    missing = missing_channels(one, page.context.playbook.channels)
    opens = page.button("statement", page.about(str(one.id)))
    record = page.button("published", page.about(str(one.id)), "primary") if one.approved else None
    return page.card(page.text(statement=one, about=about, missing=missing), buttons(record, opens))


def next_word(page: Page) -> Card:
    """To whoever speaks: the next word to the public is due. args last, due_at: moments in ISO form."""
    last, due_at = (datetime.fromisoformat(page.args[name]) for name in ("last", "due_at"))
    value = page.about("progress_update", page.incident.language)
    label = page.label("buttons", "draft_update")
    row = buttons(page.button("draft", value, "primary", label=label), page.button("statements"))
    late = [one for one in page.incident.promises.values() if one.open and one.due_at <= due_at]
    return page.card(page.text(last=last, due_at=due_at, promises=len(late)), row)


def executive(page: Page) -> Card:
    """An executive must be seen or heard. args due_at: a moment in ISO form; grade."""
    due_at = datetime.fromisoformat(page.args["due_at"])
    value = page.about("executive_letter", page.incident.language)
    letter = page.button("draft", value, "primary", label=page.label("buttons", "draft_letter"))
    known = page.incident.tasks.get(EXECUTIVE_TASK)
    done = page.button("done", page.about(EXECUTIVE_TASK)) if known and known.open else None
    over = due_at <= page.context.now
    return page.card(page.text(due_at=due_at, over=over, grade=page.args["grade"]), buttons(letter, done))
