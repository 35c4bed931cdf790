"""Keep what creators type before they send it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and its guard."""
    op.create_table(
        "typed_text",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_typed_text_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_typed_text_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_text")),
        sa.UniqueConstraint("org_id", "account_id", "about", name=op.f("uq_typed_text_org_id_account_id_about")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_typed_text_org_id_id")),
    )
    op.create_index("ix_typed_text_saved_at", "typed_text", ["saved_at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER typed_text_keeps_org BEFORE UPDATE OF org_id ON typed_text WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER typed_text_keeps_org BEFORE UPDATE OF org_id ON typed_text FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop the table, with its guard."""
    op.drop_table("typed_text")
