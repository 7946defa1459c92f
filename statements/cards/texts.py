"""Statements on cards: which there are, one of them with all that is known of it, its words, what an edit changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.chat import Button, Card, Part
from bot.crisis.approval import missing
from bot.crisis.kinds import KINDS, LINES
from bot.crisis.lines import in_use
from bot.crisis.public import Statement
from statements.cards.page import Page, Style, beside, buttons, joined, plain
from statements.cards.promises import judging
from statements.cards.standing import places
from statements.differences import differences
from statements.drafts import blanks
from statements.principles import Finding
from statements.prose import pages, prose
from statements.review import findings

SHORT, LONG = 900, 3200
"""Characters of a text that a card for all shows, and one page of the whole."""

_MOST_FINDINGS = 6
_MOST_STATEMENTS = 12
_MOST_DIFFERENCE = 3200
_AROUND = 24


def state_of(page: Page, statement: Statement) -> str:
    """draft, asked, changes, approved, issued, published, outdated or withdrawn: where it is on its way."""
    if statement.withdrawn:
        return "withdrawn"
    if statement.outdated:
        return "outdated"
    latest = (statement.id, statement.latest.number)
    if latest in [(sheet.statement, sheet.version) for sheet in in_use(page.incident)]:
        return "issued"
    if statement.published:
        return "published"
    if statement.approved:
        return "approved"
    if any(seat.changes for seat in statement.seats.values()):
        return "changes"
    return "asked" if statement.asked else "draft"


def statements(page: Page) -> Card:
    """All of them, and what can be begun. args language: of what is begun."""
    known = list(page.incident.statements.values())
    rows = [_row(page, statement) for statement in reversed(known)][:_MOST_STATEMENTS]
    return page.card(page.text(known=known), *rows, *_to_begin(page))


def _row(page: Page, statement: Statement) -> Part:
    text = page.text(
        "statement_row", statement=statement, state=state_of(page, statement), left=_left(page, statement)
    )
    opens = page.button("statement", page.about(str(statement.id)))
    return beside(joined(text.parts), opens)


def _to_begin(page: Page) -> Iterator[Part]:
    if not page.incident.open:
        return
    language = page.args.get("language", page.incident.language)
    yield from page.text("statement_begin", language_=language).parts
    begun = {statement.kind for statement in page.incident.statements.values()}
    first = next((kind for kind in KINDS if kind not in begun), "")
    for start in range(0, len(KINDS), 4):
        yield buttons(*(_begin(page, kind, language, first) for kind in KINDS[start : start + 4]))
    other = "en" if language == "zh" else "zh"
    in_other = page.button("statements", page.about(other), label=page.label("draft_in", other))
    yield buttons(page.button("facts"), in_other)


def _begin(page: Page, kind: str, language: str, first: str) -> Button:
    value = page.about(kind, language)
    style: Style = "primary" if kind == first == "first_statement" else "plain"
    return page.button("draft", value, style, label=page.label("kinds", kind))


def statement(page: Page) -> Card:
    """One of them: where it is on its way, its words, what the principles find, who signs, where it stands.

    args statement: its number.
    """
    one = page.incident.statements[page.args["statement"]]
    state, found = state_of(page, one), _found(page, one)
    blocked = any(finding.level == "block" for finding in found)
    head = page.text(
        "statement",
        statement=one,
        state=state,
        left=_left(page, one),
        facts=_facts(page, one),
        blocked=blocked,
    )
    return page.card(
        head,
        *words_of(one, SHORT),
        *_findings(page, one, found),
        *judging(page, one),
        *_kept(page, one),
        *page.text("statement_signers", statement=one, state=state).parts,
        *places(page, one),
        *_handed(page, one),
        *_steps(page, one, state, blocked=blocked),
    )


def words_of(one: Statement, most: int) -> tuple[Part, ...]:
    """The beginning of its text, as it was written."""
    shown = pages(one.latest.text, most)
    return prose(shown[0] if len(shown) == 1 else f"{shown[0]}…")


def _found(page: Page, one: Statement) -> Sequence[Finding]:
    settled = one.withdrawn or one.approved
    return () if settled else findings(page.incident, one, page.context)


def _left(page: Page, one: Statement) -> list[str]:
    return [seat.role for seat in missing(page.incident, one, page.context.playbook)]


def _facts(page: Page, one: Statement) -> list[object]:
    return [page.incident.facts[fact] for fact in one.latest.cites]


def _findings(page: Page, one: Statement, found: Sequence[Finding]) -> Iterator[Part]:
    if not found:
        return
    yield from page.text("statement_findings", found=found).parts
    for finding in found[:_MOST_FINDINGS]:
        told = joined(page.sentence("findings", finding.code, finding=finding, **finding.about).parts)
        may_stay = finding.level == "warn" and page.incident.open
        value = page.about(str(one.id), finding.key)
        yield beside(told, page.button("accept", value)) if may_stay else told
    if len(found) > _MOST_FINDINGS:
        yield from page.text("more", more=len(found) - _MOST_FINDINGS).parts


def _kept(page: Page, one: Statement) -> Iterator[Part]:
    """Whoever reads this wrote something that waits for them."""
    if page.context.reader in one.kept:
        yield from page.text("statement_kept").parts
        yield buttons(
            page.button(
                "statement_edit", page.about(str(one.id)), "primary", label=page.label("buttons", "merge")
            )
        )


def _handed(page: Page, one: Statement) -> Iterator[Part]:
    """What the company's own site says of the last text it was given."""
    if not one.handed:
        return
    number = max(one.handed)
    handed = one.handed[number]
    told = joined(page.text("statement_handed", number=number, handed=handed, withdrawn=one.withdrawn).parts)
    again = one.withdrawn and handed.refused and page.incident.open
    yield beside(told, page.button("take_from_site", page.about(str(one.id)))) if again else told


