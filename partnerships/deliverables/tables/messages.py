"""Short messages between a creator and the team about one piece of content."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.core.actor import Role
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.work import Reading, Work
from partnerships.deliverables.events import MessageWritten
from partnerships.deliverables.rules.messages import Said
from partnerships.people.tables import Account

from .content import Deliverable


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
    def write(cls, work: Work, deliverable: Deliverable, text: str) -> "ContentMessage":
        """Keep what the actor says, and return it with its id."""
        message = cls(
            org_id=deliverable.org_id,
            deliverable_id=deliverable.id,
            author_id=work.actor.person_id,
            by_creator=work.actor.role is Role.CREATOR,
            text=text,
            sent_at=work.now,
        )
        work.session.add(message)
        work.session.flush()
        return message

    def written(self, deliverable: Deliverable, *, is_told: bool, answers_id: int | None = None) -> MessageWritten:
        """Return the event of it; `is_told`: the other side hears of it by mail."""
        return MessageWritten(
            key=f"{deliverable.about}:message:{self.id}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            note=self.text,
            is_told=is_told,
            answers_id=answers_id,
        )

    @classmethod
    def list_of(cls, reading: Reading, deliverable_id: int) -> Sequence["ContentMessage"]:
        """Return what was said about one piece of content, the oldest first."""
        return reading.session.scalars(select(cls).where(cls.deliverable_id == deliverable_id).order_by(cls.id)).all()
