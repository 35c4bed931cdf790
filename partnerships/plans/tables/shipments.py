"""Parcels: what was sent to a creator, and what became of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, func, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.files.tables import StoredFile
from partnerships.plans.rules.shipments import Standing, standing

from .partnerships import Partnership


class Shipment(Owned, Base):
    """One parcel on its way to a creator. A replacement, and a refill months later, is another one."""

    __tablename__ = "shipment"
    __table_args__ = owned(
        belongs_to("partnership"),
        belongs_to("stored_file", "photo_id"),
        CheckConstraint("received_on >= sent_on", name="arrives_after_it_was_sent"),
        Index(None, "org_id", "partnership_id"),
    )

    partnership_id: Mapped[int]
    is_refill: Mapped[bool]  # sent while it is used already: no date counts from it
    carrier: Mapped[str] = mapped_column(default="")
    receipt_number: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")  # which variant, and what else lies in it
    sent_on: Mapped[date]  # these two are days where the creator lives
    received_on: Mapped[date | None]
    missing_at: Mapped[datetime | None]  # when the creator said that it had not arrived
    damaged_at: Mapped[datetime | None]
    damage_note: Mapped[str] = mapped_column(default="")
    photo_id: Mapped[int | None]  # of the damage
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)
    photo: Mapped[StoredFile | None] = relationship(overlaps="partnership")

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def troubles_brand(cls) -> ColumnElement[bool]:
        """Return the condition that it came damaged or not at all, and that no other was sent since."""
        later = aliased(cls)
        newest = select(func.max(later.id)).where(later.partnership_id == cls.partnership_id).scalar_subquery()
        is_missing = and_(cls.missing_at.is_not(None), cls.received_on.is_(None))
        return and_(cls.id == newest, or_(cls.damaged_at.is_not(None), is_missing))

    @property
    def standing(self) -> Standing:
        """Return how it stands."""
        return standing(
            is_arrived=self.received_on is not None,
            is_damaged=self.damaged_at is not None,
            is_missing=self.missing_at is not None,
        )

    @property
    def is_awaited(self) -> bool:
        """Say whether nobody has said yet that it arrived, whole or damaged."""
        return self.received_on is None and self.damaged_at is None
