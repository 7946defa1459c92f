"""Sentences that commit us: those of a text which nobody has judged yet, and those that later texts tell again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.crisis.incident import Incident
from bot.crisis.kinds import TO_THE_PUBLIC
from bot.crisis.promises import open_promises, unjudged
from bot.crisis.public import Statement
from statements.drafts import blanks
from statements.principles import Principles
from statements.text import in_zone


def to_judge(incident: Incident, statement: Statement, principles: Principles) -> Sequence[str]:
    """What reads like a promise in its last version, and of which nobody has said yet whether it is one.

    A sentence with a blank in it is not finished; a text that is withdrawn, or for nobody outside, promises nothing.
    """
    if statement.withdrawn or statement.kind not in TO_THE_PUBLIC:
        return ()
    sentences = principles.promises(statement.latest.text, statement.language)
    finished = [one for one in sentences if not blanks(one, statement.language)]
    return unjudged(incident, statement, finished)


def key(sentence: str) -> str:
    """A short name of a sentence, for a button."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:8]


def promised(incident: Incident, zone: ZoneInfo, language: str) -> Sequence[Mapping[str, str]]:
    """What the public was promised in that language and is still waiting for, with its date in words."""
    return [
        {"text": one.words, "due": in_zone(one.due_at, zone, language, "day")}
        for one in open_promises(incident)
        if incident.statements[one.statement].language == language
    ]
