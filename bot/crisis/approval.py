"""Approval: all who must sign see the same words at once, and a signature covers exactly these (S2; domain 7).

Silence is never consent: whoever does not answer is stood in for, not left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.crisis.drafting import find
from bot.crisis.errors import Refused
from bot.crisis.events import BOT
from bot.crisis.facts import unsafe
from bot.crisis.incident import Incident, invite
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook
from bot.crisis.public import Seat, Statement
from bot.crisis.public_events import (
    Approved,
    ChangesAsked,
    Signed,
    SignerAsked,
    SignerMissing,
    SignersReminded,
)


def ask(
    incident: Incident,
    statement: int,
    blocking: Collection[str],
    playbook: Playbook,
    roster: Roster,
    by: str,
    now: datetime,
) -> None:
    """Put the last version before everybody who must sign it, together; again, it changes nothing.

    blocking: findings that keep it from going out, by their keys. Raises Refused while there are any, while it
    rests on an unconfirmed fact, and before there is a grade, which says who signs.
    """
    known = find(incident, statement)
    if known.approved or known.asked:
        return
    _check_words(incident, known, blocking)
    if not incident.grade:
        raise Refused("not_graded_yet")
    until = now + timedelta(minutes=playbook.grade(incident.grade).sign_minutes)
    for role, person in _signers(incident, known, playbook, roster).items():
        _ask(incident, known, role, person, until, by, now)


def sign(
    incident: Incident,
    statement: int,
    seal: str,
    playbook: Playbook,
    roster: Roster,
    person: str,
    now: datetime,
) -> tuple[str, ...]:
    """Sign for every role that one was asked for and still stands for; returns these.

    When all are there it is approved. Raises Refused for another wording than the last, for who was not asked or
    stands for the role no more, and where a fact it rests on is not confirmed any more.
    """
    known = find(incident, statement)
    _check_seal(known, seal)
    seats = [seat for seat in known.seats.values() if person in seat.asked and not seat.signed_by]
    if not seats:
        raise Refused("signed_already" if _has_signed(known, person) else "not_asked_to_sign")
    chain = playbook.next_in_command
    mine = [seat.role for seat in seats if person in roster.chain(seat.role, chain)]
    if not mine:
        raise Refused("not_in_role_any_more")
    _check_words(incident, known, ())
    for role in mine:
        incident.record(Signed(statement, known.latest.number, seal, role), person, now)
    _settle(incident, known, playbook, person, now)
    return tuple(mine)


def ask_for_changes(
    incident: Incident, statement: int, seal: str, words: str, person: str, now: datetime
) -> None:
    """A signer wants it otherwise. Raises Refused without words, for another wording, or who was not asked."""
    known, words = find(incident, statement), words.strip()
    _check_seal(known, seal)
    if not words:
        raise Refused("words_needed")
    seats = [seat for seat in known.seats.values() if person in seat.asked and not seat.signed_by]
    if not seats:
        raise Refused("not_asked_to_sign")
    for seat in seats:
        incident.record(ChangesAsked(statement, known.latest.number, seat.role, words), person, now)


def follow_grade(incident: Incident, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """After the grade has moved: whoever must sign now as well is asked too, also for what was approved before.

    What needs fewer signatures since, and has them, is approved.
    """
    until = now + timedelta(minutes=playbook.grade(incident.grade).sign_minutes)
    for known in incident.statements.values():
        if known.withdrawn or not known.asked or known.emergency:
            continue
        for role, person in _signers(incident, known, playbook, roster).items():
            if role not in known.seats:
                _ask(incident, known, role, person, until, BOT, now)
        _settle(incident, known, playbook, BOT, now)


def remind_signer(incident: Incident, statement: int, role: str, now: datetime) -> None:
    """Half of the time is over without an answer: whoever is asked hears of it again; the time stays."""
    seat = find(incident, statement).seats[role]
    assert seat.answer_by is not None
    _remind(incident, statement, seat, seat.asked[-1:], seat.answer_by, now)


def signer_timed_out(
    incident: Incident, statement: int, role: str, playbook: Playbook, roster: Roster, now: datetime
) -> None:
    """No answer in time: the deputy is asked too. Whoever was asked first may still sign.

    After the last of them the room is told, and all are reminded in longer and longer turns: silence is no consent.
    """
    known = find(incident, statement)
    seat, wait = known.seats[role], timedelta(minutes=playbook.grade(incident.grade).sign_minutes)
    person = _next(seat.asked, role, playbook, roster, _must_not_sign_alone(known, role))
    if person is not None or not (seat.stuck and seat.asked):
        _ask(incident, known, role, person, now + wait, BOT, now)
    else:
        assert seat.asked_at is not None
        _remind(incident, statement, seat, seat.asked, now + max(wait, now - seat.asked_at), now)


def sign_in_emergency(
    incident: Incident, statement: int, seal: str, playbook: Playbook, person: str, now: datetime
) -> None:
    """Whoever is in command lets a first word go out with one signature, where the policy allows it.

    It is marked so for good. Raises Refused for any other kind or person, for one's own text, and for words that may
    not be said.
    """
    known = find(incident, statement)
    _check_seal(known, seal)
    in_command = playbook.grade(incident.grade).in_command if incident.grade else ""
    if known.kind not in playbook.emergency_kinds:
        raise Refused("no_emergency_for_this")
    if person != incident.commander(in_command):
        raise Refused("only_in_command")
    if known.authors == {person}:
        raise Refused("not_alone")
    _check_words(incident, known, ())
    if not known.approved:
        incident.record(Approved(statement, known.latest.number, seal, emergency=True), person, now)


def missing(incident: Incident, statement: Statement, playbook: Playbook) -> list[Seat]:
    """Whose signatures are still wanted; none once it has gone out in an emergency."""
    if not incident.grade or statement.emergency or statement.withdrawn:
        return []
    wanted = playbook.signers(incident.grade, statement.kind)
    return [seat for role, seat in statement.seats.items() if role in wanted and not seat.signed_by]


def is_enough(incident: Incident, statement: Statement, playbook: Playbook) -> bool:
    """All roles that the grade asks for have signed the last version, one of them not its author."""
    if not incident.grade:
        return False
    signed = {role: seat.signed_by for role, seat in statement.seats.items() if seat.signed_by}
    wanted = playbook.signers(incident.grade, statement.kind)
    return set(wanted) <= set(signed) and not set(signed.values()) <= statement.authors


def _settle(incident: Incident, known: Statement, playbook: Playbook, by: str, now: datetime) -> None:
    if not known.approved and is_enough(incident, known, playbook):
        incident.record(Approved(known.id, known.latest.number, known.latest.seal), by, now)


def _signers(
    incident: Incident, known: Statement, playbook: Playbook, roster: Roster
) -> dict[str, str | None]:
    """One person for each role: who answered the page for it, else its holder. Never only authors."""
    roles = playbook.signers(incident.grade, known.kind)
    found = {role: _first(incident, role, playbook, roster) for role in roles}
    if set(found.values()) <= known.authors:
        last = roles[-1]
        found[last] = _next((), last, playbook, roster, known.authors)
    return found


def _first(incident: Incident, role: str, playbook: Playbook, roster: Roster) -> str | None:
    call = incident.calls.get(role)
    return (call.answered_by if call else "") or _next((), role, playbook, roster, ())


def _next(
    asked: Sequence[str], role: str, playbook: Playbook, roster: Roster, barred: Collection[str]
) -> str | None:
    return roster.next_to_page(role, {*asked, *barred}, playbook.next_in_command)


def _must_not_sign_alone(known: Statement, role: str) -> Collection[str]:
    """The authors, where all the other signatures are theirs."""
    others = {
        seat.signed_by or seat.asked[0] for seat in known.seats.values() if seat.role != role and seat.asked
    }
    return known.authors if others <= known.authors else ()


def _ask(
    incident: Incident,
    known: Statement,
    role: str,
    person: str | None,
    until: datetime,
    by: str,
    now: datetime,
) -> None:
    version = known.latest.number
    if person is None:
        incident.record(SignerMissing(known.id, version, role, until), by, now)
    else:
        incident.record(SignerAsked(known.id, version, role, person, until), by, now)
        invite(incident, [person], now)


def _remind(
    incident: Incident, statement: int, seat: Seat, people: Sequence[str], until: datetime, now: datetime
) -> None:
    version = find(incident, statement).latest.number
    incident.record(SignersReminded(statement, version, seat.role, tuple(people), until), BOT, now)


def _check_words(incident: Incident, known: Statement, blocking: Collection[str]) -> None:
    if known.withdrawn:
        raise Refused("withdrawn", statement=known.id)
    if facts := unsafe(incident, known):
        raise Refused("unsafe_facts", facts=[fact.id for fact in facts])
    if blocking:
        raise Refused("findings_block", findings=sorted(blocking))


def _check_seal(known: Statement, seal: str) -> None:
    if seal != known.latest.seal:
        raise Refused("outdated_text", statement=known.id)


def _has_signed(known: Statement, person: str) -> bool:
    return any(seat.signed_by == person for seat in known.seats.values())
