"""The brand's right to use what a creator made: for what, where, and until when."""

from datetime import date, datetime

from sqlalchemy import Index, false, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, orm_insert_sentinel, relationship

from partnerships.core.actor import Role
from partnerships.core.machine import Transition
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.database.work import Reading, Work
from partnerships.deliverables.events import LicenceMoved
from partnerships.deliverables.rules.licences import IN_USE, LICENCE, Cause, LicenceAction, LicenceState, Use, look

from .content import Deliverable


class Licence(Owned, Base):
    """One right to one piece of content. Its days are days where the creator lives."""

    __tablename__ = "licence"
    __table_args__ = owned(
        belongs_to("deliverable"),
        Index(None, "org_id", "deliverable_id"),
        Index(
            "ix_licence_next_action_at",
            "next_action_at",
            postgresql_where=text("next_action_at IS NOT NULL"),
            sqlite_where=text("next_action_at IS NOT NULL"),
        ),
    )

    deliverable_id: Mapped[int]
    state: Mapped[LicenceState] = mapped_column(word_column(LicenceState))
    use: Mapped[Use] = mapped_column(word_column(Use))
    whitelisting: Mapped[bool] = mapped_column(default=False, server_default=false())  # ads from the creator's account
    places: Mapped[str] = mapped_column(default="")  # where it may be shown, in somebody's words; "": not narrowed
    from_on: Mapped[date]
    to_on: Mapped[date]  # its last day
    is_agreed: Mapped[bool] = mapped_column(default=False)  # it came with the plan; otherwise it was asked for
    cause: Mapped[Cause | None] = mapped_column(word_column(Cause))  # why it is suspended
    moved_at: Mapped[datetime]
    restored_at: Mapped[datetime | None]  # by somebody who knew what the creator had answered until then
    next_action_at: Mapped[datetime | None]  # when the clock looks at it again
    version: Mapped[int] = mapped_column(default=1)
    sentinel: Mapped[int | None] = orm_insert_sentinel()  # tells the rows of one insert apart

    deliverable: Mapped[Deliverable] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def first_in_use(cls, reading: Reading, partnership_id: int) -> int | None:
        """Return the id of the oldest right that is in use of a partnership's content."""
        in_use = select(func.min(cls.id)).join(cls.deliverable)
        return reading.session.scalar(in_use.where(Deliverable.partnership_id == partnership_id, cls.state.in_(IN_USE)))

    @property
    def zone(self) -> str:
        """Return where its days begin and end."""
        return self.deliverable.partnership.zone

    def move(self, action: LicenceAction, role: Role, now: datetime, cause: Cause | None = None) -> None:
        """Take `action` if the rules allow it, and set when the clock looks again. `cause`: why it is suspended."""
        self.state = LICENCE.advance(self.state, action, role)
        self.cause, self.moved_at = cause, now
        if action is LicenceAction.RESTORE and role is not Role.SYSTEM:
            self.restored_at = now
        again_at = look(self.state, self.from_on, self.to_on, self.zone, now).again_at
        self.next_action_at = now if self.state in IN_USE else again_at  # the clock sees what else it needs at once

    def go(self, work: Work, action: LicenceAction, role: Role, *, cause: Cause | None = None, note: str = "") -> None:
        """Take `action` and tell whoever listens."""
        self.move(action, role, work.now, cause)
        work.session.flush()  # counts the version up, which makes the event's key unique
        work.emit(self.moved(action, note))

    def moved(self, action: LicenceAction | None, note: str = "") -> LicenceMoved:
        """Return the event of its last move; once flushed, its version is part of the key."""
        return LicenceMoved(
            key=f"licence:{self.id}:v{self.version}:{self.state}",
            about=self.deliverable.partnership.about,
            partnership_id=self.deliverable.partnership_id,
            deliverable_id=self.deliverable_id,
            licence_id=self.id,
            now=self.state,
            action=action,
            cause=self.cause,
            to_on=self.to_on,
            note=note,
        )

    def actions_for(self, role: Role) -> list[Transition[LicenceState, LicenceAction]]:
        """Return what `role` may do now, for the page's buttons."""
        return LICENCE.available(self.state, role)
