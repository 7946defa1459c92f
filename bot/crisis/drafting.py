"""Drafts: a text is written, changed by several, and every wording of it kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.public import Statement, Version
from bot.crisis.public_events import (
    Drafted,
    EditDropped,
    EditKept,
    FindingAccepted,
    HookAsked,
    Withdrawn,
)

LONGEST = 30_000
"""Characters of a text."""


@dataclass(frozen=True)
class Wording:
    """What somebody would have a statement say. cites: the facts it rests on, by number."""

    title: str
    text: str
    cites: Sequence[int] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


def draft(incident: Incident, kind: str, language: str, wording: Wording, by: str, now: datetime) -> int:
    """Begin a statement. Returns its number. Raises Refused for words that cannot be taken."""
    number = len(incident.statements) + 1
    _write(incident, number, 1, kind, language, wording, by, now)
    return number


def change(
    incident: Incident, statement: int, wording: Wording, base: int, by: str, now: datetime
) -> Version:
    """The next version; every signature is void then. The same words again change nothing.

    base: the version that this person had before them. Where what is out rests on something refuted, this puts it
    right. Raises Refused with `edited_meanwhile` where another has written since: theirs stands, see `keep`.
    """
    known = find(incident, statement)
    if known.withdrawn:
        raise Refused("withdrawn", statement=statement)
    if base != known.latest.number:
        raise Refused("edited_meanwhile", statement=statement, person=known.latest.by, base=base)
    if not _says_the_same(known.latest, wording):
        _write(incident, statement, base + 1, known.kind, known.language, wording, by, now)
    drop(incident, statement, by, now)
    return known.latest


def keep(incident: Incident, statement: int, wording: Wording, base: int, by: str, now: datetime) -> None:
    """Another has saved meanwhile: nothing is lost, these words wait for their author to see the difference."""
    find(incident, statement)
    title, text, cites = _checked(incident, wording)
    incident.record(EditKept(statement, base, title, text, cites), by, now)


def drop(incident: Incident, statement: int, by: str, now: datetime) -> None:
    """What waited for this person is in, or not wanted any more."""
    if by in find(incident, statement).kept:
        incident.record(EditDropped(statement), by, now)


def accept(
    incident: Incident, statement: int, version: int, finding: str, reason: str, by: str, now: datetime
) -> None:
    """A warning stands, for a reason that is kept. Raises Refused without one, or for an older version."""
    known, reason = find(incident, statement), reason.strip()
    if not reason:
        raise Refused("reason_needed")
    if version != known.latest.number:
        raise Refused("outdated_text", statement=statement)
    if known.accepted.get(finding) != reason:
        incident.record(FindingAccepted(statement, version, finding, reason), by, now)


def withdraw(incident: Incident, statement: int, reason: str, by: str, now: datetime) -> None:
    """It is not to be used any more; what is out is to be taken back, and our own site is told to.

    Raises Refused without a reason.
    """
    known, reason = find(incident, statement), reason.strip()
    if not reason:
        raise Refused("reason_needed")
    if not known.withdrawn:
        incident.record(Withdrawn(statement, reason), by, now)
        if known.handed:
            version = known.version(max(known.handed))
            incident.record(HookAsked(statement, version.number, version.seal, withdrawn=True), by, now)


def find(incident: Incident, statement: int) -> Statement:
    """The statement of that number. Raises Refused for one that there is not."""
    if statement not in incident.statements:
        raise Refused("no_such_statement", statement=statement)
    return incident.statements[statement]


def _write(
    incident: Incident,
    statement: int,
    version: int,
    kind: str,
    language: str,
    wording: Wording,
    by: str,
    now: datetime,
) -> None:
    title, text, cites = _checked(incident, wording)
    corrects = _told_wrongly(incident, statement)
    answers = dict(wording.answers)
    incident.record(
        Drafted(statement, version, kind, language, title, text, cites, answers, corrects), by, now
    )


def _checked(incident: Incident, wording: Wording) -> tuple[str, str, tuple[int, ...]]:
    """Title, text and cited facts as they are kept. Raises Refused for what cannot be."""
    title, text = wording.title.strip(), wording.text.strip()
    if not text:
        raise Refused("statement_without_words")
    if len(text) > LONGEST:
        raise Refused("statement_too_long", longest=LONGEST, length=len(text))
    if unknown := [fact for fact in wording.cites if fact not in incident.facts]:
        raise Refused("no_such_fact", fact=unknown[0])
    return title, text, tuple(sorted(set(wording.cites)))


def _told_wrongly(incident: Incident, statement: int) -> int:
    """The version that can be read outside and rests on something refuted, or 0."""
    known = incident.statements.get(statement)
    out = [one.version for one in known.published.values()] if known else []
    wrong = [
        version
        for version in out
        if known and any(incident.facts[fact].status == "refuted" for fact in known.version(version).cites)
    ]
    return max(wrong, default=0)


def _says_the_same(version: Version, wording: Wording) -> bool:
    return (version.title, version.text, version.cites) == (
        wording.title.strip(),
        wording.text.strip(),
        tuple(sorted(set(wording.cites))),
    )
