"""Review one revision: start, rate blind, decide. A person decides; the score and the evidence only advise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.deliverables.finding import evidence_for, find_last_revision, find_shut_stage
from partnerships.deliverables.rules.deliverables import DeliverableAction, DeliverableState
from partnerships.deliverables.rules.requests import MOST, Wish, anchored
from partnerships.deliverables.tables import ChangeRequest, Deliverable, Revision, ground_of

from .events import RevisionDecided
from .finding import count_rounds, own_review
from .rules.decision import Decision, Outcome, Rating, check_blind, check_decision, check_round
from .rules.rubric import CURRENT, Rubric, load, note_required
from .rules.telling import told
from .tables import Review

PAUSED = N_("This partnership is paused. Please decide once it has been resumed; the days until then do not count.")
SHUT = N_("It cannot be approved yet: its stage has not opened, because what that waits for is not there.")
ACTIONS = {
    Outcome.APPROVED: DeliverableAction.APPROVE,
    Outcome.CHANGES_REQUESTED: DeliverableAction.REQUEST_CHANGES,
    Outcome.REJECTED: DeliverableAction.REJECT,
}


def start(work: Work, deliverable_id: int) -> Review:
    """Return the actor's review of the newest revision, begun now unless it was begun before.

    The first to start takes the revision out of the creator's hands. Raise `IllegalTransition` when nothing waits.
    """
    deliverable = work.get(Deliverable, deliverable_id)
    revision = find_last_revision(work, deliverable.id)
    begun = own_review(work, revision.id) if revision else None
    if begun:
        return begun
    _check_held(deliverable)
    if deliverable.state is not DeliverableState.IN_REVIEW:
        _move(work, deliverable, DeliverableAction.START_REVIEW)
    if revision is None:
        raise NotFound(N_("There is nothing here."))
    review = Review(
        org_id=work.actor.org_id,
        revision_id=revision.id,
        revision_sha256=revision.sha256,
        reviewer_id=work.actor.person_id,
        rubric=CURRENT,
        started_at=work.now,
        reasons=[],
        tags=[],
        is_independent=work.actor.account_id != deliverable.partnership.manager_id,
    )
    work.session.add(review)
    work.session.flush()
    return review


def rate_blind(work: Work, review_id: int, ratings: Mapping[str, Rating]) -> Review:
    """Keep the levels given before the evidence is shown; what was kept once stays as it is.

    Raise `Refused` while one of the blind criteria has no level, or a level that must be explained has no note.
    """
    review = _own(work, review_id)
    if review.blind_at is not None:
        return review
    deliverable = _still_open(work, review)
    rubric, kind = load(review.rubric), deliverable.spec.kind
    asked = {criterion.key for criterion in rubric.criteria_for(kind) if criterion.blind}
    given = {key: replace(rating, blind=True) for key, rating in ratings.items() if key in asked}
    check_blind(rubric, kind, given)
    bare = [key for key in sorted(given) if note_required(given[key].level) and not given[key].note.strip()]
    if bare:
        sentence = N_("Levels 0, 1 and 4 need a note on what you saw: %(criteria)s.")
        raise Refused(sentence, field=bare[0], criteria=", ".join(bare))
    review.add_ratings(given, blind=True)
    review.blind_at = work.now
    return review


def decide(
    work: Work,
    review_id: int,
    *,
    ratings: Mapping[str, Rating],
    outcome: Outcome,
    blockers: Mapping[str, str],
    reasons: Collection[str] = (),
    message: str = "",
    tags: Collection[str] = (),
    wishes: Sequence[Wish] = (),
) -> Review:
    """Decide on the revision and tell the creator; `blockers` are notes by key. Pressed twice, it is decided once.

    `wishes` are what should change, one by one, when changes are requested.

    Raise `Refused` for what is incomplete or forbidden, `Conflict` when somebody else was faster or the revision is
    not the newest any more.
    """
    review = _own(work, review_id)
    if review.decided_at is not None and review.outcome is outcome:
        return review
    deliverable = _still_open(work, review)
    rubric = load(review.rubric)
    reasons = () if outcome is Outcome.APPROVED else reasons
    blind = review.levels(blind=True)
    given = {key: replace(rating, blind=key in blind) for key, rating in ratings.items()}
    decision = Decision(outcome, given, blockers, reasons, message, lists_changes=bool(wishes))
    if outcome is Outcome.APPROVED and find_shut_stage(work, deliverable) is not None:
        raise Refused(SHUT, field="outcome")
    check_decision(rubric, deliverable.spec.kind, decision, evidence_for(work, deliverable))
    _check_tags(rubric, tags)
    if outcome is Outcome.CHANGES_REQUESTED:
        check_round(count_rounds(work, deliverable.id) + 1, deliverable.revision_rounds)
        _ask(work, review.revision, wishes)
    review.add_ratings(given, blind=False)
    review.add_blockers(blockers)
    review.outcome, review.decided_at = outcome, work.now
    review.score = rubric.score({key: rating.level for key, rating in given.items()})
    review.reasons, review.tags, review.message = sorted(reasons), sorted(tags), message.strip()
    locale = deliverable.partnership.creator.membership.account.locale
    words = told(rubric, decision, locale)
    _move(work, deliverable, ACTIONS[outcome], words)
    _tell(work, deliverable, review, outcome, words)
    return review


def _tell(work: Work, deliverable: Deliverable, review: Review, outcome: Outcome, words: str) -> None:
    """Write down what was decided, in the words that the creator reads."""
    work.emit(
        RevisionDecided(
            key=f"review:{review.id}:decided",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            revision_id=review.revision_id,
            review_id=review.id,
            outcome=outcome,
            message=words,
        )
    )


def _ask(work: Work, revision: Revision, wishes: Sequence[Wish]) -> None:
    """Keep what should change; raise `Refused` for too many, or for one whose place is not in this version."""
    if len(wishes) > MOST:
        raise Refused(N_("Please list at most %(count)s changes."), count=MOST)
    ground = ground_of(revision)
    work.session.add_all(
        ChangeRequest.of(revision, number, wish.what.strip(), anchored(wish, ground))
        for number, wish in enumerate(wishes, start=1)
    )


def _own(work: Work, review_id: int) -> Review:
    """Return the actor's own review; somebody else's looks like none."""
    review = work.get(Review, review_id)
    if review.reviewer_id != work.actor.account_id:
        raise NotFound(N_("There is nothing here."))
    return review


def _still_open(work: Work, review: Review) -> Deliverable:
    """Return the deliverable while this revision can be judged, or raise `Conflict`."""
    deliverable = work.get(Deliverable, review.revision.deliverable_id)
    newest = find_last_revision(work, deliverable.id)
    judged = newest is not None and (newest.id, newest.sha256) == (review.revision_id, review.revision_sha256)
    if not judged or deliverable.state is not DeliverableState.IN_REVIEW:
        raise Conflict(N_("Somebody decided on this version in the meantime, or it moved on. What you wrote is kept."))
    _check_held(deliverable)
    return deliverable


def _check_held(deliverable: Deliverable) -> None:
    """Raise `Refused` while the partnership is on hold: a decision would give its creator something to do."""
    if deliverable.partnership.held_at is not None:
        raise Refused(PAUSED)


def _check_tags(rubric: Rubric, tags: Collection[str]) -> None:
    unknown = set(tags) - {tag.key for tag in rubric.naturalness}
    if unknown:
        raise Refused(N_("“%(codes)s” cannot be chosen here."), field="tags", codes=", ".join(sorted(unknown)))


def _move(work: Work, deliverable: Deliverable, action: DeliverableAction, note: str = "") -> None:
    was = deliverable.move(action, work.actor.role, work.now)
    work.session.flush()  # counts the version up, which makes the event's key unique
    work.emit(deliverable.moved(was, action, note))
