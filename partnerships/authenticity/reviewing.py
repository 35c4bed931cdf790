"""Review one revision: start, rate blind, decide. A person decides; the score and the evidence only advise."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.deliverables.finding import evidence_for, find_last_revision, find_shut_stage
from partnerships.deliverables.rules.deliverables import DeliverableAction, DeliverableState
from partnerships.deliverables.rules.requests import MOST, Wish, anchored
from partnerships.deliverables.tables import ChangeRequest, Deliverable, Revision, ground_of
from partnerships.plans.tables import PlanVersion

from .events import LookAsked, RevisionDecided
from .finding import Looks, count_decided_before, count_requests, count_rounds, looks_at
from .rules.decision import Decision, Outcome, Rating, check_blind, check_decision, check_round
from .rules.rounds import Cause, Round, cause_of, is_drawn, next_round
from .rules.rubric import Rubric, note_required
from .rules.telling import told
from .tables import Review, RubricVersion

PAUSED = N_("This partnership is paused. Please decide once it has been resumed; the days until then do not count.")
SHUT = N_("It cannot be approved yet: its stage has not opened, because what that waits for is not there.")
SOMEBODY_ELSE = N_("Somebody who neither manages this creator nor has judged this version takes this look.")
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
    looks = looks_at(work, deliverable, revision) if revision else None
    begun = looks.own(work.actor.account_id) if looks else None
    if begun and looks and (begun.decided_at is None or looks.due is None):
        begun.round = looks.due or begun.round  # somebody else has been first: hers becomes the second look
        return begun
    _check_held(deliverable)
    if deliverable.state is not DeliverableState.IN_REVIEW:
        _move(work, deliverable, DeliverableAction.START_REVIEW)
    if revision is None or looks is None:
        raise NotFound(N_("There is nothing here."))
    _check_may_look(work, looks)
    review = Review(
        org_id=work.actor.org_id,
        revision_id=revision.id,
        revision_sha256=revision.sha256,
        reviewer_id=work.actor.person_id,
        round=looks.due or Round.FIRST,
        rubric=_rubric_for(work, looks),
        seed=secrets.token_hex(8),
        started_at=work.now,
        reasons=[],
        tags=[],
        is_independent=work.actor.account_id in looks.independent,
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
    deliverable, _ = _still_open(work, review)
    rubric, kind = RubricVersion.called(work, review.rubric), deliverable.spec.kind
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
    """Decide on the revision; `blockers` are notes by key. Pressed twice, it is decided once.

    The creator is told when the decision stands; before, another person may have to look (`Review.asks`).

    `wishes` are what should change, one by one, when changes are requested.

    Raise `Refused` for what is incomplete or forbidden, `Conflict` when somebody else was faster or the revision is
    not the newest any more.
    """
    review = _own(work, review_id)
    if review.decided_at is not None and review.outcome is outcome:
        return review
    deliverable, looks = _still_open(work, review)
    rubric = RubricVersion.called(work, review.rubric)
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
    cause = _conclude(work, review, looks)
    if review.asks is None or cause is None:
        _settle(work, review, deliverable, decision, rubric=rubric, wishes=wishes)
    else:
        _ask_for_a_look(work, review, deliverable, review.asks, cause)
    return review


def _rubric_for(work: Work, looks: Looks) -> str:
    """Return the newest version, or that of the first look at this content, whose levels others are held against."""
    return looks.decided[0].rubric if looks.decided else RubricVersion.newest(work).version


def _conclude(work: Work, review: Review, looks: Looks) -> Cause | None:
    """Write down which look the decision asks for, if it does not stand; return why somebody else looks."""
    if review.round is Round.FIRST:
        review.cause = cause_of(
            review.outcome or Outcome.REJECTED,
            has_blocker=bool(review.blockers),
            decided_before=count_decided_before(work, review),
            drawn=is_drawn(review.seed, review.revision_sha256),
        )
    decided = looks.decided
    first = decided[0] if decided else review
    judged = [each.judgement for each in (*decided, review)]
    review.asks = next_round(judged, first.cause, is_full_team=looks.is_full_team, is_appealed=looks.appeal is not None)
    return first.cause


def _settle(
    work: Work, review: Review, deliverable: Deliverable, decision: Decision, *, rubric: Rubric, wishes: Sequence[Wish]
) -> None:
    """Let the decision stand: the deliverable moves, and its creator is told once it cannot be taken back any more."""
    stood = deliverable.standing | {"plan_before": PlanVersion.last_number(work, deliverable.partnership_id)}
    locale = deliverable.partnership.creator.membership.account.locale
    words = told(rubric, decision, locale)
    _move(work, deliverable, ACTIONS[decision.outcome], words)
    work.emit(
        RevisionDecided(
            key=f"review:{review.id}:v{deliverable.version}:decided",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            revision_id=review.revision_id,
            review_id=review.id,
            outcome=decision.outcome,
            message=words,
        )
    )
    _keep_way_back(work, review, deliverable, stood, wishes)


def _keep_way_back(
    work: Work, review: Review, deliverable: Deliverable, stood: dict[str, Any], wishes: Sequence[Wish]
) -> None:
    """Keep how everything stood before the decision, and what was filled in, as long as it may be taken back."""
    if not deliverable.allows(DeliverableAction.UNDO_DECISION, work.actor.role):  # clips have been handed over
        return
    review.stood = stood | {
        "plan": PlanVersion.last_number(work, deliverable.partnership_id),
        "version": deliverable.version,
        "asked_before": count_requests(work, review.revision_id) - len(wishes),
        "typed": {
            "levels": {key: [rating.level, rating.note] for key, rating in review.levels(blind=False).items()},
            "blockers": {finding.blocker: finding.note for finding in review.blockers},
            "wishes": [[wish.what, wish.where, wish.exactly] for wish in wishes],
        },
    }


def _ask_for_a_look(work: Work, review: Review, deliverable: Deliverable, asked: Round, cause: Cause) -> None:
    """Leave the deliverable in review: the creator hears nothing before somebody else has looked."""
    work.emit(
        LookAsked(
            key=f"review:{review.id}:asks",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            review_id=review.id,
            round=asked,
            cause=cause,
        )
    )


def _check_may_look(work: Work, looks: Looks) -> None:
    """Raise `Refused` when somebody else has to take the next look, and can."""
    if not looks.may_look(work.actor.account_id):
        raise Refused(SOMEBODY_ELSE)


def _ask(work: Work, revision: Revision, wishes: Sequence[Wish]) -> None:
    """Keep what should change, after what somebody who looked before has asked for.

    Raise `Refused` for too many, or for one whose place is not in this version.
    """
    if len(wishes) > MOST:
        raise Refused(N_("Please list at most %(count)s changes."), count=MOST)
    ground = ground_of(revision)
    work.session.add_all(
        ChangeRequest.of(revision, number, wish.what.strip(), anchored(wish, ground), work.actor.person_id)
        for number, wish in enumerate(wishes, start=1 + count_requests(work, revision.id))
    )


def _own(work: Work, review_id: int) -> Review:
    """Return the actor's own review; somebody else's looks like none."""
    review = work.get(Review, review_id)
    if review.reviewer_id != work.actor.account_id:
        raise NotFound(N_("There is nothing here."))
    return review


def _still_open(work: Work, review: Review) -> tuple[Deliverable, Looks]:
    """Return the deliverable, and who has looked, while this look can be taken; or raise `Conflict`."""
    deliverable = work.get(Deliverable, review.revision.deliverable_id)
    newest = find_last_revision(work, deliverable.id)
    judged = newest is not None and (newest.id, newest.sha256) == (review.revision_id, review.revision_sha256)
    looks = looks_at(work, deliverable, review.revision)
    is_due = looks.due is review.round and looks.may_look(review.reviewer_id)
    if not judged or deliverable.state is not DeliverableState.IN_REVIEW or not is_due:
        raise Conflict(N_("Somebody decided on this version in the meantime, or it moved on. What you wrote is kept."))
    _check_held(deliverable)
    return deliverable, looks


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