def _steps(page: Page, one: Statement, state: str, *, blocked: bool) -> Iterator[Part]:
    value = page.about(str(one.id))
    look = [*page_of(page, one)]
    if len(one.latest.text) > SHORT:
        look.append(page.button("statement_text", value))
    if len(one.versions) > 1:
        look.append(page.button("versions", value))
    if not page.incident.open or state == "withdrawn":
        if look:
            yield buttons(*look)
        return
    yield buttons(*_next(page, one, state, value, blocked=blocked), *look)


def page_of(page: Page, one: Statement) -> Iterator[Button]:
    """To copy its words for each channel, take it away as a file, or bring one back."""
    if link := page.context.page_of(one.id):
        yield replace(page.button("statement_page", page.about(str(one.id))), link=link)


def _next(page: Page, one: Statement, state: str, value: str, *, blocked: bool) -> Iterator[Button]:
    """The step that brings it on comes first."""
    open_ = blanks(f"{one.latest.title}\n{one.latest.text}", one.language)
    if open_ and not one.approved:
        yield page.button("blanks", value, "primary")
    elif state == "draft" and not blocked:
        yield page.button("send_to_signers", value, "primary")
    if state in ("approved", "published", "outdated") and one.approved:
        yield send_out(page, one)
        if one.kind not in LINES:
            yield from _to_site(page, one, value)
    if state == "outdated" and not one.approved and not one.asked and not blocked:
        yield page.button("send_to_signers", value, "primary")
    voids = any(seat.signed_by for seat in one.seats.values())
    label = page.label("buttons", "correct" if _is_wrong(page, one) else "statement_edit")
    confirm = page.label("confirms", "statement_edit") if voids else ""
    to_mend = state == "changes" or (blocked and not open_)
    style: Style = "primary" if to_mend or _is_wrong(page, one) else "plain"
    yield page.button("statement_edit", value, style, label=label, confirm=confirm)
    if one.kind in page.context.playbook.emergency_kinds and not one.approved and not blocked:
        seal = page.about(str(one.id), one.latest.seal)
        yield page.button("release", seal, confirm=page.label("confirms", "release"))
    yield page.button("withdraw", value)


