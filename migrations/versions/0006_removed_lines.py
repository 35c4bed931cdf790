"""Keep the line that was last taken out of a template, so that it can be put back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; SQLite adds and drops a plain one in place, so the table keeps its trigger."""
    op.add_column("own_template", sa.Column("removed", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("own_template", "removed")
