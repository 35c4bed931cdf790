"""Let more than one person look at a version, and a creator object once. What was decided until now stands."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ROUNDS = ("first", "second", "adjudication", "appeal")
CAUSES = ("blocker", "rejection", "newcomer", "sample")
DECIDED = sa.text("decided_at IS NOT NULL")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Add the columns of a review and the table of appeals."""
    with op.batch_alter_table("review") as table:
        table.add_column(sa.Column("round", _words("round", ROUNDS), nullable=False, server_default="first"))
        table.add_column(sa.Column("seed", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("cause", _words("cause", CAUSES)))
        table.add_column(sa.Column("asks", _words("asks", ROUNDS)))
        table.drop_constraint(op.f("uq_review_org_id_revision_id_reviewer_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_review_org_id_revision_id_reviewer_id_round"), ["org_id", "revision_id", "reviewer_id", "round"]
        )
    with op.batch_alter_table("review") as table:
        for name in ("round", "seed"):
            table.alter_column(name, server_default=None)
    op.create_index(
        "uq_review_decided",
        "review",
        ["org_id", "revision_id", "round"],
        unique=True,
        postgresql_where=DECIDED,
        sqlite_where=DECIDED,
    )
    _create_appeal()
    if op.get_bind().dialect.name == "sqlite":  # copying the table has lost it
        _guard("review")
    _guard("appeal")


def _create_appeal() -> None:
    op.create_table(
        "appeal",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_appeal_made_by")),
        sa.ForeignKeyConstraint(
            ["org_id", "review_id"], ["review.org_id", "review.id"], name=op.f("fk_appeal_org_id_review_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "revision_id"], ["revision.org_id", "revision.id"], name=op.f("fk_appeal_org_id_revision_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_appeal_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_appeal_org_id_id")),
        sa.UniqueConstraint("org_id", "revision_id", name=op.f("uq_appeal_org_id_revision_id")),
    )


def downgrade() -> None:
    """Drop it all: later looks at a version become unknown, and only the last decision on it is kept."""
    op.drop_table("appeal")
    op.drop_index("uq_review_decided", "review")
    later = "(SELECT id FROM review WHERE round <> 'first')"
    for part in ("rating", "blocker_finding"):
        op.execute(f"DELETE FROM {part} WHERE review_id IN {later}")  # noqa: S608 - two words of ours
    op.execute("DELETE FROM review WHERE round <> 'first'")
    with op.batch_alter_table("review") as table:
        table.drop_constraint(op.f("uq_review_org_id_revision_id_reviewer_id_round"), type_="unique")
        for name in ("round", "cause", "asks"):
            table.drop_constraint(op.f(f"ck_review_{name}"), type_="check")
        for name in ("round", "seed", "cause", "asks"):
            table.drop_column(name)
        table.create_unique_constraint(
            op.f("uq_review_org_id_revision_id_reviewer_id"), ["org_id", "revision_id", "reviewer_id"]
        )
    if op.get_bind().dialect.name == "sqlite":
        _guard("review")


def _guard(table: str) -> None:
    """Let a row keep its organisation."""
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
