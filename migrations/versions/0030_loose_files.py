"""Note down which files belong to nothing yet, instead of which belong to something: only those may ever go."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

LOOSE = sa.text("loose_since IS NOT NULL")
UNKEPT = sa.text("kept_at IS NULL")


def upgrade() -> None:
    """Change the sense of the column; what belonged to nothing does so since it came."""
    op.add_column("stored_file", sa.Column("loose_since", sa.DateTime(timezone=True)))
    op.execute("UPDATE stored_file SET loose_since = created_at WHERE kept_at IS NULL")
    op.drop_index("ix_stored_file_unkept", "stored_file")
    op.drop_column("stored_file", "kept_at")
    op.create_index("ix_stored_file_loose", "stored_file", ["id"], postgresql_where=LOOSE, sqlite_where=LOOSE)


def downgrade() -> None:
    """Change it back; what belongs to something does so since it came."""
    op.add_column("stored_file", sa.Column("kept_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE stored_file SET kept_at = created_at WHERE loose_since IS NULL")
    op.drop_index("ix_stored_file_loose", "stored_file")
    op.drop_column("stored_file", "loose_since")
    op.create_index("ix_stored_file_unkept", "stored_file", ["id"], postgresql_where=UNKEPT, sqlite_where=UNKEPT)
