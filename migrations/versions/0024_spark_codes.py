"""Keep the Spark code of a post, and until when it is valid."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the posts that there are have no code."""
    op.add_column("live_post", sa.Column("spark_code", sa.Text(), nullable=False, server_default=""))
    op.add_column("live_post", sa.Column("spark_until", sa.Date()))


def downgrade() -> None:
    """Drop them; the codes are gone."""
    op.drop_column("live_post", "spark_until")
    op.drop_column("live_post", "spark_code")
