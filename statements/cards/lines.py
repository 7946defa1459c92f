"""Answer sheets on cards: to those who answer, to the room, and line by line to whoever was asked something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.chat import Button, Card, Part
from bot.crisis.lines import answers_to, meant_for
from bot.crisis.public import AnswerSheet
from statements.cards.page import Page, beside, buttons, joined
from statements.prose import pages, prose

_PAGE = 2400
"""Characters of a sheet that one card shows; the rest is a press away."""

_ANSWER = 900
"""Characters of one answer beside others; the rest is in its sheet."""


def lines(page: Page) -> Card:
    """To one who answers: the words to use, until they are recalled. args sheet: number; page; again: a reminder."""
    sheet = _sheet(page)
    if sheet.recalled:
        return _recalled(page, sheet)
    shown = _shown(page, sheet)
    number = min(max(page.args.get("page", 1), 1), len(shown))
    waits = page.context.reader in sheet.unread and page.incident.open
    again = page.args.get("again", False)
    text = page.text("lines", **_about(page, sheet), waits=waits, again=again, number=number, of=len(shown))
    receipt = page.button("lines_read", page.about(str(sheet.id)), "primary") if waits else None
    row = [*([receipt] if receipt else []), *_turns(page, sheet, number, len(shown))]
    return page.card(text, *prose(shown[number - 1]), *([buttons(*row)] if row else []))


def lines_room(page: Page) -> Card:
    """To the room: what those who answer were given, and who of them has read it. args sheet: its number."""
    sheet = _sheet(page)
    if sheet.recalled:
        return _recalled(page, sheet)
    shown, value = _shown(page, sheet), page.about(str(sheet.id))
    all_ = page.button("lines", value) if len(shown) > 1 else None
    opens = page.button("statement", page.about(str(sheet.statement)))
    more = page.text("lines_more").parts if len(shown) > 1 else ()
    text = page.text("lines_room", **_about(page, sheet))
    return page.card(text, *prose(shown[0]), *more, buttons(all_, opens))


def lines_recalled(page: Page) -> Card:
    """To the room and everybody who had it: not to be used any more, and why. args sheet: its number."""
    return _recalled(page, _sheet(page))


def _recalled(page: Page, sheet: AnswerSheet) -> Card:
    """Without the words, so that nobody reads them out."""
    newer = page.incident.sheets.get(sheet.replaced_by)
    about = _about(page, sheet)
    cited = [page.incident.facts[fact] for fact in about["version"].cites]
    wrong = [fact for fact in cited if fact.status != "confirmed"] if sheet.recalled == "fact" else []
    text = page.text("lines_recalled", **about, newer=newer, wrong=wrong)
    row = [page.button("lines", page.about(str(newer.id)), "primary")] if newer else []
    return page.card(text, *([buttons(*row)] if row else []), tone="grey")


def line_asked(page: Page) -> Card:
    """Somebody was asked what no approved line answers. args question, person."""
    person = page.args["person"]
    audiences = sorted(answers_to(person, page.context.playbook, page.context.roster))
    text = page.text(question=page.args["question"], person=person, audiences=audiences)
    return page.card(text, *page.row("statements", first="statements"))


def line_found(page: Page) -> Card:
    """What may be said to a question. args question; found: the lines, each with its sheet and crisis."""
    rows = [part for one in page.args["found"] for part in _found(page, one)]
    text = page.text(question=page.args["question"])
    below = page.text("line_below", speaks=page.args["speaks"]).parts
    return page.card(text, *rows, *below, buttons(page.button("ask_line", page.args["about"])), tone="plain")


def _found(page: Page, one: Mapping[str, Any]) -> Iterator[Part]:
    answer: str = one["answer"]
    shown = answer if len(answer) <= _ANSWER else f"{answer[:_ANSWER].rstrip()}…"
    opens = page.button("lines", f"{one['incident']}/{one['sheet']}")
    yield beside(joined(page.text("line_source", source=one).parts), opens)
    yield joined(prose(shown))


def sheets(page: Page) -> Card:
    """Every answer sheet that the reader may answer from. args found: each with its crisis."""
    found: Sequence[Mapping[str, Any]] = page.args["found"]
    rows = [
        beside(
            joined(page.text("line_source", source=one).parts),
            page.button("lines", f"{one['incident']}/{one['sheet']}"),
        )
        for one in found
    ]
    return page.card(page.text(found=found), *rows, tone="plain")


def _sheet(page: Page) -> AnswerSheet:
    return page.incident.sheets[page.args["sheet"]]


def _about(page: Page, sheet: AnswerSheet) -> dict[str, Any]:
    statement = page.incident.statements[sheet.statement]
    return {
        "sheet": sheet,
        "statement": statement,
        "version": statement.version(sheet.version),
        "audience": meant_for(page.incident, sheet),
    }


def _shown(page: Page, sheet: AnswerSheet) -> Sequence[str]:
    return pages(page.incident.statements[sheet.statement].version(sheet.version).text, _PAGE)


def _turns(page: Page, sheet: AnswerSheet, number: int, of: int) -> Iterator[Button]:
    for to, name in ((number - 1, "page_before"), (number + 1, "page_after")):
        if 1 <= to <= of:
            value = page.about(str(sheet.id), str(to))
            yield page.button("lines", value, label=page.label("buttons", name))
