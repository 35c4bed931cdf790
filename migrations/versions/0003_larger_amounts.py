"""Let a fee be as large as the form lets it be: 64 bits.

SQLite's integers are that wide whatever their column says. There nothing is altered, because altering would copy the
table, and a copy comes without its triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the column."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("partnership", "fee", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)


def downgrade() -> None:
    """Narrow the column. PostgreSQL refuses it, and keeps everything, when a fee is larger than 2,147,483,647."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("partnership", "fee", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=True)
