"""Keep parcels: what was sent, who carries it, and what became of it.

The day on which a product was sent becomes the first parcel of its partnership.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, take over what was known, and drop the column that knew it."""
    op.create_table(
        "shipment",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("is_refill", sa.Boolean(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("missing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("damaged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("damage_note", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("received_on >= sent_on", name=op.f("ck_shipment_arrives_after_it_was_sent")),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_shipment_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "photo_id"], ["stored_file.org_id", "stored_file.id"], name=op.f("fk_shipment_org_id_photo_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_shipment_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_shipment_org_id_id")),
    )
    op.create_index(op.f("ix_shipment_org_id_partnership_id"), "shipment", ["org_id", "partnership_id"])
    op.execute(
        "INSERT INTO shipment (org_id, partnership_id, is_refill, carrier, receipt_number, note, sent_on, received_on,"
        " damage_note, created_at, version)"
        " SELECT org_id, id, false, '', '', '', shipped_on,"
        " CASE WHEN anchor_confirmed_at IS NULL THEN NULL"
        " WHEN anchor_on < shipped_on THEN shipped_on ELSE anchor_on END,"
        " '', moved_at, 1 FROM partnership WHERE shipped_on IS NOT NULL"
    )
    op.drop_column("partnership", "shipped_on")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER shipment_keeps_org BEFORE UPDATE OF org_id ON shipment WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER shipment_keeps_org BEFORE UPDATE OF org_id ON shipment FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Keep the day of the first parcel, and drop the rest."""
    op.add_column("partnership", sa.Column("shipped_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE partnership SET shipped_on ="
        " (SELECT min(sent_on) FROM shipment WHERE shipment.partnership_id = partnership.id)"
    )
    op.drop_table("shipment")
