"""Let files wait until they are prepared. Those that there are have been: they are ready."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

STATES = ("preparing", "ready", "failed")
PROBLEMS = ("damaged", "too_large", "too_many_frames", "unreadable", "gone")
EMPTY = ("small_key", "poster_key", "lease_token", "stale_key")
PARTS = {"preparing": (["attempts", "id"], "state = 'preparing'"), "stale": (["id"], "stale_key IS NOT NULL")}


def upgrade() -> None:
    """Add the columns, and the indexes of what waits."""
    with op.batch_alter_table("stored_file") as table:
        table.add_column(
            sa.Column(
                "state",
                sa.Enum(*STATES, name="filestate", native_enum=False, create_constraint=True, length=32),
                nullable=False,
                server_default="ready",
            )
        )
        table.add_column(
            sa.Column(
                "problem", sa.Enum(*PROBLEMS, name="fileproblem", native_enum=False, create_constraint=True, length=32)
            )
        )
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("lease_until", sa.DateTime(timezone=True)))
        for name in EMPTY:
            table.add_column(sa.Column(name, sa.Text()))
    with op.batch_alter_table("stored_file") as table:  # every row has its value: nothing else is to be assumed
        table.alter_column("state", server_default=None)
        table.alter_column("attempts", server_default=None)
    _keep_org()
    for name, (columns, part) in PARTS.items():
        where = sa.text(part)
        op.create_index(f"ix_stored_file_{name}", "stored_file", columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Drop the columns. What was not ready is shown as it arrived: prepare it before."""
    for name in PARTS:
        op.drop_index(f"ix_stored_file_{name}", "stored_file")
    with op.batch_alter_table("stored_file") as table:
        table.drop_constraint(op.f("ck_stored_file_filestate"), type_="check")
        table.drop_constraint(op.f("ck_stored_file_fileproblem"), type_="check")
        for name in ("state", "problem", "attempts", "lease_until", *EMPTY):
            table.drop_column(name)
    _keep_org()


def _keep_org() -> None:
    """Guard the organisation again: SQLite has copied the table, and its triggers went with the old one."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER stored_file_keeps_org BEFORE UPDATE OF org_id ON stored_file WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
