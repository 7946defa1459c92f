"""What follows from what happened: the one place that turns events into sends.

Every send is named by its cause, so a cause can never send twice. Cards are rendered just before they go, from the
incident as it is then; an event here only decides that something is to be said, to whom, and in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.cause import Cause
from bot.chasing import CHASED, PROMISE_REACTIONS
from bot.chat import Send
from bot.crisis import events
from bot.crisis.events import Event
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.crisis.state import ELSEWHERE
from bot.crisis.undelivered import LAST_NOTICE, NOTICE, at_work, notice
from bot.public_reactions import REACTIONS as PUBLIC


def react(incident: Incident, playbook: Playbook) -> list[Send]:
    """All that follows from the incident's news, in order."""
    news = range(incident.stored, len(incident.history))
    return [send for seq in news for send in follows(incident, playbook, seq)]


def follows(incident: Incident, playbook: Playbook, seq: int) -> Iterable[Send]:
    """What follows from the entry of that number, the incident being as it is just after all that came with it."""
    event: Event = incident.history[seq].event
    reaction = REACTIONS.get(type(event))
    return reaction(event, Cause(incident, playbook, seq)) if reaction else ()


def _declared(event: events.Declared, cause: Cause) -> Iterable[Send]:
    yield _open_room(cause)


def _open_room(cause: Cause) -> Send:
    return Send(key=cause.room, incident=cause.incident.id, deed="open_room", lane=cause.room, people=())


def _room_opened(event: events.RoomOpened, cause: Cause) -> Iterable[Send]:
    number = cause.incident.rooms
    state = cause.key(f"state/{number}")
    yield cause.in_room("invite", f"invite/{cause.seq}", people=tuple(cause.incident.members))
    yield cause.post(f"state/{number}", "state")
    yield cause.in_room("topic", f"topic/{cause.seq}")
    yield cause.in_room("pin", f"pin/{number}", target=state)
    yield cause.in_room("bookmark", f"bookmark/{number}", target=state)
    yield cause.post(f"tasks/{number}", "first_tasks")


def _room_failed(event: events.RoomFailed, cause: Cause) -> Iterable[Send]:
    opener = cause.incident.opened_by
    yield cause.direct(opener, f"room_failed/{cause.seq}/{opener}", "room_failed", code=event.code)


def _room_archived(event: events.RoomArchived, cause: Cause) -> Iterable[Send]:
    """It came back while its room was being archived: it needs another."""
    if cause.incident.open:
        yield _open_room(cause)


def _details_changed(event: events.DetailsChanged, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"details/{cause.seq}", "details_changed")
    yield cause.in_room("topic", f"topic/{cause.seq}")
    yield from cause.show_state()


def _invited(event: events.Invited, cause: Cause) -> Iterable[Send]:
    """All who are let in at one moment in one call: a red crisis brings nine people at once."""
    at = cause.incident.history[cause.seq].at
    entries = enumerate(cause.incident.history)
    together = [(seq, e.event) for seq, e in entries if e.at == at and isinstance(e.event, events.Invited)]
    if cause.incident.room and together[-1][0] == cause.seq:
        people = tuple(person for _, invited in together for person in invited.people)
        yield cause.in_room("invite", f"invite/{cause.seq}", people=people)


def _invite_refused(event: events.InviteRefused, cause: Cause) -> Iterable[Send]:
    if event.code == ELSEWHERE:
        yield cause.direct(event.person, f"state/{cause.incident.rooms}/{event.person}", "state")
        return
    yield cause.post(f"refused/{cause.seq}", "invite_refused", person=event.person, code=event.code)


