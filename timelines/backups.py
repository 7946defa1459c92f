"""What the platform shall tell the room by itself, should the bot be down when its time comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from timelines.cadence import updates
from timelines.checkpoints import due_at

GRACE = timedelta(minutes=3)
"""So long after its time a backup is posted: the bot, if it is there, has spoken and taken it back by then."""

LAST_MINUTE = timedelta(seconds=60)
"""A message left with the platform cannot be taken back any more so shortly before it is posted."""

FARTHEST = timedelta(days=119)
"""Platforms take messages for up to 120 days ahead; a day less, for clocks that differ."""

AT_ONCE = 6
"""So many are left at a time: from the opening on they reach to the end of the first day."""


@dataclass(frozen=True)
class Backup:
    """A checkpoint or progress update that may have to be told without the bot. due_at: aware, UTC."""

    name: str
    due_at: datetime

    @property
    def post_at(self) -> datetime:
        """When the platform posts it, unless it was taken back."""
        return self.due_at + GRACE

    def can_be_taken_back(self, now: datetime) -> bool:
        """Whether there is time for it."""
        return self.post_at - now > LAST_MINUTE


def backups(incident: Incident, playbook: Playbook, now: datetime) -> list[Backup]:
    """The next six times of which the room has not been told yet, earliest first; none without an open room.

    Issue 3 asks for three, its goal R6 for all checkpoints of a day on which the bot is down from the start: those
    are six. One that is due already stays among them until the bot has told it, for it may be the clock that is down.
    """
    if not incident.open or not incident.room:
        return []
    untold = _untold(incident, playbook)
    in_reach = (one for one in untold if one.can_be_taken_back(now) and one.post_at - now < FARTHEST)
    return list(islice(in_reach, AT_ONCE))


def _untold(incident: Incident, playbook: Playbook) -> Iterator[Backup]:
    """Earliest first, as a playbook lists them."""
    assert incident.time_zero is not None
    for checkpoint in playbook.checkpoints:
        if checkpoint.name not in incident.reached:
            yield Backup(checkpoint.name, due_at(checkpoint, incident.time_zero))
    for name, at in updates(playbook, incident.time_zero):
        if name not in incident.reminded:
            yield Backup(name, at)
