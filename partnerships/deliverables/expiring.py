"""Let rights begin, come near their end and run out on their days, and rest while they must not be used.

While they last, the creator is asked at intervals whether the product is still used.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, or_, select, true
from sqlalchemy.orm import aliased

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.zones import day_in
from partnerships.database.claiming import claim, load_all, skip_locked
from partnerships.database.work import Sweep, Transactions, Work
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.templates import Meaning
from partnerships.plans.tables import Partnership

from .events import UseAsked
from .finding import find_use
from .rules.licences import IN_USE, Cause, LicenceAction, LicenceState, look
from .tables import Deliverable, Licence

BATCH = 500
FAILED_WAITS = timedelta(hours=1)
DUE, GOES_ON = "due", "goes_on"

log = logging.getLogger(__name__)


def _stopped_using() -> ColumnElement[bool]:
    """Return the condition that the creator's last word is that she stopped, and nobody has restored it since."""
    later = aliased(CheckIn)
    said_since = (
        select(later.id)
        .where(
            later.partnership_id == CheckIn.partnership_id,
            later.number > CheckIn.number,
            later.state == CheckInState.ANSWERED,
        )
        .exists()
    )
    return (
        select(CheckIn.id)
        .where(
            CheckIn.partnership_id == Partnership.id,
            CheckIn.needs_person == Meaning.STILL_USING,
            or_(Licence.restored_at.is_(None), CheckIn.moved_at > Licence.restored_at),
            ~said_since,
        )
        .exists()
    )


@cache  # built once, as it is asked all day long
def _to_look_at() -> Select[int, str]:
    """Return the question for ids of licences that their days, a hold or an answer move, and which of these it is.

    A hold and an answer are seen here and not where they happen: a creator's answer has no time for all that follows.
    """
    held = and_(Licence.state.in_(IN_USE), Partnership.state == PartnershipState.ON_HOLD)
    goes_on = and_(
        Licence.state == LicenceState.SUSPENDED,
        Licence.cause == Cause.HOLD,
        Partnership.state == PartnershipState.ACTIVE,
    )
    stopped = and_(Licence.state.in_(IN_USE), _stopped_using())
    due = and_(Licence.next_action_at.is_not(None), Licence.next_action_at <= bindparam("now"))
    moves = case((held, Cause.HOLD.value), (stopped, Cause.NOT_USED.value), (goes_on, GOES_ON), else_=DUE)
    statement = (
        select(Licence.id, moves)
        .join(Licence.deliverable)
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(Licence.id > bindparam("after"), or_(due, held, goes_on, stopped))
        .order_by(Licence.id)
        .limit(bindparam("most"))
    )
    return skip_locked(statement, Licence)


def expire(transactions: Transactions) -> int:
    """Look at every licence that its days, a hold or its creator's answer move; return how many moves there were."""
    moved, after = 0, 0
    while True:
        with transactions.sweeping() as sweep:
            licences = _claim(sweep, after)
            moved += sum(_look(sweep, licence, cause) for licence, cause in licences)
            after = max((licence.id for licence, _ in licences), default=after)
        if len(licences) < BATCH:
            return moved


def _claim(sweep: Sweep, after: int) -> Sequence[tuple[Licence, str]]:
    """Return licences to look at, with what moves each; `after` is the last one that this round has seen."""
    asked = {"now": sweep.now, "after": after, "most": BATCH}
    causes = dict(sweep.session.execute(_to_look_at(), asked).all())
    return [(licence, causes[licence.id]) for licence in load_all(sweep.session, Licence, causes)]


def _look(sweep: Sweep, licence: Licence, moved_by: str) -> int:
    """Do what is due for one. What fails takes nobody along: it comes again in an hour."""
    licence_id = licence.id
    try:
        with sweep.session.begin_nested(), sweep.work_in(licence.org_id) as work:
            if moved_by == DUE:
                return _by_days(work, licence)
            cause = None if moved_by == GOES_ON else Cause(moved_by)
            licence.go(work, LicenceAction.SUSPEND if cause else LicenceAction.RESTORE, Role.SYSTEM, cause=cause)
            return 1
    except Exception:  # whatever a single row does, the others go on
        log.exception("licence %s failed", licence_id)
        claim(sweep.session, Licence, licence_id, true(), {"next_action_at": sweep.now + FAILED_WAITS})
        return 0


def _by_days(work: Work, licence: Licence) -> int:
    """Take every step that its days ask for, several at once after a long sleep."""
    moved = 0
    while (action := look(licence.state, licence.from_on, licence.to_on, licence.zone, work.now).action) is not None:
        licence.go(work, action, Role.SYSTEM)
        moved += 1
    again_at = look(licence.state, licence.from_on, licence.to_on, licence.zone, work.now).again_at
    licence.next_action_at = min(filter(None, (again_at, _word_due_at(work, licence))), default=None)
    return moved


def _word_due_at(work: Work, licence: Licence) -> datetime | None:
    """Return when the creator is next asked whether the product is still used; ask, where that is due.

    One word is about the product, and so about all that is in use of a partnership: its first licence asks.
    """
    deliverable = licence.deliverable
    if licence.state not in IN_USE or not deliverable.asks_use:
        return None
    use = find_use(work, deliverable.partnership_id)
    if use.is_due and licence.id == Licence.first_in_use(work, deliverable.partnership_id):
        work.emit(
            UseAsked(
                key=f"licence:{licence.id}:use:{day_in(licence.zone, work.now).isoformat()}",
                about=deliverable.partnership.about,
                partnership_id=deliverable.partnership_id,
                deliverable_id=deliverable.id,
            )
        )
    return use.asks_at
