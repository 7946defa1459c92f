"""What piled up while nothing could be sent: the newest of a kind speaks for those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.chat import Send
from timelines.reminders import LATE

SUMMED = ("checkpoint", "escalated", "nobody_answers", "reading", "update")
"""Cards of which only the newest is worth a message once the room has waited for them."""


def may_pile_up(send: Send, waited: timedelta) -> bool:
    """Whether others of its kind may have come meanwhile. What comes in time is told one by one."""
    return send.deed == "post" and send.card in SUMMED and waited > LATE


def speaks_for(send: Send, behind: Sequence[Send]) -> Send | None:
    """The send behind this one that shall speak for it, with more to say; None where this one speaks for itself."""
    same = [other for other in behind if (other.deed, other.card) == ("post", send.card)]
    return replace(same[-1], args=_together(send.args, same[-1].args)) if same else None


def _together(older: Mapping[str, Any], newer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lists grow, so that every checkpoint is named; anything else is the newer one's."""
    return {
        name: [*(item for item in older.get(name, []) if item not in value), *value]
        if isinstance(value, list)
        else value
        for name, value in newer.items()
    }


def late_by_now(send: Send, due: Mapping[str, datetime], now: datetime) -> Send:
    """A checkpoint that had to wait for the platform is told as late, like one that had to wait for us."""
    if send.deed != "post" or send.card != "checkpoint":
        return send
    late, early = send.args.get("late", []), send.args.get("early", [])
    behind = [
        name
        for name in send.args["names"]
        if name in late or (name not in early and name in due and now - due[name] > LATE)
    ]
    return replace(send, args={**send.args, "late": behind})
