"""What a creator is waited for: the thing itself, how a mail about it is made, and whether it still waits."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.deliverables.rules.deliverables import UNPOSTED, DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.tables import Step

from .mails import Message, both
from .rules.ladder import Rung, Side

SNOOZED = "snoozed"  # the wording of the reminder that a creator has asked for
AWAITING_DRAFT = frozenset({DeliverableState.PLANNED, DeliverableState.DRAFTING, DeliverableState.CHANGES_REQUESTED})

AWAITING_POST = or_(
    Deliverable.state == DeliverableState.APPROVED,
    and_(
        Deliverable.draft_step_id.is_(None),
        Deliverable.state.in_(UNPOSTED),
        Deliverable.course != Course.OPTIONAL_POST,
    ),
)  # the same as `awaits_post`, asked of the database


def awaits_draft(deliverable: Deliverable) -> bool:
    """Say whether the creator owes a draft, or a new version of one."""
    return deliverable.draft_step_id is not None and deliverable.state in AWAITING_DRAFT


def awaits_post(deliverable: Deliverable) -> bool:
    """Say whether the post is owed: it is approved, or needs no approval, as a live session does not; or a task is.

    What is left to the creator is never owed.
    """
    if deliverable.course is Course.OPTIONAL_POST:
        return False
    needs_none = deliverable.draft_step_id is None and deliverable.is_unposted
    return needs_none or deliverable.state is DeliverableState.APPROVED


def about_check_in(check_in: CheckIn) -> Message:
    """Return what a reminder of this check-in holds."""
    return Message(
        template="check_in",
        key=f"{check_in.about}:{check_in.step.due_on.isoformat()}",
        about=check_in.about,
        context=_context(check_in.step, title=both(check_in.spec.title), kind=StepKind.CHECK_IN)
        | {"intro": both(check_in.spec.intro), "number": check_in.number},
        purpose="check_in",
        thing_id=check_in.id,
        path=f"/check-ins/{check_in.id}",
    )


def about_deliverable(deliverable: Deliverable, kind: StepKind) -> Message:
    """Return what a reminder of this deliverable's draft, or of its post, holds."""
    step = deliverable.draft_step if kind is StepKind.DRAFT and deliverable.draft_step else deliverable.publish_step
    is_task = deliverable.course is Course.TASK
    return Message(
        template="task" if is_task else "draft" if kind is StepKind.DRAFT else "publish",
        key=f"{deliverable.about}:{kind}:{step.due_on.isoformat()}",
        about=deliverable.about,
        context=_context(step, title=both(deliverable.spec.title), kind=kind) | {"course": str(deliverable.course)},
        purpose="deliverable" if kind is StepKind.DRAFT or is_task else "post",
        thing_id=deliverable.id,
        path=f"/deliverables/{deliverable.id}",
    )


CLOCK_WORDINGS: Mapping[tuple[StepKind, Side], str] = {
    (StepKind.INVITATION, Side.CREATOR): "invitation_waits",
    (StepKind.INVITATION, Side.MANAGER): "unanswered",
    (StepKind.NEGOTIATION, Side.MANAGER): "terms_wait",
    (StepKind.NEGOTIATION, Side.OWNER): "terms_wait_long",
    (StepKind.PARCEL, Side.MANAGER): "parcel_waits",
    (StepKind.PARCEL, Side.OWNER): "parcel_waits_long",
    (StepKind.RECEIPT, Side.CREATOR): "receipt_waits",
    (StepKind.RECEIPT, Side.MANAGER): "unconfirmed",
}
CLOCK_LINKS = {StepKind.INVITATION: "invitation", StepKind.RECEIPT: "receipt"}


def about_clock(step: Step, side: Side, rung: Rung) -> Message:
    """Return what a reminder before day 0 holds, for `side`."""
    since = day_in(step.zone, step.waiting_since) if step.waiting_since else step.due_on
    return Message(
        template=CLOCK_WORDINGS[step.kind, side],
        key=f"step:{step.id}:{rung}",
        about=step.partnership.about,
        context={
            "waits_for": str(step.kind),
            "due_on": step.due_on.isoformat(),
            "since": since.isoformat(),
            "rung": str(rung),
        },
        purpose=CLOCK_LINKS.get(step.kind),
        thing_id=step.partnership_id,
        path=f"/partnerships/{step.partnership_id}",
    )


def abouts_of(work: Work, steps: Sequence[Step]) -> Mapping[int, str]:
    """Return what the mails of each of these steps are about, by the step's id, if anybody is reminded of it."""
    ids = [step.id for step in steps]
    check_ins = work.session.scalars(select(CheckIn).where(CheckIn.step_id.in_(ids)))
    content = work.session.scalars(
        select(Deliverable).where(Deliverable.draft_step_id.in_(ids) | Deliverable.publish_step_id.in_(ids))
    ).all()
    abouts = {check_in.step_id: check_in.about for check_in in check_ins}
    abouts |= {row.publish_step_id: row.about for row in content}
    return abouts | {row.draft_step_id: row.about for row in content if row.draft_step_id is not None}


def _context(step: Step, *, title: Mapping[str, str], kind: StepKind) -> dict[str, Any]:
    by = step.due_by.strftime("%H.%M") if step.due_by else ""
    due = {"due_on": step.due_on.isoformat(), "due_by": by}
    return {"course": "", "title": dict(title), "waits_for": str(kind)} | due