def _send_given_up(event: events.SendGivenUp, cause: Cause) -> Iterable[Send]:
    """The room is told once of each kind; where it cannot be told, whoever is at work on it is, one by one."""
    began, people = notice(cause.incident, cause.seq)
    name, told = f"given_up/{began}", {"deed": event.deed, "people": list(people), "code": event.code}
    if event.statement:
        told |= {"statement": event.statement, "version": event.version}
    if began != cause.seq:
        yield cause.update(name, card=NOTICE, **told)
    elif event.card != NOTICE and cause.incident.room:
        yield cause.in_room("post", name, card=NOTICE, args=told)
    else:
        card = LAST_NOTICE if event.card == NOTICE else NOTICE
        for person in at_work(cause.incident):
            if person not in event.people:
                yield cause.direct(person, f"{name}/{person}", card, **told)


def _answered(event: events.Answered, cause: Cause) -> Iterable[Send]:
    yield from cause.show_state()
    yield cause.update("nudge")


def _reading_asked(event: events.ReadingAsked, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"reading/{cause.seq}", "reading")


def _graded(event: events.Graded, cause: Cause) -> Iterable[Send]:
    place = _place(event, cause)
    first = first_of_grade(cause.incident, place)
    if first == place:
        yield cause.post(f"grade/{place}", "grade", n=place)
        yield cause.in_room("topic", f"topic/{cause.seq}")
        yield from _show_lowering(cause)
    else:
        yield cause.update(f"grade/{first}", card="grade", n=place)
    yield from cause.show_state()


def _place(event: events.Graded, cause: Cause) -> int:
    return next(n for n, grading in enumerate(cause.incident.gradings) if grading.verdict is event)


def first_of_grade(incident: Incident, place: int) -> int:
    """Where the run of gradings with the same grade begins: the one that was posted as a card."""
    grade = incident.gradings[place].verdict.grade
    while place and incident.gradings[place - 1].verdict.grade == grade:
        place -= 1
    return place


def _lower_asked(event: events.LowerAsked, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"lower/{cause.seq}", "lower_asked", to=event.to, asked=cause.seq)
    yield from cause.show_state()


def _lower_refused(event: events.LowerRefused, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"lower_refused/{cause.seq}", "lower_refused", to=event.to)
    yield from _show_lowering(cause)
    yield from cause.show_state()


def _show_lowering(cause: Cause) -> Iterable[Send]:
    """The latest request to lower no longer waits for anybody."""
    asked = [
        seq
        for seq, entry in enumerate(cause.incident.history[: cause.seq])
        if isinstance(entry.event, events.LowerAsked)
    ]
    if asked:
        yield cause.update(f"lower/{asked[-1]}")


def _role_paged(event: events.RolePaged, cause: Cause) -> Iterable[Send]:
    number = _times_called(cause, event.person)
    yield cause.direct(event.person, f"page/{event.person}/{number}", "page", n=number)
    yield cause.update(f"page/{event.person}/{number - 1}")
    before = _called_before(event, cause.incident, cause.seq)
    if before:
        yield from _show_pages(cause, [before])
        yield from _show_grade(cause)
        yield from _told_once(cause)
    yield from cause.show_state()


def _urged(event: events.Urged, cause: Cause) -> Iterable[Send]:
    number = _times_called(cause, event.person)
    yield cause.urge(event.person, f"page/{event.person}/{number}", level=event.level, n=number)


def _told_once(cause: Cause) -> Iterable[Send]:
    """The room hears of all that moved on at one moment in one message, with the last of them.

    Only in the first round: after it, that nobody answers says enough.
    """
    incident, at = cause.incident, cause.incident.history[cause.seq].at
    moves = [
        (seq, entry.event, before)
        for seq, entry in enumerate(incident.history)
        if entry.at == at
        and isinstance(entry.event, events.RolePaged)
        and (entry.event.round == 1 or entry.event.passed_by)
        and (before := _called_before(entry.event, incident, seq))
    ]
    if moves and moves[-1][0] == cause.seq:
        yield cause.post(
            f"escalated/{cause.seq}",
            "escalated",
            moves=[
                {"role": event.role, "from": before, "to": event.person, "passed": bool(event.passed_by)}
                for _, event, before in moves
            ],
        )


