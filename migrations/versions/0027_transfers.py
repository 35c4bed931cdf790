"""Keep the facts of a payment: when, how much, what was withheld, and by which papers it is proved."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TAXES = ("none", "pph_21", "pph_23")
RUPIAH = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FILLED = ("withheld", "tax", "proof", "slip")  # every row gets a value: nothing else is to be assumed later


def upgrade() -> None:
    """Add the columns; of the payments until now nobody wrote down more than that they were paid."""
    with op.batch_alter_table("payment") as table:
        table.add_column(sa.Column("paid_on", sa.Date()))
        table.add_column(sa.Column("gross", RUPIAH))
        taxes = sa.Enum(*TAXES, name="withheld", native_enum=False, create_constraint=True, length=32)
        table.add_column(sa.Column("withheld", taxes, nullable=False, server_default="none"))
        table.add_column(sa.Column("tax", RUPIAH, nullable=False, server_default="0"))
        table.add_column(sa.Column("proof", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("slip", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("payment") as table:
        for name in FILLED:
            table.alter_column(name, server_default=None)
    _guard_again()


def downgrade() -> None:
    """Drop them; what was written down is gone."""
    with op.batch_alter_table("payment") as table:
        table.drop_constraint(op.f("ck_payment_withheld"), type_="check")
        for name in ("paid_on", "gross", *FILLED):
            table.drop_column(name)
    _guard_again()


def _guard_again() -> None:
    """Write the guard anew where copying the table has lost it."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER payment_keeps_org BEFORE UPDATE OF org_id ON payment WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