def _to_site(page: Page, one: Statement, value: str) -> Iterator[Button]:
    """Where the company's site takes texts from us, and has not been given this one."""
    handed = one.handed.get(one.latest.number)
    if page.context.has_hook and not page.incident.drill and (handed is None or handed.refused):
        yield page.button("hand_to_site", value, confirm=page.label("confirms", "hand_to_site"))


def send_out(page: Page, one: Statement) -> Button:
    """What follows once all have signed: an answer sheet is issued, anything else published."""
    if one.kind in LINES:
        return page.button("issue", page.about(str(one.id), one.latest.seal), "primary")
    return page.button("published", page.about(str(one.id)), "primary")


def _is_wrong(page: Page, one: Statement) -> bool:
    out = {fact for place in one.published.values() for fact in one.version(place.version).cites}
    return any(page.incident.facts[fact].status == "refuted" for fact in out)


def statement_text(page: Page) -> Card:
    """Its whole text. args statement: its number; page: which part of it."""
    one = page.incident.statements[page.args["statement"]]
    parts = pages(one.latest.text, LONG)
    number = min(max(page.args.get("page", 1), 1), len(parts))
    turn = [
        page.button("statement_text", page.about(str(one.id), str(to)), label=page.label("buttons", name))
        for to, name in ((number - 1, "page_before"), (number + 1, "page_after"))
        if 1 <= to <= len(parts)
    ]
    back = page.button("statement", page.about(str(one.id)), label=page.label("buttons", "back"))
    head = page.text(statement=one, number=number, in_all=len(parts))
    return page.card(head, *prose(parts[number - 1]), buttons(*turn, back))


def versions(page: Page) -> Card:
    """What changed between two of its versions, word by word. args statement, before, after: numbers."""
    one = page.incident.statements[page.args["statement"]]
    before, after = (one.version(page.args[name]) for name in ("before", "after"))
    told = _told(page, f"{before.title}\n{before.text}", f"{after.title}\n{after.text}")
    others = [
        page.button("versions", page.about(str(one.id), str(n), str(n + 1)), label=f"{n} → {n + 1}")
        for n in range(max(1, one.latest.number - 5), one.latest.number)
        if (n, n + 1) != (before.number, after.number)
    ]
    if one.latest.number > 2 and (before.number, after.number) != (1, one.latest.number):
        value = page.about(str(one.id), "1", str(one.latest.number))
        others.append(page.button("versions", value, label=f"1 → {one.latest.number}"))
    back = page.button("statement", page.about(str(one.id)), label=page.label("buttons", "back"))
    return page.card(page.text(statement=one, before=before, after=after), *told, buttons(*others, back))


def conflict(page: Page) -> Card:
    """Another saved meanwhile: what they changed against the reader's own words. args statement: its number."""
    one = page.incident.statements[page.args["statement"]]
    kept = one.kept[page.context.reader]
    latest = one.latest
    told = _told(page, f"{latest.title}\n{latest.text}", f"{kept.title}\n{kept.text}")
    value = page.about(str(one.id))
    row = buttons(
        page.button("statement_edit", value, "primary", label=page.label("buttons", "merge")),
        page.button("drop_kept", value, confirm=page.label("confirms", "drop_kept")),
    )
    return page.card(page.text(statement=one, latest=latest), *told, row)


def _told(page: Page, before: str, after: str) -> Iterable[Part]:
    """The difference with a little of what stands around it; long stretches that stayed are left out."""
    removed, added = page.label("changes", "removed"), page.label("changes", "added")
    pieces = []
    for kind, piece in differences(before, after):
        if kind == "same":
            pieces.append(piece if len(piece) <= 3 * _AROUND else f"{piece[:_AROUND]} … {piece[-_AROUND:]}")
        else:
            pieces.append(f"{removed if kind == 'removed' else added}{piece}{page.label('changes', 'end')}")
    if all(kind == "same" for kind, _ in differences(before, after)):
        return page.text("no_difference").parts
    text = "".join(pieces)
    shown = text if len(text) <= _MOST_DIFFERENCE else f"{text[:_MOST_DIFFERENCE]} …"
    return [Part(tuple(plain(row) for row in shown.split("\n") if row.strip()))]
