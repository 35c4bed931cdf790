"""Keep since when a stage waits at its gate."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; SQLite adds and drops a plain one in place, so the table keeps its trigger."""
    op.add_column("stage", sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_stage_waits_since", "stage", ["waits_since"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_stage_waits_since", "stage")
    op.drop_column("stage", "waits_since")
