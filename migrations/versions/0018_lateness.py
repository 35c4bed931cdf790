"""Keep when a mail should be out, whatever fails on its way; and find mails by state, and by when they went out."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the indexes; of mails that failed before, nobody knows when they should have been out."""
    op.add_column("outbox_mail", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    mail = sa.table("outbox_mail", sa.column("due_at"), sa.column("send_after"), sa.column("attempts", sa.Integer()))
    op.execute(mail.update().where(mail.c.attempts <= 1).values(due_at=mail.c.send_after))
    op.create_index(op.f("ix_outbox_mail_org_id_state_id"), "outbox_mail", ["org_id", "state", "id"])
    op.create_index(op.f("ix_outbox_mail_sent_at"), "outbox_mail", ["sent_at"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_index(op.f("ix_outbox_mail_sent_at"), "outbox_mail")
    op.drop_index(op.f("ix_outbox_mail_org_id_state_id"), "outbox_mail")
    op.drop_column("outbox_mail", "due_at")
