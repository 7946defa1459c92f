"""Asking for signatures, and what the room hears of them and of what went out."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Card, Part
from bot.crisis.facts import told_wrongly as wrong_outside
from bot.crisis.public import Seat, Statement
from statements.cards.page import Page, buttons, joined
from statements.cards.standing import lacking
from statements.cards.texts import page_of, send_out, state_of, words_of

_SIGNED_TEXT = 3600
"""Characters of the text on a signer's own card; the rest is a press away."""


def sign(page: Page) -> Card:
    """To one signer: exactly these words, what they rest on, until when; afterwards, what became of it.

    args statement, version: numbers. again: a reminder.
    """
    one = page.incident.statements[page.args["statement"]]
    reader, number = page.context.reader, page.args["version"]
    mine = [seat for seat in one.seats.values() if reader in seat.asked]
    waits = number == one.latest.number and _waits(page, one, mine)
    state = state_of(page, one)
    text = page.text(
        "sign" if waits else "sign_over",
        statement=one,
        state=state,
        outdated=number != one.latest.number,
        mine=[seat.role for seat in mine],
        signed=[seat for seat in mine if seat.signed_by],
        by_me=[seat.role for seat in mine if seat.signed_by == reader],
        changes=[seat for seat in mine if seat.changes],
        answer_by=min((seat.answer_by for seat in mine if seat.answer_by), default=None),
        again=page.args.get("again", False),
        facts=[page.incident.facts[fact] for fact in one.latest.cites],
    )
    if not waits:
        opens = page.button("statement", page.about(str(one.id)))
        return page.card(text, buttons(opens), tone="grey")
    return page.card(
        text, *words_of(one, _SIGNED_TEXT), *page.text("sign_below", statement=one).parts, _answers(page, one)
    )


def _waits(page: Page, one: Statement, mine: list[Seat]) -> bool:
    open_ = [seat for seat in mine if not seat.signed_by]
    return page.incident.open and not one.withdrawn and not one.emergency and bool(open_)


def _answers(page: Page, one: Statement) -> Part:
    sealed = page.about(str(one.id), one.latest.seal)
    row = [page.button("sign", sealed, "primary"), page.button("changes", sealed)]
    if len(one.latest.text) > _SIGNED_TEXT:
        row.append(page.button("statement_text", page.about(str(one.id))))
    row += page_of(page, one)
    return buttons(*row)


def approved(page: Page) -> Card:
    """It may go out. args statement, version: numbers."""
    one = page.incident.statements[page.args["statement"]]
    current = page.args["version"] == one.latest.number
    row = send_out(page, one) if current and page.incident.open else None
    opens = page.button("statement", page.about(str(one.id)))
    text = page.text(statement=one, current=current, facts=one.latest.cites)
    return page.card(text, buttons(row, opens))


def changes_asked(page: Page) -> Card:
    """A signer wants it otherwise. args statement, person, role, words."""
    one = page.incident.statements[page.args["statement"]]
    edit = page.button("statement_edit", page.about(str(one.id)), "primary") if page.incident.open else None
    opens = page.button("statement", page.about(str(one.id)))
    args = {name: page.args[name] for name in ("person", "role", "words")}
    return page.card(page.text(statement=one, **args), buttons(edit, opens))


def signer_missing(page: Page) -> Card:
    """Nobody is left to sign for a role. args statement, role."""
    one = page.incident.statements[page.args["statement"]]
    seat = one.seats.get(page.args["role"]) or Seat(page.args["role"])
    opens = page.button("statement", page.about(str(one.id)))
    return page.card(page.text(statement=one, seat=seat), buttons(opens))


def signature_void(page: Page) -> Card:
    """To whoever had signed: the text was changed after it. args statement, version, by."""
    one = page.incident.statements[page.args["statement"]]
    compare = page.button("versions", page.about(str(one.id)))
    opens = page.button("statement", page.about(str(one.id)))
    text = page.text(statement=one, version=page.args["version"], by=page.args["by"])
    return page.card(text, buttons(compare, opens), tone="grey")


def published(page: Page) -> Card:
    """It is out. args statement, version: numbers."""
    one = page.incident.statements[page.args["statement"]]
    here = [place for place in one.published.values() if place.version == page.args["version"]]
    opens = page.button("statement", page.about(str(one.id)))
    text = page.text(statement=one, here=here, version=page.args["version"])
    return page.card(text, *(lacking(page, one) if here else ()), buttons(opens))


def told_wrongly(page: Page) -> Card:
    """A fact turned out wrong, and these texts that are out rest on it: to be corrected, or taken back. args fact."""
    fact = page.incident.facts[page.args["fact"]]
    wrong = [one for one, facts in wrong_outside(page.incident) if fact in facts]
    rows = [part for one in wrong for part in _put_right(page, one, fact.id)]
    return page.card(page.text(fact=fact, wrong=wrong), *rows, tone="red" if wrong else "grey")


def _put_right(page: Page, one: Statement, fact: int) -> Iterator[Part]:
    """One text, with both ways out; while a correction waits for its signatures, it is what one opens."""
    yield joined(page.text("told_wrongly_row", statement=one, places=_places(one, fact)).parts)
    value = page.about(str(one.id))
    correct = page.button("statement_edit", value, "primary", label=page.label("buttons", "correct"))
    opens = page.button("statement", value)
    retract = page.button("withdraw", value, "danger", label=page.label("buttons", "retract"))
    if page.incident.open:
        yield buttons(opens if one.latest.corrects else correct, retract)


def _places(one: Statement, fact: int) -> list[str]:
    return [place.channel for place in one.published.values() if fact in one.version(place.version).cites]


def withdrawn(page: Page) -> Card:
    """It is taken back. args statement."""
    one = page.incident.statements[page.args["statement"]]
    opens = page.button("statement", page.about(str(one.id)))
    return page.card(page.text(statement=one), buttons(opens))
