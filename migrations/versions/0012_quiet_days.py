"""Quiet days and quiet hours of an organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("calendar_rule", "calendar_hours")


def upgrade() -> None:
    """Create both tables and their guards."""
    op.create_table(
        "calendar_rule",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name_id", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("public", "joint", "own", name="daykind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_calendar_rule_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_rule")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_calendar_rule_org_id_id")),
    )
    op.create_index(op.f("ix_calendar_rule_org_id_on"), "calendar_rule", ["org_id", "on"])
    op.create_table(
        "calendar_hours",
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_calendar_hours_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_hours")),
        sa.UniqueConstraint("org_id", name=op.f("uq_calendar_hours_org_id")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_calendar_hours_org_id_id")),
    )
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} WHEN NEW.org_id <> OLD.org_id "
                "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} FOR EACH ROW "
                "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
            )


def downgrade() -> None:
    """Drop both tables; their triggers go with them."""
    for table in reversed(TABLES):
        op.drop_table(table)
