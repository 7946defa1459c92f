"""The five-minute checklist: saved half-done, filled in by several people at once, graded as it fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat import Reply
from bot.crisis.checklist import ITEMS, UNKNOWN, read_answers
from bot.crisis.events import Answered
from bot.crisis.incident import Incident, fill_in
from bot.crisis.judging import judge_answers
from handlers.desk import Desk

FLAGS = ("hot_list", "vulnerable", "legal_threat", "regulator", "regulator_acts", "others_report_same")
UNSURE = ("severity", "control")


def ask(desk: Desk) -> Reply:
    """The whole form, or one group of it."""
    group = desk.subject() or desk.words()
    groups = {item.group for item in ITEMS}
    return Reply(form=desk.form("checklist", desk.incident(), group=group if group in groups else ""))


def submit(desk: Desk) -> Reply:
    """Take what this person changed; what they left as they saw it is nobody's answer anew."""
    incident = desk.incident()
    answers = read_answers(_spread_out(desk.command.fields, incident), desk.now)
    seen = _as_seen(incident, int(desk.command.about.get("seen", "0")))
    changed = {name: value for name, value in answers.items() if seen.get(name) != value}
    new = fill_in(incident, desk.person.id, desk.now, changed)
    graded_before = len(incident.gradings)
    if new:
        judge_answers(incident, desk.person.id, desk.playbook, desk.roster, desk.now)
    if not incident.grade:
        return desk.done("saved_not_graded", incident)
    return desk.done("regraded" if len(incident.gradings) > graded_before else "saved", incident)


def _spread_out(fields: Mapping[str, Any], incident: Incident) -> dict[str, Any]:
    """The form's boxes of several ticks as the single answers that the policy reads."""
    answers = {name: value for name, value in fields.items() if name not in ("flags", "unsure", "unknown")}
    if "flags" in fields:
        answers |= _ticks(FLAGS, fields["flags"] or (), "", incident)
    if "unsure" in fields:
        answers |= _ticks(UNSURE, fields["unsure"] or (), "_unsure", incident)
    for name in fields.get("unknown") or ():
        if not answers.get(name):
            answers[name] = UNKNOWN
    return answers


def _ticks(names: tuple[str, ...], ticked: Any, suffix: str, incident: Incident) -> dict[str, bool]:
    """A box never ticked by anybody is no answer; one that was ticked can be cleared."""
    answers = {f"{name}{suffix}": name in ticked for name in names}
    return {key: value for key, value in answers.items() if value or key in incident.answers}


def _as_seen(incident: Incident, seen: int) -> dict[str, Any]:
    """The answers as they stood when this form was opened, `seen` entries into the history."""
    answers: dict[str, Any] = {}
    for entry in incident.history[:seen]:
        if isinstance(entry.event, Answered):
            answers.update(entry.event.answers)
    return answers
