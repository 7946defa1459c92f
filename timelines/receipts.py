"""When whoever was given an answer sheet and has not said that they read it is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.crisis.incident import Incident
from bot.crisis.lines import in_use
from bot.crisis.playbook import Playbook


def due_receipts(incident: Incident, playbook: Playbook) -> Iterator[tuple[int, datetime]]:
    """For each sheet in use that somebody has not read: its number, and when (aware, UTC) they are told, once."""
    wait = timedelta(minutes=playbook.receipt_minutes)
    for sheet in in_use(incident):
        if sheet.unread and not sheet.reminded:
            yield sheet.id, sheet.at + wait
