"""Sends have a rank, may be in doubt, and are read back.

Old code that is still live goes on filling `urgent` and leaves the new columns to their defaults; `urgent` goes with a
later release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_1400"
down_revision = "2026_11_21_1000"
branch_labels = None
depends_on = None

WAITING = sa.text("state IN ('pending', 'claimed')")
NUMBERED = {"sqlite_autoincrement": True}
"""SQLite makes the table anew and would forget that no number is used twice."""

INDEXES = {"ix_sends_turn": ["rank", "id"], "ix_sends_after": ["after"]}


def upgrade() -> None:
    """Add what the limiter, the look-up and the auditor ask for."""
    with op.batch_alter_table("sends", table_kwargs=NUMBERED) as sends:
        sends.alter_column("urgent", existing_type=sa.Boolean, server_default=sa.false())
        sends.add_column(sa.Column("rank", sa.Integer, nullable=False, server_default="2"))
        sends.add_column(sa.Column("in_doubt", sa.Boolean, nullable=False, server_default=sa.true()))
        sends.add_column(sa.Column("verified_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE sends SET rank = 0 WHERE urgent")
    # What was never tried is in no doubt. All else, and what old code writes from now on, is looked for before it is
    # sent: that costs one question, and old code does not tell how its calls ended.
    op.execute(
        "UPDATE sends SET in_doubt = false WHERE NOT (state IN ('pending', 'claimed') AND attempt > 0)"
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "sends", columns, sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    """Without them; what waits keeps its place."""
    for name in INDEXES:
        op.drop_index(name, "sends")
    with op.batch_alter_table("sends", table_kwargs=NUMBERED) as sends:
        sends.drop_column("verified_at")
        sends.drop_column("in_doubt")
        sends.drop_column("rank")
        sends.alter_column("urgent", existing_type=sa.Boolean, server_default=None)
