"""Excuse a creator from a check-in, with a reason that stays on record."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import get_for
from .rules.check_ins import CheckInAction
from .tables import CheckIn

REASON_LENGTH = 500


def excuse(work: Work, check_in_id: int, reason: str) -> CheckIn:
    """Let the check-in go without an answer; raise `Refused` without a reason or when it has been settled."""
    check_in = get_for(work, check_in_id)
    reason = reason.strip()[:REASON_LENGTH]
    if not reason:
        raise Refused(N_("Please give a reason."), field="reason")
    was = check_in.move(CheckInAction.EXCUSE, work.actor.role, work.now)
    check_in.step.finish(work.now)
    work.session.flush()
    work.emit(check_in.moved(was, CheckInAction.EXCUSE, reason))
    return check_in
