"""The ledger of facts on a card: what is confirmed, what is not yet, what turned out wrong."""

from __future__ import annotations

from bot.chat import Card, Part
from bot.crisis.public import Fact
from statements.cards.page import Page, beside, buttons, joined

_MOST = 20
_ORDER = ("unconfirmed", "confirmed", "refuted")


def facts(page: Page) -> Card:
    """What is still to be verified first, for it keeps a statement waiting."""
    known = page.incident.facts.values()
    ordered = sorted(known, key=lambda fact: _ORDER.index(fact.status))
    counts = {status: sum(fact.status == status for fact in known) for status in _ORDER}
    rows = [_row(page, fact) for fact in ordered[:_MOST]]
    if len(ordered) > _MOST:
        rows += page.text("more", more=len(ordered) - _MOST).parts
    new = (
        [buttons(page.button("fact_new", style="plain" if known else "primary"))]
        if page.incident.open
        else []
    )
    return page.card(page.text(counts=counts, in_all=len(ordered)), *rows, *new)


def _row(page: Page, fact: Fact) -> Part:
    told = joined(page.text("fact", fact=fact).parts)
    if not page.incident.open:
        return told
    label = "fact_check" if fact.status == "unconfirmed" else "fact_change"
    return beside(
        told, page.button("fact_check", page.about(str(fact.id)), label=page.label("buttons", label))
    )
