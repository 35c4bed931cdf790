"""Check-ins, their answers, and the photos that prove them."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import flag_modified

from partnerships.core.actor import Role
from partnerships.core.machine import Transition
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.files.tables import StoredFile
from partnerships.plans.rules.partnerships import OVER
from partnerships.plans.rules.templates import CheckInSpec, Meaning
from partnerships.plans.tables import Partnership, Step

from .events import CheckInMoved
from .rules.check_ins import ANSWERABLE, CHECK_IN, LEADS_TO, Channel, CheckInAction, CheckInState, Door, door


class CheckIn(Owned, Base):
    """One short set of questions on one day of a partnership. When it is due stands in its step."""

    __tablename__ = "check_in"
    __table_args__ = owned(
        belongs_to("partnership"),
        belongs_to("step"),
        UniqueConstraint("org_id", "partnership_id", "key"),
        Index(None, "org_id", "step_id", unique=True),
        Index(None, "org_id", "state"),
    )

    partnership_id: Mapped[int]
    step_id: Mapped[int] = mapped_column(insert_sentinel=True)  # tells the rows of one insert apart
    number: Mapped[int]  # from 1, as people count them
    key: Mapped[str]  # in the template
    state: Mapped[CheckInState] = mapped_column(word_column(CheckInState), default=CheckInState.SCHEDULED)
    moved_at: Mapped[datetime]
    needs_person: Mapped[str | None]  # the meaning of the answer that somebody should look at
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # who has looked at it
    version: Mapped[int] = mapped_column(default=1)

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)
    step: Mapped[Step] = relationship(lazy="joined", innerjoin=True, overlaps="partnership")
    answer: Mapped["Answer | None"] = relationship(back_populates="check_in")

    __mapper_args__ = {"version_id_col": version}

    @staticmethod
    def waits_for_person() -> ColumnElement[bool]:
        """Return the condition, beside its `Partnership`, that somebody should look at the answer.

        Once all is over only a reaction waits: nobody sends a refill any more.
        """
        matters = or_(Partnership.state.not_in(OVER), CheckIn.needs_person == Meaning.REACTION)
        return and_(CheckIn.needs_person.is_not(None), CheckIn.seen_by.is_(None), matters)

    @property
    def spec(self) -> CheckInSpec:
        """Return the questions as the template has them."""
        return self.partnership.template.check_in(self.key)

    @property
    def about(self) -> str:
        """Return the name under which mails about this make one thread."""
        return f"check_in:{self.id}"

    @property
    def is_answerable(self) -> bool:
        """Say whether an answer is still (or already) taken."""
        return self.state in ANSWERABLE

    @property
    def door(self) -> Door:
        """Return how it meets someone who wants to answer now."""
        return door(self.state, is_running=self.partnership.is_running, is_over=self.partnership.is_over)

    @property
    def is_recordable(self) -> bool:
        """Say whether a manager may write an answer down now: the first, or another while none is confirmed."""
        return self.door is Door.ASKING if self.answer is None else self.answer.confirmed_at is None

    def move(self, action: CheckInAction, role: Role, now: datetime) -> CheckInState:
        """Take `action` if the rules allow it; return the state it left."""
        was, self.state = self.state, CHECK_IN.advance(self.state, action, role)
        self.moved_at = now
        return was

    def restore(self, stood: CheckInState, now: datetime) -> CheckInState:
        """Stand again as it `stood` before its stage was skipped; return the state it left."""
        was = self.move(CheckInAction.RESTORE, Role.SYSTEM, now)
        for action in LEADS_TO[stood]:
            self.move(action, Role.SYSTEM, now)
        self.step.reopen(now)
        return was

    def renew(self, concern: Meaning | None, now: datetime) -> bool:
        """Take note that another answer stands here; say whether a person has something new to look at."""
        is_news = self.needs_person != concern
        self.needs_person, self.moved_at = concern, now
        flag_modified(self, "moved_at")  # counts the version up also twice in one moment: events are keyed by it
        if is_news:
            self.seen_by = None
        return is_news and concern is not None

    def moved(self, was: CheckInState, action: CheckInAction, note: str = "") -> CheckInMoved:
        """Return the event of a move that has been flushed: its version is part of the key."""
        return CheckInMoved(
            key=f"check_in:{self.id}:v{self.version}:{action}",
            about=self.partnership.about,
            partnership_id=self.partnership_id,
            check_in_id=self.id,
            was=was,
            now=self.state,
            action=action,
            note=note,
        )

    def allows(self, action: CheckInAction, role: Role) -> bool:
        """Say whether `role` may take `action` now."""
        return CHECK_IN.allows(self.state, action, role)

    def actions_for(self, role: Role) -> list[Transition[CheckInState, CheckInAction]]:
        """Return what `role` may do now, for the page's buttons."""
        return CHECK_IN.available(self.state, role)


class Answer(Owned, Base):
    """What the creator said to one check-in: there is one, however often the button was pressed."""

    __tablename__ = "answer"
    __table_args__ = owned(belongs_to("check_in"), UniqueConstraint("org_id", "check_in_id"))

    check_in_id: Mapped[int]
    answered_at: Mapped[datetime]
    given_by: Mapped[int] = mapped_column(ForeignKey("account.id"))  # the creator, or the manager who wrote it down
    channel: Mapped[Channel] = mapped_column(word_column(Channel))
    data: Mapped[dict[str, Any]]  # question key → value; photos stand in `photos`
    late: Mapped[bool]  # after the days of grace
    statement: Mapped[str]  # the version of "Jawabanku sesuai kenyataan" that stood above the button
    confirmed_at: Mapped[datetime | None]  # by the creator: only then it is evidence
    still_using: Mapped[bool | None]  # what it says of the use; None: it was not asked, or nothing was said
    note: Mapped[str] = mapped_column(default="")  # who sent it and how, when a manager wrote it down

    check_in: Mapped[CheckIn] = relationship(back_populates="answer")
    photos: Mapped[list["EvidencePhoto"]] = relationship(back_populates="answer", order_by="EvidencePhoto.id")

    @property
    def edition(self) -> str:
        """Return a mark that differs as soon as another answer is written down in its place."""
        files = sorted(photo.file_id for photo in self.photos)
        return sha256(repr((sorted(self.data.items()), files)).encode()).hexdigest()[:16]


class EvidencePhoto(Owned, Base):
    """A photo or video that belongs to an answer."""

    __tablename__ = "evidence_photo"
    __table_args__ = owned(belongs_to("answer"), belongs_to("stored_file", "file_id"))

    answer_id: Mapped[int]
    file_id: Mapped[int] = mapped_column(insert_sentinel=True)  # tells the rows of one insert apart
    question: Mapped[str]  # the key of the question that asked for it

    answer: Mapped[Answer] = relationship(back_populates="photos")
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True, overlaps="answer,photos")
