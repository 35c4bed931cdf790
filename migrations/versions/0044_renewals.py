"""Let a partnership point back to the one that it goes on from."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, with its guard: a row never changes its organisation."""
    op.create_table(
        "renewal",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("renews_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_renewal_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "renews_id"], ["partnership.org_id", "partnership.id"], name=op.f("fk_renewal_org_id_renews_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_renewal_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_renewal_org_id_id")),
        sa.UniqueConstraint("org_id", "partnership_id", name=op.f("uq_renewal_org_id_partnership_id")),
    )
    op.create_index(op.f("ix_renewal_org_id_renews_id"), "renewal", ["org_id", "renews_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER renewal_keeps_org BEFORE UPDATE OF org_id ON renewal WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER renewal_keeps_org BEFORE UPDATE OF org_id ON renewal FOR EACH ROW "
        "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
    )


def downgrade() -> None:
    """Drop the table: partnerships stay, and do not know of each other."""
    op.drop_table("renewal")
