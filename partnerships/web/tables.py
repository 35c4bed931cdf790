"""Links that are mailed to people, of which only a digest is kept; and what people typed and have not sent yet."""

from datetime import datetime
from typing import Any

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


class TypedText(Owned, Base):
    """What stands in a form that somebody fills in, before it is sent."""

    __tablename__ = "typed_text"
    __table_args__ = owned(UniqueConstraint("org_id", "account_id", "about"), Index(None, "saved_at"))

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # who typed it, and nobody else
    about: Mapped[str]  # the thing that the form is about: "check_in:12"
    data: Mapped[dict[str, Any]]  # the input's name → its text
    saved_at: Mapped[datetime]  # business clock
