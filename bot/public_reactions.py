"""What follows from what happened to facts and statements: a part of the table of `bot.reactions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.cause import Cause
from bot.chat import Send
from bot.crisis import public_events as events
from bot.crisis.events import BOT
from bot.crisis.facts import told_wrongly
from bot.crisis.incident import Incident
from bot.crisis.public import Statement
from bot.lines_reactions import LINES_REACTIONS, recalled


def _drafted(event: events.Drafted, cause: Cause) -> Iterable[Send]:
    if event.version == 1:
        yield cause.post(f"statement/{event.statement}", "statement", statement=event.statement)
        return
    yield _show(cause, event.statement)
    yield from _show_signers(cause, event.statement)
    for person in _signed_before(cause.incident, event, cause.seq):
        if person != cause.incident.history[cause.seq].by:
            yield cause.direct(
                person,
                f"void/{event.statement}/{event.version}/{person}",
                "signature_void",
                statement=event.statement,
                version=event.version,
                by=cause.incident.history[cause.seq].by,
            )


def _signed_before(incident: Incident, event: events.Drafted, seq: int) -> Iterable[str]:
    """Who had signed the version before this one."""
    signed = (entry for entry in incident.history[:seq] if isinstance(entry.event, events.Signed))
    last = (event.statement, event.version - 1)
    return dict.fromkeys(e.by for e in signed if (e.event.statement, e.event.version) == last)


def _signer_asked(event: events.SignerAsked, cause: Cause) -> Iterable[Send]:
    """One message to a person for a version, also where they stand for several roles."""
    if _asked_before(event, cause):
        yield cause.update(_sign(event.statement, event.version, event.person))
    else:
        name = _sign(event.statement, event.version, event.person)
        yield cause.direct(event.person, name, "sign", statement=event.statement, version=event.version)
    yield _show(cause, event.statement)


def _asked_before(event: events.SignerAsked, cause: Cause) -> bool:
    same = (event.statement, event.version, event.person)
    return any(
        (one.statement, one.version, one.person) == same
        for one in (entry.event for entry in cause.incident.history[: cause.seq])
        if isinstance(one, events.SignerAsked)
    )


def _signers_reminded(event: events.SignersReminded, cause: Cause) -> Iterable[Send]:
    for person in event.people:
        yield cause.direct(
            person,
            f"sign_again/{cause.seq}/{person}",
            "sign",
            statement=event.statement,
            version=event.version,
            again=True,
        )
    yield _show(cause, event.statement)


def _signer_missing(event: events.SignerMissing, cause: Cause) -> Iterable[Send]:
    yield cause.post(
        f"signer_missing/{cause.seq}", "signer_missing", statement=event.statement, role=event.role
    )
    yield _show(cause, event.statement)


def _signed(event: events.Signed, cause: Cause) -> Iterable[Send]:
    yield _show(cause, event.statement)
    yield from _show_signers(cause, event.statement)


def _changes_asked(event: events.ChangesAsked, cause: Cause) -> Iterable[Send]:
    """Once for all roles that this person signs for."""
    entry, before = cause.incident.history[cause.seq], cause.incident.history[cause.seq - 1]
    if not (isinstance(before.event, events.ChangesAsked) and (before.at, before.by) == (entry.at, entry.by)):
        yield cause.post(
            f"changes/{cause.seq}",
            "changes_asked",
            statement=event.statement,
            person=entry.by,
            role=event.role,
            words=event.words,
        )
    yield _show(cause, event.statement)
    yield from _show_signers(cause, event.statement)


def _approved(event: events.Approved, cause: Cause) -> Iterable[Send]:
    name = f"approved/{event.statement}/{event.version}/{cause.seq}"
    yield cause.post(name, "approved", statement=event.statement, version=event.version)
    yield _show(cause, event.statement)
    yield from _show_signers(cause, event.statement)


def _published(event: events.Published, cause: Cause) -> Iterable[Send]:
    """The room hears of the first place; the others are added to that message."""
    name = f"published/{event.statement}/{event.version}"
    if _is_first(event, cause):
        yield cause.post(name, "published", statement=event.statement, version=event.version)
    else:
        yield cause.update(name)
    yield from _standing_changed(event, cause)


def _is_first(event: events.Published, cause: Cause) -> bool:
    same = (event.statement, event.version)
    earlier = (entry.event for entry in cause.incident.history[: cause.seq])
    return not any(
        isinstance(one, events.Published) and (one.statement, one.version) == same for one in earlier
    )


def _standing_changed(
    event: events.Published | events.PublicationUndone | events.TakenDown, cause: Cause
) -> Iterator[Send]:
    yield _show(cause, event.statement)
    for version in cause.incident.statements[event.statement].versions:
        if not isinstance(event, events.Published) or version.number != event.version:
            yield cause.update(f"published/{event.statement}/{version.number}")
    yield from _show_wrong(cause)


def _withdrawn(event: events.Withdrawn, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"withdrawn/{event.statement}", "withdrawn", statement=event.statement)
    yield from recalled(cause, aloud=False)
    yield _show(cause, event.statement)
    yield from _show_signers(cause, event.statement)
    yield from _show_wrong(cause)


def _accepted(event: events.FindingAccepted, cause: Cause) -> Iterable[Send]:
    yield _show(cause, event.statement)


def _fact_changed(event: events.FactChecked | events.FactReworded, cause: Cause) -> Iterable[Send]:
    """What cites it says so; what is out and rests on it, when it is wrong, is named to the room and its publishers."""
    incident = cause.incident
    yield from recalled(cause, aloud=True)
    for statement in incident.statements.values():
        if event.fact in statement.latest.cites and not statement.withdrawn:
            yield _show(cause, statement.id)
            yield from _show_signers(cause, statement.id)
    wrong = [one for one, facts in told_wrongly(incident) if event.fact in {fact.id for fact in facts}]
    if wrong and isinstance(event, events.FactChecked) and event.status == "refuted":
        yield cause.post(f"told_wrongly/{cause.seq}", "told_wrongly", fact=event.fact)
        for person in _answerable(wrong):
            yield cause.direct(person, f"told_wrongly/{cause.seq}/{person}", "told_wrongly", fact=event.fact)
    yield from _show_wrong(cause)


def _answerable(wrong: Iterable[Statement]) -> Iterable[str]:
    """Who wrote the last word of what is wrong, and who put it out."""
    people = [person for one in wrong for person in (one.latest.by, *(p.by for p in one.published.values()))]
    return dict.fromkeys(person for person in people if person != BOT)


def _show_wrong(cause: Cause) -> Iterator[Send]:
    """What was told wrongly is listed until it is put right."""
    for seq, entry in enumerate(cause.incident.history[: cause.seq]):
        if isinstance(entry.event, events.FactChecked) and entry.event.status == "refuted":
            yield cause.update(f"told_wrongly/{seq}")


def _show(cause: Cause, statement: int) -> Send:
    return cause.update(f"statement/{statement}")


def _show_signers(cause: Cause, statement: int) -> Iterator[Send]:
    """Everybody who was asked to sign any version of it sees how things stand."""
    asked = dict.fromkeys(
        (entry.event.version, entry.event.person)
        for entry in cause.incident.history[: cause.seq]
        if isinstance(entry.event, events.SignerAsked) and entry.event.statement == statement
    )
    for version, person in asked:
        yield cause.update(_sign(statement, version, person))


def _sign(statement: int, version: int, person: str) -> str:
    return f"sign/{statement}/{version}/{person}"


def _hook_asked(event: events.HookAsked, cause: Cause) -> Iterable[Send]:
    """In a lane for each statement, so that a correction never overtakes what it corrects."""
    lane = cause.key(f"hook/{event.statement}")
    about = {"statement": event.statement, "version": event.version, "withdrawn": event.withdrawn}
    yield Send(f"{lane}/{cause.seq}", cause.incident.id, "hook", lane, args=about)
    yield _show(cause, event.statement)


def _hook_delivered(event: events.HookDelivered, cause: Cause) -> Iterable[Send]:
    yield _show(cause, event.statement)


REACTIONS: Mapping[type[Any], Callable[[Any, Cause], Iterable[Send]]] = {
    events.Drafted: _drafted,
    events.FindingAccepted: _accepted,
    events.SignerAsked: _signer_asked,
    events.SignersReminded: _signers_reminded,
    events.SignerMissing: _signer_missing,
    events.Signed: _signed,
    events.ChangesAsked: _changes_asked,
    events.Approved: _approved,
    events.Published: _published,
    events.PublicationUndone: _standing_changed,
    events.TakenDown: _standing_changed,
    events.Withdrawn: _withdrawn,
    events.FactChecked: _fact_changed,
    events.FactReworded: _fact_changed,
    events.HookAsked: _hook_asked,
    events.HookDelivered: _hook_delivered,
    **LINES_REACTIONS,
}
"""Joined to the table of `bot.reactions`."""
