"""Keep what creators attest of the use: with each version, in each answer, and when asked again for rights."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLE = "attestation"
SAID = {
    "sqlite": (
        "UPDATE answer SET still_using = (json_extract(data, '$.still_using') <> 'stopped') "
        "WHERE json_extract(data, '$.still_using') IS NOT NULL"
    ),
    "postgresql": (
        "UPDATE answer SET still_using = (data->>'still_using' <> 'stopped') WHERE data->>'still_using' IS NOT NULL"
    ),
}


def upgrade() -> None:
    """Add the columns and the append-only table; answers to built-in templates' question say it already."""
    op.add_column("revision", sa.Column("attested", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("answer", sa.Column("still_using", sa.Boolean()))
    op.execute(SAID[op.get_bind().dialect.name])
    op.create_table(
        TABLE,
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("attested", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_attestation_given_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "deliverable_id"],
            ["deliverable.org_id", "deliverable.id"],
            name=op.f("fk_attestation_org_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_attestation_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_attestation_org_id_id")),
    )
    op.create_index(op.f("ix_attestation_org_id_deliverable_id"), TABLE, ["org_id", "deliverable_id"])
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
    """Drop what was attested; answers keep their words."""
    op.drop_table(TABLE)
    op.drop_column("answer", "still_using")
    op.drop_column("revision", "attested")
