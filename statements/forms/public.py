"""Forms about what is known and what is said outside."""

from __future__ import annotations

from typing import Any, get_args

from bot.chat import Form
from bot.crisis.public_events import Status
from statements.forms.sheet import Sheet

_LONGEST_FACT = 500
_LONGEST_SOURCE = 200


def fact(sheet: Sheet) -> Form:
    """Something that may be so. args text: prefilled."""
    return sheet.form(
        sheet.ask(
            "text", "long", value=sheet.args.get("text") or None, optional=False, longest=_LONGEST_FACT
        ),
        sheet.ask("source", "text", optional=False, longest=_LONGEST_SOURCE),
        _status(sheet, "unconfirmed"),
    )


def fact_check(sheet: Sheet) -> Form:
    """How it came out. args fact: its number."""
    number = sheet.args.get("fact", 0)
    known = sheet.incident.facts.get(number)
    settled = known if known and known.status != "unconfirmed" else None
    return sheet.form(
        sheet.ask("text", "long", value=known.text if known else None, optional=False, longest=_LONGEST_FACT),
        _status(sheet, settled.status if settled else "confirmed"),
        sheet.ask(
            "source",
            "text",
            value=settled.source if settled else None,
            optional=False,
            longest=_LONGEST_SOURCE,
        ),
        fact=str(number),
    )


def _status(sheet: Sheet, value: Status) -> Any:
    return sheet.ask(
        "status", "one", options=sheet.options("fact_status", get_args(Status)), value=value, optional=False
    )
