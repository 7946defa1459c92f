"""When words for outside are chased: the next update, an executive's word, texts that stand nowhere or still do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.crisis.public import Statement
from bot.crisis.words import due_everywhere, due_put_right, executive_was_heard, last_word

NEXT_WORD = "next_word"


def due_words(
    incident: Incident, playbook: Playbook, now: datetime | None = None
) -> Iterator[tuple[str, datetime]]:
    """What is to be chased, by name, and when (aware, UTC); of an executive's reminders only the last come by `now`.

    Names are next_word, executive/red/60 (minutes left; 0 when the time is up), and of a statement and its version
    unpublished/1/2, incomplete/1/2, outdated/1/2.
    """
    yield from _next_word(incident, playbook)
    yield from _executive(incident, playbook, now)
    for statement in incident.statements.values():
        yield from _standing(incident, statement, playbook)


def word_due(incident: Incident, playbook: Playbook, since: datetime) -> datetime | None:
    """When the next word to the public is due after `since`, while the policy has one due every few hours (S0)."""
    last = last_word(incident)
    if last is None or not playbook.cadence or incident.time_zero is None:
        return None
    first = playbook.cadence[0]
    every = timedelta(hours=first.every_hours)
    at = last + every * max(1, -((last - since) // every))
    return at if at <= incident.time_zero + timedelta(hours=first.until_hours) else None


def executive_due(incident: Incident, playbook: Playbook) -> datetime | None:
    """By when an executive must be seen or heard (S0, domain 5); None where the grade asks for none, or it was met."""
    hours = playbook.grade(incident.grade).executive_hours if incident.grade else None
    if hours is None or incident.time_zero is None or executive_was_heard(incident):
        return None
    return incident.time_zero + timedelta(hours=hours)


def is_every_few_hours(at: datetime, incident: Incident, playbook: Playbook) -> bool:
    """Whether an update falls into the first stretch, in which whoever speaks is reminded before each word."""
    assert incident.time_zero is not None
    return at <= incident.time_zero + timedelta(hours=playbook.cadence[0].until_hours)


def _next_word(incident: Incident, playbook: Playbook) -> Iterator[tuple[str, datetime]]:
    """Before each time at which it is due, also when the one before was let pass."""
    earlier = timedelta(minutes=playbook.chase.update)
    last, told = last_word(incident), incident.reminded.get(NEXT_WORD)
    if last is None:
        return
    since = last if told is None or told < last else told + earlier
    at = word_due(incident, playbook, since + timedelta(microseconds=1))
    if at is not None:
        yield NEXT_WORD, at - earlier


def _executive(
    incident: Incident, playbook: Playbook, now: datetime | None
) -> Iterator[tuple[str, datetime]]:
    deadline = executive_due(incident, playbook)
    if deadline is None:
        return
    graded_at = incident.gradings[-1].at
    names = {minutes: f"executive/{incident.grade}/{minutes}" for minutes in (*playbook.chase.executive, 0)}
    told = max((at for name in names.values() if (at := incident.reminded.get(name))), default=None)
    moments = [(name, deadline - timedelta(minutes=minutes), minutes) for minutes, name in names.items()]
    left = [
        (name, at)
        for name, at, minutes in moments
        if (told is None or at > told) and (at > graded_at or not minutes)
    ]
    come = [one for one in left if now is not None and one[1] <= now]
    yield from come[-1:] or left[:1]


def _standing(incident: Incident, statement: Statement, playbook: Playbook) -> Iterator[tuple[str, datetime]]:
    """Once for each version that stands nowhere, or not everywhere, or still where it should not."""
    out, latest = [place.version for place in statement.published.values()], statement.latest.number
    lacks = f"incomplete/{statement.id}/{max(out)}" if out else f"unpublished/{statement.id}/{latest}"
    for name, at in (
        (lacks, due_everywhere(incident, statement, playbook)),
        (f"outdated/{statement.id}/{latest}", due_put_right(incident, statement, playbook)),
    ):
        if at is not None and name not in incident.reminded:
            yield name, at
