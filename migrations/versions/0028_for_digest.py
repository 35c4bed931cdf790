"""Keep of each mail whether its reader's mail of the day is to tell it: until that is settled, nobody sends it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. What waits at this moment goes by itself."""
    op.add_column("outbox_mail", sa.Column("for_digest", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("outbox_mail", "for_digest")