def _called_before(event: events.RolePaged, incident: Incident, seq: int) -> str:
    """Who had the page until now, where this is not the first call for the role."""
    for entry in reversed(incident.history[:seq]):
        if isinstance(entry.event, events.RolePaged) and entry.event.role == event.role:
            return entry.event.person
    return ""


def _page_answered(event: events.PageAnswered, cause: Cause) -> Iterable[Send]:
    yield from _tell_who_is_on_it(cause)
    asked = [person for role in event.roles for person in cause.incident.calls[role].asked]
    yield from _show_pages(cause, dict.fromkeys(asked))
    yield from _show_grade(cause)
    yield from cause.show_state()


def _tell_who_is_on_it(cause: Cause) -> Iterable[Send]:
    """One message for each grade, which fills up as people answer; a second when the last of them has."""
    incident = cause.incident
    run = first_of_grade(incident, len(incident.gradings) - 1)
    began = incident.gradings[run].at
    others = [entry for entry in incident.history[: cause.seq] if entry.at >= began]
    if not any(isinstance(entry.event, events.PageAnswered) for entry in others):
        yield cause.post(f"answered/{run}", "answered")
        return
    yield cause.update(f"answered/{run}")
    if not any(call.open for call in incident.calls.values()) and _is_last_answer(cause):
        yield cause.post(f"all_answered/{cause.seq}", "answered")


def _is_last_answer(cause: Cause) -> bool:
    """Calls that go on to people who are on it already are answered several in one moment."""
    later = cause.incident.history[cause.seq + 1 :]
    return not any(isinstance(entry.event, events.PageAnswered) for entry in later)


def _show_grade(cause: Cause) -> Iterable[Send]:
    """The latest grade's card names who is called; it must not wait for somebody who has answered."""
    latest = len(cause.incident.gradings) - 1
    if latest >= 0:
        yield cause.update(f"grade/{first_of_grade(cause.incident, latest)}", card="grade", n=latest)


def _show_pages(cause: Cause, people: Iterable[str]) -> Iterable[Send]:
    """The latest page of each; earlier ones point to it, so that a night of calling on costs no more and more."""
    for person in people:
        yield cause.update(f"page/{person}/{_times_called(cause, person)}")


def _times_called(cause: Cause, person: str) -> int:
    return cause.incident.times_called(person, cause.seq + 1)


def _calls_withdrawn(event: events.CallsWithdrawn, cause: Cause) -> Iterable[Send]:
    yield from _show_pages(cause, event.people)
    yield from _show_grade(cause)
    yield from cause.show_state()


def _page_undelivered(event: events.PageUndelivered, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"undelivered/{cause.seq}", "undelivered", person=event.person, code=event.code)


def _role_unheld(event: events.RoleUnheld, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"unheld/{event.role}", "unheld", role=event.role)
    yield from cause.show_state()


def _nobody_answers(event: events.NobodyAnswers, cause: Cause) -> Iterable[Send]:
    """In one message for all roles of which this is true at the same moment."""
    at = cause.incident.history[cause.seq].at
    silent = [
        (seq, entry.event.role)
        for seq, entry in enumerate(cause.incident.history)
        if entry.at == at and isinstance(entry.event, events.NobodyAnswers)
    ]
    if silent[-1][0] == cause.seq:
        yield cause.post(f"nobody/{cause.seq}", "nobody_answers", roles=[role for _, role in silent])


def _task_changed(event: events.TaskTaken | events.TaskDone, cause: Cause) -> Iterable[Send]:
    yield from _show_tasks(cause, cause.incident.tasks[event.task].checkpoint)
    yield from cause.show_state()


def _tasks_planned(event: events.TasksPlanned, cause: Cause) -> Iterable[Send]:
    for name in dict.fromkeys(task.checkpoint for task in event.tasks):
        yield from _show_tasks(cause, name)


