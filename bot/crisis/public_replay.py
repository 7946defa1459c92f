"""What each event about words for outside changes: the second half of `bot.crisis.replay`, whose `apply` knows it all
once this is loaded, and is to be had from here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.crisis import public_events as events
from bot.crisis.events import SendGivenUp
from bot.crisis.public import (
    AnswerSheet,
    Fact,
    HandOver,
    Kept,
    Promise,
    Publication,
    Seat,
    Statement,
    Version,
)
from bot.crisis.replay import apply

__all__ = ["apply"]

if TYPE_CHECKING:
    from bot.crisis.incident import Incident


@apply.register(events.FactNoted)
def _(event: events.FactNoted, incident: Incident, by: str, at: datetime) -> None:
    incident.facts[event.fact] = Fact(event.fact, event.text, event.source, by, at, event.question)


@apply.register(events.FactReworded)
def _(event: events.FactReworded, incident: Incident, by: str, at: datetime) -> None:
    fact = incident.facts[event.fact]
    fact.text, fact.source, fact.noted_by, fact.noted_at = event.text, event.source, by, at
    fact.status, fact.verified_by, fact.verified_at = "unconfirmed", "", None
    _recall_resting_on(event.fact, incident, at)


@apply.register(events.FactChecked)
def _(event: events.FactChecked, incident: Incident, by: str, at: datetime) -> None:
    fact = incident.facts[event.fact]
    fact.status, fact.source, fact.verified_by, fact.verified_at = event.status, event.source, by, at
    if event.status != "confirmed":
        _recall_resting_on(event.fact, incident, at)


@apply.register(events.Drafted)
def _(event: events.Drafted, incident: Incident, by: str, at: datetime) -> None:
    statement = incident.statements.setdefault(
        event.statement, Statement(event.statement, event.kind, event.language)
    )
    statement.versions.append(
        Version(event.version, event.title, event.text, event.cites, event.answers, by, at, event.corrects)
    )
    # A signature covers exactly one wording.
    statement.void = {seat.role: seat.signed_by for seat in statement.seats.values() if seat.signed_by}
    statement.seats, statement.accepted = {}, {}
    statement.approved_seal, statement.approved_at, statement.emergency = "", None, False


@apply.register(events.EditKept)
def _(event: events.EditKept, incident: Incident, by: str, at: datetime) -> None:
    incident.statements[event.statement].kept[by] = Kept(event.base, event.title, event.text, event.cites, at)


@apply.register(events.EditDropped)
def _(event: events.EditDropped, incident: Incident, by: str, at: datetime) -> None:
    incident.statements[event.statement].kept.pop(by, None)


@apply.register(events.FindingAccepted)
def _(event: events.FindingAccepted, incident: Incident, by: str, at: datetime) -> None:
    incident.statements[event.statement].accepted[event.finding] = event.reason


@apply.register(events.SignerAsked)
def _(event: events.SignerAsked, incident: Incident, by: str, at: datetime) -> None:
    seat = _wanted(incident.statements[event.statement], event.role)
    seat.asked.append(event.person)
    seat.asked_at, seat.answer_by, seat.reminded = at, event.answer_by, False


@apply.register(events.SignerMissing)
def _(event: events.SignerMissing, incident: Incident, by: str, at: datetime) -> None:
    seat = _wanted(incident.statements[event.statement], event.role)
    seat.stuck, seat.answer_by = True, event.answer_by


def _wanted(statement: Statement, role: str) -> Seat:
    """One more signature is wanted, perhaps because the grade has risen: without it nothing is approved any more."""
    statement.approved_seal, statement.approved_at = "", None
    return statement.seats.setdefault(role, Seat(role))


@apply.register(events.SignersReminded)
def _(event: events.SignersReminded, incident: Incident, by: str, at: datetime) -> None:
    seat = incident.statements[event.statement].seats[event.role]
    seat.reminded, seat.answer_by = True, event.answer_by


@apply.register(events.Signed)
def _(event: events.Signed, incident: Incident, by: str, at: datetime) -> None:
    seat = incident.statements[event.statement].seats[event.role]
    seat.signed_by, seat.signed_at, seat.answer_by, seat.changes = by, at, None, ""


@apply.register(events.ChangesAsked)
def _(event: events.ChangesAsked, incident: Incident, by: str, at: datetime) -> None:
    seat = incident.statements[event.statement].seats[event.role]
    seat.changes, seat.changes_by, seat.answer_by = event.words, by, None


@apply.register(events.Approved)
def _(event: events.Approved, incident: Incident, by: str, at: datetime) -> None:
    statement = incident.statements[event.statement]
    statement.approved_seal, statement.approved_at, statement.emergency = event.seal, at, event.emergency


@apply.register(events.Published)
def _(event: events.Published, incident: Incident, by: str, at: datetime) -> None:
    statement = incident.statements[event.statement]
    earlier = statement.published.get(event.channel)
    if earlier is not None and earlier.version == event.version:
        # A link or a pin is added to what stands there already.
        by, at = earlier.by, earlier.at
    statement.published[event.channel] = Publication(
        event.channel, event.version, event.link, event.pinned, by, at
    )
    _promise(incident, statement, at)


@apply.register(events.PublicationUndone)
def _(event: events.PublicationUndone, incident: Incident, by: str, at: datetime) -> None:
    statement = incident.statements[event.statement]
    undone = statement.published.pop(event.channel, None)
    for promise in incident.promises.values():
        if promise.statement == statement.id and undone is not None and promise.given_at == undone.at:
            promise.given_at = None
    for left in sorted(statement.published.values(), key=lambda one: one.at):
        _promise(incident, statement, left.at)


@apply.register(events.Withdrawn)
def _(event: events.Withdrawn, incident: Incident, by: str, at: datetime) -> None:
    statement = incident.statements[event.statement]
    statement.withdrawn, statement.withdrawn_at = event.reason, at
    for sheet in incident.sheets.values():
        if sheet.statement == event.statement:
            _recall(sheet, "withdrawn", at)


@apply.register(events.TakenDown)
def _(event: events.TakenDown, incident: Incident, by: str, at: datetime) -> None:
    incident.statements[event.statement].published.pop(event.channel, None)


@apply.register(events.HookAsked)
def _(event: events.HookAsked, incident: Incident, by: str, at: datetime) -> None:
    handed = incident.statements[event.statement].handed
    handed[event.version] = (
        replace(handed[event.version], refused="") if event.withdrawn else HandOver(by, at)
    )


@apply.register(events.HookDelivered)
def _(event: events.HookDelivered, incident: Incident, by: str, at: datetime) -> None:
    handed = incident.statements[event.statement].handed
    changed = {"taken_down_at": at} if event.withdrawn else {"taken_at": at, "link": event.link}
    handed[event.version] = replace(handed[event.version], refused="", **changed)


@apply.register(SendGivenUp)
def _(event: SendGivenUp, incident: Incident, by: str, at: datetime) -> None:
    if event.statement:
        handed = incident.statements[event.statement].handed
        handed[event.version] = replace(handed[event.version], refused=event.code)


@apply.register(events.PromiseNoted)
def _(event: events.PromiseNoted, incident: Incident, by: str, at: datetime) -> None:
    incident.promises[event.promise] = Promise(
        event.promise, event.statement, event.version, event.text, event.due_at, event.owner
    )
    _promise(incident, incident.statements[event.statement], at)


@apply.register(events.PromiseDismissed)
def _(event: events.PromiseDismissed, incident: Incident, by: str, at: datetime) -> None:
    incident.statements[event.statement].no_promises.add(event.sentence)


@apply.register(events.PromiseMoved)
def _(event: events.PromiseMoved, incident: Incident, by: str, at: datetime) -> None:
    promise = incident.promises[event.promise]
    promise.due_at, promise.owner = event.due_at, event.owner
    promise.moved_at, promise.moved_because = at, event.reason


@apply.register(events.PromiseKept)
def _(event: events.PromiseKept, incident: Incident, by: str, at: datetime) -> None:
    promise = incident.promises[event.promise]
    promise.kept_at, promise.kept_in, promise.kept_because = at, event.statement, event.reason


def _promise(incident: Incident, statement: Statement, at: datetime) -> None:
    """What can be read outside is promised, from the moment on at which it could be."""
    texts = [statement.version(one.version).text for one in statement.published.values()]
    for promise in incident.promises.values():
        if promise.statement == statement.id and promise.given_at is None:
            promise.given_at = at if any(promise.text in text for text in texts) else None


@apply.register(events.LinesIssued)
def _(event: events.LinesIssued, incident: Incident, by: str, at: datetime) -> None:
    new = incident.statements[event.statement]
    for sheet in incident.sheets.values():
        old = incident.statements[sheet.statement]
        if (old.kind, old.language) == (new.kind, new.language) and not sheet.replaced_by:
            _recall(sheet, "replaced", at)
            sheet.replaced_by = event.sheet
    incident.sheets[event.sheet] = AnswerSheet(
        event.sheet, event.statement, event.version, event.people, by, at
    )


@apply.register(events.LinesRead)
def _(event: events.LinesRead, incident: Incident, by: str, at: datetime) -> None:
    incident.sheets[event.sheet].read[by] = at


@apply.register(events.ReadersReminded)
def _(event: events.ReadersReminded, incident: Incident, by: str, at: datetime) -> None:
    incident.sheets[event.sheet].reminded = event.people


def _recall_resting_on(fact: int, incident: Incident, at: datetime) -> None:
    """Whoever has such a sheet in hand must not wait for a better one, nor find it good again when the fact is."""
    for sheet in incident.sheets.values():
        if fact in incident.statements[sheet.statement].version(sheet.version).cites:
            _recall(sheet, "fact", at)


def _recall(sheet: AnswerSheet, why: str, at: datetime) -> None:
    """The first reason stands."""
    if not sheet.recalled:
        sheet.recalled, sheet.recalled_at = why, at
