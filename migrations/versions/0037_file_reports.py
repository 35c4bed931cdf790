"""Keep what a file tells as it comes, and what its pictures look like in bits. Earlier files are left as they are."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables, whose rows go with their file."""
    _create("file_report", sa.Column("at", sa.DateTime(timezone=True), nullable=False), "parts", sa.JSON())
    _create("media_fingerprint", sa.Column("algorithm", sa.Text(), nullable=False), "frames", sa.LargeBinary())


def _create(table: str, first: sa.Column[object], second: str, kind: sa.types.TypeEngine[Any]) -> None:
    op.create_table(
        table,
        sa.Column("file_id", sa.Integer(), nullable=False),
        first,
        sa.Column(second, kind, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "file_id"],
            ["stored_file.org_id", "stored_file.id"],
            name=op.f(f"fk_{table}_org_id_file_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f(f"fk_{table}_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("org_id", "id", name=op.f(f"uq_{table}_org_id_id")),
        sa.UniqueConstraint("org_id", "file_id", name=op.f(f"uq_{table}_org_id_file_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop both: what was read from files as they came is lost."""
    op.drop_table("media_fingerprint")
    op.drop_table("file_report")
