"""Correcting what was said at the opening: title, type, time zero, drill."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.events import Declared, DetailsChanged
from bot.crisis.incident import Incident, change_details
from bot.crisis.judging import judge_answers
from handlers.declare import LONGEST, read_details
from handlers.desk import Desk


def ask(desk: Desk) -> Reply:
    """The opening's questions again, prefilled."""
    return Reply(form=desk.form("details", desk.incident()))


def submit(desk: Desk) -> Reply:
    """Every time follows a new time zero by itself."""
    incident = desk.incident()
    details = _keeping(incident, read_details(desk), bool(desk.command.fields.get("time_zero")))
    change_details(incident, desk.person.id, desk.now, details)
    judge_answers(incident, desk.person.id, desk.playbook, desk.roster, desk.now)
    return desk.done("saved", incident)


def _keeping(incident: Incident, new: Declared, has_zero: bool) -> DetailsChanged:
    """The new details, with what the form could not show in full: long texts, and time zero to the split second."""
    assert incident.time_zero is not None
    same_second = new.time_zero == incident.time_zero.replace(microsecond=0)
    zero = incident.time_zero if same_second or not has_zero else new.time_zero
    is_cut = len(incident.what) > LONGEST and incident.what[:LONGEST].strip() == new.what
    title, what = (incident.title, incident.what) if is_cut else (new.title, new.what)
    return DetailsChanged(title, what, new.type, new.drill, zero)
