"""The eight marks that every state is drawn with. A mark never stands alone: a word and a date stand beside it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from partnerships.check_ins.rules.check_ins import STATE_LABELS as CHECK_IN_LABELS
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.words import N_
from partnerships.deliverables.rules.deliverables import IN_REVIEW, DeliverableState
from partnerships.deliverables.rules.deliverables import STATE_LABELS as DELIVERABLE_LABELS
from partnerships.deliverables.rules.payments import MARKS as PAYMENT_MARKS
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.plans.rules.partnerships import OVER, PartnershipState
from partnerships.plans.rules.shipments import Standing
from partnerships.plans.rules.stages import StageState


class Mark(StrEnum):
    """Names of drawings in the sprite and of colours in the style sheet."""

    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    CHANGES = "changes"
    APPROVED = "approved"
    PUBLISHED = "published"
    WAIVED = "waived"


URGENCY = (
    Mark.OVERDUE,
    Mark.CHANGES,
    Mark.DUE,
    Mark.SUBMITTED,
    Mark.PLANNED,
    Mark.APPROVED,
    Mark.PUBLISHED,
    Mark.WAIVED,
)


class Status(StrEnum):
    """What the timeline can be narrowed to. Part of addresses."""

    OVERDUE = "overdue"
    DUE = "due"
    OPEN = "open"
    SUBMITTED = "submitted"
    CHANGES = "changes"
    APPROVED = "approved"
    PUBLISHED = "published"
    PLANNED = "planned"
    WAIVED = "waived"
    AT_RISK = "at_risk"
    NEEDS_PERSON = "needs_person"


STATUS_LABELS = {
    Status.OVERDUE: N_("Overdue"),
    Status.DUE: N_("Due soon"),
    Status.OPEN: N_("Check-in open"),
    Status.SUBMITTED: N_("Waiting for an answer"),
    Status.CHANGES: N_("Changes needed"),
    Status.APPROVED: N_("Approved"),
    Status.PUBLISHED: N_("Live"),
    Status.PLANNED: N_("Nothing due"),
    Status.WAIVED: N_("Ended early"),
    Status.AT_RISK: N_("At risk"),
    Status.NEEDS_PERSON: N_("Needs a person"),
}
STATUS_MARKS: dict[Status, Mark | None] = {
    status: Mark(status.value) if status.value in set(Mark) else None for status in Status
}

_CHECK_INS = {
    CheckInState.SCHEDULED: Mark.PLANNED,
    CheckInState.OPEN: Mark.DUE,
    CheckInState.LATE: Mark.OVERDUE,
    CheckInState.ANSWERED: Mark.APPROVED,
    CheckInState.MISSED: Mark.OVERDUE,
    CheckInState.EXCUSED: Mark.WAIVED,
    CheckInState.CANCELLED: Mark.WAIVED,
}
_DELIVERABLES = {
    DeliverableState.PLANNED: Mark.PLANNED,
    DeliverableState.DRAFTING: Mark.DUE,
    DeliverableState.SUBMITTED: Mark.SUBMITTED,
    DeliverableState.IN_REVIEW: Mark.SUBMITTED,
    DeliverableState.CHANGES_REQUESTED: Mark.CHANGES,
    DeliverableState.APPROVED: Mark.APPROVED,
    DeliverableState.PUBLISHED_UNVERIFIED: Mark.SUBMITTED,  # nobody has seen it: it waits for the brand
    DeliverableState.LIVE_VERIFIED: Mark.PUBLISHED,
    DeliverableState.KEEPING_LIVE: Mark.PUBLISHED,
    DeliverableState.DONE: Mark.PUBLISHED,
    DeliverableState.TAKEN_DOWN: Mark.WAIVED,
    DeliverableState.WITHDRAWN: Mark.WAIVED,
    DeliverableState.WAIVED: Mark.WAIVED,
}
_PARTNERSHIPS = {
    PartnershipState.DRAFT: Mark.PLANNED,
    PartnershipState.INVITED: Mark.SUBMITTED,
    PartnershipState.NEGOTIATING: Mark.CHANGES,
    PartnershipState.ACCEPTED: Mark.DUE,
    PartnershipState.DECLINED: Mark.WAIVED,
    PartnershipState.PREPARING: Mark.PLANNED,
    PartnershipState.ACTIVE: Mark.APPROVED,
    PartnershipState.ON_HOLD: Mark.CHANGES,
    PartnershipState.COMPLETED: Mark.PUBLISHED,
    PartnershipState.ENDED_EARLY: Mark.WAIVED,
}
PARCELS = {
    Standing.ON_THE_WAY: Mark.PLANNED,
    Standing.MISSING: Mark.CHANGES,
    Standing.ARRIVED: Mark.APPROVED,
    Standing.DAMAGED: Mark.OVERDUE,
}
_STAGES = {
    StageState.UPCOMING: Mark.PLANNED,
    StageState.OPEN: Mark.DUE,
    StageState.CLOSED: Mark.APPROVED,
    StageState.SKIPPED: Mark.WAIVED,
}
AWAITED = frozenset(
    {
        DeliverableState.PLANNED,
        DeliverableState.DRAFTING,
        DeliverableState.CHANGES_REQUESTED,
        DeliverableState.APPROVED,
    }
)  # the creator owes the next move
UNAPPROVED = frozenset(
    {
        DeliverableState.PLANNED,
        DeliverableState.DRAFTING,
        DeliverableState.SUBMITTED,
        DeliverableState.IN_REVIEW,
        DeliverableState.CHANGES_REQUESTED,
    }
)  # its draft is what comes next, not yet its post
TO_POST = frozenset({DeliverableState.APPROVED})  # what comes next is the post, no longer the draft


def of_check_in(
    state: CheckInState, due_at: datetime, now: datetime, *, is_running: bool, is_confirmed: bool = True
) -> Mark:
    """Return the mark of a check-in; an open one is overdue as soon as its day is over, before it counts as late."""
    if state is CheckInState.ANSWERED and not is_confirmed:
        return Mark.SUBMITTED
    if state is CheckInState.OPEN and is_running and due_at < now:
        return Mark.OVERDUE
    return _CHECK_INS[state]


def of_check_in_undated(state: CheckInState) -> Mark:
    """Return the mark of a check-in where no date stands beside it, such as in a row of dots."""
    return _CHECK_INS[state]


def of_deliverable(state: DeliverableState, due_at: datetime, now: datetime, *, is_running: bool) -> Mark:
    """Return the mark of a deliverable whose next date is `due_at`."""
    if state in AWAITED and is_running and due_at < now:
        return Mark.OVERDUE
    return _DELIVERABLES[state]


class Overrun(StrEnum):
    """What it means that a day has passed, and what belongs to it has not been settled."""

    BEFORE = "before"  # it had passed when the plan was made
    OVERDUE = "overdue"
    GATE = "gate"  # its stage has not opened
    REVIEW = "review"  # its draft has not been decided on
    HELD = "held"  # it moves when the partnership goes on
    UNSTARTED = "unstarted"  # it moves with the start
    LAPSED = "lapsed"  # the partnership is over


OVERRUN_LABELS = {
    Overrun.BEFORE: N_("Before Sahabat"),
    Overrun.OVERDUE: N_("Overdue"),
    Overrun.GATE: N_("Its stage waits"),
    Overrun.REVIEW: N_("Its draft is being reviewed"),
    Overrun.HELD: N_("Moves when it goes on"),
    Overrun.UNSTARTED: N_("Moves with the start"),
    Overrun.LAPSED: N_("Not done"),
}
_OVERRUN_MARKS = {
    Overrun.BEFORE: Mark.WAIVED,
    Overrun.OVERDUE: Mark.OVERDUE,
    Overrun.REVIEW: Mark.SUBMITTED,
    Overrun.LAPSED: Mark.WAIVED,
}
_UNSETTLED = AWAITED | {CheckInState.SCHEDULED, CheckInState.OPEN}
POINT_LABELS: Mapping[Any, str] = {**CHECK_IN_LABELS, **DELIVERABLE_LABELS}
_NOT_BEGUN = frozenset({CheckInState.SCHEDULED, DeliverableState.PLANNED})
BEFORE_ITS_DAY = _NOT_BEGUN | {CheckInState.OPEN}  # their words say nothing once that has passed


def overrun_of(
    state: CheckInState | DeliverableState, partnership: PartnershipState, *, is_old: bool, waits: bool
) -> Overrun | None:
    """Return what a day that has passed means for what stands so; None when it has been settled, or says so itself.

    `is_old`: it had passed when the plan was made. `waits`: its stage waits at its gate.
    """
    if is_old and state in _NOT_BEGUN:
        return Overrun.BEFORE
    if state not in _UNSETTLED | IN_REVIEW:
        return None
    if partnership in OVER:
        return Overrun.LAPSED
    if partnership is not PartnershipState.ACTIVE:
        return Overrun.HELD if partnership is PartnershipState.ON_HOLD else Overrun.UNSTARTED
    if state in IN_REVIEW:
        return Overrun.REVIEW
    return Overrun.GATE if waits else Overrun.OVERDUE


def of_overrun(overrun: Overrun | None, usual: Mark) -> Mark:
    """Return the mark of what has overrun its day."""
    return usual if overrun is None else _OVERRUN_MARKS.get(overrun, usual)


def word_of(state: CheckInState | DeliverableState, mark: Mark) -> str:
    """Return the word of what stands so: what is overdue before anything came of it is called so, not "planned"."""
    is_overdue = mark is Mark.OVERDUE and state in BEFORE_ITS_DAY
    return OVERRUN_LABELS[Overrun.OVERDUE] if is_overdue else POINT_LABELS[state]


def of_partnership(state: PartnershipState, begins_on: date | None = None) -> Mark:
    """Return the mark of a partnership by itself, whatever stands inside it; `begins_on` while that is to come."""
    return _PARTNERSHIPS[state] if begins_on is None else Mark.PLANNED


def of_payment(state: PaymentState) -> Mark:
    """Return the mark of a payment milestone."""
    return Mark(PAYMENT_MARKS[state])


def of_stage(state: StageState) -> Mark:
    """Return the mark of a stage."""
    return _STAGES[state]


def most_urgent(marks: Iterable[Mark]) -> Mark:
    """Return the mark that a person should see first; planned when there is none."""
    return min(marks, key=URGENCY.index, default=Mark.PLANNED)
