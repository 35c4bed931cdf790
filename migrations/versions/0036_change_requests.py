"""Keep what reviewers ask to be changed, row by row, and what creators answer and confirm with their next version."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KINDS = ("whole", "photo", "video", "words", "guideline")
ADDED = ("answers", "confirmed")


def upgrade() -> None:
    """Make the table; nothing was asked for so far but in messages, and no more rounds were agreed on."""
    op.create_table(
        "change_request",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="anchorkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("medium", sa.Integer()),
        sa.Column("seconds", sa.Integer()),
        sa.Column("x", sa.Double()),
        sa.Column("y", sa.Double()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "revision_id"],
            ["revision.org_id", "revision.id"],
            name=op.f("fk_change_request_org_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_change_request_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_change_request_org_id_id")),
        sa.UniqueConstraint(
            "org_id", "revision_id", "number", name=op.f("uq_change_request_org_id_revision_id_number")
        ),
    )
    for name in ADDED:
        op.add_column("revision", sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
    op.add_column("deliverable", sa.Column("extra_rounds", sa.Integer(), server_default="0", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER change_request_keeps_org BEFORE UPDATE OF org_id ON change_request "
            "WHEN NEW.org_id <> OLD.org_id BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER change_request_keeps_org BEFORE UPDATE OF org_id ON change_request FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop the table and the columns; what stood in them is gone."""
    op.drop_column("deliverable", "extra_rounds")
    for name in reversed(ADDED):
        op.drop_column("revision", name)
    op.drop_table("change_request")
