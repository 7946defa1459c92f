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
from handlers.facts import from_answers

FLAGS = ("hot_list", "vulnerable", "legal_threat", "regulator", "regulator_acts", "others_report_same")
UNSURE = ("severity", "control")


def ask(desk: Desk) -> Reply:
    """The whole form, or one group of it."""
    group = desk.subject() or desk.words()
    groups = {item.group for item in ITEMS}
    return Reply(form=desk.form("checklist", desk.incident(), group=group if group in groups else ""))


def submit(desk: Desk) -> Reply:
    """Take what this person changed; what they left as they saw it is nobody's answer anew."""
    incident, opened = desk.incident(), int(desk.command.about.get("seen") or 0)
    seen = _as_seen(incident, opened)
    answers = read_answers(_spread_out(desk.command.fields, seen), desk.now)
    changed = {name: value for name, value in answers.items() if seen.get(name) != value}
    theirs = _answered_by_others(incident, opened, desk.person.id)
    mine = {name: value for name, value in changed.items() if name not in theirs}
    new = fill_in(incident, desk.person.id, desk.now, mine)
    graded_before = len(incident.gradings)
    from_answers(desk, incident, new)
    if new:
        judge_answers(incident, desk.person.id, desk.playbook, desk.roster, desk.now)
    code = "regraded" if len(incident.gradings) > graded_before else "saved"
    kept = [
        {"name": name, "by": theirs[name], "yours": value}
        for name, value in changed.items()
        if name in theirs and value not in (incident.answers[name], UNKNOWN)
    ]
    return desk.done(code if incident.grade else "saved_not_graded", incident, kept=kept)


def _spread_out(fields: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """The form's boxes of several ticks as the single answers that the policy reads."""
    answers = {name: value for name, value in fields.items() if name not in ("flags", "unsure", "unknown")}
    if "flags" in fields:
        answers |= _ticks(FLAGS, fields["flags"] or (), "", seen)
    if "unsure" in fields:
        answers |= _ticks(UNSURE, fields["unsure"] or (), "_unsure", seen)
    for name in fields.get("unknown") or ():
        if not answers.get(name):
            answers[name] = UNKNOWN
    return answers


def _ticks(names: tuple[str, ...], ticked: Any, suffix: str, seen: Mapping[str, Any]) -> dict[str, bool]:
    """A box that stood empty and stays so is no answer; one that the person saw ticked can be cleared."""
    answers = {f"{name}{suffix}": name in ticked for name in names}
    return {name: value for name, value in answers.items() if value or name in seen}


def _answered_by_others(incident: Incident, opened: int, person: str) -> dict[str, str]:
    """Whose the latest answers are that others gave since this form was opened, `opened` entries into the history.

    A stale form never overwrites these: whoever has a better answer opens the form again and sees theirs first.
    "Unknown" gives way to whatever somebody knows.
    """
    by = {
        name: entry.by
        for entry in incident.history[opened:]
        if isinstance(entry.event, Answered)
        for name in entry.event.answers
    }
    return {name: who for name, who in by.items() if who != person and incident.answers[name] != UNKNOWN}


def _as_seen(incident: Incident, opened: int) -> dict[str, Any]:
    """The answers as they stood when this form was opened."""
    answers: dict[str, Any] = {}
    for entry in incident.history[:opened]:
        if isinstance(entry.event, Answered):
            answers.update(entry.event.answers)
    return answers
