"""Keep short messages between creators and the team about one piece of content."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "content_message",
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("by_creator", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_content_message_author_id")),
        sa.ForeignKeyConstraint(
            ["org_id", "deliverable_id"],
            ["deliverable.org_id", "deliverable.id"],
            name=op.f("fk_content_message_org_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_content_message_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_message")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_content_message_org_id_id")),
    )
    op.create_index(op.f("ix_content_message_org_id_deliverable_id"), "content_message", ["org_id", "deliverable_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER content_message_keeps_org BEFORE UPDATE OF org_id ON content_message "
            "WHEN NEW.org_id <> OLD.org_id BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER content_message_keeps_org BEFORE UPDATE OF org_id ON content_message FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop the table; what stood in it is gone."""
    op.drop_table("content_message")
