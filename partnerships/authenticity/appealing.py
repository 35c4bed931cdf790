"""Object to a decision: once, in the creator's own words, within a fortnight; somebody else looks again."""

from dataclasses import dataclass
from datetime import date

from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.tables import Deliverable

from .events import AppealMade
from .finding import Looks, looks_at
from .rules.rounds import appeal_until
from .rules.rubric import Outcome
from .tables import Appeal, Review


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a creator sees of the decision on their newest version."""

    deliverable: Deliverable
    decision: Review | None  # the one that stands; None before there is one
    appeal: Appeal | None
    until: date | None  # the last day for an appeal, where one is possible


def look_at_verdict(reading: Reading, deliverable_id: int) -> Verdict:
    """Return the decision on the creator's own content, or raise `NotFound`."""
    deliverable = _own(reading, deliverable_id)
    revision = find_last_revision(reading, deliverable.id)
    if revision is None:
        return Verdict(deliverable, None, None, None)
    looks = looks_at(reading, deliverable, revision)
    stands = next((review for review in reversed(looks.decided) if review.stands), None)
    return Verdict(deliverable, stands, looks.appeal, _until(reading, deliverable, looks))


def _until(reading: Reading, deliverable: Deliverable, looks: Looks) -> date | None:
    """Return the last day on which this decision may be appealed against, or None when it may not (any more)."""
    last = looks.decided[-1] if looks.decided else None
    if last is None or last.decided_at is None or not last.stands or last.outcome is Outcome.APPROVED:
        return None
    if looks.appeal is not None or not deliverable.allows(DeliverableAction.APPEAL, reading.actor.role):
        return None
    until = appeal_until(day_in(deliverable.partnership.zone, last.decided_at))
    return until if day_in(deliverable.partnership.zone, reading.now) <= until else None


def _own(reading: Reading, deliverable_id: int) -> Deliverable:
    """Return the content if it is the actor's; somebody else's looks like none."""
    deliverable = reading.get(Deliverable, deliverable_id)
    if deliverable.partnership.creator.account_id != reading.actor.account_id:
        raise NotFound(N_("There is nothing here."))
    return deliverable


def appeal(work: Work, deliverable_id: int, words: str) -> Appeal:
    """Put the version back into review, for somebody who has not judged it; nothing is asked of the creator meanwhile.

    Raise `Refused` without words, `Conflict` when there is nothing (any more) to appeal against, `NotFound` for another
    creator's content.
    """
    verdict = look_at_verdict(work, deliverable_id)
    deliverable, decision = verdict.deliverable, verdict.decision
    if not words.strip():
        raise Refused(N_("Write what you see differently."), field="words")
    if decision is None or verdict.until is None:
        raise Conflict(N_("This decision cannot be appealed: it is too late, it was appealed before, or it moved on."))
    made = Appeal(
        org_id=work.actor.org_id,
        revision_id=decision.revision_id,
        review_id=decision.id,
        words=words.strip(),
        made_at=work.now,
        made_by=work.actor.person_id,
    )
    work.session.add(made)
    was = deliverable.move(DeliverableAction.APPEAL, work.actor.role, work.now)
    work.session.flush()  # counts the version up, which makes the event's key unique
    work.emit(deliverable.moved(was, DeliverableAction.APPEAL))
    work.emit(
        AppealMade(
            key=f"appeal:{made.id}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            review_id=decision.id,
            message=made.words,
        )
    )
    return made
