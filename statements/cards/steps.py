"""What to do next: the few things that matter most now, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.crisis.incident import Incident
from bot.crisis.state import Task
from bot.crisis.tasks import open_tasks
from statements.context import Context

Step = Mapping[str, Any]


def next_steps(incident: Incident, context: Context, most: int = 2) -> list[Step]:
    """At most so many steps, each with its code for `team/next_step.j2` and what the sentence needs."""
    if not incident.open:
        return [{"code": "closed"}]
    found = [step for look in _LOOKS for step in look(incident, context)]
    return found[:most] or [{"code": "watch"}]


def _lowering(incident: Incident, context: Context) -> Iterator[Step]:
    if incident.lowering:
        yield {"code": "lowering", "to": incident.lowering.to}


def _checklist(incident: Incident, context: Context) -> Iterator[Step]:
    missing = len(incident.checklist.unanswered())
    if missing and not incident.grade:
        yield {"code": "checklist_ungraded", "missing": missing}
    elif not incident.grade:
        yield {"code": "judgement"}


def _unheld(incident: Incident, context: Context) -> Iterator[Step]:
    roles = [call.role for call in incident.calls.values() if not call.person]
    if roles:
        yield {"code": "unheld", "roles": roles}


def _decisions(incident: Incident, context: Context) -> Iterator[Step]:
    waiting = [question for question in incident.questions if question not in incident.decisions]
    if waiting:
        yield {"code": "decisions", "questions": waiting}


def _tasks(incident: Incident, context: Context) -> Iterator[Step]:
    for name, at in _ahead(incident, context):
        # Those which the bot ticks off by itself follow from the other steps.
        tasks = [task for task in open_tasks(incident, name) if not task.done_when]
        if tasks:
            yield {
                "code": "tasks",
                "open": len(tasks),
                "free": len(_free(tasks)),
                "checkpoint": name,
                "at": at,
            }
            return


def _gaps(incident: Incident, context: Context) -> Iterator[Step]:
    missing = len(incident.checklist.unanswered())
    if missing and incident.grade:
        yield {"code": "checklist", "missing": missing}


def _update(incident: Incident, context: Context) -> Iterator[Step]:
    if context.plan and not context.plan.next_name and context.plan.update_at:
        yield {"code": "update", "at": context.plan.update_at}


_LOOKS: tuple[Callable[[Incident, Context], Iterator[Step]], ...] = (
    _lowering,
    _checklist,
    _unheld,
    _decisions,
    _gaps,
    _tasks,
    _update,
)


def _ahead(incident: Incident, context: Context) -> list[tuple[str, Any]]:
    checkpoints = context.plan.checkpoints if context.plan else {}
    return [(name, at) for name, at in checkpoints.items() if name not in incident.reached]


def _free(tasks: list[Task]) -> list[Task]:
    return [task for task in tasks if not task.owner]
