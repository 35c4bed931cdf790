"""Deliverables, their immutable revisions, live posts and payment milestones."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, orm_insert_sentinel, relationship
from sqlalchemy.orm.attributes import flag_modified

from partnerships.core.actor import Role
from partnerships.core.errors import IllegalTransition
from partnerships.core.machine import Transition
from partnerships.core.words import N_
from partnerships.creators.tables import Platform
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import RUPIAH, word_column
from partnerships.deliverables.events import DeliverableMoved, PaymentMoved
from partnerships.deliverables.rules.deliverables import (
    ACTIONS,
    BRAND_OWES,
    DELIVERABLE,
    DRAFT_OWED,
    PUBLIC,
    SUBMITTABLE,
    UNPOSTED,
    DeliverableAction,
    DeliverableState,
    Door,
    door,
)
from partnerships.deliverables.rules.gates import Evidence
from partnerships.deliverables.rules.payments import OWED, PAYABLE, PAYMENT, PaymentAction, PaymentState, share
from partnerships.deliverables.rules.posts import account_in
from partnerships.deliverables.rules.requests import Answer
from partnerships.deliverables.rules.sparks import SparkCode
from partnerships.deliverables.rules.transfers import Transfer, Withheld
from partnerships.files.tables import StoredFile
from partnerships.plans.rules.courses import POSTED, Course
from partnerships.plans.rules.templates import DeliverableSpec, PaymentSpec
from partnerships.plans.tables import Partnership, Step


class Deliverable(Owned, Base):
    """One promised piece of content. When its draft and its post are due stands in its steps."""

    __tablename__ = "deliverable"
    __table_args__ = owned(
        belongs_to("partnership"),
        belongs_to("step", "draft_step_id"),
        belongs_to("step", "publish_step_id"),
        UniqueConstraint("org_id", "partnership_id", "key"),
        Index(None, "org_id", "draft_step_id"),
        Index(None, "org_id", "publish_step_id"),
        Index(None, "org_id", "state", "waiting_since"),
    )

    partnership_id: Mapped[int]
    draft_step_id: Mapped[int | None]  # a live session has no draft
    publish_step_id: Mapped[int] = mapped_column(insert_sentinel=True)  # tells the rows of one insert apart
    number: Mapped[int]  # from 1, as people count them
    key: Mapped[str]  # in the template
    course: Mapped[Course] = mapped_column(word_column(Course))  # of its kind there
    state: Mapped[DeliverableState] = mapped_column(word_column(DeliverableState), default=DeliverableState.PLANNED)
    moved_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]  # since when the brand owes the next move: its own clock
    live_verified_at: Mapped[datetime | None]
    extra_rounds: Mapped[int] = mapped_column(default=0)  # of changes, agreed on beyond those of the template
    version: Mapped[int] = mapped_column(default=1)

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)
    draft_step: Mapped[Step | None] = relationship(
        lazy="joined", foreign_keys="[Deliverable.org_id, Deliverable.draft_step_id]", overlaps="partnership"
    )
    publish_step: Mapped[Step] = relationship(
        lazy="joined",
        innerjoin=True,
        foreign_keys="[Deliverable.org_id, Deliverable.publish_step_id]",
        overlaps="partnership,draft_step",
    )
    revisions: Mapped[list["Revision"]] = relationship(back_populates="deliverable", order_by="Revision.number")
    posts: Mapped[list["LivePost"]] = relationship(back_populates="deliverable", order_by="LivePost.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def spec(self) -> DeliverableSpec:
        """Return what was promised, as the template has it."""
        return self.partnership.template.deliverable(self.key)

    @property
    def revision_rounds(self) -> int:
        """Return how many rounds of changes there may be: those of the template, and what was agreed on since."""
        return self.spec.revision_rounds + self.extra_rounds

    @property
    def about(self) -> str:
        """Return the name under which mails about this make one thread."""
        return f"deliverable:{self.id}"

    @property
    def is_submittable(self) -> bool:
        """Say whether a draft is still (or already) taken."""
        return self.state in SUBMITTABLE

    @property
    def is_unposted(self) -> bool:
        """Say whether nothing of it is public."""
        return self.state in UNPOSTED

    @property
    def takes_link(self) -> bool:
        """Say whether a live link can be added."""
        return self.is_unposted and self.course in POSTED

    @property
    def spark_post(self) -> "LivePost | None":
        """Return the public post on TikTok that is promised with a Spark code, the newest; None when none is."""
        if self.spec.spark_days is None or self.state not in PUBLIC:
            return None
        posts = (post for post in reversed(self.posts) if post.platform is Platform.TIKTOK and post.found is not False)
        return next(posts, None)

    @property
    def is_unapproved(self) -> bool:
        """Say whether what stands in public needed no approval, as a live session, or did not wait for it."""
        if self.course is Course.TASK:
            return False
        return self.draft_step_id is None or any(post.unapproved and post.found is not False for post in self.posts)

    @property
    def unlabelled(self) -> list["LivePost"]:
        """Return the posts that stand in public without the platform's own advertising label."""
        return [post for post in self.posts if post.found is not False and not post.label_on]

    @property
    def door(self) -> Door:
        """Return how it meets the creator now."""
        return door(
            self.state,
            has_draft=self.draft_step_id is not None,
            is_running=self.partnership.is_running,
            is_held=self.partnership.held_at is not None,
            is_over=self.partnership.is_over,
            course=self.course,
        )

    def move(self, action: DeliverableAction, role: Role, now: datetime) -> DeliverableState:
        """Take `action` if the rules allow it, keep the brand's clock and both steps; return the state it left."""
        if action not in ACTIONS[self.course]:
            raise IllegalTransition(N_("This is not possible here: it takes another course."))
        was, self.state = self.state, DELIVERABLE.advance(self.state, action, role)
        self.moved_at = now
        flag_modified(self, "moved_at")  # a replaced draft is a move too: the version counts up even within one moment
        self.waiting_since = (self.waiting_since or now) if self.state in BRAND_OWES else None
        for step, owed in ((self.draft_step, DRAFT_OWED), (self.publish_step, UNPOSTED)):
            if step is not None and self.state in owed and step.done_at is not None:
                step.reopen(now)
            elif step is not None and self.state not in owed and step.done_at is None:
                step.finish(now)
        if self.waiting_since == now:  # the brand's clock begins: its post's step reminds whoever is to decide
            self.publish_step.wake(now)
        return was

    def restore(self, stood: DeliverableState, now: datetime) -> DeliverableState:
        """Stand again as it `stood` before its stage was skipped, planned or begun; return the state it left."""
        was = self.move(DeliverableAction.RESTORE, Role.SYSTEM, now)
        if stood is DeliverableState.DRAFTING:
            self.move(DeliverableAction.BEGIN, Role.SYSTEM, now)
        return was

    def moved(
        self,
        was: DeliverableState,
        action: DeliverableAction,
        note: str = "",
        *,
        unapproved: bool = False,
        below: Evidence | None = None,
    ) -> DeliverableMoved:
        """Return the event of a move that has been flushed: its version is part of the key.

        `below` is the evidence gate when it stands below it.
        """
        return DeliverableMoved(
            key=f"deliverable:{self.id}:v{self.version}:{action}",
            about=self.partnership.about,
            partnership_id=self.partnership_id,
            deliverable_id=self.id,
            was=was,
            now=self.state,
            action=action,
            note=note,
            unapproved=unapproved,
            answered=below.answered if below else None,
            needed=below.needed if below else None,
        )

    def allows(self, action: DeliverableAction, role: Role) -> bool:
        """Say whether `role` may take `action` now."""
        return action in ACTIONS[self.course] and DELIVERABLE.allows(self.state, action, role)

    def actions_for(self, role: Role) -> list[Transition[DeliverableState, DeliverableAction]]:
        """Return what `role` may do now, for the page's buttons."""
        return [move for move in DELIVERABLE.available(self.state, role) if move.action in ACTIONS[self.course]]


