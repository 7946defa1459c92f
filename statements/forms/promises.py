"""Forms about promises: by when and whose, kept by what, or moved and why."""

from __future__ import annotations

from bot.chat import Field, Form, Heading, Option
from bot.crisis.incident import at_work_as
from bot.crisis.promises import later
from bot.crisis.public import Promise
from statements.dates import read_due
from statements.forms.sheet import Sheet
from statements.promised import key, to_judge
from statements.text import short

_LONGEST_REASON = 1000
_LONGEST_OPTION = 70
_MOST_PEOPLE = 100
"""Slack offers no more at once."""


def promise(sheet: Sheet) -> Form:
    """By when and whose. args statement: its number; sentence: its short name."""
    one = sheet.found.statements.get(sheet.args.get("statement", 0)) if sheet.found else None
    found = to_judge(sheet.incident, one, sheet.context.principles) if one else ()
    sentence = next((text for text in found if key(text) == sheet.args.get("sentence")), "")
    due = read_due(sentence, one.latest.at, sheet.context.zone, one.language) if one else None
    speaks = at_work_as(sheet.context.playbook.speaks, sheet.incident, sheet.context.roster)
    return sheet.form(
        *([Heading(sheet.label("headings", "sentence"), short(sentence, 300))] if sentence else []),
        sheet.ask("due_at", "moment", value=due, optional=False),
        _owner(sheet, next(iter(speaks), "")),
        statement=str(sheet.args.get("statement", "")),
        sentence=str(sheet.args.get("sentence", "")),
    )


def promise_kept(sheet: Sheet) -> Form:
    """Which later statement tells so, or why there is none. args promise: its number."""
    one = _promise(sheet)
    told = later(sheet.incident, one) if one else []
    options = tuple(Option(str(each.id), short(each.latest.title, _LONGEST_OPTION)) for each in told)
    value = options[-1].value if options else None
    asked = [sheet.ask("proof", "pick", options=options, value=value)] if options else []
    return sheet.form(*_heading(sheet, one), *asked, _reason(sheet, optional=bool(options)), **_about(sheet))


def promise_move(sheet: Sheet) -> Form:
    """Another time or owner, and why. args promise: its number."""
    one = _promise(sheet)
    return sheet.form(
        *_heading(sheet, one),
        sheet.ask("due_at", "moment", value=one.due_at if one else None, optional=False),
        _owner(sheet, one.owner if one else ""),
        _reason(sheet, optional=False),
        **_about(sheet),
    )


def _promise(sheet: Sheet) -> Promise | None:
    return sheet.incident.promises.get(sheet.args.get("promise", 0))


def _about(sheet: Sheet) -> dict[str, str]:
    return {"promise": str(sheet.args.get("promise", ""))}


def _heading(sheet: Sheet, one: Promise | None) -> list[Heading]:
    return [Heading(sheet.label("headings", "sentence"), short(one.text, 300))] if one else []


def _owner(sheet: Sheet, value: str) -> Field:
    """Whoever is in the room comes first."""
    people, members = sheet.context.roster.people, sheet.incident.members
    known = dict.fromkeys([value, *members, *people])
    options = [
        Option(one, short(f"{people[one].name} {people[one].title}", _LONGEST_OPTION))
        for one in known
        if one in people
    ][:_MOST_PEOPLE]
    chosen = value if value in people else None
    return sheet.ask("owner", "pick", options=tuple(options), value=chosen, optional=False)


def _reason(sheet: Sheet, *, optional: bool) -> Field:
    return sheet.ask("reason", "long", optional=optional, longest=_LONGEST_REASON)
