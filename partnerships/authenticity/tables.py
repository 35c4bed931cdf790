"""Reviews of revisions, and beside them the signals that analysers found, which no review depends on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.database.work import Reading
from partnerships.deliverables.tables import Revision
from partnerships.people.tables import Account

from .rules import versions
from .rules.decision import Rating as Given
from .rules.rounds import Cause, Judgement, Round
from .rules.rubric import Outcome, Rubric, load
from .rules.signals import Response, RunStatus, Strength


class Review(Owned, Base):
    """One person's judgement of one revision. It never carries over to the next revision."""

    __tablename__ = "review"
    __table_args__ = owned(
        belongs_to("revision"),
        UniqueConstraint("org_id", "revision_id", "reviewer_id", "round"),
        Index(None, "org_id", "reviewer_id"),
        # Of two who decide in the same round, one is first.
        Index(
            "uq_review_decided",
            "org_id",
            "revision_id",
            "round",
            unique=True,
            postgresql_where=text("decided_at IS NOT NULL"),
            sqlite_where=text("decided_at IS NOT NULL"),
        ),
    )

    revision_id: Mapped[int]
    revision_sha256: Mapped[str]  # what was judged, whatever happens to the revision's row
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    round: Mapped[Round] = mapped_column(word_column(Round), default=Round.FIRST)
    rubric: Mapped[str]  # "AR-1", or "AR-1.2" for the organisation's second own one: each is frozen
    seed: Mapped[str]  # drawn before the decision: with the version's hash it says whether an approval is in the sample
    started_at: Mapped[datetime]
    blind_at: Mapped[datetime | None]  # when C1, C3 and C5 were rated and the evidence was shown
    decided_at: Mapped[datetime | None]
    score: Mapped[int | None]  # 0-100 over the applicable criteria; never decides
    outcome: Mapped[Outcome | None] = mapped_column(word_column(Outcome))
    reasons: Mapped[list[str]]  # reason codes of the rubric
    message: Mapped[str] = mapped_column(default="")  # to the creator
    tags: Mapped[list[str]]  # naturalness, descriptive only
    cause: Mapped[Cause | None] = mapped_column(word_column(Cause))  # why somebody else looks, or should have
    asks: Mapped[Round | None] = mapped_column(word_column(Round))  # which look comes next; None: the decision stands
    is_independent: Mapped[bool]  # the reviewer neither manages this creator nor judged this version before
    stood: Mapped[dict[str, Any]] = mapped_column(default=dict)  # how all stood before the decision, what was filled in
    version: Mapped[int] = mapped_column(default=1)

    revision: Mapped[Revision] = relationship(lazy="joined", innerjoin=True)
    reviewer: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    ratings: Mapped[list["Rating"]] = relationship(back_populates="review", order_by="Rating.id")
    blockers: Mapped[list["BlockerFinding"]] = relationship(back_populates="review", order_by="BlockerFinding.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def judgement(self) -> Judgement:
        """Return what was decided, as the rules compare it; only of a decided review."""
        if self.outcome is None:
            raise ValueError("nothing has been decided")
        levels = {key: rating.level for key, rating in self.levels(blind=False).items()}
        return Judgement(self.reviewer_id, self.round, self.outcome, levels)

    @property
    def stands(self) -> bool:
        """Say whether it ended in a decision that nobody else has to look at."""
        return self.decided_at is not None and self.asks is None

    @property
    def typed(self) -> dict[str, Any]:
        """Return what had been filled in for a decision that was taken back, to begin the next one with."""
        return dict(self.stood.get("typed", {})) if self.decided_at is None else {}

    def take_back(self) -> None:
        """Be undecided once more; what was filled in is kept for the next decision."""
        self.outcome = self.decided_at = self.score = self.asks = None
        if self.round is Round.FIRST:
            self.cause = None
        self.stood = {"typed": self.stood["typed"]}

    def levels(self, *, blind: bool) -> dict[str, "Rating"]:
        """Return the ratings by criterion: those given blind, or those the decision was taken on."""
        return {rating.criterion: rating for rating in self.ratings if rating.blind is blind}

    def add_ratings(self, given: Mapping[str, Given], *, blind: bool) -> None:
        """Keep the levels that were given; each criterion once blind and once with the evidence."""
        self.ratings.extend(
            Rating(org_id=self.org_id, criterion=key, blind=blind, level=rating.level, note=rating.note.strip())
            for key, rating in given.items()
        )

    def add_blockers(self, notes: Mapping[str, str]) -> None:
        """Keep the blockers that were found, each with its note."""
        self.blockers.extend(
            BlockerFinding(org_id=self.org_id, blocker=key, note=note.strip()) for key, note in notes.items()
        )


class Appeal(Owned, Base):
    """A creator's one objection to what was decided on a version; another person's review answers it."""

    __tablename__ = "appeal"
    __table_args__ = owned(belongs_to("revision"), belongs_to("review"), UniqueConstraint("org_id", "revision_id"))

    revision_id: Mapped[int]
    review_id: Mapped[int]  # the decision objected to
    words: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    review: Mapped[Review] = relationship(overlaps="revision")


class ReviewTurn(Owned, Base):
    """Whose turn it is to review a piece of content: one person at a time, over all its versions."""

    __tablename__ = "review_turn"
    __table_args__ = owned(
        belongs_to("deliverable"), UniqueConstraint("org_id", "deliverable_id"), Index(None, "org_id", "account_id")
    )

    deliverable_id: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: shared out by what waits for whom

    @classmethod
    def find(cls, reading: Reading, deliverable_id: int) -> Self | None:
        """Return whose turn it is at this content."""
        return reading.session.scalars(select(cls).where(cls.deliverable_id == deliverable_id)).one_or_none()

    def give(self, account_id: int, now: datetime, given_by: int | None) -> None:
        """Make it somebody else's turn."""
        self.account_id, self.since, self.given_by = account_id, now, given_by


class Rating(Owned, Base):
    """One criterion's level. A blind rating stays beside the one that followed the evidence."""

    __tablename__ = "rating"
    __table_args__ = owned(
        belongs_to("review"),
        UniqueConstraint("org_id", "review_id", "criterion", "blind"),
        CheckConstraint("level IS NULL OR level BETWEEN 0 AND 4", name="level_in_range"),
    )

    review_id: Mapped[int]
    criterion: Mapped[str]  # "C1" … "C7"
    blind: Mapped[bool]  # given before the evidence was shown
    level: Mapped[int | None]  # 0-4; None: not applicable
    note: Mapped[str] = mapped_column(default="")

    review: Mapped[Review] = relationship(back_populates="ratings")


class BlockerFinding(Owned, Base):
    """A reason that forbids approval whatever the score."""

    __tablename__ = "blocker_finding"
    __table_args__ = owned(belongs_to("review"), UniqueConstraint("org_id", "review_id", "blocker"))

    review_id: Mapped[int]
    blocker: Mapped[str]  # "B1" … "B7"
    note: Mapped[str] = mapped_column(default="")

    review: Mapped[Review] = relationship(back_populates="blockers")


class RubricCopy(Owned, Base):
    """The working copy of an organisation's next rubric: one at a time, whole or not."""

    __tablename__ = "rubric_copy"
    __table_args__ = owned(UniqueConstraint("org_id"))

    copied_from: Mapped[str]  # "AR-1", or an own version
    body: Mapped[dict[str, Any]]  # `rules.versions.Body`
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    def write(self, body: Mapping[str, Any], account_id: int, now: datetime) -> None:
        """Keep it as it stands on the page."""
        self.body, self.changed_by, self.changed_at = dict(body), account_id, now


class RubricVersion(Owned, Base):
    """A rubric as an organisation published it: added, never changed. A trigger refuses it too."""

    __tablename__ = "rubric_version"
    __table_args__ = owned(UniqueConstraint("org_id", "number"))

    number: Mapped[int]  # from 1
    copied_from: Mapped[str]
    body: Mapped[dict[str, Any]]  # `rules.versions.Body`
    published_at: Mapped[datetime]
    published_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    @property
    def name(self) -> str:
        """Return what reviews call it."""
        return versions.name_of(self.number)

    @property
    def rubric(self) -> Rubric:
        """Return it as reviews are made with it."""
        return versions.made_own(load(), self.name, self.published_at.date(), self.body)

    @classmethod
    def newest(cls, reading: Reading) -> Rubric:
        """Return the rubric that new reviews are made with: the last own one, else the one that everybody has."""
        last = reading.session.scalars(select(cls).order_by(cls.number.desc()).limit(1)).one_or_none()
        return last.rubric if last else load()

    @classmethod
    def called(cls, reading: Reading, name: str) -> Rubric:
        """Return the rubric of this name, or raise `NotFound`; one that everybody has is asked of no database."""
        number = versions.number_in(name)
        if number is None:
            return load(name)
        own = reading.session.scalars(select(cls).where(cls.number == number)).one_or_none()
        return own.rubric if own else load(name)


class SignalRun(Owned, Base):
    """One look of one analyser at one version. What looks differently looks anew; nothing is looked at twice alike."""

    __tablename__ = "signal_run"
    __table_args__ = owned(
        belongs_to("revision"),
        UniqueConstraint(
            "org_id", "revision_id", "analyser", "analyser_version", "params_hash", name="uq_signal_run_look"
        ),
    )

    revision_id: Mapped[int]
    analyser: Mapped[str]
    analyser_version: Mapped[str]
    params_hash: Mapped[str]
    status: Mapped[RunStatus] = mapped_column(word_column(RunStatus))
    reason: Mapped[str] = mapped_column(default="")  # a word of the analyser's, when it was skipped
    at: Mapped[datetime]

    signals: Mapped[list["Signal"]] = relationship(back_populates="run", order_by="Signal.id")


class Signal(Owned, Base):
    """One finding: evidence, never a verdict. What the creator explains and the reviewer answers stays beside it."""

    __tablename__ = "signal"
    __table_args__ = owned(belongs_to("signal_run", "run_id"), Index(None, "org_id", "run_id"))

    run_id: Mapped[int]
    code: Mapped[str]  # names its sentence
    strength: Mapped[Strength] = mapped_column(word_column(Strength))
    data: Mapped[dict[str, Any]]  # fills the sentence, and says where to look
    response: Mapped[Response | None] = mapped_column(word_column(Response))
    responded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    responded_at: Mapped[datetime | None]
    explanation: Mapped[str] = mapped_column(default="")  # the creator's own words
    explained_at: Mapped[datetime | None]

    run: Mapped[SignalRun] = relationship(back_populates="signals")

    def respond(self, response: Response, account_id: int, now: datetime) -> None:
        """Keep what a reviewer made of it."""
        self.response, self.responded_by, self.responded_at = response, account_id, now

    def explain(self, words: str, now: datetime) -> None:
        """Keep what the creator says about it."""
        self.explanation, self.explained_at = words, now
