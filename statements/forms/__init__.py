"""The bot's questions to the team, as forms: one table from names to functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.chat import Form
from bot.crisis.incident import Incident
from statements.context import Context
from statements.forms import checklist, deeds, promises, public
from statements.forms.sheet import Sheet
from statements.text import Words

FORMS: Mapping[str, Callable[[Sheet], Form]] = {
    "open": deeds.open_,
    "details": deeds.details,
    "checklist": checklist.checklist,
    "regrade": deeds.regrade,
    "not_needed": deeds.not_needed,
    "close": deeds.close,
    "reopen": deeds.reopen,
    "reading": deeds.reading,
    "fact": public.fact,
    "fact_check": public.fact_check,
    "draft": public.draft,
    "blanks": public.blanks,
    "statement_edit": public.statement_edit,
    "changes": public.changes,
    "published": public.published,
    "accept": public.accept,
    "withdraw": public.withdraw,
    "promise": promises.promise,
    "promise_kept": promises.promise_kept,
    "promise_move": promises.promise_move,
    "line": public.line,
}
"""Every form there is, under the name of the deed that takes its answers."""


def form(
    name: str, incident: Incident | None, context: Context, words: Words, args: Mapping[str, Any]
) -> Form:
    """A form for the reader of the context. Raises KeyError for an unknown name.

    args: what is known already and prefilled; each function in `FORMS` says what it reads.
    """
    return FORMS[name](Sheet(name, incident, context, words, args))
