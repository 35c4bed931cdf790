"""Short messages between a creator and the team about one piece of content."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.work import Reading
from partnerships.deliverables.rules.messages import Said
from partnerships.people.tables import Account


class ContentMessage(Owned, Base):
    """One message: written once, seen once by somebody of the other side."""

    __tablename__ = "content_message"
    __table_args__ = owned(belongs_to("deliverable"), Index(None, "org_id", "deliverable_id"))

    deliverable_id: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by_creator: Mapped[bool]
    text: Mapped[str]
    sent_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]  # when the other side said so, or wrote back

    author: Mapped[Account] = relationship(lazy="joined", innerjoin=True)

    @property
    def said(self) -> Said:
        """Return it as the rules read it."""
        return Said(self.author_id, by_creator=self.by_creator, text=self.text, is_seen=self.seen_at is not None)

    @classmethod
    def list_of(cls, reading: Reading, deliverable_id: int) -> Sequence["ContentMessage"]:
        """Return what was said about one piece of content, the oldest first."""
        return reading.session.scalars(select(cls).where(cls.deliverable_id == deliverable_id).order_by(cls.id)).all()
