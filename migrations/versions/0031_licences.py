"""Keep the rights to content: for what, where, until when, and why one rests."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STATES = ("draft", "granted", "active", "expiring", "expired", "revoked", "suspended")
USES = ("organic", "paid")
CAUSES = ("hold", "not_used", "person")
WAITING = "next_action_at IS NOT NULL"


def upgrade() -> None:
    """Make the table; content that is public already gets no right by itself."""
    op.create_table(
        "licence",
        sa.Column("deliverable_id", sa.Integer(), nullable=False),
        sa.Column("state", _words("licencestate", STATES), nullable=False),
        sa.Column("use", _words("use", USES), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.Column("cause", _words("cause", CAUSES)),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True)),
        sa.Column("next_action_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sentinel", sa.Integer()),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "deliverable_id"],
            ["deliverable.org_id", "deliverable.id"],
            name=op.f("fk_licence_org_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_licence_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_licence_org_id_id")),
    )
    op.create_index(op.f("ix_licence_org_id_deliverable_id"), "licence", ["org_id", "deliverable_id"])
    op.create_index(
        "ix_licence_next_action_at",
        "licence",
        ["next_action_at"],
        postgresql_where=sa.text(WAITING),
        sqlite_where=sa.text(WAITING),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER licence_keeps_org BEFORE UPDATE OF org_id ON licence WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER licence_keeps_org BEFORE UPDATE OF org_id ON licence FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop the table; what stood in it is gone."""
    op.drop_table("licence")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
