"""Deliverables, their immutable revisions, live posts, and what was read off these."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, orm_insert_sentinel, relationship
from sqlalchemy.orm.attributes import flag_modified

from partnerships.core.actor import Role
from partnerships.core.errors import IllegalTransition
from partnerships.core.machine import Transition
from partnerships.core.words import N_
from partnerships.creators.tables import Platform
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.deliverables.events import DeliverableMoved
from partnerships.deliverables.rules.attestations import Attestation, is_attested
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
from partnerships.deliverables.rules.metrics import Metric, Source, Standing
from partnerships.deliverables.rules.posts import account_in
from partnerships.deliverables.rules.requests import Answer
from partnerships.deliverables.rules.sparks import SparkCode
from partnerships.files.tables import StoredFile
from partnerships.plans.rules.courses import POSTED, Course
from partnerships.plans.rules.templates import DeliverableSpec
from partnerships.plans.tables import Partnership, Step

COUNT = BigInteger().with_variant(Integer(), "sqlite")  # 64 bits, which SQLite's integers have by themselves


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
        Index(
            "ix_deliverable_examine_after",
            "examine_after",
            postgresql_where=text("examine_after IS NOT NULL"),
            sqlite_where=text("examine_after IS NOT NULL"),
        ),
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
    look_again_at: Mapped[datetime | None]  # when a person is to look whether it is still up, as its day begins
    extra_rounds: Mapped[int] = mapped_column(default=0)  # of changes, agreed on beyond those of the template
    examine_after: Mapped[datetime | None]  # when analysers may look at the newest version; None: they have
    examinations: Mapped[int] = mapped_column(default=0, server_default="0")  # begun, counted before they are made
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
    def asks_use(self) -> bool:
        """Say whether a version of it comes with the creator's word that the product is used."""
        return is_attested(self.partnership.template.stage(self.spec.stage).claim_level)

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

    @property
    def standing(self) -> dict[str, Any]:
        """Return how it stands beside its state, so that what is decided now can be taken back."""
        at_risk = self.partnership.at_risk_since
        return {
            "waiting_since": (self.waiting_since or self.moved_at).isoformat(),
            "moved_at": self.moved_at.isoformat(),
            "at_risk": at_risk.isoformat() if at_risk else None,
            "steps": {
                step.name: [step.due_on.isoformat(), step.rung, step.done_at.isoformat() if step.done_at else None]
                for step in (self.draft_step, self.publish_step)
                if step is not None
            },
        }

    def undo_decision(self, stood: Mapping[str, Any], role: Role, now: datetime) -> DeliverableState:
        """Be in review once more, with the days and clocks of when it `stood` so; return the state it left."""
        was = self.move(DeliverableAction.UNDO_DECISION, role, now)
        self.waiting_since = datetime.fromisoformat(stood["waiting_since"])
        self.moved_at = datetime.fromisoformat(stood["moved_at"])
        self.partnership.at_risk_since = datetime.fromisoformat(stood["at_risk"]) if stood["at_risk"] else None
        for step in (self.draft_step, self.publish_step):
            if step is not None:
                due_on, rung, done_at = stood["steps"][step.name]
                step.place(date.fromisoformat(due_on))
                step.rung = rung
                step.done_at = datetime.fromisoformat(done_at) if done_at else None
                step.wake(now)
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
    attested: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # the use; {}: not asked

    deliverable: Mapped[Deliverable] = relationship(back_populates="revisions")
    media: Mapped[list["RevisionMedia"]] = relationship(back_populates="revision", order_by="RevisionMedia.position")

    @property
    def answered(self) -> dict[int, Answer]:
        """Return the answers to what was asked for before, by the ids of the requests."""
        return {answer["request"]: Answer(answer["done"], answer["why"]) for answer in self.answers}

    @property
    def attestation(self) -> Attestation | None:
        """Return what the creator attested of the use with this version; None where nobody was asked."""
        return Attestation.read(self.attested)


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
    measurements: Mapped[list["Measurement"]] = relationship(
        back_populates="post", order_by="Measurement.measured_on, Measurement.id"
    )

    def take_code(self, spark: SparkCode) -> None:
        """Keep the code with which it may be run as an advertisement."""
        self.spark_code, self.spark_until = spark.code, spark.until

    @property
    def standing(self) -> Standing | None:
        """Return its newest numbers, whoever brought them; None before anybody has."""
        if not self.measurements:
            return None
        last = self.measurements[-1]
        figures: dict[Metric, int] = {}
        for read in self.measurements:
            figures |= read.figures if read.measured_on == last.measured_on else {}
        return Standing(last.measured_on, figures, last.followers)

    @property
    def followers(self) -> int | None:
        """Return how many follow the account it stands on: the one it names, or the only one on that platform."""
        named = (account_in(self.url) or "").lower()
        handles = self.deliverable.partnership.creator.handles
        known = [handle for handle in handles if handle.platform == self.platform]
        theirs = [handle for handle in known if handle.name.lower() == named] if named else known
        return theirs[0].followers if len(theirs) == 1 else None

    @property
    def stranger(self) -> str | None:
        """Return the account that the address names when it is none of the creator's known ones on that platform."""
        named = account_in(self.url)
        handles = self.deliverable.partnership.creator.handles
        known = {handle.name.lower() for handle in handles if handle.platform == self.platform}
        return named if named and known and named.lower() not in known else None


class Measurement(Owned, Base):
    """The numbers of one post on one day, as one source has them. A trigger refuses to change or delete it."""

    __tablename__ = "measurement"
    __table_args__ = owned(
        belongs_to("live_post", "post_id"),
        belongs_to("stored_file", "screenshot_id"),
        Index(None, "org_id", "post_id", "measured_on"),
    )

    post_id: Mapped[int]
    source: Mapped[Source] = mapped_column(word_column(Source))
    measured_on: Mapped[date]  # where the creator lives
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reach: Mapped[int | None] = mapped_column(COUNT)  # None here and below: the source does not say
    impressions: Mapped[int | None] = mapped_column(COUNT)
    views: Mapped[int | None] = mapped_column(COUNT)
    likes: Mapped[int | None] = mapped_column(COUNT)
    comments: Mapped[int | None] = mapped_column(COUNT)
    saves: Mapped[int | None] = mapped_column(COUNT)
    shares: Mapped[int | None] = mapped_column(COUNT)
    replies: Mapped[int | None] = mapped_column(COUNT)  # comments answered within 72 hours
    followers: Mapped[int | None] = mapped_column(COUNT)  # of the account, as the creator's file had it then
    screenshot_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(default="")  # why a number is smaller than one that was known before
    sentinel: Mapped[int | None] = orm_insert_sentinel()  # tells the rows of one insert apart

    post: Mapped[LivePost] = relationship(back_populates="measurements")
    screenshot: Mapped[StoredFile | None] = relationship(overlaps="measurements,post")

    @property
    def figures(self) -> dict[Metric, int]:
        """Return the numbers that the source has."""
        found = ((metric, getattr(self, metric)) for metric in Metric)
        return {metric: count for metric, count in found if count is not None}
