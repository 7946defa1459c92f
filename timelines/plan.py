"""The plan as it stands, for whoever shows it."""

from __future__ import annotations

from datetime import datetime

from bot.crisis.incident import Incident
from bot.crisis.plan import Plan
from bot.crisis.playbook import Playbook
from timelines.cadence import updates
from timelines.checkpoints import due_at
from timelines.phases import phase
from timelines.reminders import deadlines, next_checkpoint


def plan(incident: Incident, playbook: Playbook, now: datetime) -> Plan:
    """When everything of this incident is due. `now` is aware; so are all results, in UTC."""
    assert incident.time_zero is not None
    ahead = next_checkpoint(incident, playbook)
    later = (at for name, at in updates(playbook, incident.time_zero) if name not in incident.reminded)
    return Plan(
        checkpoints={item.name: due_at(item, incident.time_zero) for item in playbook.checkpoints},
        deadlines={item.name: item.at for item in deadlines(incident, playbook)},
        phase=phase(incident.time_zero, now),
        next_name=ahead.name if ahead else "",
        next_at=ahead.at if ahead else None,
        update_at=next(later, None),
    )
