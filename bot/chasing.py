"""What follows from promises and from words for outside that are due: a part of the tables of `bot.reactions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.cause import Cause
from bot.chat import Send
from bot.crisis import public_events as events
from bot.crisis.events import BOT, Reminded
from bot.crisis.words import last_word, missing_channels
from timelines.words import executive_due, word_due


def _promise_noted(event: events.PromiseNoted, cause: Cause) -> Iterable[Send]:
    """Whoever is to keep it hears of it, unless they said so themselves."""
    yield cause.update(f"statement/{event.statement}")
    if event.owner != cause.incident.history[cause.seq].by:
        yield _to_owner(cause, event.promise, event.owner)


def _promise_dismissed(event: events.PromiseDismissed, cause: Cause) -> Iterable[Send]:
    yield cause.update(f"statement/{event.statement}")


def _promise_moved(event: events.PromiseMoved, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"promise/{event.promise}/moved/{cause.seq}", "promise", promise=event.promise)
    yield from _show_reminder(cause, event.promise)
    if event.owner != cause.incident.history[cause.seq].by:
        yield _to_owner(cause, event.promise, event.owner)


def _promise_kept(event: events.PromiseKept, cause: Cause) -> Iterable[Send]:
    yield cause.post(f"promise/{event.promise}/kept", "promise", promise=event.promise)
    yield from _show_reminder(cause, event.promise)


def _to_owner(cause: Cause, promise: int, owner: str) -> Send:
    return cause.direct(owner, f"promise/{promise}/owner/{cause.seq}", "promise", promise=promise)


def _show_reminder(cause: Cause, promise: int) -> Iterator[Send]:
    """The latest reminder must not go on asking for what is done."""
    history = cause.incident.history[: cause.seq]
    told = [
        (seq, entry.event)
        for seq, entry in enumerate(history)
        if isinstance(entry.event, Reminded) and entry.event.name.startswith(f"promise/{promise}/")
    ]
    for seq, event in told[-1:]:
        yield cause.update(f"{event.name}/{seq}")
        for person in event.people:
            yield cause.update(f"{event.name}/{seq}/{person}")


def _promise_due(event: Reminded, cause: Cause) -> Iterable[Send]:
    """In person before its time; from then on the room hears of it too."""
    _, number, stage = event.name.split("/")
    yield from _in_person(event, cause, "promise", promise=int(number), due=True)
    if stage != "before":
        name = f"{event.name}/{cause.seq}"
        yield cause.post(name, "promise", promise=int(number), due=True)


def _next_word(event: Reminded, cause: Cause) -> Iterable[Send]:
    at = cause.incident.history[cause.seq].at
    last, due_at = last_word(cause.incident), word_due(cause.incident, cause.playbook, at)
    if last is not None and due_at is not None:
        yield from _in_person(event, cause, "next_word", last=last.isoformat(), due_at=due_at.isoformat())


def _executive(event: Reminded, cause: Cause) -> Iterable[Send]:
    """Whoever leads, and the head of all; the room when the time is up."""
    _, grade, minutes = event.name.split("/")
    due_at = executive_due(cause.incident, cause.playbook)
    if due_at is None:
        return
    told = {"grade": grade, "due_at": due_at.isoformat()}
    yield from _in_person(event, cause, "executive", **told)
    if minutes == "0":
        yield cause.post(f"{event.name}/{cause.seq}", "executive", **told)


def _standing(event: Reminded, cause: Cause) -> Iterable[Send]:
    """Once in person; the cards in the room say it beside the channels."""
    about, number, version = event.name.split("/")
    statement = cause.incident.statements[int(number)]
    missing = list(missing_channels(statement, cause.playbook.channels))
    yield from _in_person(event, cause, "standing", statement=statement.id, about=about, missing=missing)
    yield cause.update(f"statement/{number}")
    yield cause.update(f"published/{number}/{version}")


def _in_person(event: Reminded, cause: Cause, card: str, /, **args: Any) -> Iterator[Send]:
    for person in event.people:
        if person != BOT:
            yield cause.direct(person, f"{event.name}/{cause.seq}/{person}", card, **args)


CHASED: Mapping[str, Callable[[Reminded, Cause], Iterable[Send]]] = {
    "promise": _promise_due,
    "next_word": _next_word,
    "executive": _executive,
    "unpublished": _standing,
    "incomplete": _standing,
    "outdated": _standing,
}
"""What follows from a reminder, by the beginning of its name."""

PROMISE_REACTIONS: Mapping[type[Any], Callable[[Any, Cause], Iterable[Send]]] = {
    events.PromiseNoted: _promise_noted,
    events.PromiseDismissed: _promise_dismissed,
    events.PromiseMoved: _promise_moved,
    events.PromiseKept: _promise_kept,
}
"""The answer to "what follows?" for promises."""
