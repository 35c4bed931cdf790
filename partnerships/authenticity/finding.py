"""Find what waits for review, and the reviews of one deliverable."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import selectinload

from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Reading
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.requests import Ground
from partnerships.deliverables.rules.waiting import review_due
from partnerships.deliverables.tables import ChangeRequest, Deliverable, Revision, ground_of
from partnerships.people.finding import list_members
from partnerships.people.tables import Account, Brand, Organisation
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.templates import DeliverableSpec
from partnerships.plans.tables import Campaign, Partnership, quiet_days_of, templates_of

from .rules.rounds import FULL_TEAM, Round, may_look
from .rules.rubric import Outcome, Rubric, load
from .tables import Appeal, Review, ReviewTurn, RubricVersion

WAITING = (DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW)


class Share(StrEnum):
    """Which part of the inbox to show; stands in the address."""

    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    AGAIN = "again"
    APPEALS = "appeals"


SHARE_LABELS = {
    Share.ALL: N_("All"),
    Share.MINE: N_("Mine"),
    Share.UNASSIGNED: N_("Nobody's yet"),
    Share.AGAIN: N_("Second looks"),
    Share.APPEALS: N_("Appeals"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One revision in the inbox. Days are days in the zone of the organisation, which has so many to decide."""

    deliverable_id: int
    spec: DeliverableSpec
    creator: str
    brand: str
    zone: str
    number: int
    waiting_since: datetime
    waiting_on: date
    due_on: date  # the brand promised a decision until then
    today: date
    reviewers: tuple[str, ...]  # who has begun
    turn: str | None  # whose turn it is
    is_mine: bool
    may_take: bool  # whoever reads could make it their turn
    round: Round  # the look that is due

    @property
    def is_overdue(self) -> bool:
        """Say whether the creator has waited longer than the brand promised."""
        return self.today > self.due_on

    def belongs_to(self, share: Share) -> bool:
        """Say whether this is shown under `share`."""
        return {
            Share.ALL: True,
            Share.MINE: self.is_mine,
            Share.UNASSIGNED: not self.reviewers and self.turn is None,
            Share.AGAIN: self.round in {Round.SECOND, Round.ADJUDICATION},
            Share.APPEALS: self.round is Round.APPEAL,
        }[share]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deliverable stands in the inbox: the ones before and after it, its number from 1, how many there are."""

    before: int | None
    after: int | None
    number: int | None
    total: int


def inbox(reading: Reading) -> list[Waiting]:
    """Return what waits for a decision, the longest waiting first."""
    rows = reading.session.execute(_waiting_rows()).all()
    templates = templates_of(reading.session, {(row.template_key, row.template_version) for row in rows})
    reviewers, quiet, rounds = _reviewers(reading), quiet_days_of(reading.session), _rounds(reading)
    names = {member.account_id: member.account.name for member in list_members(reading)}
    me = reading.actor.account_id
    found = []
    for row in rows:
        who, due = reviewers.get(row.revision_id, _NOBODY), rounds.get(row.revision_id, Round.FIRST)
        team = names.keys() - {row.manager_id}
        waiting_on = day_in(row.zone, row.waiting_since or row.moved_at)
        waiting = Waiting(
            deliverable_id=row.id,
            spec=templates[row.template_key, row.template_version].deliverable(row.key),
            creator=row.creator,
            brand=row.brand,
            zone=row.zone,
            number=row.number,
            waiting_since=row.waiting_since or row.moved_at,
            waiting_on=waiting_on,
            due_on=review_due(waiting_on, quiet=quiet),
            today=day_in(row.zone, reading.now),
            reviewers=tuple(who.begun.values()),
            turn=names.get(row.turn_id),
            is_mine=me == row.turn_id or me in who.begun,
            may_take=me != row.turn_id and may_look(me, team - who.judged, due, is_full_team=len(team) >= FULL_TEAM),
            round=due,
        )
        found.append(waiting)
    return found


def _waiting_rows() -> Select[*tuple[Any, ...]]:
    """Return the statement for what waits: a row for each, with whose turn it is."""
    newest = (
        select(func.max(Revision.number)).where(Revision.deliverable_id == Deliverable.id).correlate(Deliverable)
    ).scalar_subquery()
    return (
        select(
            Deliverable.id,
            Deliverable.key,
            Deliverable.waiting_since,
            Deliverable.moved_at,
            Partnership.template_key,
            Partnership.template_version,
            Organisation.zone,
            Creator.name.label("creator"),
            Brand.name.label("brand"),
            Revision.id.label("revision_id"),
            Revision.number,
            Partnership.manager_id,
            ReviewTurn.account_id.label("turn_id"),
        )
        .join(Deliverable.partnership)
        .join(Partnership.creator)
        .join(Partnership.campaign)
        .join(Campaign.brand)
        .join(Organisation, Organisation.id == Deliverable.org_id)
        .join(Deliverable.revisions)
        .outerjoin(
            ReviewTurn, and_(ReviewTurn.deliverable_id == Deliverable.id, ReviewTurn.org_id == Deliverable.org_id)
        )
        .where(_is_waiting(), Revision.number == newest)
        .order_by(Deliverable.waiting_since, Deliverable.id)
    )


def place(reading: Reading, deliverable_id: int) -> Place:
    """Return where the deliverable stands in the inbox, for "next" and "previous"."""
    waiting = reading.session.scalars(
        select(Deliverable.id).where(_is_waiting()).order_by(Deliverable.waiting_since, Deliverable.id)
    ).all()
    if deliverable_id not in waiting:
        return Place(None, waiting[0] if waiting else None, None, len(waiting))
    index = waiting.index(deliverable_id)
    after = waiting[index + 1] if index + 1 < len(waiting) else None
    return Place(waiting[index - 1] if index else None, after, index + 1, len(waiting))


def rubric_for(reading: Reading, deliverable_id: int) -> tuple[Rubric, str]:
    """Return a rubric to make forms from, and the kind of this deliverable: every version asks the same questions.

    Raise `NotFound`.
    """
    return load(), reading.get(Deliverable, deliverable_id).spec.kind


def rubric_of(reading: Reading, review: Review) -> Rubric:
    """Return the version that a review was made with."""
    return RubricVersion.called(reading, review.rubric)


@dataclass(frozen=True, slots=True)
class Looks:
    """Who has looked at a version, and who may look next."""

    reviews: Sequence[Review]  # of this version, the oldest first
    appeal: Appeal | None
    team: frozenset[int]  # whoever could judge this creator's work and does not manage them
    names: Mapping[int, str]  # of the whole team

    @property
    def decided(self) -> list[Review]:
        """Return the reviews that ended in a decision, in the order of the decisions."""
        return sorted(
            (review for review in self.reviews if review.decided_at), key=lambda each: list(Round).index(each.round)
        )

    @property
    def is_full_team(self) -> bool:
        """Say whether there are enough people for the rules of second reviews to hold."""
        return len(self.team) >= FULL_TEAM

    @property
    def due(self) -> Round | None:
        """Return which look comes next, or None when what was decided stands."""
        if self.appeal is not None:
            return None if any(review.round is Round.APPEAL for review in self.decided) else Round.APPEAL
        return self.decided[-1].asks if self.decided else Round.FIRST

    @property
    def independent(self) -> frozenset[int]:
        """Return who may take the next look: they neither manage the creator nor have judged this version."""
        return self.team - {review.reviewer_id for review in self.decided}

    def own(self, account_id: int | None) -> Review | None:
        """Return this person's review that is open, or the last one they decided."""
        theirs = [review for review in self.reviews if review.reviewer_id == account_id]
        return next((review for review in theirs if review.decided_at is None), theirs[-1] if theirs else None)

    def may_look(self, account_id: int | None) -> bool:
        """Say whether this person may take the next look."""
        return may_look(account_id, self.independent, self.due, is_full_team=self.is_full_team)

    def hidden_from(self, account_id: int | None) -> list[Review]:
        """Return the decisions that this person must not see yet: a second look is taken without the first."""
        if self.due is not Round.SECOND:
            return []
        return [review for review in self.decided if review.reviewer_id != account_id]