class Revision(Owned, Base):
    """One version of the content, never changed: a review binds to it by its hash."""

    __tablename__ = "revision"
    __table_args__ = owned(belongs_to("deliverable"), UniqueConstraint("org_id", "deliverable_id", "number"))

    deliverable_id: Mapped[int]
    number: Mapped[int]  # from 1
    caption: Mapped[str]
    note: Mapped[str]  # to the reviewer
    sha256: Mapped[str]  # over the caption and the hashes of the files, in order
    statement: Mapped[str]  # the version of the honesty statement above the button
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    answers: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # to change requests: their id, done, why
    confirmed: Mapped[list[str]] = mapped_column(
        default=list
    )  # guidelines of the brief that were ticked, as they stood

    deliverable: Mapped[Deliverable] = relationship(back_populates="revisions")
    media: Mapped[list["RevisionMedia"]] = relationship(back_populates="revision", order_by="RevisionMedia.position")

    @property
    def answered(self) -> dict[int, Answer]:
        """Return the answers to what was asked for before, by the ids of the requests."""
        return {answer["request"]: Answer(answer["done"], answer["why"]) for answer in self.answers}


class RevisionMedia(Owned, Base):
    """A photo or video of a revision, in its place."""

    __tablename__ = "revision_media"
    __table_args__ = owned(
        belongs_to("revision"),
        belongs_to("stored_file", "file_id"),
        UniqueConstraint("org_id", "revision_id", "position"),
    )

    revision_id: Mapped[int]
    file_id: Mapped[int] = mapped_column(insert_sentinel=True)  # tells the rows of one insert apart
    position: Mapped[int]

    revision: Mapped[Revision] = relationship(back_populates="media")
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True, overlaps="media,revision")


