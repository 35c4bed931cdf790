"""Share out reviews: to whoever has least to do, never to who manages the creator; people take and hand over."""

from collections.abc import Iterator

from sqlalchemy import and_, func, select

from partnerships.core.actor import STAFF, Actor, Role
from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.database.work import Transactions, Work
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Membership

from .events import AppealMade, LookAsked, ReviewHandedOver
from .finding import WAITING, looks_at
from .rules.turns import Candidate, next_in_turn
from .tables import ReviewTurn

BATCH = 100  # in one tick; the next one goes on
NOBODYS = (
    select(Deliverable.org_id, Deliverable.id)
    .outerjoin(ReviewTurn, and_(ReviewTurn.deliverable_id == Deliverable.id, ReviewTurn.org_id == Deliverable.org_id))
    .outerjoin(
        Membership,
        and_(
            Membership.account_id == ReviewTurn.account_id,
            Membership.org_id == Deliverable.org_id,
            Membership.role.in_(STAFF),
            Membership.ended_at.is_(None),
        ),
    )
    .where(Deliverable.state.in_(WAITING), Membership.id.is_(None))
    .order_by(Deliverable.waiting_since, Deliverable.id)
    .limit(BATCH)
)
NOT_THEIRS = N_("%(name)s manages this creator or has judged this version. Please choose somebody else.")


def assign(work: Work, event: Event) -> None:
    """Listen for another look that is asked for, and for appeals: these go to somebody else at once."""
    if isinstance(event, LookAsked | AppealMade):
        _share_out(work, work.get(Deliverable, event.deliverable_id))


def share_out(transactions: Transactions) -> int:
    """Share out what waits and is nobody's, or somebody's who has left, in every organisation; return how much.

    Done by the tick: a creator who sends a draft does not wait for it.
    """
    with transactions.sweeping() as sweep:
        waiting = sweep.session.execute(NOBODYS).all()
    shared = 0
    for org_id, deliverable_id in waiting:
        try:
            with transactions.begin(Actor(None, org_id, Role.SYSTEM)) as work:
                _share_out(work, work.get(Deliverable, deliverable_id))
        except Conflict:
            continue  # somebody took it in the same moment
        shared += 1
    return shared


def hand_over(work: Work, deliverable_id: int, account_id: int) -> str:
    """Make it this person's turn, or the actor's own; return their name.

    Raise `Conflict` when nothing waits any more, `Refused` for somebody who may not look, `NotFound` for a stranger.
    """
    deliverable = work.get(Deliverable, deliverable_id)
    revision = find_last_revision(work, deliverable.id)
    if revision is None or deliverable.state not in WAITING:
        raise Conflict(N_("Nothing waits for a review here any more."))
    looks = looks_at(work, deliverable, revision)
    name = looks.names.get(account_id)
    if name is None:
        raise NotFound(N_("There is nothing here."))
    if not looks.may_look(account_id):
        raise Refused(NOT_THEIRS, field="account_id", name=name)
    _give(work, deliverable, account_id, work.actor.person_id)
    work.emit(
        ReviewHandedOver(
            key=f"deliverable:{deliverable.id}:turn:{account_id}:{work.now.isoformat()}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            account_id=account_id,
            name=name,
        )
    )
    return name


def _share_out(work: Work, deliverable: Deliverable) -> None:
    """Make it the turn of whoever has least to do of those who may look; of anybody, where nobody may.

    Who has begun to look goes on.
    """
    revision = find_last_revision(work, deliverable.id)
    if revision is None:
        return
    looks = looks_at(work, deliverable, revision)
    everybody = [*_candidates(work)]
    eligible = [one for one in everybody if one.account_id in looks.independent] or everybody
    begun = {review.reviewer_id for review in looks.reviews if review.decided_at is None}
    next_id = next_in_turn([one for one in eligible if one.account_id in begun] or eligible)
    if next_id is not None:
        _give(work, deliverable, next_id, None)


def _give(work: Work, deliverable: Deliverable, account_id: int, given_by: int | None) -> None:
    turn = ReviewTurn.find(work, deliverable.id)
    if turn is not None:
        turn.give(account_id, work.now, given_by)
        return
    work.session.add(
        ReviewTurn(
            org_id=work.actor.org_id,
            deliverable_id=deliverable.id,
            account_id=account_id,
            since=work.now,
            given_by=given_by,
        )
    )


def _candidates(work: Work) -> Iterator[Candidate]:
    """Yield the whole team with how much waits for each, in one statement."""
    waits = (
        select(func.count())
        .select_from(ReviewTurn)
        .join(Deliverable, Deliverable.id == ReviewTurn.deliverable_id)
        .where(ReviewTurn.account_id == Membership.account_id, Deliverable.state.in_(WAITING))
        .correlate(Membership)
        .scalar_subquery()
    )
    team = select(Membership, waits).where(Membership.role.in_(STAFF), Membership.ended_at.is_(None))
    for member, count in work.session.execute(team):
        yield Candidate(member.account_id, member.role is Role.REVIEWER, member.is_away(work.now), count)