def _show_tasks(cause: Cause, checkpoint: str) -> Iterable[Send]:
    """Every card in the room that shows the tasks of a checkpoint: its own, and the one before that announced it."""
    yield cause.update(f"tasks/{cause.incident.rooms}")
    for entry in cause.incident.history:
        if isinstance(entry.event, events.CheckpointsReached):
            names = entry.event.names
            announced = cause.playbook.following(names[-1])
            if checkpoint in (*names, announced.name if announced else ""):
                yield cause.update(f"checkpoint/{names[-1]}")


def _decisions_asked(event: events.DecisionsAsked, cause: Cause) -> Iterable[Send]:
    yield cause.post("decisions", "decisions")


def _decided(event: events.Decided, cause: Cause) -> Iterable[Send]:
    yield cause.update("decisions")
    yield from cause.show_state()


def _reminded(event: events.Reminded, cause: Cause) -> Iterable[Send]:
    if event.name == "nudge":
        yield cause.post("nudge", "nudge")
    elif event.name.startswith("before/"):
        name = event.name.removeprefix("before/")
        for person in event.people:
            yield cause.direct(person, f"{event.name}/{person}", "before", name=name)
    elif event.name.partition("/")[0] in CHASED:
        yield from CHASED[event.name.partition("/")[0]](event, cause)
    elif event.tell:
        yield cause.post(event.name, "update", name=event.name, late=event.late)
        for person in event.people:
            yield cause.direct(person, f"{event.name}/{person}", "update", name=event.name, late=event.late)


def _checkpoints_reached(event: events.CheckpointsReached, cause: Cause) -> Iterable[Send]:
    args: Mapping[str, Any] = {
        "names": list(event.names),
        "met": list(event.met),
        "late": list(event.late),
        "early": list(event.early),
    }
    yield cause.post(f"checkpoint/{event.names[-1]}", "checkpoint", **args)
    yield from cause.show_state()


def _closed(event: events.Closed, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"closed/{cause.seq}", "closed")
    yield from cause.show_state()
    waiting = [call.person for call in cause.incident.calls.values() if call.open]
    yield from _show_pages(cause, dict.fromkeys(waiting))
    if event.archive:
        yield cause.in_order("archive", f"archive/{cause.seq}")


def _reopened(event: events.Reopened, cause: Cause) -> Iterable[Send]:
    if cause.incident.archived:
        yield _open_room(cause)
    yield cause.post(f"reopened/{cause.seq}", "reopened")
    yield from cause.show_state()


REACTIONS: Mapping[type[Any], Callable[[Any, Cause], Iterable[Send]]] = {
    events.Declared: _declared,
    events.RoomOpened: _room_opened,
    events.RoomFailed: _room_failed,
    events.RoomArchived: _room_archived,
    events.DetailsChanged: _details_changed,
    events.Invited: _invited,
    events.InviteRefused: _invite_refused,
    events.SendGivenUp: _send_given_up,
    events.Answered: _answered,
    events.ReadingAsked: _reading_asked,
    events.Graded: _graded,
    events.LowerAsked: _lower_asked,
    events.LowerRefused: _lower_refused,
    events.RolePaged: _role_paged,
    events.Urged: _urged,
    events.PageAnswered: _page_answered,
    events.CallsWithdrawn: _calls_withdrawn,
    events.PageUndelivered: _page_undelivered,
    events.RoleUnheld: _role_unheld,
    events.NobodyAnswers: _nobody_answers,
    events.TasksPlanned: _tasks_planned,
    events.TaskTaken: _task_changed,
    events.TaskDone: _task_changed,
    events.TaskNotNeeded: _task_changed,
    events.TaskReopened: _task_changed,
    events.DecisionsAsked: _decisions_asked,
    events.Decided: _decided,
    events.Reminded: _reminded,
    events.CheckpointsReached: _checkpoints_reached,
    events.Closed: _closed,
    events.Reopened: _reopened,
    **PUBLIC,
    **PROMISE_REACTIONS,
}
"""The answer to "what follows?". After an event that is not here, nothing is said."""
