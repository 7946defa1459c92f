"""Correcting what was said at the opening: title, type, time zero, drill."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.events import DetailsChanged
from bot.crisis.incident import change_details
from bot.crisis.judging import judge_answers
from handlers.declare import read_details
from handlers.desk import Desk


def ask(desk: Desk) -> Reply:
    """The opening's questions again, prefilled."""
    return Reply(form=desk.form("details", desk.incident()))


def submit(desk: Desk) -> Reply:
    """Every time follows a new time zero by itself."""
    incident = desk.incident()
    new = read_details(desk)
    details = DetailsChanged(new.title, new.what, new.type, new.drill, new.time_zero)
    change_details(incident, desk.person.id, desk.now, details)
    judge_answers(incident, desk.person.id, desk.playbook, desk.roster, desk.now)
    return desk.done("saved", incident)
