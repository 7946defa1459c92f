"""The plan of an incident as moments, computed by `timelines` and handed to whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Plan:
    """When everything is due, all aware and in UTC.

    checkpoints: name to due time, in order. next_name, next_at: the next one not reached, "" and None after the
    last. deadlines: `first_contact`, `first_word` where the grade asks for them. phase: see `timelines.phases`.
    update_at: the next progress update after the last checkpoint, or None.
    """

    checkpoints: Mapping[str, datetime]
    deadlines: Mapping[str, datetime]
    phase: str
    next_name: str = ""
    next_at: datetime | None = None
    update_at: datetime | None = None
