"""Dead letters are counted every few seconds: by an index of their own, however much was sent.

Old code that is still live neither sees nor minds it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_1430"
down_revision = "2026_11_21_1400"
branch_labels = None
depends_on = None

DEAD = sa.text("state = 'dead'")


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_sends_dead", "sends", ["id"], sqlite_where=DEAD, postgresql_where=DEAD)


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_sends_dead", "sends")
