"""Let a person want every reminder by itself instead of one mail a day."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: one mail a day for everybody."""
    op.add_column("membership", sa.Column("each_alone", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("membership", "each_alone")
