"""Keep pictures of transfers' receipts, in rows that nobody changes."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLE = "payment_proof"


def upgrade() -> None:
    """Make the table and its guards."""
    op.create_table(
        TABLE,
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "payment_id"], ["payment.org_id", "payment.id"], name=op.f("fk_payment_proof_org_id_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "file_id"],
            ["stored_file.org_id", "stored_file.id"],
            name=op.f("fk_payment_proof_org_id_file_id"),
        ),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_payment_proof_added_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_payment_proof_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_proof")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_payment_proof_org_id_id")),
    )
    op.create_index(op.f("ix_payment_proof_org_id_payment_id"), TABLE, ["org_id", "payment_id"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_refuses_{verb.lower()} BEFORE {verb} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
        op.execute(
            f"CREATE TRIGGER {TABLE}_keeps_org BEFORE UPDATE OF org_id ON {TABLE} WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_keeps_org BEFORE UPDATE OF org_id ON {TABLE} FOR EACH ROW "
        "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
    )


def downgrade() -> None:
    """Drop the table; which picture belongs to which payment is not known any more."""
    op.drop_table(TABLE)
