"""Fresh views, so that the speed of the spread is measured and not guessed."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.checklist import read_answers
from bot.crisis.events import Answered
from bot.crisis.incident import Incident
from bot.crisis.judging import judge_answers
from handlers.desk import Desk


def ask(desk: Desk) -> Reply:
    """`/crisis reading 50w` takes the figure at once; a bare number is a figure too. Without one, a form asks."""
    typed = desk.command.text.strip() if desk.command.kind == "typed" else ""
    if typed.isdecimal():
        return _take(desk, desk.incident(numbered=False), typed)
    incident = desk.incident()
    if desk.command.kind == "typed" and desk.words():
        return _take(desk, incident, desk.words())
    return Reply(form=desk.form("reading", incident))


def submit(desk: Desk) -> Reply:
    """The form was sent."""
    return _take(desk, desk.incident(), desk.command.fields.get("views"))


def _take(desk: Desk, incident: Incident, views: object) -> Reply:
    answers = read_answers({"views": views}, desk.now)
    if answers:
        incident.record(Answered(answers), desk.person.id, desk.now)
        judge_answers(incident, desk.person.id, desk.playbook, desk.roster, desk.now)
    return desk.done("saved", incident)
