"""Whose turn it is to review a piece of content. What waits already is nobody's until somebody takes it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and its guard."""
    op.create_table(
        "review_turn",
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_review_turn_account_id")),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_review_turn_given_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "deliverable_id"],
            ["deliverable.org_id", "deliverable.id"],
            name=op.f("fk_review_turn_org_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_review_turn_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_turn")),
        sa.UniqueConstraint("org_id", "deliverable_id", name=op.f("uq_review_turn_org_id_deliverable_id")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_review_turn_org_id_id")),
    )
    op.create_index(op.f("ix_review_turn_org_id_account_id"), "review_turn", ["org_id", "account_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER review_turn_keeps_org BEFORE UPDATE OF org_id ON review_turn "
            "WHEN NEW.org_id <> OLD.org_id BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER review_turn_keeps_org BEFORE UPDATE OF org_id ON review_turn FOR EACH ROW "
        "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
    )


def downgrade() -> None:
    """Drop it; its trigger goes with it."""
    op.drop_table("review_turn")
