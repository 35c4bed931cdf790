"""Keep what analysers find in versions that were sent. Those that there are have been judged without."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

WAITING = sa.text("examine_after IS NOT NULL")


def upgrade() -> None:
    """Add two tables, and when the newest version may be looked at."""
    op.add_column("deliverable", sa.Column("examine_after", sa.DateTime(timezone=True)))
    op.add_column("deliverable", sa.Column("examinations", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_deliverable_examine_after", "deliverable", ["examine_after"], postgresql_where=WAITING, sqlite_where=WAITING
    )
    _create_run()
    _create_signal()
    for table in ("signal_run", "signal"):
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


def _create_run() -> None:
    op.create_table(
        "signal_run",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("analyser", sa.Text(), nullable=False),
        sa.Column("analyser_version", sa.Text(), nullable=False),
        sa.Column("params_hash", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "ok",
                "error",
                "skipped",
                "timeout",
                name="runstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "revision_id"], ["revision.org_id", "revision.id"], name=op.f("fk_signal_run_org_id_revision_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_signal_run_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_run")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_signal_run_org_id_id")),
        sa.UniqueConstraint(
            "org_id",
            "revision_id",
            "analyser",
            "analyser_version",
            "params_hash",
            name="uq_signal_run_look",
        ),
    )


def _create_signal() -> None:
    op.create_table(
        "signal",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "strength",
            sa.Enum(
                "info",
                "weak",
                "medium",
                "strong",
                name="strength",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column(
            "response",
            sa.Enum(
                "relevant", "explained", "wrong", name="response", native_enum=False, create_constraint=True, length=32
            ),
        ),
        sa.Column("responded_by", sa.Integer()),
        sa.Column("responded_at", sa.DateTime(timezone=True)),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["responded_by"], ["account.id"], name=op.f("fk_signal_responded_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "run_id"], ["signal_run.org_id", "signal_run.id"], name=op.f("fk_signal_org_id_run_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_signal_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_signal_org_id_id")),
    )
    op.create_index(op.f("ix_signal_org_id_run_id"), "signal", ["org_id", "run_id"])


def downgrade() -> None:
    """Drop it all: what was found can be found again, what people said about it cannot."""
    op.drop_table("signal")
    op.drop_table("signal_run")
    op.drop_index("ix_deliverable_examine_after", "deliverable")
    op.drop_column("deliverable", "examinations")
    op.drop_column("deliverable", "examine_after")
