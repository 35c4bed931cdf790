"""Keep until when a creator wants not to be reminded of a step."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("step", sa.Column("snoozed_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop it; whoever put a reminder off is reminded as planned."""
    op.drop_column("step", "snoozed_until")
