"""Who reads a card, and everything it may draw on besides the incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.crisis.people import Roster
from bot.crisis.plan import Plan
from bot.crisis.playbook import Playbook


@dataclass(frozen=True)
class Context:
    """For one rendering. now: aware, UTC. zone: the company's, for fallbacks and exports.

    language: of the reader; a room reads in the incident's. reader: a person's id, "" for a room.
    plan: of the incident shown; None where no incident is.
    """

    playbook: Playbook
    roster: Roster
    zone: ZoneInfo
    now: datetime
    language: str
    reader: str = ""
    plan: Plan | None = None
