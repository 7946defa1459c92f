"""Who reads a card, and everything it may draw on besides the incident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.crisis.people import Roster
from bot.crisis.plan import Plan
from bot.crisis.playbook import Playbook
from statements.principles import Principles, own_principles
from statements.templates import PublicTexts


def no_page(statement: int) -> str:
    """For whom there is none."""
    return ""


@dataclass(frozen=True)
class Context:
    """For one rendering. now: aware, UTC. zone: the company's, for fallbacks and exports.

    language: of the reader; a room reads in the incident's. reader: a person's id, "" for a room.
    plan: of the incident shown; None where no incident is. has_hook: the company's site takes texts from us.
    page_of: the address of a statement's page for the reader, by its number. public, principles: what statements begin
    from, and what they are held to.
    """

    playbook: Playbook
    roster: Roster
    zone: ZoneInfo
    now: datetime
    language: str
    reader: str = ""
    plan: Plan | None = None
    has_hook: bool = False
    page_of: Callable[[int], str] = no_page
    public: PublicTexts = field(default_factory=PublicTexts)
    principles: Principles = field(default_factory=own_principles)
