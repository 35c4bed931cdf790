"""Creators as one organisation knows them. The person behind is a global account; this file never leaves the house."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.people.tables import Membership


class Platform(StrEnum):
    """Where a creator's community is. Stored in the database: rename only with a migration."""

    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    X = "x"
    FACEBOOK = "facebook"
    BLOG = "blog"


class Creator(Owned, Base):
    """One creator's file in one organisation."""

    __tablename__ = "creator"
    __table_args__ = owned(
        UniqueConstraint("org_id", "account_id"),
        ForeignKeyConstraint(["org_id", "account_id"], ["membership.org_id", "membership.account_id"]),
    )

    account_id: Mapped[int]
    name: Mapped[str]  # as this organisation calls them
    niche: Mapped[str] = mapped_column(default="")
    whatsapp: Mapped[str] = mapped_column(default="")  # E.164 digits without "+", as wa.me wants them
    note: Mapped[str] = mapped_column(default="")  # never shown to the creator
    created_at: Mapped[datetime]

    membership: Mapped[Membership] = relationship(lazy="joined", innerjoin=True)
    handles: Mapped[list["Handle"]] = relationship(
        back_populates="creator", order_by="Handle.id", cascade="all, delete-orphan"
    )

    @property
    def first_name(self) -> str:
        """Return how they are greeted, on pages as in mails."""
        return self.name.split(" ")[0]


class Handle(Owned, Base):
    """One account of a creator on a platform."""

    __tablename__ = "handle"
    __table_args__ = owned(UniqueConstraint("org_id", "platform", "name"), belongs_to("creator"))

    creator_id: Mapped[int]
    platform: Mapped[Platform] = mapped_column(word_column(Platform))
    name: Mapped[str]  # without the "@"
    followers: Mapped[int | None]

    creator: Mapped[Creator] = relationship(back_populates="handles")
