"""Keep with each payment who was paid. Of what was paid before, nobody knows: it stays empty."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("payment", sa.Column("payee", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column; who was paid is forgotten."""
    op.drop_column("payment", "payee")
