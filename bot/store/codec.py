"""Events, replies and commands as JSON and back; no pickles, so a database can never run code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic import TypeAdapter

from bot import chat
from bot.chat import Command, Reply
from bot.crisis import events
from bot.crisis.events import Event

_EVENTS = {kind.__name__: TypeAdapter(kind) for kind in get_args(events.Event)}
_PARTS = {name: kind for name, kind in vars(chat).items() if is_dataclass(kind)}
"""What replies and commands are made of. Each has its name beside it: by its fields alone bold is as good as plain."""


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
    data: dict[str, Any] = _to_json(reply)
    return data


def reply_from_json(data: dict[str, Any]) -> Reply:
    """The first answer. Raises KeyError for anything that no reply is made of."""
    reply: Reply = _from_json(data)
    return reply


def command_to_json(command: Command) -> dict[str, Any]:
    """What a person asked, to be asked again."""
    data: dict[str, Any] = _to_json(command)
    return data


def command_from_json(data: dict[str, Any]) -> Command:
    """What was asked. Raises KeyError for anything that no command is made of."""
    command: Command = _from_json(data)
    return command


def _to_json(value: Any) -> Any:
    if is_dataclass(value):
        return {"is": type(value).__name__} | {
            item.name: _to_json(getattr(value, item.name)) for item in fields(value)
        }
    if isinstance(value, datetime):
        return {"is": "moment", "at": value.isoformat()}
    if isinstance(value, Mapping):
        return {"is": "names", "of": {name: _to_json(one) for name, one in value.items()}}
    if isinstance(value, list):
        return {"is": "list", "of": [_to_json(one) for one in value]}
    return [_to_json(one) for one in value] if isinstance(value, tuple) else value


def _from_json(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_from_json(one) for one in data)
    if not isinstance(data, dict):
        return data
    match data["is"]:
        case "moment":
            return datetime.fromisoformat(data["at"])
        case "names":
            return {name: _from_json(one) for name, one in data["of"].items()}
        case "list":
            return [_from_json(one) for one in data["of"]]
        case name:
            return _PARTS[name](**{key: _from_json(one) for key, one in data.items() if key != "is"})
