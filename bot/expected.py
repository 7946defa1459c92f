"""What must have been asked for, told from the history alone: the auditor's measure of the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.chat import Send
from bot.crisis.events import Entry
from bot.crisis.incident import Incident
from bot.crisis.playbook import Playbook
from bot.reactions import follows


@dataclass(frozen=True)
class Expected:
    """A send that must be among the incident's sends, and the moment (aware, UTC) of what it follows from."""

    send: Send
    at: datetime


def expected(incident: Incident, playbook: Playbook, since: datetime) -> list[Expected]:
    """What the entries since then ask for, whatever the bounds of their transactions were.

    A reaction sees the incident as it is at the end of its transaction. The history does not tell where that was:
    entries of one moment came in one transaction or in several. So only what follows at every possible end is sure,
    and nothing that was rightly left out is missed. Updates are not looked for: they are put together on purpose.
    """
    told = Incident(incident.id)
    return [
        Expected(send, at)
        for at, together in groupby(incident.history, key=lambda entry: entry.at)
        for send in _of_one_moment(told, list(together), playbook, is_asked=at >= since)
    ]


def _of_one_moment(
    told: Incident, entries: list[Entry], playbook: Playbook, *, is_asked: bool
) -> Iterable[Send]:
    first = len(told.history)
    sure: dict[int, dict[str, Send]] = {}
    for entry in entries:
        told.record(entry.event, entry.by, entry.at)
        for seq in range(first, len(told.history)) if is_asked else ():
            now = {send.key: send for send in follows(told, playbook, seq) if send.deed != "update"}
            sure[seq] = {key: now[key] for key in sure.get(seq, now) if key in now}
    return [send for sends in sure.values() for send in sends.values()]
