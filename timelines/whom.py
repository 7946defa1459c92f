"""Who hears in person of what is due: whoever promised, speaks, leads, or has put out what is to be put right."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crisis.incident import Incident
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook


def whom(name: str, incident: Incident, playbook: Playbook, roster: Roster) -> tuple[str, ...]:
    """Who is reminded by a name of `timelines.promises` or `timelines.words`."""
    kind, _, rest = name.partition("/")
    if kind == "promise":
        return (incident.promises[int(rest.partition("/")[0])].owner,)
    if kind == "executive":
        leads = incident.commander(playbook.grade(incident.grade).in_command)
        return _each([leads, *_for_role(playbook.grades[-1].in_command, incident, roster)])
    if kind == "outdated":
        return _each([place.by for place in incident.statements[int(rest.partition("/")[0])].outdated])
    return speakers(incident, playbook, roster)


def speakers(incident: Incident, playbook: Playbook, roster: Roster) -> tuple[str, ...]:
    """Whoever says the public words: who has answered for that role, else who holds it."""
    return _for_role(playbook.speaks, incident, roster)


def _for_role(role: str, incident: Incident, roster: Roster) -> tuple[str, ...]:
    call = incident.calls.get(role)
    if call and call.answered_by:
        return (call.answered_by,)
    return tuple(person.id for person in roster.holding([role]))


def _each(people: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people))
