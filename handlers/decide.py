"""The committee's yes and no at 30 minutes."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.tasks import decide
from handlers.desk import Desk


def yes(desk: Desk) -> Reply:
    """We do it."""
    return _decide(desk, yes=True)


def no(desk: Desk) -> Reply:
    """We do not."""
    return _decide(desk, yes=False)


def _decide(desk: Desk, *, yes: bool) -> Reply:
    incident = desk.incident()
    if desk.person.id != incident.commander(_in_command(desk, incident.grade)):
        desk.must_decide(incident)
    decide(incident, desk.subject(), yes, desk.person.id, desk.now)
    return Reply()


def _in_command(desk: Desk, grade: str) -> str:
    return desk.playbook.grade(grade).in_command if grade else ""
