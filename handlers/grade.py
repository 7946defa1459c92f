"""The grade: shown with its reasons, raised by anybody, lowered by two."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.approval import follow_grade
from bot.crisis.errors import Refused
from bot.crisis.judging import start_response
from bot.crisis.paging import withdraw_calls
from bot.crisis.regrading import ask_to_lower, confirm_lowering, raise_grade, refuse_lowering
from handlers.desk import Desk


def show(desk: Desk) -> Reply:
    """The grade card as it stands."""
    incident = desk.incident(closed=True)
    if not incident.gradings:
        raise Refused("not_graded_yet")
    return desk.answer("grade", incident, n=len(incident.gradings) - 1)


def ask(desk: Desk) -> Reply:
    """Which grade, and why."""
    incident = desk.incident()
    if not incident.grade:
        raise Refused("not_graded_yet")
    return Reply(form=desk.form("regrade", incident))


def submit(desk: Desk) -> Reply:
    """Up at once, with a reason; down only asks a second person."""
    incident, to, reason = desk.incident(), desk.command.fields.get("grade") or "", desk.reason()
    known = {grade.name for grade in desk.playbook.grades}
    seen = desk.command.about.get("grade", "")
    if to not in known or seen not in known:
        raise Refused("form_expired")
    # What was meant is judged by the grade the person saw: a raise must not become a wish to lower.
    if desk.playbook.rank(to) < desk.playbook.rank(seen):
        ask_to_lower(incident, to, reason, desk.person.id, desk.playbook, desk.now)
        return desk.done("lower_asked", incident, to=to)
    raise_grade(incident, to, reason, desk.person.id, desk.playbook, desk.now)
    start_response(incident, desk.playbook, desk.roster, desk.now)
    return desk.done("raised", incident)


def confirm_lower(desk: Desk) -> Reply:
    """The second person, in a deciding role, agrees."""
    incident = desk.incident()
    desk.must_decide(incident)
    confirm_lowering(incident, desk.subject(), desk.person.id, desk.now)
    withdraw_calls(incident, desk.playbook, desk.now)
    follow_grade(incident, desk.playbook, desk.roster, desk.now)
    start_response(incident, desk.playbook, desk.roster, desk.now)
    return Reply()


def refuse_lower(desk: Desk) -> Reply:
    """The grade stays; whoever may confirm may also refuse, and so may the one who asked."""
    incident = desk.incident()
    if incident.lowering is None or incident.lowering.by != desk.person.id:
        desk.must_decide(incident)
    refuse_lowering(incident, desk.subject(), desk.person.id, desk.now)
    return Reply()
