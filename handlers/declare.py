"""Opening a crisis: with a short form, or at once with a sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.chat import Reply
from bot.crisis.checklist import BadAnswer, BadAnswers
from bot.crisis.errors import Refused
from bot.crisis.events import Declared
from bot.crisis.incident import Incident, declare
from bot.crisis.judging import judge_answers
from bot.crisis.tasks import plan_tasks
from handlers.desk import Desk, clean

TITLE = 80
"""A title is what a locked phone shows in one glance; the whole text is kept beside it."""

LONGEST = 3000


def ask(desk: Desk) -> Reply:
    """`/crisis open …`, or the guide's button: a short form, prefilled with what was typed."""
    return Reply(form=desk.form("open", what=desk.command.text.strip()))


def submit(desk: Desk) -> Reply:
    """The form was sent: the case is ours, and the room is on its way."""
    return _opened(desk, read_details(desk))


def at_once(desk: Desk) -> Reply:
    """`/crisis now …`: no form; the rest is asked in the room."""
    return _opened(desk, _in_a_sentence(desk))


def foreseen(desk: Desk) -> Incident:
    """The crisis that this command will open once it can be entered; nothing of it is kept.

    Raises Refused and BadAnswers as the opening itself would.
    """
    details = read_details(desk) if desk.command.kind == "sent" else _in_a_sentence(desk)
    return _declared(desk, details, number=0)


def _in_a_sentence(desk: Desk) -> Declared:
    what = clean(desk.command.text)
    if not what:
        raise Refused("title_needed", platform=desk.command.platform)
    return _details(desk, what, "", False, desk.now)


def read_details(desk: Desk) -> Declared:
    """What the opening form says. Raises BadAnswers for what cannot be taken."""
    fields = desk.command.fields
    what = clean(fields.get("what") or "")
    errors = []
    if not what:
        errors.append(BadAnswer("what", "title_needed"))
    if len(what) > LONGEST:
        errors.append(BadAnswer("what", "too_long", {"longest": LONGEST}))
    zero = fields.get("time_zero") or desk.now
    if zero > desk.now:
        errors.append(BadAnswer("time_zero", "in_the_future"))
    if errors:
        raise BadAnswers(errors)
    return _details(desk, what, fields.get("type") or "", fields.get("drill") == "drill", zero)


def _details(desk: Desk, what: str, kind: str, drill: bool, zero: datetime) -> Declared:
    zero = zero.astimezone(UTC)
    return Declared(title(what), what, kind, drill, zero, desk.person.language, desk.command.platform)


def _opened(desk: Desk, details: Declared) -> Reply:
    incident = _declared(desk, details, desk.work.incidents.new_id(desk.now))
    plan_tasks(incident, desk.playbook, desk.now)
    judge_answers(incident, desk.person.id, desk.playbook, desk.roster, desk.now)
    desk.work.incidents.add(incident)
    return replace(desk.done("opened", incident), opened=incident.id)


def _declared(desk: Desk, details: Declared, number: int) -> Incident:
    standing = [person.id for person in desk.roster.holding(desk.playbook.standing)]
    return declare(number, desk.person.id, desk.now, details=details, members=standing)


def title(what: str) -> str:
    """The first line of what happened, short enough for a glance."""
    line = re.sub(r"\s+", " ", what.strip().splitlines()[0])
    return line if len(line) <= TITLE else line[: TITLE - 1].rstrip() + "…"
