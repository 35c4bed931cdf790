"""An organisation's own versions of the rubric. What was published is guarded: reviews name it."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

REFUSAL = "BEGIN SELECT RAISE(ABORT, 'rubric_version is append-only'); END"


def upgrade() -> None:
    """Create both tables and their guards."""
    op.create_table(
        "rubric_copy",
        sa.Column("copied_from", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name=op.f("fk_rubric_copy_changed_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_rubric_copy_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_copy")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_rubric_copy_org_id_id")),
        sa.UniqueConstraint("org_id", name=op.f("uq_rubric_copy_org_id")),
    )
    op.create_table(
        "rubric_version",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("copied_from", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("fk_rubric_version_published_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_rubric_version_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_version")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_rubric_version_org_id_id")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_rubric_version_org_id_number")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER rubric_version_refuses_{verb.lower()} BEFORE {verb} ON rubric_version {REFUSAL}"
            )
        op.execute(
            "CREATE TRIGGER rubric_copy_keeps_org BEFORE UPDATE OF org_id ON rubric_copy "
            "WHEN NEW.org_id <> OLD.org_id BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER rubric_version_refuses_{verb.lower()} BEFORE {verb} ON rubric_version "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER rubric_copy_keeps_org BEFORE UPDATE OF org_id ON rubric_copy FOR EACH ROW "
        "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
    )


def downgrade() -> None:
    """Drop both tables; their triggers go with them, and reviews made with an own version cannot be read by name."""
    op.drop_table("rubric_version")
    op.drop_table("rubric_copy")
