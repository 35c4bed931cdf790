"""Let every organisation have its own ladder and hours of reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and its guard; without a row the usual ladder holds."""
    op.create_table(
        "reminder_policy",
        sa.Column("soon_days", sa.Integer(), nullable=False),
        sa.Column("again_days", sa.Integer(), nullable=False),
        sa.Column("manager_days", sa.Integer(), nullable=False),
        sa.Column("owner_days", sa.Integer(), nullable=False),
        sa.Column("sends_at", sa.Time(), nullable=False),
        sa.Column("period_begins_on", sa.Date(), nullable=True),
        sa.Column("period_ends_on", sa.Date(), nullable=True),
        sa.Column("period_sends_at", sa.Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_reminder_policy_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_policy")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_reminder_policy_org_id_id")),
        sa.UniqueConstraint("org_id", name=op.f("uq_reminder_policy_org_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER reminder_policy_keeps_org BEFORE UPDATE OF org_id ON reminder_policy "
            "WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER reminder_policy_keeps_org BEFORE UPDATE OF org_id ON reminder_policy FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop the table: everybody reminds as usual."""
    op.drop_table("reminder_policy")
