"""Keep who asked for a change: two people may look at one version, and each lists their own."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was asked before, it is not known."""
    op.add_column("change_request", sa.Column("asked_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop it; the lists of two reviewers are one again."""
    op.drop_column("change_request", "asked_by")
