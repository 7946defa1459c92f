"""When whoever was asked to sign is reminded, and when their deputy is asked too (S2; domain 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.crisis.approval import missing
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook


def due_signatures(incident: Incident, playbook: Playbook) -> Iterator[tuple[str, bool, datetime]]:
    """For each signature that is waited for: its name, whether it is only a reminder, and when (aware, UTC).

    Nobody is pressed while a signer's wish for changes waits for the author.
    """
    for statement in incident.statements.values():
        if statement.approved or any(seat.changes for seat in statement.seats.values()):
            continue
        for seat in missing(incident, statement, playbook):
            if seat.answer_by is None:
                continue
            name = f"{statement.id}/{seat.role}"
            if seat.asked_at is not None and not seat.reminded and not seat.stuck:
                yield name, True, seat.asked_at + (seat.answer_by - seat.asked_at) / 2
            yield name, False, seat.answer_by
