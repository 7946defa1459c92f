"""The four tables: incidents and their history, the outbox of sends, and the inbox of what was asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC on every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone reached the store")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _of_waiting(name: str, *columns: str) -> Index:
    """An index that holds only what is still to be sent: it stays small however much was sent."""
    waiting = text("state IN ('pending', 'claimed')")
    return Index(name, *columns, sqlite_where=waiting, postgresql_where=waiting)


UNREAD = "rank = 0 AND state = 'sent' AND verified_at IS NULL"
"""Pages which nobody has read back; written out for the index and the question alike, or it is not recognised."""

Document: Any = JSON().with_variant(JSONB(), "postgresql")

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("title", Text, nullable=False, default=""),
    Column("grade", String(32), nullable=False, default=""),
    Column("drill", Boolean, nullable=False, default=False),
    Column("room", String(64), nullable=False, default=""),
    Column("declared_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("next_due_at", Moment),
    Column("entries", Integer, nullable=False, default=0),
    Index("ix_incidents_room", "room"),
    Index("ix_incidents_next_due_at", "next_due_at"),
    sqlite_autoincrement=True,
)

history = Table(
    "history",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("data", Document, nullable=False),
)

sends = Table(
    "sends",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False),
    Column("deed", String(16), nullable=False),
    Column("lane", String(100), nullable=False),
    Column("urgent", Boolean, nullable=False, default=False, server_default=false()),
    Column("rank", Integer, nullable=False, default=2, server_default="2"),
    Column("after", String(200), nullable=False, default=""),
    Column("target", String(200), nullable=False, default=""),
    Column("body", Document, nullable=False),
    Column("state", String(16), nullable=False, default="pending"),
    Column("due_at", Moment, nullable=False),
    Column("owner", String(64), nullable=False, default=""),
    Column("lease_until", Moment),
    Column("fence", Integer, nullable=False, default=0),
    Column("attempt", Integer, nullable=False, default=0),
    Column("in_doubt", Boolean, nullable=False, default=False, server_default=true()),
    Column("provider_id", String(200), nullable=False, default=""),
    Column("error", String(200), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("verified_at", Moment),
    UniqueConstraint("key"),
    _of_waiting("ix_sends_waiting", "due_at"),
    _of_waiting("ix_sends_lane", "lane", "id"),
    _of_waiting("ix_sends_turn", "rank", "id"),
    _of_waiting("ix_sends_after", "after"),
    Index(
        "ix_sends_dead", "id", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")
    ),
    Index("ix_sends_unread", "ended_at", sqlite_where=text(UNREAD), postgresql_where=text(UNREAD)),
    Index("ix_sends_incident_id", "incident_id"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("reply", Document, nullable=False),
    Index("ix_inbox_at", "at"),
)
