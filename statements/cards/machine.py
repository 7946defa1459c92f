"""About the bot itself, to whoever looks after it; no incident is in it."""

from __future__ import annotations

from bot.chat import Card
from statements.cards.page import Page


def trouble(page: Page) -> Card:
    """A part does not work, still does not, or works again: which, since when, and what to do.

    args kind: begun, lasts, over. part: under `troubles`. says: a code. since: aware. host: which machine speaks.
    """
    names = ("kind", "part", "says", "since", "host")
    text = page.text(**{name: page.args[name] for name in names})
    return page.card(text, tone="green" if page.args["kind"] == "over" else "red")
