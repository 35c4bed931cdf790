"""Keep each look of a person at a live post, with the screenshot that shows it, and when the next one is due."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

TABLE = "live_look"
SIGHTS = ("live", "changed", "gone")


def upgrade() -> None:
    """Create the append-only table. What was checked before stands with its post; nobody is asked to look again."""
    op.add_column("deliverable", sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_by", sa.Integer(), nullable=False),
        sa.Column(
            "sight",
            sa.Enum(*SIGHTS, name="sight", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("screenshot_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["looked_by"], ["account.id"], name=op.f("fk_live_look_looked_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "deliverable_id"],
            ["deliverable.org_id", "deliverable.id"],
            name=op.f("fk_live_look_org_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "screenshot_id"],
            ["stored_file.org_id", "stored_file.id"],
            name=op.f("fk_live_look_org_id_screenshot_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_live_look_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_look")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_live_look_org_id_id")),
    )
    op.create_index(op.f("ix_live_look_org_id_deliverable_id"), TABLE, ["org_id", "deliverable_id"])
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
    """Drop the looks; what stands with each post stays."""
    op.drop_table(TABLE)
    op.drop_column("deliverable", "look_again_at")
