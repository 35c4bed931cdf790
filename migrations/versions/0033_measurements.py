"""Keep what was read off posts, in rows that nobody changes."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

COUNTS = ("reach", "impressions", "views", "likes", "comments", "saves", "shares", "replies", "followers")


def upgrade() -> None:
    """Make the table and its guards."""
    count = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    source = sa.Enum("creator", "manager", "csv", name="source", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "measurement",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("source", source, nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        *(sa.Column(name, count) for name in COUNTS),
        sa.Column("screenshot_id", sa.Integer()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("sentinel", sa.Integer()),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "post_id"], ["live_post.org_id", "live_post.id"], name=op.f("fk_measurement_org_id_post_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "screenshot_id"],
            ["stored_file.org_id", "stored_file.id"],
            name=op.f("fk_measurement_org_id_screenshot_id"),
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_measurement_recorded_by")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_measurement_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_measurement_org_id_id")),
    )
    op.create_index(
        op.f("ix_measurement_org_id_post_id_measured_on"), "measurement", ["org_id", "post_id", "measured_on"]
    )
    _guard()


def downgrade() -> None:
    """Drop the table; the numbers are gone."""
    op.drop_table("measurement")


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER measurement_refuses_{verb.lower()} BEFORE {verb} ON measurement "
                "BEGIN SELECT RAISE(ABORT, 'measurement is append-only'); END"
            )
        op.execute(
            "CREATE TRIGGER measurement_keeps_org BEFORE UPDATE OF org_id ON measurement "
            "WHEN NEW.org_id <> OLD.org_id "
            "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER measurement_refuses_change BEFORE UPDATE OR DELETE ON measurement "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER measurement_keeps_org BEFORE UPDATE OF org_id ON measurement FOR EACH ROW "
        "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
    )
