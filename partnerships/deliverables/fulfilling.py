"""Say that a task is done, and how: there is nothing to look at but these words."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import evidence_for, get_for
from .rules.deliverables import DeliverableAction
from .tables import Deliverable

NOTE_LENGTH = 500


def fulfil(work: Work, deliverable_id: int, note: str) -> Deliverable:
    """Settle a task; raise `Refused` without a word on how, and while too few of its check-ins are answered."""
    deliverable = get_for(work, deliverable_id)
    note = note.strip()[:NOTE_LENGTH]
    if not note:
        raise Refused(N_("Please write in a few words how it was settled, or paste a link."), field="note")
    gate = evidence_for(work, deliverable)
    if deliverable.allows(DeliverableAction.FULFIL, work.actor.role) and not gate.is_open:
        raise Refused(
            N_("%(answered)s of the %(needed)s check-ins that this needs are answered."),
            field="note",
            answered=gate.answered,
            needed=gate.needed,
        )
    was = deliverable.move(DeliverableAction.FULFIL, work.actor.role, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.FULFIL, note))
    return deliverable
