"""Keep the rights to content: those that the plan agrees on, those that are asked for, and what people do with them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from partnerships.core.errors import NotAllowed, Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Work

from .events import DeliverableMoved
from .finding import find_use, get_for, get_licence
from .rules.attestations import HOLDS_DAYS
from .rules.deliverables import DeliverableAction, DeliverableState
from .rules.licences import (
    BY_BUTTON,
    REASONED,
    Cause,
    LicenceAction,
    LicenceState,
    Use,
    check_term,
    check_whitelisting,
    last_day,
    look,
)
from .tables import Deliverable, Licence

REASON_LENGTH = 500
PUBLISHED = frozenset({DeliverableAction.VERIFY, DeliverableAction.HAND_OVER})
GONE = frozenset({DeliverableState.WITHDRAWN, DeliverableState.WAIVED})
NEW_USE = frozenset({LicenceAction.GRANT, LicenceAction.RESTORE})
NO_WORD = N_(
    "There is no word from the creator in the last %(days)s days that the product is still used. New uses wait for it."
)
NOT_USED = N_("The creator's last word is that the product is not used any more. There is no new use of this content.")
NO_LICENCE = N_("There is nothing to use yet: rights are asked for once content has been sent.")


def license_content(work: Work, event: Event) -> None:
    """Listen for content that comes into the world, and begin the rights that its plan agrees on."""
    if isinstance(event, DeliverableMoved) and event.action in PUBLISHED:
        _grant_by_plan(work, work.get(Deliverable, event.deliverable_id))


def ask_licence(
    work: Work, deliverable_id: int, *, use: Use, places: str, from_on: date, to_on: date, whitelisting: bool = False
) -> Licence:
    """Ask the creator for a right beyond what was agreed; they grant it, or do not.

    `whitelisting`: the brand may run the content as ads from the creator's account, on the same days. Raise `Refused`
    with the field of what makes no sense, or when nothing has been sent that could be used.
    """
    deliverable = get_for(work, deliverable_id)
    check_term(from_on, to_on, day_in(deliverable.partnership.zone, work.now))
    check_whitelisting(use, whitelisting=whitelisting)
    if deliverable.state in GONE or not deliverable.revisions:
        raise Refused(NO_LICENCE)
    _check_use(work, deliverable)
    more = {"places": places.strip(), "whitelisting": whitelisting}
    return _add(work, deliverable, LicenceState.DRAFT, use, (from_on, to_on), **more)


def move_licence(work: Work, licence_id: int, action: LicenceAction, reason: str = "") -> Licence:
    """Grant, suspend, restore or revoke a licence.

    Raise `NotAllowed` for what only the clock does, `Refused` without a reason where one is needed and for a new use
    while the creator's word on the use does not hold, `NotFound` for a creator whose content it is not.
    """
    if action not in BY_BUTTON:
        raise NotAllowed(N_("This happens by itself, on its day."))
    licence = get_licence(work, licence_id)
    reason = reason.strip()[:REASON_LENGTH]
    if action in REASONED and not reason:
        raise Refused(N_("Please give a reason."), field="reason")
    if action in NEW_USE:
        _check_use(work, licence.deliverable, knows=action is LicenceAction.RESTORE)
    cause = Cause.PERSON if action is LicenceAction.SUSPEND else None
    licence.go(work, action, work.actor.role, note=reason, cause=cause)
    return licence


def _check_use(work: Work, deliverable: Deliverable, *, knows: bool = False) -> None:
    """Refuse a new use of content that speaks of own experience unless the creator's word on the use holds.

    `knows`: somebody goes on who has read that word, and gives a reason; it must not be too old all the same.
    """
    if not deliverable.asks_use:
        return
    use = find_use(work, deliverable.partnership_id)
    if use.has_stopped and not knows:
        raise Refused(NOT_USED)
    if use.last is None or use.is_overdue:
        raise Refused(NO_WORD, days=HOLDS_DAYS)


def _grant_by_plan(work: Work, deliverable: Deliverable) -> None:
    """Begin the rights that the template says, once: content that comes back is licensed already."""
    template = deliverable.partnership.template
    known = work.session.scalar(
        select(Licence.id).where(Licence.deliverable_id == deliverable.id, Licence.is_agreed).limit(1)
    )
    if not template.rights_days or known is not None:
        return
    today = day_in(deliverable.partnership.zone, work.now)
    use = Use.PAID if template.paid_use else Use.ORGANIC
    term = (today, last_day(today, template.rights_days))
    _add(work, deliverable, LicenceState.GRANTED, use, term, is_agreed=True)


def _add(
    work: Work,
    deliverable: Deliverable,
    state: LicenceState,
    use: Use,
    term: tuple[date, date],
    **more: Any,
) -> Licence:
    """Keep a licence of this `use` and `term`, with `more` columns."""
    from_on, to_on = term
    licence = Licence(
        org_id=deliverable.org_id,
        deliverable=deliverable,
        state=state,
        use=use,
        from_on=from_on,
        to_on=to_on,
        moved_at=work.now,
        next_action_at=look(state, from_on, to_on, deliverable.partnership.zone, work.now).again_at,
        **more,
    )
    work.session.add(licence)
    work.session.flush()
    work.emit(licence.moved(None))
    return licence
