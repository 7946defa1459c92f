"""When a checkpoint is due, and what must be true by then."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.crisis.playbook import Checkpoint, Playbook, TaskTemplate


def due_at(checkpoint: Checkpoint, time_zero: datetime) -> datetime:
    """The checkpoint's time in UTC (S0, domain 5). time_zero: aware."""
    return time_zero.astimezone(UTC) + checkpoint.after


def tasks_for(checkpoint: Checkpoint, playbook: Playbook, grade: str | None) -> tuple[TaskTemplate, ...]:
    """What must be true by a checkpoint: its own tasks, then those of that grade (S0, S3, domain 2.5, 5).

    grade: None before the first grading. Raises KeyError for a grade the playbook does not have.
    """
    own = playbook.grade(grade).tasks.get(checkpoint.name, ()) if grade else ()
    return (*checkpoint.tasks, *own)
