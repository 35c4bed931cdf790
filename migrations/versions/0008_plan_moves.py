"""Keep the moves that people make of a plan, why each version was made, and which one was agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("shifted", "anchor_moved", "stage_resized", "step_moved", "moved_back", "resumed")
STATES = ("proposed", "applied", "declined", "withdrawn", "undone")


def upgrade() -> None:
    """Add the columns and the table, with the guard of every owned one."""
    op.add_column("plan_version", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("partnership", sa.Column("agreed_number", sa.Integer(), nullable=True))
    op.create_table(
        "plan_move",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="movekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="movestate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_plan_move_made_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name=op.f("fk_plan_move_org_id_partnership_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_plan_move_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_move")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_plan_move_org_id_id")),
    )
    op.create_index(op.f("ix_plan_move_org_id_partnership_id"), "plan_move", ["org_id", "partnership_id"])
    op.create_index(op.f("ix_plan_move_org_id_batch"), "plan_move", ["org_id", "batch"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER plan_move_keeps_org BEFORE UPDATE OF org_id ON plan_move WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER plan_move_keeps_org BEFORE UPDATE OF org_id ON plan_move FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop them; what was moved stays moved, and its versions stay."""
    op.drop_table("plan_move")
    op.drop_column("partnership", "agreed_number")
    op.drop_column("plan_version", "note")
