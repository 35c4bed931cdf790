"""What a creator is waited for: the thing itself, how a mail about it is made, and whether it still waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from partnerships.check_ins.tables import CheckIn
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.deliverables.rules.deliverables import LIVE, UNPOSTED, DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import OutboxMail
from partnerships.plans.finding import find_clock
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import CLOCKS, StepKind
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.quiet import QuietDays, resting_days
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Edition, Partnership, Stage, Step, template_of
from partnerships.web.formats import zone_text

from .mails import Message, both
from .rules.ladder import Rung, Side

SNOOZED = "snoozed"  # the wording of the reminder that a creator has asked for
AWAITING_DRAFT = frozenset({DeliverableState.PLANNED, DeliverableState.DRAFTING, DeliverableState.CHANGES_REQUESTED})

STILL_ASKED = (PartnershipState.ACTIVE, PartnershipState.COMPLETED)  # for numbers: not what ended early
_IS_OF_KEY = and_(Deliverable.partnership_id == Step.partnership_id, Deliverable.key == Step.key)

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


def awaits_numbers(deliverable: Deliverable) -> bool:
    """Say whether somebody wants to know what its posts have reached: they are public, and nothing went wrong."""
    return deliverable.state in LIVE and deliverable.partnership.state in STILL_ASKED


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


def about_numbers(deliverable: Deliverable, step: Step) -> Message:
    """Return what a reminder of the numbers of this content holds."""
    return Message(
        template="numbers",
        key=f"{deliverable.about}:{step.kind}:{step.due_on.isoformat()}",
        about=deliverable.about,
        context=_context(step, title=both(deliverable.spec.title), kind=StepKind.METRICS),
        purpose="numbers",
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


@dataclass(frozen=True, slots=True)
class Things:
    """What the steps of one batch are about, by the step's id."""

    check_ins: Mapping[int, CheckIn]
    deliverables: Mapping[int, Deliverable]


