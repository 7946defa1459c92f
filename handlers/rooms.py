"""What happens to a room on the platform: the bot is let in, or there is no room any more."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.ending import room_archived
from handlers.desk import Desk


def hello(desk: Desk) -> Reply:
    """The bot was let into a group and says what it is for; not so in a room of its own."""
    if desk.work.incidents.in_room(desk.command.room):
        return Reply()
    return desk.answer("guide")


def gone(desk: Desk) -> Reply:
    """The room was dissolved, or the bot put out of it: the incident goes on, in a new one."""
    incident = desk.work.incidents.in_room(desk.command.room)
    if incident is not None and incident.room == desk.command.room:
        room_archived(incident, desk.now)
    return Reply()
