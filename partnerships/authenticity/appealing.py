"""Object to a decision: once, in the creator's own words, within a fortnight; somebody else looks again."""

from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.tables import Deliverable

from .events import AppealMade
from .finding import Looks, looks_at
from .rules.rounds import Round, appeal_until
from .rules.rubric import Outcome
from .tables import Appeal, Review

MOST_WORDS = 2000  # characters


def appealable(reading: Reading, deliverable: Deliverable) -> Review | None:
    """Return the decision that this creator may still appeal against, or None."""
    revision = find_last_revision(reading, deliverable.id)
    if revision is None or not deliverable.allows(DeliverableAction.APPEAL, reading.actor.role):
        return None
    decision = _decision(looks_at(reading, deliverable, revision))
    if decision is None or decision.decided_at is None or decision.outcome is Outcome.APPROVED:
        return None
    zone = deliverable.partnership.zone
    is_open = day_in(zone, reading.now) <= appeal_until(day_in(zone, decision.decided_at))
    return decision if is_open else None


def appeal(work: Work, deliverable_id: int, words: str) -> Appeal:
    """Put the version back into review, for somebody who has not judged it; nothing is asked of the creator meanwhile.

    Raise `Refused` without words, `Conflict` when there is nothing (any more) to appeal against, `NotFound` for another
    creator's content.
    """
    deliverable = work.get(Deliverable, deliverable_id)
    if deliverable.partnership.creator.account_id != work.actor.account_id:
        raise NotFound(N_("There is nothing here."))
    if not words.strip():
        raise Refused(N_("Write what you see differently."), field="words")
    decision = appealable(work, deliverable)
    if decision is None:
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


def _decision(looks: Looks) -> Review | None:
    """Return the decision that stands on this version, unless it was appealed against before."""
    decided = looks.decided
    is_open = looks.appeal is None and bool(decided) and decided[-1].stands
    return decided[-1] if is_open and decided[-1].round is not Round.APPEAL else None
