"""What follows from words for outside: the second half of `bot.reactions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.cause import Cause
from bot.chat import Send
from bot.crisis import public_events as events


def _hook_asked(event: events.HookAsked, cause: Cause) -> Iterable[Send]:
    """In a lane for each statement, so that a correction never overtakes what it corrects."""
    lane = cause.key(f"hook/{event.statement}")
    about = {"statement": event.statement, "version": event.version, "withdrawn": event.withdrawn}
    yield Send(f"{lane}/{cause.seq}", cause.incident.id, "hook", lane, args=about)


REACTIONS: Mapping[type[Any], Callable[[Any, Cause], Iterable[Send]]] = {
    events.HookAsked: _hook_asked,
}
"""Joined to the table of `bot.reactions`."""
