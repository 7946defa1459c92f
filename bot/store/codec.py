"""Events and replies as JSON and back; no pickles, so a database can never run code."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import TypeAdapter

from bot.chat import Reply
from bot.crisis import events
from bot.crisis.events import Event

_EVENTS = {kind.__name__: TypeAdapter(kind) for kind in get_args(events.Event)}
_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


class UnknownEvent(Exception):
    """The history holds something that this version does not know: it was written by a newer one."""


def event_to_json(event: Event) -> tuple[str, dict[str, Any]]:
    """The event's name and its fields."""
    kind = type(event).__name__
    return kind, _EVENTS[kind].dump_python(event, mode="json")


def event_from_json(kind: str, data: dict[str, Any]) -> Event:
    """The event as it was recorded. Raises UnknownEvent."""
    if kind not in _EVENTS:
        raise UnknownEvent(f"{kind}: run the version that wrote it, or a newer one")
    event: Event = _EVENTS[kind].validate_python(data)
    return event


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """A reply to be given again word for word."""
    data: dict[str, Any] = _REPLY.dump_python(reply, mode="json")
    return data


def reply_from_json(data: dict[str, Any]) -> Reply:
    """The first answer."""
    return _REPLY.validate_python(data)
