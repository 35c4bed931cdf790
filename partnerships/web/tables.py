"""Links that are mailed to people. Only a digest is kept: who reads the database cannot open one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnerships.database.base import Base, Owned, owned


class MailedLink(Owned, Base):
    """The right of one person to do one thing until a moment, without signing in."""

    __tablename__ = "mailed_link"
    __table_args__ = owned(UniqueConstraint("token_hash"), Index(None, "org_id", "purpose", "thing_id", "account_id"))

    purpose: Mapped[str]  # what the link opens: "invitation", "check_in", "deliverable"
    thing_id: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    nonce: Mapped[str]  # from which, with SECRET_KEY, the token is made again when a mail is worded
    token_hash: Mapped[str]  # SHA-256 of the token
    expires_at: Mapped[datetime]  # business clock
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
