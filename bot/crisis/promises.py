"""Promises: what a text for outside commits us to, until a later one tells that it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.crisis.drafting import find as find_statement
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.public import Promise, Statement
from bot.crisis.public_events import PromiseDismissed, PromiseKept, PromiseMoved, PromiseNoted


def note(
    incident: Incident, statement: int, sentence: str, due_at: datetime, owner: str, by: str, now: datetime
) -> int:
    """This sentence of its last version is a promise. Returns its number; noted again, nothing changes.

    due_at: aware. Raises Refused where the text does not say so any more.
    """
    known = _with_sentence(incident, statement, sentence)
    for promise in incident.promises.values():
        if (promise.statement, promise.text) == (statement, sentence):
            return promise.id
    number = len(incident.promises) + 1
    version = known.latest.number
    incident.record(PromiseNoted(number, statement, version, sentence, due_at, owner), by, now)
    return number


def dismiss(incident: Incident, statement: int, sentence: str, by: str, now: datetime) -> None:
    """It only reads like a promise. Raises Refused where the text does not say so any more."""
    known = _with_sentence(incident, statement, sentence)
    if sentence not in known.no_promises:
        incident.record(PromiseDismissed(statement, sentence), by, now)


def keep(incident: Incident, promise: int, statement: int, reason: str, by: str, now: datetime) -> None:
    """It was kept: a later statement that is out tells so, or a reason does; statement: 0 for none.

    Raises Refused with neither, for a statement that is not out or not later, and for one that was kept already.
    """
    known, reason = _open(incident, promise), reason.strip()
    if statement and statement not in {one.id for one in later(incident, known)}:
        raise Refused("not_a_later_statement")
    if not statement and not reason:
        raise Refused("reason_needed")
    incident.record(PromiseKept(promise, statement, reason), by, now)


def move(
    incident: Incident, promise: int, due_at: datetime, owner: str, reason: str, by: str, now: datetime
) -> None:
    """Another time or owner, and why. Raises Refused without a reason, or for one that was kept already."""
    known, reason = _open(incident, promise), reason.strip()
    if not reason:
        raise Refused("reason_needed")
    if (known.due_at, known.owner) != (due_at, owner):
        incident.record(PromiseMoved(promise, due_at, owner, reason), by, now)


def find(incident: Incident, promise: int) -> Promise:
    """The promise of that number. Raises Refused for one that there is not."""
    if promise not in incident.promises:
        raise Refused("no_such_promise")
    return incident.promises[promise]


def open_promises(incident: Incident) -> list[Promise]:
    """What was promised to the public and not kept yet, what is due first before the rest."""
    waiting = [promise for promise in incident.promises.values() if promise.open]
    return sorted(waiting, key=lambda promise: promise.due_at)


def not_out_yet(incident: Incident) -> list[Promise]:
    """What will be promised as soon as the text goes out as it stands."""
    return [
        promise
        for promise in incident.promises.values()
        if promise.given_at is None
        and promise.kept_at is None
        and not incident.statements[promise.statement].withdrawn
        and promise.text in incident.statements[promise.statement].latest.text
    ]


def later(incident: Incident, promise: Promise) -> list[Statement]:
    """The statements that went out after it was given, and so may tell that it was kept."""
    given = promise.given_at
    return [
        one
        for one in incident.statements.values()
        if given is not None
        and one.id != promise.statement
        and any(place.at > given for place in one.published.values())
    ]


def unjudged(incident: Incident, statement: Statement, sentences: Iterable[str]) -> Sequence[str]:
    """Those of these sentences of which nobody has said yet whether they are a promise.

    What tells an open promise again is no new one.
    """
    known = [one.words for one in incident.promises.values() if one.statement == statement.id or one.open]
    return [
        sentence
        for sentence in dict.fromkeys(sentences)
        if sentence not in statement.no_promises and not any(words in sentence for words in known)
    ]


def _with_sentence(incident: Incident, statement: int, sentence: str) -> Statement:
    known = find_statement(incident, statement)
    if sentence not in known.latest.text:
        raise Refused("outdated_text", statement=statement)
    return known


def _open(incident: Incident, promise: int) -> Promise:
    known = find(incident, promise)
    if known.kept_at is not None:
        raise Refused("promise_kept_already")
    return known
