"""Keep what is about to be planned from step to step, and how far it has been carried out."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("planning_run", "planning_line")


def upgrade() -> None:
    """Create both tables, and guard whose their rows are."""
    op.create_table(
        "planning_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("template_key", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("creator_ids", sa.JSON(), nullable=False),
        sa.Column("pasted", sa.Text(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=True),
        sa.Column("fee", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fees", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inviting_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_planning_run"),
        sa.UniqueConstraint("org_id", "id", name="uq_planning_run_org_id_id"),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_planning_run_org_id"),
        sa.ForeignKeyConstraint(
            ["org_id", "campaign_id"], ["campaign.org_id", "campaign.id"], name="fk_planning_run_org_id_campaign_id"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "manager_id"],
            ["membership.org_id", "membership.account_id"],
            name="fk_planning_run_org_id_manager_id",
        ),
    )
    op.create_table(
        "planning_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("creator_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("fee", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("problem_values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_planning_line"),
        sa.UniqueConstraint("org_id", "id", name="uq_planning_line_org_id_id"),
        sa.UniqueConstraint("org_id", "run_id", "position", name="uq_planning_line_org_id_run_id_position"),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_planning_line_org_id"),
        sa.ForeignKeyConstraint(
            ["org_id", "run_id"], ["planning_run.org_id", "planning_run.id"], name="fk_planning_line_org_id_run_id"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "creator_id"], ["creator.org_id", "creator.id"], name="fk_planning_line_org_id_creator_id"
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "partnership_id"],
            ["partnership.org_id", "partnership.id"],
            name="fk_planning_line_org_id_partnership_id",
        ),
    )
    for table in TABLES:
        _keep_org(table)


def _keep_org(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} FOR EACH ROW "
        "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
    )


def downgrade() -> None:
    """Drop both, with their guards."""
    for table in reversed(TABLES):
        op.drop_table(table)
