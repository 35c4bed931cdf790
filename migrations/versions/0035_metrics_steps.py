"""Let a step ask for what a post has reached.

SQLite cannot widen a CHECK. Copying the table would lose its triggers, so its text is changed in place: the procedure
that sqlite.org/lang_altertable.html gives for constraints, which touches no row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

CLOCKS = ("invitation", "negotiation", "parcel", "receipt")
KINDS = ("stage_opens", "check_in", "draft", "publish", "keep_live", "pay_fact", "stage_closes", *CLOCKS)
KIND = "metrics"


def upgrade() -> None:
    """Let the word stand in the column; nobody is asked for posts that were seen before."""
    _allow(KINDS, (*KINDS, KIND))


def downgrade() -> None:
    """Ask for nothing any more, and take the word back."""
    step = sa.table("step", sa.column("kind", sa.Text()))
    op.execute(step.delete().where(step.c.kind == KIND))
    _allow((*KINDS, KIND), KINDS)


def _allow(was: tuple[str, ...], now: tuple[str, ...]) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_step_stepkind"), "step", type_="check")
        op.create_check_constraint(op.f("ck_step_stepkind"), "step", sa.column("kind", sa.Text()).in_(now))
        return
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
