"""What must have been asked for, told from the history alone: the auditor's measure of the outbox."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.chat import Send
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.reactions import follows


@dataclass(frozen=True)
class Expected:
    """A send that must be among the incident's sends, and the moment (aware, UTC) of what it follows from."""

    send: Send
    at: datetime


def expected(
    incident: Incident, playbook: Playbook, since: datetime, kept: Container[str] = ()
) -> list[Expected]:
    """What the entries since then ask for and is not kept, whatever the bounds of their transactions were.

    A reaction sees the incident as it is at the end of its transaction. The history does not tell where that was:
    entries of one moment came in one transaction or in several. So only what follows at every possible end is sure,
    and nothing that was rightly left out is missed. Updates are not looked for: they are put together on purpose.
    """
    told, behind = Incident(incident.id), Incident(incident.id)
    found = []
    for at, together in groupby(incident.history, key=lambda entry: entry.at):
        first = len(told.history)
        for entry in together:
            told.record(entry.event, entry.by, entry.at)
        lacking = {
            seq: asked
            for seq in (range(first, len(told.history)) if at >= since else ())
            if (asked := {key: send for key, send in _asked(told, playbook, seq) if key not in kept})
        }
        found += [Expected(send, at) for send in _sure(lacking, behind, told, playbook)]
    return found


def _asked(incident: Incident, playbook: Playbook, seq: int) -> Iterator[tuple[str, Send]]:
    for send in follows(incident, playbook, seq):
        if send.deed != "update":
            yield send.key, send


def _sure(
    lacking: dict[int, dict[str, Send]], behind: Incident, told: Incident, playbook: Playbook
) -> Iterator[Send]:
    """Of what lacks at the last of the possible ends, that which lacks at the earlier ones too."""
    for entry in told.history[len(behind.history) :]:
        behind.record(entry.event, entry.by, entry.at)
        for seq in [seq for seq in lacking if seq < len(behind.history)]:
            also = dict(_asked(behind, playbook, seq))
            lacking[seq] = {key: send for key, send in lacking[seq].items() if key in also}
    return (send for sends in lacking.values() for send in sends.values())
