"""Let the rows of one insert be told apart, so that a plan's stages, steps and payments go in by a statement each.

SQLite returns the rows of an insert in no order of ours: without such a column SQLAlchemy sends them one by one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("stage", "step", "payment")


def upgrade() -> None:
    """Add the column, which nobody reads."""
    for table in TABLES:
        op.add_column(table, sa.Column("sentinel", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop it. SQLite drops a plain column in place, so the tables keep their triggers."""
    for table in TABLES:
        op.drop_column(table, "sentinel")
