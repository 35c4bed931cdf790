"""Read which versions of a plan were agreed from its history: it knows every one, and the column only the last."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the column: the history has told of every agreement since the first."""
    op.drop_column("partnership", "agreed_number")


def downgrade() -> None:
    """Add it back; until something is agreed anew, no version is marked."""
    op.add_column("partnership", sa.Column("agreed_number", sa.Integer(), nullable=True))
