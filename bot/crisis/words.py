"""What has been said outside, seen as a whole: when the last word was, and where each text is still lacking."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.crisis.incident import Incident
from bot.crisis.kinds import INTERNAL, TO_THE_PUBLIC
from bot.crisis.playbook import Playbook
from bot.crisis.public import Publication, Statement

EXECUTIVE_TASK = "executive_seen_or_heard"


def is_public(statement: Statement) -> bool:
    """Whether people outside can read it."""
    return bool(_outside(statement))


def has_said(incident: Incident, kind: str) -> bool:
    """Whether something of that kind can be read outside."""
    known = incident.statements.values()
    return any(one.kind == kind and is_public(one) and not one.withdrawn for one in known)


def last_word(incident: Incident) -> datetime | None:
    """When the public was told something last; None before the first word."""
    told = [
        place.at
        for one in incident.statements.values()
        if one.kind in TO_THE_PUBLIC and not one.withdrawn
        for place in _outside(one)
    ]
    return max(told, default=None)


def executive_was_heard(incident: Incident) -> bool:
    """An executive's letter is out, or somebody has ticked off that an executive spoke."""
    task = incident.tasks.get(EXECUTIVE_TASK)
    return has_said(incident, "executive_letter") or (task is not None and not task.open)


def missing_channels(statement: Statement, channels: Collection[str]) -> Sequence[str]:
    """Of the company's channels those on which nothing of it stands; none for what is not for everybody."""
    wanted = channels if statement.kind in TO_THE_PUBLIC and not statement.withdrawn else ()
    return [channel for channel in wanted if channel not in statement.published]


def due_everywhere(incident: Incident, statement: Statement, playbook: Playbook) -> datetime | None:
    """By when it is to stand on the channels that are missing; None while none is, or it may not go out."""
    if not missing_channels(statement, playbook.channels):
        return None
    if statement.published:
        first = min(place.at for place in statement.published.values())
        return first + timedelta(minutes=playbook.chase.incomplete)
    if statement.approved_at is None or not statement.approved:
        return None
    return statement.approved_at + timedelta(minutes=playbook.chase.unpublished)


def due_put_right(incident: Incident, statement: Statement, playbook: Playbook) -> datetime | None:
    """By when what stands outside and is outdated is to be replaced or taken down; None while nothing is."""
    if not statement.outdated:
        return None
    since = statement.withdrawn_at
    if since is None and statement.approved:
        since = statement.approved_at
    return since and since + timedelta(minutes=playbook.chase.outdated)


def _outside(statement: Statement) -> Sequence[Publication]:
    return [place for channel, place in statement.published.items() if channel != INTERNAL]
