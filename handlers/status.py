"""Where we stand: the brief of one crisis, and the list of all that a person may see."""

from __future__ import annotations

from bot.chat import Reply
from bot.crisis.errors import Refused
from handlers.desk import Desk


def guide(desk: Desk) -> Reply:
    """Bare `/crisis`: what can be done here, as buttons."""
    return desk.answer("guide", desk.at_hand())


def show_help(desk: Desk) -> Reply:
    """Every verb, with an example."""
    return desk.answer("help", platform=desk.command.platform)


def brief(desk: Desk) -> Reply:
    """Sixty seconds: known, unknown, grade, next deadline, what waits for this person."""
    return desk.answer("status", desk.incident(closed=True))


def list_all(desk: Desk) -> Reply:
    """The open crises which this person may see."""
    return desk.answer("list", incidents=desk.visible(closed=False))


def outside(desk: Desk) -> Reply:
    """Somebody of another company pressed or typed something in a shared channel."""
    raise Refused("outside")
