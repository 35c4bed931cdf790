"""Keep how everything stood before a decision, so that it can be taken back within seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: what has been decided until now stands."""
    op.add_column("review", sa.Column("stood", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """Drop it; no decision can be taken back any more."""
    op.drop_column("review", "stood")
