"""Pages are read back a minute after they were sent: the auditor finds those by an index of their own.

Old code that is still live neither sees nor minds it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_1500"
down_revision = "2026_11_21_1430"
branch_labels = None
depends_on = None

UNREAD = sa.text("rank = 0 AND state = 'sent' AND verified_at IS NULL")


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_sends_unread", "sends", ["ended_at"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_sends_unread", "sends")
