"""Remind of payments: when somebody is next told, and the last rung of the ladder that was climbed."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the clock, and let it run for what is owed already."""
    op.add_column("payment", sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payment", sa.Column("rung", sa.Text(), nullable=True))
    is_set = sa.text("next_action_at IS NOT NULL")
    op.create_index(
        "ix_payment_next_action_at", "payment", ["next_action_at"], postgresql_where=is_set, sqlite_where=is_set
    )
    payment = sa.table(
        "payment", *(sa.column(name, sa.DateTime(timezone=True)) for name in ("earned_at", "next_action_at")),
        sa.column("state", sa.Text()),
    )  # fmt: skip
    op.execute(
        payment.update().where(payment.c.state.in_(["earned", "approved"])).values(next_action_at=payment.c.earned_at)
    )


def downgrade() -> None:
    """Drop the clock; nobody is reminded of payments any more."""
    op.drop_index("ix_payment_next_action_at", "payment")
    op.drop_column("payment", "rung")
    op.drop_column("payment", "next_action_at")
