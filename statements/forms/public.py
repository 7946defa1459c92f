"""Forms about what is known and what is said outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from bot.chat import Field, Form, Heading, Option
from bot.crisis.kinds import CHANNELS, KINDS
from bot.crisis.public import Fact, Statement
from bot.crisis.public_events import Status
from statements.drafts import blanks as open_questions
from statements.drafts import prefilled, questions
from statements.forms.sheet import Sheet
from statements.parts import split
from statements.review import known, public_text
from statements.templates import Ask
from statements.text import short

ANSWER = "answer_"
"""Before the names of a text's own blanks, so that none is taken for a field of ours."""

_LONGEST_FACT = 500
_LONGEST_SOURCE = 200
_LONGEST_TITLE = 150
_LONGEST_ANSWER = 2000
_LONGEST_LINK = 500
_LONGEST_QUESTION = 300
_LONGEST_OPTION = 70
_MOST_FACTS = 60
_MOST_BLANKS = 25
_MOST_PARTS = 12


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


def draft(sheet: Sheet) -> Form:
    """What a text asks for, filled in with what is known. args kind, language."""
    kind, language = sheet.args.get("kind", KINDS[0]), sheet.args.get("language", sheet.context.language)
    text = public_text(sheet.context, language, kind)
    items: list[Field | Heading] = [
        Heading(sheet.label("kinds", kind), sheet.label("heading_notes", "draft"))
    ]
    items += _citing(sheet, [fact.id for fact in _confirmed(sheet)])
    given = known(sheet.found, text, (), sheet.context) if sheet.found else None
    values = prefilled(text, given) if given else {}
    items += [
        _blank(ask, values.get(ask.name, "")) for ask in (questions(text, given) if given else text.asks)
    ]
    return sheet.form(*items, kind=kind, language=language)


def _blank(ask: Ask, value: str) -> Field:
    kind: Any = "long" if ask.long or ask.source == "what" else "text"
    name = f"{ANSWER}{ask.name}"
    return Field(name, ask.question, kind, value=value or None, hint=ask.hint, longest=_LONGEST_ANSWER)


def _confirmed(sheet: Sheet) -> list[Fact]:
    return [fact for fact in _facts(sheet) if fact.status == "confirmed"]


def _facts(sheet: Sheet) -> list[Fact]:
    return list(sheet.found.facts.values()) if sheet.found else []


def _citing(sheet: Sheet, cited: Sequence[int]) -> list[Field | Heading]:
    """What it rests on: confirmed facts, and those it cites already."""
    known = [fact for fact in _facts(sheet) if fact.status == "confirmed" or fact.id in cited][-_MOST_FACTS:]
    if not known:
        return [Heading(sheet.label("headings", "no_facts"), sheet.label("heading_notes", "no_facts"))]
    options = tuple(Option(str(fact.id), _option(sheet, fact)) for fact in known)
    ticked = [str(fact.id) for fact in known if fact.id in cited]
    return [sheet.ask("cites", "many", options=options, value=ticked)]


def _option(sheet: Sheet, fact: Fact) -> str:
    mark = "" if fact.status == "confirmed" else f"〔{sheet.label('fact_status', fact.status)}〕"
    return short(f"{mark}{fact.text}", _LONGEST_OPTION)


def blanks(sheet: Sheet) -> Form:
    """What is still open in the text. args statement: its number."""
    one = _statement(sheet)
    if one is None:
        return sheet.form(Heading(sheet.label("headings", "no_blanks")))
    questions = open_questions(f"{one.latest.title}\n{one.latest.text}", one.language)[:_MOST_BLANKS]
    fields = [
        Field(f"{ANSWER}{place}", short(question, _LONGEST_OPTION), "long", longest=_LONGEST_ANSWER)
        for place, question in enumerate(questions, start=1)
    ]
    return sheet.form(*fields, statement=str(one.id), base=str(one.latest.number))


