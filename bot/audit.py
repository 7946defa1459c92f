"""What should be in the tables, derived from incident, playbook and history, and compared with what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from bot.chat import Deed, Send
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.crisis.undelivered import given_up
from bot.expected import expected
from bot.store import Work
from bot.store.audits import Kept
from bot.store.codec import UnknownEvent
from bot.wanted import still_wanted
from statements.cards import CARDS

LOOKS_BACK = timedelta(hours=24)
"""What an incident asked for longer ago is not looked for: a message a day late helps nobody, and what a newer version
would say after such an event must not be said of all that ever was."""

OTHER_VERSION = timedelta(seconds=60)
"""For so long, what we do not know may be another version's, which will send it."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. Ids only, no words of people.

    kind: history (cannot be read; for an operator), header, missing, stuck, unknown, vanished, doubled (for an
    operator), orphan, not_left, broken (the check itself failed). key: of the send, or "". what: in which way.
    """

    kind: str
    incident: int
    key: str
    what: str


def audit_tables(work: Work, playbook: Playbook, *, mend: bool) -> list[Finding]:
    """Everything that can be told from the tables alone, for the command line."""
    marks = work.audits.marks(work.now - LOOKS_BACK)
    found = [finding for number in marks for finding in audit_incident(work, number, playbook, mend=mend)]
    return [*found, *audit_waiting(work, mend=mend)]


def audit_incident(work: Work, number: int, playbook: Playbook, *, mend: bool) -> list[Finding]:
    """Whether an incident's header and sends are what its history asks for; made so where `mend` says."""
    if work.audits.has_gaps(number):
        return [Finding("history", number, "", "lines are missing")]
    try:
        incident = work.incidents.afresh(number)
    except (UnknownEvent, ValueError) as error:
        return [Finding("history", number, "", f"cannot be read: {type(error).__name__}")]
    if incident is None:
        return []
    return [*_header(work, incident, mend), *_missing(work, incident, playbook, mend)]


def _header(work: Work, incident: Incident, mend: bool) -> Iterator[Finding]:
    should, header = work.incidents.header_of(incident), work.audits.header(incident.id)
    wrong = [name for name in should if header[name] != should[name]]
    if wrong and mend:
        work.audits.rewrite_header(incident.id, should)
    if wrong:
        yield Finding("header", incident.id, "", ", ".join(wrong))


def _missing(work: Work, incident: Incident, playbook: Playbook, mend: bool) -> Iterator[Finding]:
    """Sends that were never written, or are gone. What is no longer true is not missed."""
    kept = work.audits.keys(incident.id)
    for asked in expected(incident, playbook, work.now - LOOKS_BACK, kept):
        send, done = asked.send, _is_done(asked.send, incident)
        if not (done or still_wanted(send, incident)):
            continue
        if mend:
            work.outbox.put([send])
            since = work.real_now - (work.now - asked.at)
            work.audits.asked_for_long_ago(send.key, since, done=done)
        yield Finding("missing", incident.id, send.key, send.deed)


def _is_done(send: Send, incident: Incident) -> bool:
    """The history tells that it was done, whatever the outbox says."""
    if send.deed == "open_room":
        return bool(incident.room) or incident.archived or send.key != f"{incident.id}/room/{incident.rooms}"
    return send.deed == "archive" and incident.archived


def audit_waiting(work: Work, *, mend: bool) -> list[Finding]:
    """What waits and can never move, or cannot be understood."""
    return [*_unknown(work, mend), *_stuck(work, mend)]


def _stuck(work: Work, mend: bool) -> Iterator[Finding]:
    for stuck in work.audits.stuck():
        if not mend or work.audits.free(stuck):
            yield Finding("stuck", stuck.incident, stuck.key, stuck.why)


def _unknown(work: Work, mend: bool) -> Iterator[Finding]:
    for kept in work.audits.waiting():
        code = _cannot_be_done(kept, work.real_now)
        if code and (not mend or _give_up(work, kept, code)):
            yield Finding("unknown", kept.incident, kept.key, code)


def _cannot_be_done(kept: Kept, now: datetime) -> str:
    """Why no version that runs now can do it; "" where one can."""
    if kept.body is None:
        return "unreadable"
    if now - kept.created_at < OTHER_VERSION:
        return ""
    if kept.deed not in get_args(Deed):
        return "unknown_deed"
    return "unknown_card" if kept.body["card"] and kept.body["card"] not in CARDS else ""


def _give_up(work: Work, kept: Kept, code: str) -> bool:
    incident = work.incidents.get(kept.incident)
    if incident is None or not work.audits.give_up(kept, code):
        return False
    body = kept.body or {"to": "room", "card": "", "people": []}
    given_up(incident, kept.deed, body["card"], body["to"], body["people"], code, work.now)
    return True
