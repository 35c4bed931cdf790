"""Keep what happens to mail on its way: events, addresses that get none, and how the channel does.

SQLite cannot widen a CHECK: see revision 0013, which does the same for steps.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATES = ("queued", "sending", "retry", "sent", "dead", "cancelled")
WITH_SUPPRESSED = ("queued", "sending", "retry", "sent", "dead", "suppressed", "cancelled")
EVENTS = ("sent", "retried", "dead", "suppressed", "lease_expired", "bounced")
REASONS = ("unreachable", "full", "complaint", "unsubscribed")


def upgrade() -> None:
    """Add the tables with their guards, and the new state."""
    _allow(STATES, WITH_SUPPRESSED)
    op.create_table(
        "mail_channel",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.Column("crowded_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_channel")),
    )
    op.create_table(
        "suppression",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", _words("reason", REASONS), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_suppression_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("org_id", "address", "reason", name=op.f("uq_suppression_org_id_address_reason")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_suppression_org_id_id")),
    )
    op.create_table(
        "delivery_event",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", _words("deliveryeventname", EVENTS), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "mail_id"],
            ["outbox_mail.org_id", "outbox_mail.id"],
            name=op.f("fk_delivery_event_org_id_mail_id"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_delivery_event_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_event")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_delivery_event_org_id_id")),
    )
    op.create_index(op.f("ix_delivery_event_org_id_mail_id"), "delivery_event", ["org_id", "mail_id"])
    op.create_index(op.f("ix_delivery_event_at"), "delivery_event", ["at"])
    _guard()


def downgrade() -> None:
    """Drop the tables, and call off what was suppressed."""
    for table in ("delivery_event", "suppression", "mail_channel"):
        op.drop_table(table)
    mail = sa.table("outbox_mail", sa.column("state", sa.Text()))
    op.execute(mail.update().where(mail.c.state == "suppressed").values(state="cancelled"))
    _allow(WITH_SUPPRESSED, STATES)


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER delivery_event_refuses_{verb.lower()} BEFORE {verb} ON delivery_event "
                "BEGIN SELECT RAISE(ABORT, 'delivery_event is append-only'); END"
            )
        for table in ("suppression", "delivery_event"):
            op.execute(
                f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} WHEN NEW.org_id <> OLD.org_id "
                "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER delivery_event_refuses_change BEFORE UPDATE OR DELETE ON delivery_event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("suppression", "delivery_event"):
        op.execute(
            f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def _allow(was: tuple[str, ...], now: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_outbox_mail_mailstate"), "outbox_mail", type_="check")
        op.create_check_constraint(
            op.f("ck_outbox_mail_mailstate"), "outbox_mail", sa.column("state", sa.Text()).in_(now)
        )
        return
    connection = op.get_bind()
    schema = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :was, :now) WHERE type = 'table' AND name = 'outbox_mail'"
        ),
        {"was": _listed(was), "now": _listed(now)},
    )
    op.execute(f"PRAGMA schema_version = {schema + 1}")  # so that every connection reads it anew
    op.execute("PRAGMA writable_schema = OFF")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