def statement_edit(sheet: Sheet) -> Form:
    """The text in its parts; what waits for this person in place of it. args statement: its number."""
    one = _statement(sheet)
    if one is None:
        return sheet.form(sheet.ask("title", "text"))
    kept = one.kept.get(sheet.context.reader)
    shown = kept or one.latest
    parts, breaks = split(shown.text)
    label = sheet.label("fields", "text_part")
    fields = [
        Field(
            f"text_{place}",
            label if len(parts) == 1 else f"{label} {place}/{len(parts)}",
            "long",
            value=part or None,
        )
        for place, part in enumerate(parts, start=1)
    ]
    if len(parts) < _MOST_PARTS:
        more = Field(f"text_{len(parts) + 1}", sheet.label("fields", "text_more"), "long")
        fields.append(more)
    return sheet.form(
        sheet.ask("title", "text", value=shown.title or None, longest=_LONGEST_TITLE),
        *fields,
        *_citing(sheet, shown.cites),
        statement=str(one.id),
        base=str(one.latest.number),
        breaks=breaks,
    )


def changes(sheet: Sheet) -> Form:
    """What a signer wants otherwise. args statement: its number; seal: of the wording they read."""
    return sheet.form(
        sheet.ask("changes", "long", optional=False, longest=_LONGEST_ANSWER),
        statement=str(sheet.args.get("statement", "")),
        seal=sheet.args.get("seal", ""),
    )


def published(sheet: Sheet) -> Form:
    """Where it stands now. args statement: its number; channel: prefilled."""
    one = _statement(sheet)
    done = (
        {name for name, place in one.published.items() if place.version == one.latest.number}
        if one
        else set()
    )
    wanted = sheet.context.playbook.channels
    chosen = sheet.args.get("channel") or next((name for name in wanted if name not in done), wanted[0])
    return sheet.form(
        sheet.ask(
            "channel", "one", options=sheet.options("channels", CHANNELS), value=chosen, optional=False
        ),
        sheet.ask("link", "text", longest=_LONGEST_LINK),
        sheet.ask("pinned", "one", options=sheet.options("yes_no", ("yes", "no")), value="no"),
        statement=str(one.id if one else ""),
    )


def accept(sheet: Sheet) -> Form:
    """Why a warning may stand. args statement: its number; finding: its key."""
    one = _statement(sheet)
    return sheet.form(
        sheet.ask("reason", "long", optional=False, longest=_LONGEST_ANSWER),
        statement=str(one.id if one else ""),
        version=str(one.latest.number if one else ""),
        finding=sheet.args.get("finding", ""),
    )


def withdraw(sheet: Sheet) -> Form:
    """Why it is not to be used any more. args statement: its number."""
    return sheet.form(
        sheet.ask("reason", "long", optional=False, longest=_LONGEST_ANSWER),
        statement=str(sheet.args.get("statement", "")),
    )


def line(sheet: Sheet) -> Form:
    """No approved line: not to be made up, but to be asked for. args question, crises, crisis, speaks: a person."""
    crises = sheet.args.get("crises", [])
    speaks = sheet.context.roster.person(sheet.args.get("speaks", "")).name
    note = sheet.label("heading_notes", "line" if speaks else "line_nobody").replace("WHO", speaks)
    question = sheet.args.get("question") or None
    asked = sheet.ask("question", "long", value=question, optional=False, longest=_LONGEST_QUESTION)
    head = Heading(sheet.label("headings", "line" if question else "line_more"), note)
    if len(crises) < 2:
        return sheet.form(head, asked, crisis=str(crises[0][0]) if crises else "")
    options = tuple(Option(str(number), short(title, _LONGEST_OPTION)) for number, title in crises)
    first = str((sheet.args.get("crisis") or [crises[0][0]])[0])
    return sheet.form(head, asked, sheet.ask("crisis", "one", options=options, value=first, optional=False))


def _statement(sheet: Sheet) -> Statement | None:
    return sheet.found.statements.get(sheet.args.get("statement", 0)) if sheet.found else None
