"""Take a decision back within seconds: nobody has heard of it, and everything stands as before."""

from sqlalchemy import select

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.tables import ChangeRequest, Deliverable
from partnerships.plans.rules.moves import UNDONE
from partnerships.plans.rules.proposals import can_undo
from partnerships.plans.tables import PlanVersion

from .events import DecisionTakenBack
from .tables import Review

TOO_LATE = N_("It is too late to take this back unseen. An approval can be revoked as long as nothing is posted.")
MEANWHILE = N_("Something has happened since, so this cannot be taken back unseen. Please look how it stands now.")


def undo(work: Work, review_id: int) -> Review:
    """Let one's own decision never have been told; it stays in the history. Pressed twice, it is undone once.

    Raise `Refused` when it is too late, when the mail is on its way, or when content or plan have moved since.
    """
    review = work.get(Review, review_id)
    if review.reviewer_id != work.actor.account_id:
        raise NotFound(N_("There is nothing here."))
    if review.typed:
        return review
    if review.decided_at is None or not review.stood or not can_undo(review.decided_at, work.now):
        raise Refused(TOO_LATE)
    deliverable, stood = work.get(Deliverable, review.revision.deliverable_id), review.stood
    plan = PlanVersion.last_number(work, deliverable.partnership_id)
    if (deliverable.version, plan) != (stood["version"], stood["plan"]):
        raise Refused(MEANWHILE)
    told = _told(review, deliverable)
    was = deliverable.undo_decision(stood, work.actor.role, work.now)
    if stood["plan"] != stood["plan_before"]:
        PlanVersion.keep(work, deliverable.partnership, UNDONE, number=plan)
    _let_go(work, review)
    review.take_back()
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.UNDO_DECISION))
    work.emit(told)
    return review


def _told(review: Review, deliverable: Deliverable) -> DecisionTakenBack:
    """Return the event that keeps what was decided."""
    if review.outcome is None or review.decided_at is None:
        raise ValueError("nothing has been decided")
    return DecisionTakenBack(
        key=f"review:{review.id}:v{deliverable.version}:undone",
        about=deliverable.partnership.about,
        partnership_id=deliverable.partnership_id,
        deliverable_id=deliverable.id,
        review_id=review.id,
        outcome=review.outcome,
        decided_at=review.decided_at,
        levels={key: rating.level for key, rating in review.levels(blind=False).items()},
        message=review.message,
    )


def _let_go(work: Work, review: Review) -> None:
    """Drop the rows that the decision made: the next one makes its own."""
    asked = select(ChangeRequest).where(
        ChangeRequest.revision_id == review.revision_id, ChangeRequest.number > review.stood["asked_before"]
    )
    rows = [*review.levels(blind=False).values(), *review.blockers, *work.session.scalars(asked)]
    for row in rows:
        work.session.delete(row)
    work.session.flush()
    work.session.expire(review, ["ratings", "blockers"])
