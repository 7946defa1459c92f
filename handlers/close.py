"""The end of a crisis, and its return."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.ending import close, reopen
from bot.crisis.errors import Refused
from bot.crisis.judging import start_response
from handlers.desk import Desk


def ask(desk: Desk) -> Reply:
    """Why, and whether the room is archived."""
    incident = desk.incident(closed=True)
    if not incident.open:
        raise Refused("closed_already")
    desk.must_decide(incident)
    return Reply(form=desk.form("close", incident, reason=desk.words()))


def submit(desk: Desk) -> Reply:
    """It is over; every timer ends."""
    incident, fields = desk.incident(closed=True), desk.command.fields
    desk.must_decide(incident)
    archive = "archive" in (fields.get("archive") or ())
    close(incident, desk.reason(), desk.person.id, desk.now, archive=archive)
    return desk.done("closed", incident)


def ask_reopen(desk: Desk) -> Reply:
    """Why it is not over."""
    incident = desk.incident(closed=True)
    if incident.open:
        raise Refused("open_already")
    return Reply(form=desk.form("reopen", incident, reason=desk.words()))


def submit_reopen(desk: Desk) -> Reply:
    """The clock runs again; to report up is open to every member."""
    incident = desk.incident(closed=True)
    reopen(incident, desk.reason(), desk.person.id, desk.now)
    start_response(incident, desk.playbook, desk.roster, desk.now)
    return desk.done("reopened", incident)
