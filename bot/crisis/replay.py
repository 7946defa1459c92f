"""What each event changes: one small function for each, the only place where an incident's fields are set."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import singledispatch
from typing import TYPE_CHECKING

from bot.crisis import events
from bot.crisis.state import ELSEWHERE, Call, Decision, Grading, LentRoom, Lowering, Task

if TYPE_CHECKING:
    from bot.crisis.incident import Incident


@singledispatch
def apply(event: object, incident: Incident, by: str, at: datetime) -> None:
    """Change the incident as the event says. An event without a function here is one that only tells."""


@apply.register(events.Declared)
def _(event: events.Declared, incident: Incident, by: str, at: datetime) -> None:
    incident.declared_at, incident.opened_by, incident.language = at, by, event.language
    incident.running_since = incident.answerable_since = at
    incident.platform = event.platform
    _take_details(event, incident)


@apply.register(events.DetailsChanged)
def _(event: events.DetailsChanged, incident: Incident, by: str, at: datetime) -> None:
    _take_details(event, incident)


def _take_details(event: events.Declared | events.DetailsChanged, incident: Incident) -> None:
    incident.title, incident.what, incident.type = event.title, event.what, event.type
    # In UTC, for in a zone with summer time adding an hour may come to two, or none.
    incident.drill, incident.time_zero = event.drill, event.time_zero.astimezone(UTC)


@apply.register(events.RoomOpened)
def _(event: events.RoomOpened, incident: Incident, by: str, at: datetime) -> None:
    incident.room, incident.room_name, incident.archived = event.room, event.name, False
    incident.lent_room, incident.elsewhere = None, []


@apply.register(events.InviteRefused)
def _(event: events.InviteRefused, incident: Incident, by: str, at: datetime) -> None:
    if event.code == ELSEWHERE and event.person not in incident.elsewhere:
        incident.elsewhere.append(event.person)


@apply.register(events.RoomLent)
def _(event: events.RoomLent, incident: Incident, by: str, at: datetime) -> None:
    incident.lent_room = LentRoom(event.room, event.name)
    # Until now people had a room, but no checklist to fill in.
    incident.answerable_since = at


@apply.register(events.RoomArchived)
def _(event: events.RoomArchived, incident: Incident, by: str, at: datetime) -> None:
    incident.room, incident.archived = "", True
    incident.rooms += 1


@apply.register(events.Invited)
def _(event: events.Invited, incident: Incident, by: str, at: datetime) -> None:
    incident.members.extend(person for person in event.people if person not in incident.members)


@apply.register(events.Answered)
def _(event: events.Answered, incident: Incident, by: str, at: datetime) -> None:
    incident.answers.update(event.answers)
    views = event.answers.get("views")
    if isinstance(views, int):
        incident.readings.append((at, views))


@apply.register(events.ReadingAsked)
def _(event: events.ReadingAsked, incident: Incident, by: str, at: datetime) -> None:
    incident.reading_asked_at = at


@apply.register(events.Graded)
def _(event: events.Graded, incident: Incident, by: str, at: datetime) -> None:
    rose_or_fell = incident.grade != event.grade
    incident.gradings.append(Grading(at, by, event))
    if rose_or_fell:
        incident.lowering = None
        incident.lowered_from = event.computed if event.cause == "lowered" else ""


@apply.register(events.LowerAsked)
def _(event: events.LowerAsked, incident: Incident, by: str, at: datetime) -> None:
    incident.lowering = Lowering(event.to, event.reason, by, at, event.by_answers)


@apply.register(events.LowerRefused)
def _(event: events.LowerRefused, incident: Incident, by: str, at: datetime) -> None:
    incident.lowering = None


@apply.register(events.RolePaged)
def _(event: events.RolePaged, incident: Incident, by: str, at: datetime) -> None:
    call = incident.calls.setdefault(event.role, Call(event.role))
    if event.round != call.round:
        call.round, call.tried = event.round, []
    call.person, call.called_at, call.answer_by = event.person, at, event.answer_by
    call.urges = event.urges
    call.tried.append(event.person)
    if event.person not in call.asked:
        call.asked.append(event.person)


@apply.register(events.Urged)
def _(event: events.Urged, incident: Incident, by: str, at: datetime) -> None:
    incident.urged[event.person, event.level] = at


@apply.register(events.RoleUnheld)
def _(event: events.RoleUnheld, incident: Incident, by: str, at: datetime) -> None:
    call = incident.calls.setdefault(event.role, Call(event.role))
    call.person, call.answer_by = "", None


@apply.register(events.PageAnswered)
def _(event: events.PageAnswered, incident: Incident, by: str, at: datetime) -> None:
    for role in event.roles:
        call = incident.calls.setdefault(role, Call(role))
        call.person, call.answered_by, call.answered_at = event.person, event.person, at


@apply.register(events.CallsWithdrawn)
def _(event: events.CallsWithdrawn, incident: Incident, by: str, at: datetime) -> None:
    for role in event.roles:
        incident.calls.pop(role, None)


@apply.register(events.TasksPlanned)
def _(event: events.TasksPlanned, incident: Incident, by: str, at: datetime) -> None:
    for task in event.tasks:
        known = incident.tasks.setdefault(
            task.name, Task(task.name, task.checkpoint, task.role, task.done_when)
        )
        known.checkpoint = task.checkpoint


@apply.register(events.TaskTaken)
def _(event: events.TaskTaken, incident: Incident, by: str, at: datetime) -> None:
    incident.tasks[event.task].owner = event.owner


@apply.register(events.TaskDone)
def _(event: events.TaskDone, incident: Incident, by: str, at: datetime) -> None:
    task = incident.tasks[event.task]
    task.state, task.by, task.at, task.reason = "done", by, at, ""


@apply.register(events.TaskNotNeeded)
def _(event: events.TaskNotNeeded, incident: Incident, by: str, at: datetime) -> None:
    task = incident.tasks[event.task]
    task.state, task.by, task.at, task.reason = "not_needed", by, at, event.reason


@apply.register(events.TaskReopened)
def _(event: events.TaskReopened, incident: Incident, by: str, at: datetime) -> None:
    task = incident.tasks[event.task]
    task.state, task.by, task.at, task.reason = "open", by, at, ""


@apply.register(events.DecisionsAsked)
def _(event: events.DecisionsAsked, incident: Incident, by: str, at: datetime) -> None:
    incident.questions.extend(event.questions)


@apply.register(events.Decided)
def _(event: events.Decided, incident: Incident, by: str, at: datetime) -> None:
    incident.decisions[event.question] = Decision(event.yes, by, at)


@apply.register(events.Reminded)
def _(event: events.Reminded, incident: Incident, by: str, at: datetime) -> None:
    incident.reminded[event.name] = at


@apply.register(events.CheckpointsReached)
def _(event: events.CheckpointsReached, incident: Incident, by: str, at: datetime) -> None:
    incident.reached.update(dict.fromkeys(event.names, at))


@apply.register(events.Closed)
def _(event: events.Closed, incident: Incident, by: str, at: datetime) -> None:
    incident.closed_at, incident.closed_because = at, event.reason


@apply.register(events.Reopened)
def _(event: events.Reopened, incident: Incident, by: str, at: datetime) -> None:
    incident.closed_at, incident.closed_because, incident.running_since = None, "", at
