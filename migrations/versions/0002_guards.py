"""Guard what must never change: history, agreed plans, revisions, and whose a row is.

The database refuses it itself, so that no mistake in the program and no hand on the console can do it silently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("history_entry", "plan_version", "revision", "revision_media")
OWNED = (
    "answer",
    "blocker_finding",
    "brand",
    "campaign",
    "check_in",
    "creator",
    "deliverable",
    "evidence_photo",
    "handle",
    "live_post",
    "mailed_link",
    "membership",
    "outbox_mail",
    "partnership",
    "payment",
    "product",
    "rating",
    "review",
    "stage",
    "step",
    "stored_file",
)


def upgrade() -> None:
    """Create the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        for table in OWNED:
            op.execute(
                f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} WHEN NEW.org_id <> OLD.org_id "
                "BEGIN SELECT RAISE(ABORT, 'a row never changes its organisation'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE FUNCTION keep_org() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a row never changes its organisation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in OWNED:
        op.execute(
            f"CREATE TRIGGER {table}_keeps_org BEFORE UPDATE OF org_id ON {table} FOR EACH ROW "
            "WHEN (NEW.org_id IS DISTINCT FROM OLD.org_id) EXECUTE FUNCTION keep_org()"
        )


def downgrade() -> None:
    """Drop the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        named = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in op.get_bind().execute(named).all():
            op.execute(f"DROP TRIGGER {name}")
        return
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
    for table in OWNED:
        op.execute(f"DROP TRIGGER {table}_keeps_org ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION keep_org()")
