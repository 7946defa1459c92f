"""Incidents, their history, the outbox and the inbox.

A migration must run while the old code is still live: add first, remove in a later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_21_1000"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
WAITING = sa.text("state IN ('pending', 'claimed')")


def upgrade() -> None:
    """Make the four tables."""
    _incidents()
    _history()
    _sends()
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reply", DOCUMENT, nullable=False),
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("grade", sa.String(32), nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        sa.Column("room", sa.String(64), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("next_due_at", MOMENT),
        sa.Column("entries", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incidents_room", "incidents", ["room"])
    op.create_index("ix_incidents_next_due_at", "incidents", ["next_due_at"])


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
    )


def _sends() -> None:
    op.create_table(
        "sends",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("lane", sa.String(100), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("after", sa.String(200), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("lease_until", MOMENT),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("provider_id", sa.String(200), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.UniqueConstraint("key", name="uq_sends_key"),
        sqlite_autoincrement=True,
    )
    for name, columns in (("ix_sends_waiting", ["due_at"]), ("ix_sends_lane", ["lane", "id"])):
        op.create_index(name, "sends", columns, sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_sends_incident_id", "sends", ["incident_id"])


def downgrade() -> None:
    """Take them away, with all that is in them."""
    for table in ("inbox", "sends", "history", "incidents"):
        op.drop_table(table)
