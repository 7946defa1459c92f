"""From new answers to a grade and everything it starts: the one path which people and the clock both take."""

from __future__ import annotations

from datetime import datetime

from bot.crisis.approval import follow_grade
from bot.crisis.checklist import Checklist, growth_between
from bot.crisis.events import BOT
from bot.crisis.grading import at_least, has_enough, judge
from bot.crisis.incident import Incident
from bot.crisis.paging import page_for_grade
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook
from bot.crisis.regrading import regrade
from bot.crisis.tasks import plan_tasks


def judge_answers(incident: Incident, by: str, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """Grade on what people have answered, as soon as a grade would rest on something, and start what it starts."""
    checklist = with_growth(incident)
    if incident.grade or has_enough(checklist, playbook):
        regrade(incident, judge(checklist, playbook), "answers", by, playbook, now)
        start_response(incident, playbook, roster, now)


def judge_by_itself(incident: Incident, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """Nobody has graded in time: the bot does, on what is known, never below the playbook's floor (S3, domain 1)."""
    verdict = at_least(
        judge(with_growth(incident), playbook), playbook.auto_grade_floor, playbook, "never_below"
    )
    regrade(incident, verdict, "clock", BOT, playbook, now)
    start_response(incident, playbook, roster, now)


def start_response(incident: Incident, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """Page the roles of the grade, plan its tasks, ask who must sign by now; nobody and nothing twice (domain 2.5)."""
    if incident.grade:
        page_for_grade(incident, playbook, roster, now)
        plan_tasks(incident, playbook, now)
        follow_grade(incident, playbook, roster, now)


def with_growth(incident: Incident) -> Checklist:
    """The checklist with the growth that two readings show, where it is more than what a person put down."""
    checklist = incident.checklist
    measured = _measured_growth(incident)
    stated = checklist.get("growth_per_hour")
    if measured is None or (isinstance(stated, int | float) and stated >= measured):
        return checklist
    return checklist.merged({"growth_per_hour": round(measured, 1)})


def _measured_growth(incident: Incident) -> float | None:
    """From the latest reading back to the nearest one far enough away to say anything."""
    for earlier in reversed(incident.readings[:-1]):
        growth = growth_between(earlier, incident.readings[-1])
        if growth is not None:
            return growth
    return None
