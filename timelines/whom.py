"""Who hears in person of what is due: whoever promised, speaks, leads, or has put out what is to be put right."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crisis.incident import Incident, at_work_as
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook


def whom(name: str, incident: Incident, playbook: Playbook, roster: Roster) -> tuple[str, ...]:
    """Who is reminded by a name of `timelines.promises` or `timelines.words`."""
    kind, _, rest = name.partition("/")
    if kind == "promise":
        return (incident.promises[int(rest.partition("/")[0])].owner,)
    if kind == "executive":
        leads = incident.commander(playbook.grade(incident.grade).in_command)
        return _each([leads, *at_work_as(playbook.grades[-1].in_command, incident, roster)])
    if kind == "outdated":
        return _each([place.by for place in incident.statements[int(rest.partition("/")[0])].outdated])
    return at_work_as(playbook.speaks, incident, roster)


def _each(people: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people))
