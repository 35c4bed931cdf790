"""Let a step be a clock that runs before day 0.

SQLite cannot widen a CHECK. Copying the table would lose its triggers, so its text is changed in place: the procedure
that sqlite.org/lang_altertable.html gives for constraints, which touches no row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PLANNED = ("stage_opens", "check_in", "draft", "publish", "keep_live", "pay_fact", "stage_closes")
CLOCKS = ("invitation", "negotiation", "parcel", "receipt")


def upgrade() -> None:
    """Let the four words stand in the column."""
    _allow(PLANNED, PLANNED + CLOCKS)


def downgrade() -> None:
    """Stop the clocks, and take the words back."""
    step = sa.table("step", sa.column("kind", sa.Text()))
    op.execute(step.delete().where(step.c.kind.in_(CLOCKS)))
    _allow(PLANNED + CLOCKS, PLANNED)


def _allow(was: tuple[str, ...], now: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_step_stepkind"), "step", type_="check")
        op.create_check_constraint(op.f("ck_step_stepkind"), "step", sa.column("kind", sa.Text()).in_(now))
        return
    connection = op.get_bind()
    schema = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :was, :now) WHERE type = 'table' AND name = 'step'"),
        {"was": _listed(was), "now": _listed(now)},
    )
    op.execute(f"PRAGMA schema_version = {schema + 1}")  # so that every connection reads it anew
    op.execute("PRAGMA writable_schema = OFF")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
