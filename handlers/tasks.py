"""Tasks: seen, taken, ticked off, taken back, or marked as not needed with a reason."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.crisis.tasks import mark_not_needed, take, take_back, tick_off
from handlers.desk import Desk


def show(desk: Desk) -> Reply:
    """Everything to be done, by checkpoint."""
    return desk.answer("tasks", desk.incident(closed=True))


def take_it(desk: Desk) -> Reply:
    """It is mine."""
    incident = desk.incident()
    take(incident, desk.subject(), desk.person.id, desk.now)
    return _shown(desk, incident)


def done(desk: Desk) -> Reply:
    """It is true now."""
    incident = desk.incident()
    tick_off(incident, desk.subject(), desk.person.id, desk.now)
    return _shown(desk, incident)


def undo(desk: Desk) -> Reply:
    """It was ticked off by mistake."""
    incident = desk.incident()
    take_back(incident, desk.subject(), desk.person.id, desk.now)
    return _shown(desk, incident)


def ask_not_needed(desk: Desk) -> Reply:
    """Which one, and why."""
    incident = desk.incident()
    if not any(task.open for task in incident.tasks.values()):
        raise Refused("nothing_open")
    return Reply(form=desk.form("not_needed", incident, task=desk.subject()))


def submit_not_needed(desk: Desk) -> Reply:
    """The reason is kept beside it."""
    incident, task = desk.incident(), desk.command.fields.get("task") or ""
    mark_not_needed(incident, task, desk.reason(), desk.person.id, desk.now)
    return desk.done("not_needed", incident)


def _shown(desk: Desk, incident: Incident) -> Reply:
    """In the room the card changes for all; a passing list is drawn anew for the one who looks at it."""
    return desk.answer("tasks", incident) if desk.command.passing else Reply()
