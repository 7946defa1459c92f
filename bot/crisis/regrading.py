"""Grades over time: up at once and by anybody, down only with a reason and a second person (domain 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.crisis.errors import Refused
from bot.crisis.events import Graded, LowerAsked, LowerRefused
from bot.crisis.grading import Verdict
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.crisis.state import Lowering


def regrade(
    incident: Incident, verdict: Verdict, cause: str, by: str, playbook: Playbook, now: datetime
) -> None:
    """Take a new verdict of the policy.

    Higher: the grade rises at once. Lower than the last verdict: it stays, and a second person is asked.
    Otherwise only the reasons change. cause: answers, or clock.
    """
    graded = _graded(verdict, cause)
    before = incident.verdict
    if before is None:
        incident.record(graded, by, now)
        return
    new, held = playbook.rank(verdict.grade), playbook.rank(before.grade)
    accepted = playbook.rank(incident.lowered_from) if incident.lowered_from else -1
    if new > held and new > accepted:
        incident.record(graded, by, now)
        return
    if _says_more(graded, before):
        incident.record(_keeping(graded, before), by, now)
    if new < held and new < playbook.rank(before.computed):
        incident.record(LowerAsked(verdict.grade, "", by_answers=True), by, now)


def raise_grade(incident: Incident, to: str, reason: str, by: str, playbook: Playbook, now: datetime) -> None:
    """Anybody may raise a grade, with a reason. Raises Refused when it would not rise."""
    before = _current(incident, reason)
    if playbook.rank(to) <= playbook.rank(before.grade):
        raise Refused("not_a_raise", grade=before.grade)
    incident.record(_changed(before, to, "raised", reason), by, now)


def ask_to_lower(
    incident: Incident, to: str, reason: str, by: str, playbook: Playbook, now: datetime
) -> None:
    """Lowering begins with a reason; the grade stays until a second person confirms."""
    before = _current(incident, reason)
    if playbook.rank(to) >= playbook.rank(before.grade):
        raise Refused("not_a_lowering", grade=before.grade)
    incident.record(LowerAsked(to, reason.strip()), by, now)


def confirm_lowering(incident: Incident, to: str, by: str, now: datetime) -> None:
    """The second person agrees. Raises Refused for the one who asked, and when nothing is asked any more.

    Whether `by` holds a deciding role is checked by the caller, who knows the roster.
    """
    wish = _wish(incident, to)
    if wish.by == by:
        raise Refused("second_person_needed")
    assert incident.verdict is not None
    lowered = _changed(incident.verdict, to, "lowered", wish.reason, asked_by=wish.by)
    incident.record(lowered, by, now)


def refuse_lowering(incident: Incident, to: str, by: str, now: datetime) -> None:
    """The grade stays. Raises Refused when nothing is asked any more."""
    _wish(incident, to)
    incident.record(LowerRefused(to), by, now)


def _graded(verdict: Verdict, cause: str) -> Graded:
    return Graded(
        grade=verdict.grade,
        cause=cause,
        computed=verdict.grade,
        spread=verdict.spread,
        severity=verdict.severity,
        control=verdict.control,
        listed=verdict.listed,
        reasons=tuple((reason.code, reason.params) for reason in verdict.reasons),
        warnings=verdict.warnings,
        ask_readings=verdict.ask_readings,
    )


def _says_more(new: Graded, before: Graded) -> bool:
    return (new.computed, new.reasons, new.warnings) != (before.computed, before.reasons, before.warnings)


def _keeping(new: Graded, before: Graded) -> Graded:
    """The new reasons under the grade that stands, which people or an earlier verdict set."""
    return replace(new, grade=before.grade, cause="answers", reason=before.reason, asked_by=before.asked_by)


def _changed(before: Graded, to: str, cause: str, reason: str, asked_by: str = "") -> Graded:
    return replace(before, grade=to, cause=cause, reason=reason.strip(), asked_by=asked_by)


def _current(incident: Incident, reason: str) -> Graded:
    if incident.verdict is None:
        raise Refused("not_graded_yet")
    if not reason.strip():
        raise Refused("reason_needed")
    return incident.verdict


def _wish(incident: Incident, to: str) -> Lowering:
    if incident.lowering is None or incident.lowering.to != to:
        raise Refused("nothing_to_confirm")
    return incident.lowering
