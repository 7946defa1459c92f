"""Incidents in the database: a header to find them by, and the history which they are told from."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.crisis.events import Entry
from bot.crisis.incident import Incident
from bot.store.codec import event_from_json, event_to_json
from bot.store.recent import Recent
from bot.store.tables import history, incidents

# Statements are built once: to build one costs as much as to run it.
_NEW, _ENTER = insert(incidents), insert(history)
_THIS = incidents.c.id == bindparam("this")
_THERE = select(incidents.c.entries).where(_THIS)
_LOCKED = _THERE.with_for_update()
_ALL_THERE = select(incidents.c.id, incidents.c.entries).where(
    incidents.c.id.in_(bindparam("these", expanding=True))
)
_SAVE = update(incidents).where(_THIS)
_ENTRIES = select(history).where(history.c.incident_id == bindparam("this")).order_by(history.c.seq)
_IN_ROOM = select(incidents.c.id).where(incidents.c.room == bindparam("this")).order_by(incidents.c.id.desc())
_LATEST = select(incidents).order_by(incidents.c.id.desc()).limit(200)
_OPEN = _LATEST.where(incidents.c.closed_at.is_(None))
_DUE = (
    select(incidents.c.id)
    .where(incidents.c.next_due_at <= bindparam("now"))
    .order_by(incidents.c.next_due_at)
)
_EARLIEST_DUE = select(func.min(incidents.c.next_due_at))


@dataclass(frozen=True)
class Header:
    """An incident at a glance, for lists."""

    id: int
    title: str
    grade: str
    drill: bool
    room: str
    declared_at: datetime
    closed_at: datetime | None


class Incidents:
    """The incidents, within one transaction. `next_due` says when to ask about one again."""

    def __init__(
        self, connection: Connection, next_due: Callable[[Incident], datetime | None], recent: Recent
    ) -> None:
        self._connection = connection
        self._next_due = next_due
        self._recent = recent
        self._loaded: dict[int, Incident] = {}
        self._locked: set[int] = set()

    @property
    def touched(self) -> list[Incident]:
        """Those loaded or added in this transaction to which something has happened."""
        return [incident for incident in self._loaded.values() if incident.news]

    def new_id(self, now: datetime) -> int:
        """A number for a new incident; its header is written here, the rest with `save`."""
        row = self._connection.execute(_NEW, {"declared_at": now})
        assert row.inserted_primary_key is not None
        return int(row.inserted_primary_key[0])

    def add(self, incident: Incident) -> None:
        """Keep a new incident."""
        self._loaded[incident.id] = incident
        self._locked.add(incident.id)

    def get(self, incident_id: int, *, to_change: bool = True) -> Incident | None:
        """The incident of that number, or None. To change it, it is locked until the transaction ends.

        One that was only looked at before is read again under the lock: it may have changed in between. Not so
        where somebody has begun to change it without: their news must not be lost.
        """
        known = self._loaded.get(incident_id)
        if known is not None and (not to_change or incident_id in self._locked or known.news):
            return known
        row = self._connection.execute(_LOCKED if to_change else _THERE, {"this": incident_id}).first()
        if row is None:
            return None
        if to_change:
            self._locked.add(incident_id)
        incident = self._read(incident_id, row.entries, to_change=to_change)
        self._loaded[incident_id] = incident
        return incident

    def look_at(self, numbers: Collection[int]) -> None:
        """Have these at hand, where they are, with one question for all of them."""
        for row in self._connection.execute(_ALL_THERE, {"these": list(numbers)}).all():
            self._loaded.setdefault(row.id, self._read(row.id, row.entries, to_change=False))

    def afresh(self, incident_id: int) -> Incident | None:
        """As `get`, to change it, but from the tables whatever is remembered of it: for whoever doubts the tables."""
        if self._connection.execute(_LOCKED, {"this": incident_id}).first() is None:
            return None
        self._locked.add(incident_id)
        self._loaded[incident_id] = Incident.from_history(incident_id, self._entries(incident_id))
        return self._loaded[incident_id]

    def _read(self, incident_id: int, entries: int, *, to_change: bool) -> Incident:
        """The incident as stored. For looking at, it is one that others may look at as well."""
        known = self._recent.get(incident_id, entries)
        if known is not None and not to_change:
            return known
        return Incident.from_history(incident_id, known.history if known else self._entries(incident_id))

    def committed(self) -> None:
        """Remember these for those who ask next: they are now as the database has them."""
        for incident in self._loaded.values():
            self._recent.keep(incident)

    def _entries(self, incident_id: int) -> list[Entry]:
        rows = self._connection.execute(_ENTRIES, {"this": incident_id})
        return [Entry(row.at, row.by, event_from_json(row.kind, row.data)) for row in rows]

    def in_room(self, room: str) -> Incident | None:
        """The incident whose room this is, or None."""
        row = self._connection.execute(_IN_ROOM, {"this": room}).first() if room else None
        return self.get(row.id) if row else None

    def headers(self, *, closed: bool) -> list[Header]:
        """All open incidents, or the latest closed ones too; the newest first."""
        return [_header(row) for row in self._connection.execute(_LATEST if closed else _OPEN)]

    def due(self, now: datetime) -> list[int]:
        """Numbers of the incidents for which something is due, the longest overdue first."""
        return [row.id for row in self._connection.execute(_DUE, {"now": now})]

    def earliest_due(self) -> datetime | None:
        """When the next thing is due in any incident, or None."""
        return self._connection.execute(_EARLIEST_DUE).scalar()

    def save(self, incident: Incident) -> None:
        """Write what has happened, and keep the header and the next due time in step with it."""
        rows = [
            {"incident_id": incident.id, "seq": seq, "at": entry.at, "by": entry.by, **_event(entry)}
            for seq, entry in enumerate(incident.news, incident.stored)
        ]
        self._connection.execute(_ENTER, rows)
        incident.stored = len(incident.history)
        self._connection.execute(_SAVE, {"this": incident.id, **self.header_of(incident)})

    def header_of(self, incident: Incident) -> dict[str, Any]:
        """What its header says of an incident, by column."""
        return {
            "title": incident.title,
            "grade": incident.grade,
            "drill": incident.drill,
            "room": incident.room,
            "closed_at": incident.closed_at,
            "next_due_at": self._next_due(incident),
            "entries": len(incident.history),
        }


def _event(entry: Entry) -> dict[str, Any]:
    kind, data = event_to_json(entry.event)
    return {"kind": kind, "data": data}


def _header(row: Row[Any]) -> Header:
    return Header(row.id, row.title, row.grade, row.drill, row.room, row.declared_at, row.closed_at)
