"""The two questions that the rest asks of time: what is due now, and when to ask again.

Both are pure functions of the incident, the playbook and the moment. Nothing is scheduled and nothing has to be
cancelled: a new grade or an earlier time zero moves every time by itself (design, decision 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.crisis.words import last_word
from timelines.cadence import updates
from timelines.checkpoints import due_at
from timelines.promises import due_promises
from timelines.receipts import due_receipts
from timelines.signatures import due_signatures
from timelines.words import due_words

Kind = Literal[
    "page",
    "urge",
    "sign",
    "sign_again",
    "unread",
    "nudge",
    "autograde",
    "before",
    "deadline",
    "checkpoint",
    "reading",
    "update",
    "chase",
]

LATE = timedelta(minutes=2)
"""A reminder told later than this after its time says so; less is the clock's own grain."""


@dataclass(frozen=True)
class Due:
    """Something whose time comes at `at` (aware, UTC).

    name: unique within its kind; for a page, the role; for an urge, the person and the way; for a signature, the
    statement's number and the role; for a receipt, the answer sheet's number.
    """

    kind: Kind
    name: str
    at: datetime


def due(incident: Incident, playbook: Playbook, now: datetime) -> list[Due]:
    """Everything whose time has come and that has not been told yet, earliest first."""
    come = (item for item in _ahead(incident, playbook, now) if item.at <= now)
    return sorted(come, key=lambda item: item.at)


def next_due(incident: Incident, playbook: Playbook) -> datetime | None:
    """When to ask `due` again; None when nothing will ever be due."""
    return min((item.at for item in _ahead(incident, playbook)), default=None)


def is_late(item: Due, incident: Incident, now: datetime) -> bool:
    """It came while we were away: not just now, and not before the incident was declared or reopened."""
    assert incident.running_since is not None
    return item.at > incident.running_since and now - item.at > LATE


def is_early(item: Due, incident: Incident) -> bool:
    """It had passed when the incident was declared, because time zero lies before that."""
    assert incident.declared_at is not None
    return item.at <= incident.declared_at


def next_checkpoint(incident: Incident, playbook: Playbook) -> Due | None:
    """The next checkpoint that has not come yet, for the head of the room; None after the last."""
    return next(_checkpoints(incident, playbook), None) if incident.open else None


def deadlines(incident: Incident, playbook: Playbook) -> list[Due]:
    """By when the first contact and the first official word are due, where the grade asks for them (domain 2.5).

    One that was met is due no more: whoever has spoken in time is not told that the time is up.
    """
    if not incident.grade or incident.time_zero is None:
        return []
    grade = playbook.grade(incident.grade)
    minutes = {"first_contact": grade.first_contact_minutes, "first_word": grade.first_word_minutes}
    met = {task.meets for task in playbook.task_templates if task.meets and _is_over(task.name, incident)}
    if last_word(incident) is not None:
        met.add("first_word")
    return [
        Due("deadline", name, incident.time_zero + timedelta(minutes=after))
        for name, after in minutes.items()
        if after is not None and name not in met
    ]


def _is_over(task: str, incident: Incident) -> bool:
    return task in incident.tasks and not incident.tasks[task].open


def _ahead(incident: Incident, playbook: Playbook, now: datetime | None = None) -> Iterator[Due]:
    """What has not been told. Of the long row of updates only those that have come by `now`, and the next one."""
    if not incident.open or incident.time_zero is None:
        return
    yield from _pages(incident)
    yield from _urges(incident)
    for name, again, at in due_signatures(incident, playbook):
        yield Due("sign_again" if again else "sign", name, at)
    for sheet, at in due_receipts(incident, playbook):
        yield Due("unread", str(sheet), at)
    yield from _first_minutes(incident, playbook)
    yield from _checkpoints(incident, playbook)
    yield from _before(incident, playbook)
    yield from _reading(incident, playbook)
    yield from _updates(incident, playbook, now)
    for name, at in (*due_words(incident, playbook, now), *due_promises(incident, playbook, now)):
        yield Due("chase", name, at)


def _pages(incident: Incident) -> Iterator[Due]:
    for call in incident.calls.values():
        if call.open and call.answer_by is not None:
            yield Due("page", call.role, call.answer_by)


def _urges(incident: Incident) -> Iterator[Due]:
    """Once for each person, way and call, while their page waits; a call for several roles is one."""
    told = set()
    for call in incident.calls.values():
        if not call.open or call.called_at is None or call.answer_by is None:
            continue
        for level, minutes in call.urges.items():
            at, last = call.called_at + timedelta(minutes=minutes), incident.urged.get((call.person, level))
            name = f"{call.person}/{level}"
            if at < call.answer_by and (last is None or last < call.called_at) and name not in told:
                told.add(name)
                yield Due("urge", name, at)


def _first_minutes(incident: Incident, playbook: Playbook) -> Iterator[Due]:
    """The nudge and the bot's own grade: by time zero, but never before people had time to answer (S3)."""
    assert incident.time_zero is not None
    assert incident.answerable_since is not None
    grace = timedelta(minutes=playbook.grace_minutes)
    earliest = incident.answerable_since + grace
    if "nudge" not in incident.reminded and not incident.checklist.complete:
        yield Due("nudge", "nudge", max(incident.time_zero + grace, earliest))
    if not incident.grade:
        minute = incident.time_zero + timedelta(minutes=playbook.auto_grade_minutes)
        yield Due("autograde", "autograde", max(minute, earliest))


def _checkpoints(incident: Incident, playbook: Playbook) -> Iterator[Due]:
    assert incident.time_zero is not None
    for checkpoint in playbook.checkpoints:
        if checkpoint.name not in incident.reached:
            yield Due("checkpoint", checkpoint.name, due_at(checkpoint, incident.time_zero))


def _before(incident: Incident, playbook: Playbook) -> Iterator[Due]:
    """A word in person shortly before a checkpoint or deadline; none for one already past when it was planned."""
    assert incident.declared_at is not None
    earlier = timedelta(minutes=playbook.remind_minutes)
    graded_at = incident.gradings[-1].at if incident.gradings else incident.declared_at
    for item in _checkpoints(incident, playbook):
        name = f"before/{item.name}"
        if name not in incident.reminded and item.at - earlier > incident.declared_at:
            yield Due("before", name, item.at - earlier)
    for item in deadlines(incident, playbook):
        name = f"before/{incident.grade}/{item.name}"
        if name not in incident.reminded and item.at - earlier > graded_at:
            yield Due("before", name, item.at - earlier)


def _reading(incident: Incident, playbook: Playbook) -> Iterator[Due]:
    """Again and again while the views double, until the last checkpoint; then the plan's own rhythm takes over."""
    verdict = incident.verdict
    if verdict is None or not verdict.ask_readings or incident.time_zero is None:
        return
    last = incident.readings[-1][0] if incident.readings else incident.gradings[-1].at
    since = max(last, incident.reading_asked_at or last)
    due = since + timedelta(minutes=playbook.reading_minutes)
    if due <= due_at(playbook.checkpoints[-1], incident.time_zero):
        yield Due("reading", since.isoformat(), due)


def _updates(incident: Incident, playbook: Playbook, now: datetime | None) -> Iterator[Due]:
    assert incident.time_zero is not None
    for name, at in updates(playbook, incident.time_zero):
        if name not in incident.reminded:
            yield Due("update", name, at)
            if now is None or at > now:
                return
