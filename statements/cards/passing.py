"""Replies that only the person who asked sees: the guide, lists, confirmations and refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.chat import Button, Card, Part
from bot.crisis.incident import Incident
from statements.cards.page import Page, beside, buttons, joined

_AFTER_DONE: Mapping[str, tuple[str, ...]] = {
    "opened": ("checklist",),
    "saved_not_graded": ("checklist",),
    "closed": ("reopen",),
}
_AFTER_REFUSED: Mapping[str, tuple[str, ...]] = {
    "unknown_verb": ("help",),
    "no_incident_here": ("open", "list"),
    "which_incident": ("list",),
    "not_found": ("list",),
    "not_graded_yet": ("checklist",),
    "closed_incident": ("reopen",),
    "closed_already": ("reopen",),
    "task_not_open": ("tasks",),
    "no_such_task": ("tasks",),
}
_ABOUT_NOTHING = ("open", "list", "help")


def guide(page: Page) -> Card:
    """What I can do, with big buttons; in a crisis room its own first."""
    names = ("status", "checklist", "tasks") if page.found and page.found.open else ("status", "reopen")
    row = _row(page, names) if page.found else []
    general = [
        page.button("open", style="plain" if page.found else "primary"),
        page.button("list"),
        page.button("help"),
    ]
    text = page.text()
    own = [buttons(*row)] if row else []
    return Card(text.headline, (*text.parts, *own, buttons(*_general(general))))


def help_(page: Page) -> Card:
    """Every verb with an example. args platform: where it is read."""
    return page.card(
        page.text(platform=page.args["platform"]), buttons(*_row(page, ("open", "list"))), tone="plain"
    )


def incidents(page: Page) -> Card:
    """What is open, each with its brief. args incidents: those which the reader may see."""
    found = list(page.args["incidents"])
    rows = [_listed(page, one) for one in found]
    row = [] if found else _row(page, ("open",))
    return page.card(
        page.text("list", found=len(found)), *rows, *([buttons(*row)] if row else []), tone="plain"
    )


def _listed(page: Page, one: Incident) -> Part:
    sign = page.mark(one.grade) if one.grade else page.label("marks", "plain")
    text = page.text("listed", one=one, sign=sign)
    return beside(joined(text.parts), page.button("status", str(one.id)))


def done(page: Page) -> Card:
    """A short confirmation. args code: which; kept: what was not taken; the rest is what the sentence needs."""
    code, params = _given(page)
    kept = params.pop("kept", ())
    text = page.sentence("done", code, **params)
    row = _way_on(page, _AFTER_DONE.get(code, ("checklist",) if kept else ()))
    return page.card(text, *_kept(page, kept), *([buttons(*row)] if row else []), tone="plain")


def _kept(page: Page, kept: Sequence[Mapping[str, Any]]) -> Sequence[Part]:
    """Answers that others gave meanwhile and that therefore stand, each with the one that was not taken."""
    rows = [
        {**one, "theirs": page.answer(one["name"]), "yours": page.answer(one["name"], one["yours"])}
        for one in kept
    ]
    return page.text("kept", kept=rows).parts if rows else ()


def refused(page: Page) -> Card:
    """What cannot be done now, why, and what to do instead. args code: which; the rest for the sentence."""
    code, params = _given(page)
    text = page.sentence("refused", code, **params)
    row = _way_on(page, _AFTER_REFUSED.get(code, ()))
    return page.card(text, *_to_choose_from(page), *([buttons(*row)] if row else []), tone="plain")


def _to_choose_from(page: Page) -> Iterator[Part]:
    """Where several could be meant, each with its brief, from where all else is at hand: nobody types on a phone."""
    for number, title in page.args.get("incidents", ()):
        named = page.text("which", number=number, title=title)
        yield beside(joined(named.parts), page.button("status", str(number)))


def _given(page: Page) -> tuple[str, dict[str, Any]]:
    rest = {name: value for name, value in page.args.items() if name != "code"}
    return str(page.args["code"]), dict(rest.get("params", rest))


def _way_on(page: Page, names: tuple[str, ...]) -> list[Button]:
    """What to do next, the first of it as the one to press."""
    row = _row(page, names)
    return [replace(one, style="primary") if one is row[0] else one for one in row]


def _row(page: Page, names: tuple[str, ...]) -> list[Button]:
    """Those buttons that make sense here: most are about an incident."""
    found = [page.button(name) for name in names if page.found or name in _ABOUT_NOTHING]
    return _general(found)


def _general(row: list[Button]) -> list[Button]:
    return [Button(one.name, one.label, "", one.style) if one.name in _ABOUT_NOTHING else one for one in row]
