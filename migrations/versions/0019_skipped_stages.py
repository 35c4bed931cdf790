"""Let a skipped stage be a move of the plan like any other, with how things stood before it.

SQLite cannot change a constraint in place: the table is written anew, with its indexes and triggers as they were.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAME, KIND = "ck_plan_move_movekind", "skipped"
KINDS = ("shifted", "anchor_moved", "stage_resized", "step_moved", "moved_back", "resumed")


def upgrade() -> None:
    """Take one more kind, and add the column."""
    _allow(KINDS, (*KINDS, KIND))
    op.execute("ALTER TABLE plan_move ADD COLUMN stood JSON DEFAULT '{}' NOT NULL")


def downgrade() -> None:
    """Forget the skips as moves; the versions they made and the history stay."""
    op.drop_column("plan_move", "stood")
    op.execute("DELETE FROM plan_move WHERE kind = 'skipped'")
    _allow((*KINDS, KIND), KINDS)


def _allow(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _write_anew(_listed(old), _listed(new))
        return
    op.drop_constraint(op.f(NAME), "plan_move", type_="check")
    op.create_check_constraint(op.f(NAME), "plan_move", f"kind IN {_listed(new)}")


def _listed(kinds: tuple[str, ...]) -> str:
    return "({})".format(", ".join(f"'{kind}'" for kind in kinds))


def _write_anew(old: str, new: str) -> None:
    bind = op.get_bind()
    made = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'plan_move' AND sql IS NOT NULL")
    ).all()
    [table] = [sql for kind, sql in made if kind == "table"]
    if table.count(old) != 1:
        raise RuntimeError("plan_move does not keep its kinds as they were written down")
    op.execute("ALTER TABLE plan_move RENAME TO plan_move_before")
    op.execute(table.replace(old, new))
    before, after = (sa.Table(name, sa.MetaData(), autoload_with=bind) for name in ("plan_move_before", "plan_move"))
    bind.execute(after.insert().from_select([column.name for column in before.columns], sa.select(before)))
    op.execute("DROP TABLE plan_move_before")
    for kind, sql in made:
        if kind != "table":
            op.execute(sql)
