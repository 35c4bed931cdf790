"""Let files arrive in pieces, before the form that they belong to. Those that there are belong to something."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

UNKEPT = sa.text("kept_at IS NULL")


def upgrade() -> None:
    """Add the table, and since when a file belongs to something."""
    op.add_column("stored_file", sa.Column("kept_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE stored_file SET kept_at = created_at")
    op.create_index("ix_stored_file_unkept", "stored_file", ["id"], postgresql_where=UNKEPT, sqlite_where=UNKEPT)
    op.create_table(
        "upload",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.Integer()),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_upload_account_id")),
        sa.ForeignKeyConstraint(
            ["org_id", "file_id"], ["stored_file.org_id", "stored_file.id"], name=op.f("fk_upload_org_id_file_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_upload_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_upload_org_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_upload_public_id")),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    op.create_index("ix_upload_org_id_account_id", "upload", ["org_id", "account_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER upload_keeps_org BEFORE UPDATE OF org_id ON upload WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER upload_keeps_org BEFORE UPDATE OF org_id ON upload FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop both; files that belong to nothing yet stay in the store."""
    op.drop_table("upload")
    op.drop_index("ix_stored_file_unkept", "stored_file")
    op.drop_column("stored_file", "kept_at")