def looks_at(reading: Reading, deliverable: Deliverable, revision: Revision) -> Looks:
    """Return who has looked at a version, and who may look next, in three statements."""
    reviews = reading.session.scalars(select(Review).where(Review.revision_id == revision.id).order_by(Review.id)).all()
    appeal = reading.session.scalars(select(Appeal).where(Appeal.revision_id == revision.id)).one_or_none()
    names = {member.account_id: member.account.name for member in list_members(reading)}
    return Looks(reviews, appeal, frozenset(names.keys() - {deliverable.partnership.manager_id}), names)


def count_decided_before(reading: Reading, review: Review) -> int:
    """Return how many other reviews this reviewer has decided."""
    theirs = select(func.count()).where(Review.reviewer_id == review.reviewer_id, Review.decided_at.is_not(None))
    return reading.session.scalars(theirs.where(Review.id != review.id)).one()


def ground_for(reading: Reading, deliverable_id: int) -> Ground:
    """Return what change requests can point at in the newest version."""
    revision = find_last_revision(reading, deliverable_id)
    return ground_of(revision) if revision else Ground()


def count_requests(reading: Reading, revision_id: int) -> int:
    """Return how many changes have been asked for in this version."""
    asked = select(func.count()).where(ChangeRequest.revision_id == revision_id)
    return reading.session.scalars(asked).one()


