"""Let a step be due at a time of day. Those that there are stay due by the end of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty."""
    op.add_column("step", sa.Column("due_by", sa.Time()))


def downgrade() -> None:
    """Drop the column; the moments stand in `due_at`."""
    op.drop_column("step", "due_by")
