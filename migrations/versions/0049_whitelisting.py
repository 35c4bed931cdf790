"""Keep whether a right to content covers ads from the creator's account; of those given so far none does."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("licence", sa.Column("whitelisting", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Drop it; the rights stay, and cover what they covered before."""
    op.drop_column("licence", "whitelisting")