def count_rounds(reading: Reading, deliverable_id: int) -> int:
    """Return how many rounds of changes there have been."""
    asked = select(func.count(Review.revision_id.distinct())).join(Review.revision).where(Review.asks.is_(None))
    return (
        reading.session.scalar(
            asked.where(Revision.deliverable_id == deliverable_id, Review.outcome == Outcome.CHANGES_REQUESTED)
        )
        or 0
    )


def get_reviewed(reading: Reading, review_id: int) -> int:
    """Return the deliverable that a review is of, or raise `NotFound`."""
    return reading.get(Review, review_id).revision.deliverable_id


def reviews_of(reading: Reading, deliverable_id: int) -> Sequence[Review]:
    """Return every review of every revision, the oldest first."""
    return reading.session.scalars(
        select(Review)
        .join(Review.revision)
        .where(Revision.deliverable_id == deliverable_id)
        .options(selectinload(Review.ratings), selectinload(Review.blockers))
        .order_by(Review.id)
    ).all()


def _is_waiting() -> ColumnElement[bool]:
    """Return the condition that a decision is due: nobody decides while the partnership is on hold."""
    held = Deliverable.partnership.has(Partnership.state == PartnershipState.ON_HOLD)
    return and_(Deliverable.state.in_(WAITING), ~held)


@dataclass(frozen=True, slots=True)
class _Reviewers:
    """Who has begun to review a version, with their names, and who has judged it."""

    begun: dict[int, str] = field(default_factory=dict)
    judged: set[int] = field(default_factory=set)


_NOBODY = _Reviewers()


def _reviewers(reading: Reading) -> Mapping[int, _Reviewers]:
    """Return who reviews each revision that waits."""
    rows = reading.session.execute(
        select(Review.revision_id, Account.id, Account.name, Review.decided_at)
        .join(Review.reviewer)
        .join(Review.revision)
        .join(Revision.deliverable)
        .where(_is_waiting())
        .order_by(Review.id)
    )
    found: dict[int, _Reviewers] = defaultdict(_Reviewers)
    for revision_id, account_id, name, decided_at in rows:
        if decided_at is None:
            found[revision_id].begun[account_id] = name
        else:
            found[revision_id].judged.add(account_id)
    return found


def _rounds(reading: Reading) -> dict[int, Round]:
    """Return which look is due at each revision that waits and has been looked at, in two statements."""
    waiting = select(Revision.id).join(Revision.deliverable).where(_is_waiting())
    asked = (
        select(Review.revision_id, Review.asks)
        .where(Review.revision_id.in_(waiting), Review.asks.is_not(None))
        .order_by(Review.decided_at, Review.id)
    )
    appealed = reading.session.scalars(select(Appeal.revision_id).where(Appeal.revision_id.in_(waiting)))
    found = {revision_id: asks for revision_id, asks in reading.session.execute(asked) if asks}
    return found | dict.fromkeys(appealed, Round.APPEAL)
