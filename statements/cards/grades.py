"""The grade with its reasons, the wish to lower it, and what is still to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import Button, Card, Part
from bot.crisis.checklist import ITEMS
from bot.crisis.events import Graded, LowerRefused
from bot.crisis.state import Grading, Lowering
from statements.cards.page import Page, buttons, joined
from statements.history import warning


def grade(page: Page) -> Card:
    """One grading: what, why, who is called, what is due. args n: which one.

    Later gradings of the same grade are shown in its first card, with their own reasons.
    """
    gradings, n = page.incident.gradings, int(page.args["n"])
    began = _began(gradings, n)
    before, verdict = gradings[began - 1].verdict.grade if began else "", gradings[n].verdict
    text = page.text(
        first=gradings[began],
        verdict=verdict,
        before=before,
        move=_move(page, before, verdict.grade),
        held=_held(page, verdict),
        updated_at=gradings[n].at if n > began else None,
        sign=page.mark(verdict.grade),
        reasons=[page.reason(code, params) for code, params in verdict.reasons],
        warnings=[warning(page.language, key, page.words) for key in verdict.warnings],
        paged=page.grouped(page.context.playbook.grade(verdict.grade).pages),
    )
    row = page.row("regrade", "checklist", "tasks")
    return page.card(text, *_spread(page), *row, tone=page.tone(verdict.grade))


def _spread(page: Page) -> list[Part]:
    """How the views have grown, once there is more than one figure."""
    readings = page.incident.readings
    moments = [at.astimezone(page.context.zone) for at, _ in readings]
    shape = "%H:%M" if len({at.date() for at in moments}) == 1 else "%m-%d %H:%M"
    figures = tuple((at.strftime(shape), views) for at, (_, views) in zip(moments, readings, strict=True))
    if len(figures) < 2:
        return []
    text = page.text("spread", first=readings[0], last=readings[-1])
    return [replace(joined(text.parts), figures=figures)]


def _began(gradings: Sequence[Grading], n: int) -> int:
    """Where the run of gradings with the same grade begins."""
    while n and gradings[n - 1].verdict.grade == gradings[n].verdict.grade:
        n -= 1
    return n


def _move(page: Page, before: str, now: str) -> str:
    if not before:
        return "first"
    rank = page.context.playbook.rank
    return "up" if rank(now) > rank(before) else "down"


def _held(page: Page, verdict: Graded) -> str:
    """Whether the grade stands above or below what the policy alone says."""
    stands = page.context.playbook.rank(verdict.grade) - page.context.playbook.rank(verdict.computed)
    return "above" if stands > 0 else "below" if stands < 0 else ""


def lower_asked(page: Page) -> Card:
    """A second person is asked whether the grade may fall. args asked: number of the entry that asked."""
    wish, current = _wish(page), page.incident.grade
    deciders = page.context.playbook.grade(current).deciders if current else ()
    text = page.text(wish=wish, current=current, deciders=deciders)
    return page.card(text, *([buttons(*_answers(page, wish.to))] if wish else []))


def _wish(page: Page) -> Lowering | None:
    """The wish this card was posted for, while it still waits."""
    wish, asked = page.incident.lowering, page.args.get("asked")
    is_older = wish and asked is not None and page.incident.history[int(asked)].at != wish.at
    return None if is_older else wish


def _answers(page: Page, to: str) -> tuple[Button, ...]:
    about = page.about(to)
    agree = page.button("confirm_lower", about, "danger", confirm=page.label("confirms", "confirm_lower"))
    return agree, page.button("refuse_lower", about)


def lower_refused(page: Page) -> Card:
    """The grade stays."""
    entry = page.latest(LowerRefused)
    return page.card(page.text(entry=entry, current=page.incident.grade))


def nudge(page: Page) -> Card:
    """What the checklist still lacks, by group, each with its own short form."""
    missing = page.incident.checklist.unanswered()
    groups = dict.fromkeys(item.group for item in ITEMS if item in missing)
    lacking = [
        {"group": group, "names": [item.name for item in missing if item.group == group]} for group in groups
    ]
    row = [page.button("checklist", page.about(group), label=_fill_in(page, group)) for group in groups]
    text = page.text(lacking=lacking, missing=len(missing))
    first = page.button("checklist", style="primary")
    return page.card(text, *([buttons(first, *row)] if page.incident.open else []))


def _fill_in(page: Page, group: str) -> str:
    return page.label("fill_in", group)


def reading(page: Page) -> Card:
    """Please read the views again: they may be doubling."""
    readings = page.incident.readings
    text = page.text(last=readings[-1] if readings else None)
    return page.card(text, *page.row("reading", first="reading"))
