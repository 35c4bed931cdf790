"""Renewals: which partnership goes on from which."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from partnerships.database.base import Base, Owned, belongs_to, owned


class Renewal(Owned, Base):
    """A partnership that goes on from one that was completed."""

    __tablename__ = "renewal"
    __table_args__ = owned(
        belongs_to("partnership"),
        belongs_to("partnership", "renews_id"),
        UniqueConstraint("org_id", "partnership_id"),
        Index(None, "org_id", "renews_id"),
    )

    partnership_id: Mapped[int]
    renews_id: Mapped[int]
