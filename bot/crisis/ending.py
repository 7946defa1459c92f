"""The end of a crisis, and its return."""

from __future__ import annotations

from datetime import datetime

from bot.crisis.errors import Refused
from bot.crisis.events import BOT, Closed, Reopened, RoomArchived
from bot.crisis.incident import Incident


def close(incident: Incident, reason: str, by: str, now: datetime, *, archive: bool = False) -> None:
    """End it: no timer runs any more. Raises Refused without a reason, or when it is closed already."""
    if not incident.open:
        raise Refused("closed_already")
    if not reason.strip():
        raise Refused("reason_needed")
    incident.record(Closed(reason.strip(), archive), by, now)


def reopen(incident: Incident, reason: str, by: str, now: datetime) -> None:
    """It is not over after all; an archived room is replaced by a new one, for a bot cannot unarchive.

    Raises Refused without a reason, or when it is open.
    """
    if incident.open:
        raise Refused("open_already")
    if not reason.strip():
        raise Refused("reason_needed")
    incident.record(Reopened(reason.strip()), by, now)


def room_archived(incident: Incident, now: datetime) -> None:
    """The platform has closed the room."""
    if incident.room:
        incident.record(RoomArchived(incident.room), BOT, now)
