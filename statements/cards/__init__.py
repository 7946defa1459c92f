"""The bot's words to the team, as cards: one table from names to functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.chat import Card
from bot.crisis.incident import Incident
from statements.cards import (
    backup,
    board,
    calls,
    emergency,
    grades,
    ledger,
    lines,
    machine,
    passing,
    promises,
    room,
    signing,
    standing,
    state,
    texts,
)
from statements.cards.page import Page
from statements.context import Context
from statements.text import Words

CARDS: Mapping[str, Callable[[Page], Card]] = {
    "state": state.state,
    "first_tasks": board.first_tasks,
    "checkpoint": board.checkpoint,
    "nudge": grades.nudge,
    "grade": grades.grade,
    "lower_asked": grades.lower_asked,
    "lower_refused": grades.lower_refused,
    "page": calls.page,
    "answered": calls.answered,
    "escalated": calls.escalated,
    "nobody_answers": calls.nobody_answers,
    "unheld": calls.unheld,
    "undelivered": calls.undelivered,
    "before": board.before,
    "decisions": board.decisions,
    "reading": grades.reading,
    "update": board.update,
    "backup": backup.backup,
    "details_changed": room.details_changed,
    "invite_refused": room.invite_refused,
    "room_failed": room.room_failed,
    "given_up": room.given_up,
    "room_lost": room.room_lost,
    "closed": room.closed,
    "reopened": room.reopened,
    "trouble": machine.trouble,
    "emergency": emergency.emergency,
    "moved": emergency.moved,
    "not_entered": emergency.not_entered,
    "guide": passing.guide,
    "help": passing.help_,
    "status": state.status,
    "tasks": board.tasks,
    "list": passing.incidents,
    "facts": ledger.facts,
    "statements": texts.statements,
    "statement": texts.statement,
    "statement_text": texts.statement_text,
    "versions": texts.versions,
    "conflict": texts.conflict,
    "sign": signing.sign,
    "approved": signing.approved,
    "changes_asked": signing.changes_asked,
    "signer_missing": signing.signer_missing,
    "signature_void": signing.signature_void,
    "published": signing.published,
    "told_wrongly": signing.told_wrongly,
    "withdrawn": signing.withdrawn,
    "promise": promises.promise,
    "promises": promises.promises,
    "standing": standing.standing,
    "next_word": standing.next_word,
    "executive": standing.executive,
    "lines": lines.lines,
    "lines_room": lines.lines_room,
    "lines_recalled": lines.lines_recalled,
    "line_asked": lines.line_asked,
    "line_found": lines.line_found,
    "sheets": lines.sheets,
    "done": passing.done,
    "refused": passing.refused,
}
"""Every card there is; a send or a reply names one of these."""


def card(
    name: str, incident: Incident | None, context: Context, words: Words, args: Mapping[str, Any]
) -> Card:
    """A card as the reader of the context sees it now. Raises KeyError for an unknown name.

    args: what the send or the reply carries; each function in `CARDS` says what it reads.
    """
    return CARDS[name](Page(name, incident, context, words, args))


def problem(language: str, code: str, params: Mapping[str, Any], words: Words) -> str:
    """What to mend, beside a field of a form."""
    text = words.sentence(language, "problems", code, **params)
    return "".join(span.text for line in text.lines for span in line if hasattr(span, "text"))
