"""What Slack hands out for a short while: trigger ids (3 s, one use) and response URLs (30 min, five uses).

Both count real seconds, also in a demo whose clock runs fast, because the bot's network is real.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass
class Trigger:
    """The right to open one form in front of one person."""

    id: str
    user: str
    issued: float
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer one command or click, without scopes or membership."""

    id: str
    user: str
    channel: str
    message_ts: str | None
    issued: float
    uses: int = 0


class Tickets:
    """Issues both kinds and refuses them once they are stale or spent."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, ResponseUrl] = {}
        self._numbers = itertools.count(1)

    def trigger(self, user: str) -> str:
        """A new trigger id for this person."""
        ticket = Trigger(f"{next(self._numbers)}.1.{user.lower()}", user, self.clock())
        self.triggers[ticket.id] = ticket
        return ticket.id

    def spend_trigger(self, trigger_id: str) -> str:
        """Whose trigger this is; it cannot be used again."""
        ticket = self.triggers.get(trigger_id)
        if ticket is None:
            raise SlackError("invalid_trigger_id")
        if ticket.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock() - ticket.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        ticket.used = True
        return ticket.user

    def response(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """The id at the end of a new response URL."""
        ticket = ResponseUrl(f"R{next(self._numbers)}", user, channel, message_ts, self.clock())
        self.responses[ticket.id] = ticket
        return ticket.id

    def spend_response(self, response_id: str) -> ResponseUrl:
        """What this response URL answers to; counts one use."""
        ticket = self.responses.get(response_id)
        if ticket is None:
            raise SlackError("invalid_url")
        if self.clock() - ticket.issued > RESPONSE_SECONDS:
            raise SlackError("expired_url")
        if ticket.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        ticket.uses += 1
        return ticket
