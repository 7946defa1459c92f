"""When whoever made a promise to the public is asked about it: before it is due, then, and daily until it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, dropwhile, takewhile

from bot.crisis.incident import Incident
from bot.crisis.playbook import Chase, Playbook
from bot.crisis.public import Promise

STAGES = ("before", "due", "over")
"""Shortly before its time, at its time, and again and again after it: the last part of a reminder's name."""


def due_promises(
    incident: Incident, playbook: Playbook, now: datetime | None = None
) -> Iterator[tuple[str, datetime]]:
    """The next reminder of each open promise, by name (promise/3/due), and when (aware, UTC).

    Of several that have come by `now` only the last, so that an outage ends in one message.
    """
    for promise in incident.promises.values():
        if promise.open:
            names = {stage: f"promise/{promise.id}/{stage}" for stage in STAGES}
            told = max((at for name in names.values() if (at := incident.reminded.get(name))), default=None)
            stage, at = _next(_moments(promise, playbook.chase), told, now)
            yield names[stage], at


def _next(
    moments: Iterator[tuple[str, datetime]], told: datetime | None, now: datetime | None
) -> tuple[str, datetime]:
    left = dropwhile(lambda one: told is not None and one[1] <= told, moments)
    first = next(left)
    come = takewhile(lambda one: now is not None and one[1] <= now, left)
    return [first, *come][-1]


def _moments(promise: Promise, chase: Chase) -> Iterator[tuple[str, datetime]]:
    """Every time at which it is asked after, without end. One that was overdue when it was given is due then."""
    assert promise.given_at is not None
    since = max(promise.given_at, promise.moved_at or promise.given_at)
    if promise.due_at > since:
        yield "before", promise.due_at - min(timedelta(minutes=chase.promise), (promise.due_at - since) / 2)
    due = max(promise.due_at, since)
    yield "due", due
    for turn in count(1):
        yield "over", due + turn * timedelta(minutes=chase.promise_again)
