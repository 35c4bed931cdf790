"""Campaigns: one product of one brand, told by several creators."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.people.tables import Brand, Membership, Product


class Campaign(Owned, Base):
    """One product of one brand, told by several creators."""

    __tablename__ = "campaign"
    __table_args__ = owned(
        belongs_to("brand"),
        belongs_to("product"),
        ForeignKeyConstraint(["org_id", "owner_id"], ["membership.org_id", "membership.account_id"]),
        UniqueConstraint("org_id", "name"),
    )

    brand_id: Mapped[int]
    product_id: Mapped[int]
    owner_id: Mapped[int]  # the account told when a partnership is at risk
    name: Mapped[str]
    brief: Mapped[str] = mapped_column(default="")  # what creators should know; never a script
    created_at: Mapped[datetime]

    brand: Mapped[Brand] = relationship(lazy="joined", innerjoin=True)
    product: Mapped[Product] = relationship(lazy="joined", innerjoin=True, overlaps="brand")
    owner: Mapped[Membership] = relationship(overlaps="brand,product")
