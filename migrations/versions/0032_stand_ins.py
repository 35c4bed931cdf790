"""Keep when somebody of the team is away, and who gets their mail meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: nobody is away."""
    op.add_column("membership", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("membership", sa.Column("away_until", sa.Date(), nullable=True))
    # Written out, because SQLite takes a foreign key only together with its column.
    name = op.f("fk_membership_stand_in_id")
    op.execute(f"ALTER TABLE membership ADD COLUMN stand_in_id INTEGER CONSTRAINT {name} REFERENCES account (id)")


def downgrade() -> None:
    """Drop them; everybody gets their own mail."""
    for name in ("stand_in_id", "away_until", "away_from"):
        op.drop_column("membership", name)