def things_of(session: Session, steps: Sequence[Step]) -> Things:
    """Fetch what the batch needs at once, so that the number of statements does not grow with it."""
    by_id = {step.id: step for step in steps}
    ids: dict[StepKind, list[int]] = {}
    for step in steps:
        ids.setdefault(step.kind, []).append(step.id)
    check_ins: dict[int, CheckIn] = {}
    deliverables: dict[int, Deliverable] = {}
    # What hangs on a step is here already: to join it again, for each row, takes longer than all the rest.
    without = lazyload(Deliverable.partnership)
    if asking := ids.get(StepKind.CHECK_IN):
        alone = (lazyload(CheckIn.step), lazyload(CheckIn.partnership))
        found = session.scalars(select(CheckIn).where(CheckIn.step_id.in_(asking)).options(*alone))
        check_ins = {check_in.step_id: check_in for check_in in found}
    if drafts := ids.get(StepKind.DRAFT):
        of_drafts = select(Deliverable).where(Deliverable.draft_step_id.in_(drafts)).options(without)
        deliverables |= {row.draft_step_id: row for row in session.scalars(of_drafts) if row.draft_step_id}
    if posts := ids.get(StepKind.PUBLISH):
        of_posts = select(Deliverable).where(Deliverable.publish_step_id.in_(posts)).options(without)
        deliverables |= {row.publish_step_id: row for row in session.scalars(of_posts)}
    if measured := ids.get(StepKind.METRICS):
        of_numbers = select(Step.id, Deliverable).join(Deliverable, _IS_OF_KEY).where(Step.id.in_(measured))
        deliverables |= dict(session.execute(of_numbers.options(without)).all())
    for step_id, check_in in check_ins.items():
        set_committed_value(check_in, "step", by_id[step_id])
    for step_id, thing in (*check_ins.items(), *deliverables.items()):
        set_committed_value(thing, "partnership", by_id[step_id].partnership)
    return Things(check_ins, deliverables)


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


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a mail reminds of, while it is waited for: its day, and the partnership that it belongs to."""

    due_on: date
    partnership_id: int
    edition: Edition  # of the partnership's template


def find_awaited(reading: Reading, mail: OutboxMail) -> Awaited | None:
    """Return what `mail` reminds of, or None when nobody waits for it now."""
    waits_for, thing_id = mail.context["waits_for"], int(mail.about.partition(":")[2])
    if waits_for in CLOCKS:
        clock = find_clock(reading, thing_id)
        is_same = clock is not None and clock.kind == waits_for
        return Awaited(clock.due_on, thing_id, clock.partnership.edition) if clock is not None and is_same else None
    if waits_for == StepKind.CHECK_IN:
        found = reading.session.execute(_CHECK_IN, {"thing_id": thing_id}).one_or_none()
        awaited = found is not None and found.CheckIn.is_answerable
    elif waits_for == StepKind.METRICS:
        found = reading.session.execute(_NUMBERS, {"thing_id": thing_id}).one_or_none()
        awaited = found is not None and found.Deliverable.state in LIVE and found.done_at is None
    else:
        is_draft = waits_for == StepKind.DRAFT
        found = reading.session.execute(_DRAFT if is_draft else _POST, {"thing_id": thing_id}).one_or_none()
        awaited = found is not None and (awaits_draft if is_draft else awaits_post)(found.Deliverable)
    runs = STILL_ASKED if waits_for == StepKind.METRICS else (PartnershipState.ACTIVE,)
    if found is None or not awaited or found.state not in runs or _is_put_off(reading, found, mail):
        return None
    return Awaited(found.due_on, found.id, (found.template_key, found.template_version))


def rest_of(reading: Reading, awaited: Awaited) -> QuietDays:
    """Return the days of the quiet stages around it; most templates have none, and ask nothing."""
    resting = template_of(reading.session, awaited.edition, ()).resting
    if not resting:
        return {}
    lasting = select(Stage.key, Stage.starts_on, Stage.ends_on).where(
        Stage.partnership_id == awaited.partnership_id, Stage.state != StageState.SKIPPED
    )
    return resting_days({key: (first, last) for key, first, last in reading.session.execute(lasting)}, resting)


def _is_put_off(reading: Reading, found: Row[*tuple[Any, ...]], mail: OutboxMail) -> bool:
    """Say whether the creator asked for another reminder than this mail: the one they asked for last tells them."""
    until: date | None = found.snoozed_until
    if mail.template == SNOOZED:
        return until is None or mail.context.get("until") != until.isoformat()
    if until is None or "path" in mail.context:
        return False
    return day_in(found.zone, reading.now) <= until


def _with_day(thing: type[CheckIn | Deliverable], is_its: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the question for one thing, its day and its partnership's state, and for nothing that hangs on it."""
    of_partnership = Partnership.id, Partnership.state, Partnership.template_key, Partnership.template_version
    return (
        select(thing, Step.due_on, Step.zone, Step.done_at, Step.snoozed_until, *of_partnership)
        .join(Step, is_its)
        .join(Partnership, Partnership.id == thing.partnership_id)
        .where(thing.id == bindparam("thing_id"))
        .options(lazyload("*"))
    )


_CHECK_IN = _with_day(CheckIn, Step.id == CheckIn.step_id)
_DRAFT = _with_day(Deliverable, Step.id == Deliverable.draft_step_id)
_POST = _with_day(Deliverable, Step.id == Deliverable.publish_step_id)
_NUMBERS = _with_day(Deliverable, and_(_IS_OF_KEY, Step.kind == StepKind.METRICS))


def _context(step: Step, *, title: Mapping[str, str], kind: StepKind) -> dict[str, Any]:
    by = f"{step.due_by:%H.%M} {zone_text(step.zone, step.due_at)}" if step.due_by else ""
    due = {"due_on": step.due_on.isoformat(), "due_by": by}
    return {"course": "", "title": dict(title), "waits_for": str(kind)} | due
