"""What follows from what happened to answer sheets: a part of the table of `bot.reactions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.cause import Cause
from bot.chat import Send
from bot.crisis import public_events as events
from bot.crisis.public import AnswerSheet


def _lines_issued(event: events.LinesIssued, cause: Cause) -> Iterable[Send]:
    """The room has it, and everybody who answers; what they had until now says that it is recalled."""
    yield cause.post(_room(event.sheet), "lines_room", sheet=event.sheet)
    for person in event.people:
        yield cause.direct(person, _private(event.sheet, person), "lines", sheet=event.sheet)
    for sheet in cause.incident.sheets.values():
        if sheet.replaced_by == event.sheet:
            yield from _show_sheet(cause, sheet)
    yield cause.update(f"statement/{event.statement}")


def _lines_read(event: events.LinesRead, cause: Cause) -> Iterable[Send]:
    sheet, person = cause.incident.sheets[event.sheet], cause.incident.history[cause.seq].by
    yield cause.update(_room(sheet.id))
    yield cause.update(_private(sheet.id, person))
    yield cause.update(_again(sheet.id, person))


def _readers_reminded(event: events.ReadersReminded, cause: Cause) -> Iterable[Send]:
    for person in event.people:
        yield cause.direct(person, _again(event.sheet, person), "lines", sheet=event.sheet, again=True)
    yield cause.update(_room(event.sheet))


def _line_asked(event: events.LineAsked, cause: Cause) -> Iterable[Send]:
    person = cause.incident.history[cause.seq].by
    yield cause.post(f"line_asked/{cause.seq}", "line_asked", question=event.question, person=person)


def recalled(cause: Cause, *, aloud: bool) -> Iterator[Send]:
    """What was recalled at this moment says so at once; whoever had it hears of it as well, for nobody sees an old
    message change. aloud: the room hears of it too, which has not heard of the cause otherwise.
    """
    for sheet in cause.incident.sheets.values():
        if sheet.recalled_at != cause.incident.history[cause.seq].at or sheet.recalled == "replaced":
            continue
        yield from _show_sheet(cause, sheet)
        name = f"lines_recalled/{sheet.id}"
        if aloud:
            yield cause.post(name, "lines_recalled", sheet=sheet.id)
        for person in sheet.people:
            yield cause.direct(person, f"{name}/{person}", "lines_recalled", sheet=sheet.id)


def _show_sheet(cause: Cause, sheet: AnswerSheet) -> Iterator[Send]:
    """Wherever it stands, it says how things are now."""
    yield cause.update(_room(sheet.id))
    for person in sheet.people:
        yield cause.update(_private(sheet.id, person))
    for person in sheet.reminded:
        yield cause.update(_again(sheet.id, person))


def _room(sheet: int) -> str:
    return f"lines/{sheet}"


def _private(sheet: int, person: str) -> str:
    return f"lines/{sheet}/{person}"


def _again(sheet: int, person: str) -> str:
    return f"lines_again/{sheet}/{person}"


LINES_REACTIONS: Mapping[type[Any], Callable[[Any, Cause], Iterable[Send]]] = {
    events.LinesIssued: _lines_issued,
    events.LinesRead: _lines_read,
    events.ReadersReminded: _readers_reminded,
    events.LineAsked: _line_asked,
}
"""The answer to "what follows?" for answer sheets."""
