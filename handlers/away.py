"""What can be done while the database is away: what needs no memory at once, what changes anything later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, cast

from bot.chat import Command, Reply
from bot.crisis.checklist import BadAnswers
from bot.crisis.errors import Refused
from bot.crisis.incident import Incident
from bot.store import Work
from bot.voice import Voice
from handlers import decide, declare, grade, pages, readings, tasks
from handlers.desk import Desk
from handlers.dispatch import desk_for, handler_of, sorry

AWAY = "database_away"

OPENINGS = (declare.submit, declare.at_once)
CHANGES = (
    tasks.take_it,
    tasks.done,
    tasks.undo,
    grade.confirm_lower,
    grade.refuse_lower,
    pages.on_it,
    pages.pass_on,
    decide.yes,
    decide.no,
)
"""Buttons that change something at once; the others show or ask."""


@dataclass(frozen=True)
class Meanwhile:
    """What becomes of a command now.

    reply: what the person sees. enters: it is to be taken down, and entered when the database is back.
    opens: it opens a crisis, whose people need a room before that.
    """

    reply: Reply
    enters: bool = False
    opens: bool = False


def meanwhile(voice: Voice, command: Command, now: datetime) -> Meanwhile:
    """What to say and do about a command that was asked now, without the database."""
    desk = _desk(voice, command, now)
    handler = handler_of(desk.command)
    try:
        return Meanwhile(handler(desk))
    except BadAnswers as bad:
        return Meanwhile(sorry(desk, bad))
    except Refused as refusal:
        if refusal.code != AWAY or not _enters(desk):
            return Meanwhile(sorry(desk, refusal))
    opens = handler in OPENINGS
    card = desk.card("done", None, code="opening_taken_down" if opens else "taken_down")
    reply = Reply(done=card) if command.kind == "sent" else Reply(card=card)
    return Meanwhile(reply, enters=True, opens=opens)


def foreseen(voice: Voice, command: Command, now: datetime) -> Incident:
    """The crisis that an opening asked now will become; for its emergency room."""
    return declare.foreseen(_desk(voice, command, now))


def _enters(desk: Desk) -> bool:
    """A form that was sent, a button or a line that changes something."""
    handler = handler_of(desk.command)
    is_figure = handler is readings.ask and desk.command.kind == "typed" and bool(desk.command.text.strip())
    return desk.command.kind == "sent" or handler in (*CHANGES, *OPENINGS) or is_figure


def _desk(voice: Voice, command: Command, now: datetime) -> Desk:
    return desk_for(voice, command, cast(Work, _Nothing(now)))


class _Nothing:
    """In the place of a transaction: whoever looks for an incident in it is refused."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    @property
    def incidents(self) -> NoReturn:
        """There are none to be had."""
        raise Refused(AWAY)
