"""What people saw who looked for the posts of a piece of content."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from partnerships.core.errors import Refused
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.database.work import Reading, Work
from partnerships.deliverables.rules.looks import ONE_PHOTO, Sight
from partnerships.files.keeping import keep
from partnerships.files.probe import Kind
from partnerships.files.receiving import ReceivedFile
from partnerships.files.tables import StoredFile
from partnerships.people.tables import Account

from .content import Deliverable


class LiveLook(Owned, Base):
    """One look by one person, the first and those that follow. A trigger refuses to change or delete it."""

    __tablename__ = "live_look"
    __table_args__ = owned(
        belongs_to("deliverable"),
        belongs_to("stored_file", "screenshot_id"),
        Index(None, "org_id", "deliverable_id"),
    )

    deliverable_id: Mapped[int]
    at: Mapped[datetime]
    looked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sight: Mapped[Sight] = mapped_column(word_column(Sight))
    note: Mapped[str]
    screenshot_id: Mapped[int | None]

    screenshot: Mapped[StoredFile | None] = relationship()
    person: Mapped[Account] = relationship()

    @classmethod
    def keep(
        cls, work: Work, deliverable: Deliverable, sight: Sight, note: str, screenshots: Sequence[ReceivedFile]
    ) -> "LiveLook":
        """Write down what the actor saw, or raise `Refused` for anything but one photo beside it, or none."""
        if len(screenshots) > 1 or any(file.kind is not Kind.PHOTO for file in screenshots):
            raise Refused(ONE_PHOTO, field="screenshot")
        kept = keep(work, screenshots, deliverable.partnership.creator.account_id)
        look = cls(
            org_id=deliverable.org_id,
            deliverable_id=deliverable.id,
            at=work.now,
            looked_by=work.actor.person_id,
            sight=sight,
            note=note,
        )
        if kept:
            look.screenshot = kept[0]
        work.session.add(look)
        return look

    @classmethod
    def list_of(cls, reading: Reading, deliverable_ids: Sequence[int]) -> Sequence["LiveLook"]:
        """Return the looks at these pieces of content, the oldest first, with their screenshots and people."""
        return reading.session.scalars(
            select(cls)
            .where(cls.deliverable_id.in_(deliverable_ids))
            .order_by(cls.id)
            .options(joinedload(cls.screenshot), joinedload(cls.person))
        ).all()
