"""Tasks: what must be true by a checkpoint, taken, ticked off, or marked as not needed with a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from bot.crisis.errors import Refused
from bot.crisis.events import (
    BOT,
    Decided,
    PlannedTask,
    TaskDone,
    TaskNotNeeded,
    TaskReopened,
    TasksPlanned,
    TaskTaken,
)
from bot.crisis.incident import Incident
from bot.crisis.kinds import CHANNELS
from bot.crisis.playbook import Playbook, TaskTemplate
from bot.crisis.public import Statement
from bot.crisis.state import Task
from bot.crisis.words import has_said, is_public, missing_channels

CONDITIONS: Mapping[str, Callable[[Incident], bool]] = {
    "checklist_complete": lambda incident: incident.checklist.complete,
    "graded": lambda incident: bool(incident.grade),
    "roles_answered": lambda incident: (
        bool(incident.calls) and all(call.answered_by for call in incident.calls.values())
    ),
    "decisions_made": lambda incident: (
        bool(incident.questions) and all(question in incident.decisions for question in incident.questions)
    ),
    "first_statement_drafted": lambda incident: bool(_first_statements(incident)),
    "first_statement_approved": lambda incident: any(
        one.approved or is_public(one) for one in _first_statements(incident)
    ),
    "first_statement_published": lambda incident: has_said(incident, "first_statement"),
    "first_statement_everywhere": lambda incident: _is_everywhere(incident, CHANNELS),
    "explanation_published": lambda incident: has_said(incident, "detailed_explanation"),
    "executive_letter_published": lambda incident: has_said(incident, "executive_letter"),
}
"""What the bot can see for itself; a task whose `done_when` names one is ticked off when it comes true."""


def plan_tasks(incident: Incident, playbook: Playbook, now: datetime) -> None:
    """Put what the plan and the grade ask for on the list; a graver grade may want a task sooner, never later."""
    planned = [
        PlannedTask(task.name, checkpoint.name, task.role, task.done_when)
        for checkpoint in playbook.checkpoints
        for task in (*checkpoint.tasks, *_of_grade(incident, playbook, checkpoint.name))
        if _is_wanted_sooner(incident, task.name, checkpoint.minutes, playbook)
    ]
    if planned:
        incident.record(TasksPlanned(tuple(planned)), BOT, now)
        _hand_to_those_on_it(incident, planned, now)


def _is_wanted_sooner(incident: Incident, name: str, minutes: int, playbook: Playbook) -> bool:
    known = incident.tasks.get(name)
    return known is None or (known.open and minutes < playbook.checkpoint(known.checkpoint).minutes)


def _of_grade(incident: Incident, playbook: Playbook, checkpoint: str) -> Iterable[TaskTemplate]:
    if not incident.grade:
        return ()
    return playbook.grade(incident.grade).tasks.get(checkpoint, ())


def _hand_to_those_on_it(incident: Incident, planned: Iterable[PlannedTask], now: datetime) -> None:
    for task in planned:
        call = incident.calls.get(task.role)
        if call and call.answered_by and not incident.tasks[task.name].owner:
            incident.record(TaskTaken(task.name, call.answered_by), BOT, now)


def settle(incident: Incident, now: datetime, channels: Collection[str] = CHANNELS) -> None:
    """Tick off what the bot can see to be true. channels: those that the company uses, where they are known."""
    for task in list(incident.tasks.values()):
        if task.open and task.done_when and _is_true(task.done_when, incident, channels):
            incident.record(TaskDone(task.name), BOT, now)


def _is_true(condition: str, incident: Incident, channels: Collection[str]) -> bool:
    if condition == "first_statement_everywhere":
        return _is_everywhere(incident, channels)
    return CONDITIONS[condition](incident)


def _is_everywhere(incident: Incident, channels: Collection[str]) -> bool:
    return any(not missing_channels(one, channels) for one in _first_statements(incident))


def _first_statements(incident: Incident) -> list[Statement]:
    known = incident.statements.values()
    return [one for one in known if one.kind == "first_statement" and not one.withdrawn]


def own_tasks_of(incident: Incident, roles: Collection[str], person: str, now: datetime) -> None:
    """Whoever is on it for a role owns its open tasks that nobody has taken."""
    for task in list(incident.tasks.values()):
        if task.role in roles and task.open and not task.owner:
            incident.record(TaskTaken(task.name, person), BOT, now)


def take(incident: Incident, name: str, person: str, now: datetime) -> None:
    """A person takes a task, also from another. Raises Refused when it is no longer open."""
    task = _open_task(incident, name)
    if task.owner != person:
        incident.record(TaskTaken(name, person), person, now)


def tick_off(incident: Incident, name: str, person: str, now: datetime) -> None:
    """It is true now. Raises Refused when it is no longer open."""
    _open_task(incident, name)
    incident.record(TaskDone(name), person, now)


def mark_not_needed(incident: Incident, name: str, reason: str, person: str, now: datetime) -> None:
    """It need not be true here. Raises Refused without a reason, or when it is no longer open."""
    _open_task(incident, name)
    if not reason.strip():
        raise Refused("reason_needed")
    incident.record(TaskNotNeeded(name, reason.strip()), person, now)


def take_back(incident: Incident, name: str, person: str, now: datetime) -> None:
    """It was ticked off by mistake. Raises Refused for an unknown task; an open one stays as it is."""
    task = _known(incident, name)
    if not task.open:
        incident.record(TaskReopened(name), person, now)


def decide(incident: Incident, question: str, yes: bool, person: str, now: datetime) -> None:
    """The committee's yes or no; the same answer again changes nothing. Raises Refused for what was not asked."""
    if question not in incident.questions:
        raise Refused("not_asked")
    earlier = incident.decisions.get(question)
    if earlier is None or earlier.yes != yes:
        incident.record(Decided(question, yes), person, now)


def open_tasks(incident: Incident, checkpoint: str) -> list[Task]:
    """What is still to be done by this checkpoint, in the order of the plan."""
    return [task for task in incident.tasks.values() if task.checkpoint == checkpoint and task.open]


def _known(incident: Incident, name: str) -> Task:
    if name not in incident.tasks:
        raise Refused("no_such_task")
    return incident.tasks[name]


def _open_task(incident: Incident, name: str) -> Task:
    task = _known(incident, name)
    if not task.open:
        raise Refused("task_not_open", person=task.by)
    return task
