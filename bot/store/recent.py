"""Histories read lately: what has happened does not change, so an incident need not be read anew for every send."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from bot.crisis.incident import Incident

KEPT = 512
"""So many incidents, the ones used last; some tens of kilobytes each."""


class Recent:
    """Shared by the transactions of a process, in any thread. Keeps what is committed, not what is being written.

    A history only grows, so its length says whether it is the one that the header speaks of.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Incident] = OrderedDict()
        self._lock = Lock()

    def keep(self, incident: Incident) -> None:
        """Remember an incident as the database has it; from now on nobody changes this one any more."""
        with self._lock:
            self._kept[incident.id] = incident
            self._kept.move_to_end(incident.id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def get(self, incident_id: int, entries: int) -> Incident | None:
        """The incident as it was after so many entries, to look at and never to change; None if it is not at hand."""
        with self._lock:
            known = self._kept.get(incident_id)
            if known is None or len(known.history) != entries:
                return None
            self._kept.move_to_end(incident_id)
            return known
