"""Incidents in the database: a header to find them by, and the history which they are told from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.crisis.events import Entry
from bot.crisis.incident import Incident
from bot.store.codec import event_from_json, event_to_json
from bot.store.tables import history, incidents


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

    def __init__(self, connection: Connection, next_due: Callable[[Incident], datetime | None]) -> None:
        self._connection = connection
        self._next_due = next_due
        self._loaded: dict[int, Incident] = {}

    @property
    def touched(self) -> list[Incident]:
        """Those loaded or added in this transaction to which something has happened."""
        return [incident for incident in self._loaded.values() if incident.news]

    def new_id(self, now: datetime) -> int:
        """A number for a new incident; its header is written here, the rest with `save`."""
        row = self._connection.execute(insert(incidents).values(declared_at=now))
        assert row.inserted_primary_key is not None
        return int(row.inserted_primary_key[0])

    def add(self, incident: Incident) -> None:
        """Keep a new incident."""
        self._loaded[incident.id] = incident

    def get(self, incident_id: int, *, to_change: bool = True) -> Incident | None:
        """The incident of that number, or None. To change it, it is locked until the transaction ends."""
        if incident_id in self._loaded:
            return self._loaded[incident_id]
        query = select(incidents.c.id).where(incidents.c.id == incident_id)
        if self._connection.execute(query.with_for_update() if to_change else query).first() is None:
            return None
        incident = Incident.from_history(incident_id, self._entries(incident_id))
        self._loaded[incident_id] = incident
        return incident

    def _entries(self, incident_id: int) -> list[Entry]:
        query = select(history).where(history.c.incident_id == incident_id).order_by(history.c.seq)
        rows = self._connection.execute(query)
        return [Entry(row.at, row.by, event_from_json(row.kind, row.data)) for row in rows]

    def in_room(self, room: str) -> Incident | None:
        """The incident whose room this is, or None."""
        query = select(incidents.c.id).where(incidents.c.room == room).order_by(incidents.c.id.desc())
        row = self._connection.execute(query).first() if room else None
        return self.get(row.id) if row else None

    def headers(self, *, closed: bool) -> list[Header]:
        """All open incidents, or the latest closed ones too; the newest first."""
        query = select(incidents).order_by(incidents.c.id.desc())
        if not closed:
            query = query.where(incidents.c.closed_at.is_(None))
        return [_header(row) for row in self._connection.execute(query.limit(200))]

    def due(self, now: datetime) -> list[int]:
        """Numbers of the incidents for which something is due, the longest overdue first."""
        query = select(incidents.c.id).where(incidents.c.next_due_at <= now).order_by(incidents.c.next_due_at)
        return [row.id for row in self._connection.execute(query)]

    def earliest_due(self) -> datetime | None:
        """When the next thing is due in any incident, or None."""
        return self._connection.execute(select(func.min(incidents.c.next_due_at))).scalar()

    def save(self, incident: Incident) -> None:
        """Write what has happened, and keep the header and the next due time in step with it."""
        rows = [
            {"incident_id": incident.id, "seq": seq, "at": entry.at, "by": entry.by, **_event(entry)}
            for seq, entry in enumerate(incident.news, incident.stored)
        ]
        self._connection.execute(insert(history), rows)
        incident.stored = len(incident.history)
        self._connection.execute(
            update(incidents).where(incidents.c.id == incident.id).values(**self._header_of(incident))
        )

    def _header_of(self, incident: Incident) -> dict[str, Any]:
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
