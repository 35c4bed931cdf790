"""Say of each deliverable which course it takes: so far all of them are posts.

The constraint stands in the column's own definition, so that SQLite adds and drops both in place: the table keeps its
triggers.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute(
        "ALTER TABLE deliverable ADD COLUMN course VARCHAR(32) DEFAULT 'post' NOT NULL"
        " CONSTRAINT ck_deliverable_course CHECK (course IN ('post', 'optional_post', 'clips', 'task'))"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("deliverable", "course")
