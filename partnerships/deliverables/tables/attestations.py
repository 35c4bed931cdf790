"""The creator's word that the product is still used, given again for rights to content that go on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from partnerships.database.base import Base, Owned, belongs_to, owned


class AttestedAgain(Owned, Base):
    """One such word, never changed. Those given with a version stand in it, those of a check-in in its answer."""

    __tablename__ = "attestation"
    __table_args__ = owned(belongs_to("deliverable"), Index(None, "org_id", "deliverable_id"))

    deliverable_id: Mapped[int]
    at: Mapped[datetime]
    given_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    attested: Mapped[dict[str, Any]]  # as a version keeps it (rules/attestations.py)