class LivePost(Owned, Base):
    """Where the content stands in public. Found or not found by a person who looked."""

    __tablename__ = "live_post"
    __table_args__ = owned(belongs_to("deliverable"), UniqueConstraint("org_id", "url"))

    deliverable_id: Mapped[int]
    platform: Mapped[Platform] = mapped_column(word_column(Platform))
    url: Mapped[str]  # https, in the platform's canonical form
    label_on: Mapped[bool]  # the creator says that the platform's own advertising label is on
    added_at: Mapped[datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unapproved: Mapped[bool]  # posted before approval
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    found: Mapped[bool | None]  # None: nobody has looked yet
    check_note: Mapped[str] = mapped_column(default="")
    spark_code: Mapped[str] = mapped_column(default="", server_default="")
    spark_until: Mapped[date | None]  # its last day where the creator lives

    deliverable: Mapped[Deliverable] = relationship(back_populates="posts")

    def take_code(self, spark: SparkCode) -> None:
        """Keep the code with which it may be run as an advertisement."""
        self.spark_code, self.spark_until = spark.code, spark.until

    @property
    def stranger(self) -> str | None:
        """Return the account that the address names when it is none of the creator's known ones on that platform."""
        named = account_in(self.url)
        handles = self.deliverable.partnership.creator.handles
        known = {handle.name.lower() for handle in handles if handle.platform == self.platform}
        return named if named and known and named.lower() not in known else None


class Payment(Owned, Base):
    """One milestone: a share of the fee that a fact releases."""

    __tablename__ = "payment"
    __table_args__ = owned(
        belongs_to("partnership"),
        UniqueConstraint("org_id", "partnership_id", "number"),
        Index(
            "ix_payment_next_action_at",
            "next_action_at",
            postgresql_where=text("next_action_at IS NOT NULL"),
            sqlite_where=text("next_action_at IS NOT NULL"),
        ),
    )

    partnership_id: Mapped[int]
    number: Mapped[int]  # from 1; its fact and words stand in the template
    percent: Mapped[int]
    state: Mapped[PaymentState] = mapped_column(word_column(PaymentState), default=PaymentState.PLANNED)
    earned_at: Mapped[datetime | None]
    pay_by: Mapped[date | None]
    payee: Mapped[str] = mapped_column(default="")  # who was paid, as it stood in the terms then
    paid_on: Mapped[date | None]  # where the creator lives; what follows is of that transfer
    gross: Mapped[int | None] = mapped_column(RUPIAH)
    withheld: Mapped[Withheld] = mapped_column(word_column(Withheld), default=Withheld.NONE)
    tax: Mapped[int] = mapped_column(RUPIAH, default=0)
    proof: Mapped[str] = mapped_column(default="")
    slip: Mapped[str] = mapped_column(default="")
    next_action_at: Mapped[datetime | None]  # when somebody is next reminded to pay it; None: nobody is
    rung: Mapped[str | None]  # the last rung of the reminder ladder that was climbed
    version: Mapped[int] = mapped_column(default=1)
    sentinel: Mapped[int | None] = orm_insert_sentinel()  # tells the rows of one insert apart

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def spec(self) -> PaymentSpec:
        """Return the fact that releases it, as the template has it."""
        return self.partnership.template.payments[self.number - 1]

    def move(self, action: PaymentAction, role: Role) -> PaymentState:
        """Take `action` if the rules allow it; return the state it left."""
        was, self.state = self.state, PAYMENT.advance(self.state, action, role)
        if self.state not in OWED:
            self.next_action_at = None
        elif was not in OWED:
            self.next_action_at = self.earned_at  # at once: that is past
        return was

    def earn(self, role: Role, now: datetime, pay_by: date) -> None:
        """Mark it earned, to be paid by `pay_by`."""
        self.move(PaymentAction.EARN, role)
        self.earned_at = self.next_action_at = now
        self.pay_by = pay_by

    @property
    def amount(self) -> int | None:
        """Return its part of the fee in rupiah, None without a fee."""
        fee = self.partnership.fee
        percents = [spec.percent for spec in self.partnership.template.payments]
        return None if fee is None else share(fee, percents, self.number)

    @property
    def transfer(self) -> Transfer | None:
        """Return what is written down about its payment."""
        if self.paid_on is None or self.gross is None:
            return None
        return Transfer(self.paid_on, self.gross, self.withheld, self.tax, self.proof, self.slip)

    @property
    def allows_transfer(self) -> bool:
        """Say whether a transfer can be written down, or corrected."""
        return self.state in PAYABLE or self.state is PaymentState.PAID

    def pay(self, role: Role, payee: str, transfer: Transfer) -> None:
        """Write down that `payee` was paid. When a dispute ends with another transfer, the payee of the first stays."""
        if self.move(PaymentAction.PAY, role) is not PaymentState.DISPUTED or not self.payee:
            self.payee = payee
        self.write_down(transfer)

    def write_down(self, transfer: Transfer) -> None:
        """Keep these facts of its payment instead of those that were kept."""
        self.paid_on, self.gross = transfer.paid_on, transfer.gross
        self.withheld, self.tax = transfer.withheld, transfer.tax
        self.proof, self.slip = transfer.proof, transfer.slip

    def moved(self, note: str = "") -> PaymentMoved:
        """Return the event of its last move; once flushed, its version is part of the key."""
        return PaymentMoved(
            key=f"payment:{self.id}:v{self.version}:{self.state}",
            about=self.partnership.about,
            partnership_id=self.partnership_id,
            payment_id=self.id,
            now=self.state,
            pay_by=self.pay_by,
            note=note,
        )

    def actions_for(self, role: Role) -> list[Transition[PaymentState, PaymentAction]]:
        """Return what `role` may do now, for the page's buttons."""
        return PAYMENT.available(self.state, role)
