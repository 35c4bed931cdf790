"""Templates of an organisation's own. What was published is guarded like every other thing that was agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REFUSAL = "BEGIN SELECT RAISE(ABORT, 'template_version is append-only'); END"


def upgrade() -> None:
    """Create both tables and their guards."""
    op.create_table(
        "own_template",
        sa.Column("working_copy", sa.Text(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_own_template_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_template")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_own_template_org_id_id")),
    )
    op.create_table(
        "template_version",
        sa.Column("own_template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "own_template_id"],
            ["own_template.org_id", "own_template.id"],
            name=op.f("fk_template_version_org_id_own_template_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_template_version_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_version")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_template_version_org_id_id")),
        sa.UniqueConstraint(
            "org_id", "own_template_id", "number", name=op.f("uq_template_version_org_id_own_template_id_number")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER template_version_refuses_{verb.lower()} BEFORE {verb} ON template_version {REFUSAL}"
            )
        op.execute(
            "CREATE TRIGGER own_template_keeps_org BEFORE UPDATE OF org_id ON own_template "
            "WHEN NEW.org_id <> OLD.org_id BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER template_version_refuses_change BEFORE UPDATE OR DELETE ON template_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER own_template_keeps_org BEFORE UPDATE OF org_id ON own_template FOR EACH ROW "
        "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
    )


def downgrade() -> None:
    """Drop both tables; their triggers go with them."""
    op.drop_table("template_version")
    op.drop_table("own_template")
