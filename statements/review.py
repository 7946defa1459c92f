"""What a statement is drafted from and held to, for one crisis: the checks of the principles, and what is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.crisis.incident import Incident
from bot.crisis.kinds import TO_THE_PUBLIC
from bot.crisis.public import Statement
from statements.context import Context
from statements.given import given
from statements.principles import Checked, Finding
from statements.promised import to_judge
from statements.templates import PublicText


def findings(incident: Incident, statement: Statement, context: Context) -> Sequence[Finding]:
    """What the principles find in its last version, what blocks first; warnings that were accepted are left out."""
    latest = statement.latest
    checked = Checked(
        kind=statement.kind,
        language=statement.language,
        title=latest.title,
        text=latest.text,
        facts=[incident.facts[fact] for fact in latest.cites],
        company=context.roster.company,
        now=context.now,
        deadline=_deadline(statement, context),
        channels=context.playbook.channels if statement.kind in TO_THE_PUBLIC else (),
    )
    found = [*context.principles.findings(checked), *_unjudged(incident, statement, context)]
    return [one for one in found if one.level == "block" or one.key not in statement.accepted]


def _unjudged(incident: Incident, statement: Statement, context: Context) -> Iterator[Finding]:
    """One for all sentences together, each of which has a row of its own."""
    if found := to_judge(incident, statement, context.principles):
        yield Finding("unjudged_promise", "warn", "\n".join(found), about={"count": len(found)})


def blocking(incident: Incident, statement: Statement, context: Context) -> Sequence[str]:
    """Keys of what keeps it from going to the signers."""
    return [one.key for one in findings(incident, statement, context) if one.level == "block"]


def known(
    incident: Incident, public: PublicText, cites: Sequence[int], context: Context
) -> Mapping[str, Any]:
    """What a public text is given to draw on."""
    facts = [incident.facts[fact] for fact in cites if fact in incident.facts]
    return given(public, incident, facts, context)


def public_text(context: Context, language: str, kind: str) -> PublicText:
    """The text that a statement of this kind begins from. Raises KeyError for a kind that there is not."""
    return context.public.get(language, kind)


def _deadline(statement: Statement, context: Context) -> datetime | None:
    """By when the first official word is due, for what is to be that word."""
    if statement.kind != "first_statement" or statement.published:
        return None
    return context.plan.deadlines.get("first_word") if context.plan else None
