"""Give the creator new days when the next move comes back to them: what the brand took is not held against them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.plans.events import StageMoved
from partnerships.plans.keeping import lock_and_reread
from partnerships.plans.rules.checking import MIN_DAYS_DRAFT_TO_PUBLISH
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import Settled, around
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import PlanVersion, Stage, Step, quiet_days_of, quieting_of

from .events import ContentPutOff, DeliverableMoved
from .finding import find_last_revision
from .rules.deliverables import SENT_BACK, SETTLED, DeliverableAction, DeliverableState
from .rules.revisions import DAYS_TO_POST, DAYS_TO_REDO, days_to_redo
from .rules.waiting import PutOff, whose_delay
from .tables import Deliverable, Revision

REVIEWED = frozenset({DeliverableAction.REQUEST_CHANGES, DeliverableAction.REJECT})


@dataclass(slots=True)
class _Delay:
    """One piece of content that is put off: by how many days at most, and what becomes of days that are quiet."""

    work: Work
    deliverable: Deliverable
    why: PutOff
    days: int = 0
    quiet: list[Settled] = field(default_factory=list)

    def put_off(self, step: Step, to: date, earliest: date) -> None:
        """Place the step on `to`, unless it comes later anyway; when that day is quiet, where its plan's policy wants.

        The creator was promised the days until `earliest`. It is looked at again in any case: nobody has, since its
        ladder ended or as long as somebody else had the next move.
        """
        due_on = max(step.due_on, to)
        if due_on > step.due_on:
            settled = quieting_of(self.deliverable.partnership).put_off(step.kind, due_on, earliest)
            if settled is not None:
                self.quiet.append(settled)
                due_on = settled.to
        self.days = max(self.days, (due_on - step.due_on).days)
        step.place(due_on)
        step.wake(self.work.now)

    def keep(self) -> None:
        """Write the new days down, when there are any."""
        if not self.days:
            return
        work, partnership = self.work, self.deliverable.partnership
        work.session.flush()
        version = PlanVersion.keep(work, partnership, str(self.why))
        work.emit(
            ContentPutOff(
                key=f"{partnership.about}:plan:{version}",
                about=partnership.about,
                partnership_id=partnership.id,
                deliverable_id=self.deliverable.id,
                version=version,
                days=self.days,
                reason=str(self.why),
                quiet=around(self.quiet),
            )
        )


def reschedule(work: Work, event: Event) -> None:
    """Listen for content that is sent back or approved, and put off its days when they are past or too near."""
    if not isinstance(event, DeliverableMoved) or event.action not in SENT_BACK | {DeliverableAction.APPROVE}:
        return
    deliverable = work.get(Deliverable, event.deliverable_id)
    if deliverable.partnership.is_over or deliverable.state in SETTLED:
        return
    lock_and_reread(work, deliverable.partnership_id)
    today = day_in(deliverable.partnership.zone, work.now)
    if event.action is DeliverableAction.APPROVE:
        delay = _Delay(work, deliverable, _whose_delay(work, deliverable))
        soonest = today + timedelta(days=DAYS_TO_POST)
        delay.put_off(deliverable.publish_step, soonest, soonest)
    else:
        revision = find_last_revision(work, deliverable.id)
        delay = _Delay(work, deliverable, _why_sent_back(work, deliverable, event, revision))
        redone_by = today + timedelta(days=_days(work, deliverable, event, revision))
        _put_both_off(delay, redone_by, today + timedelta(days=DAYS_TO_REDO))
    delay.keep()


def wait_with_stage(work: Work, event: Event) -> None:
    """Listen for stages that open late because of their gate: what belongs to them is due as many days later.

    What somebody has moved while the stage waited has had those days already: it is only put off further when it is
    due sooner after the opening than it was to be.
    """
    if not isinstance(event, StageMoved) or event.now is not StageState.OPEN or not event.waited_days:
        return
    here = select(Deliverable).join(Step, Step.id == Deliverable.publish_step_id).where(Step.stage_id == event.stage_id)
    content = work.session.scalars(here.order_by(Deliverable.number)).all()
    planned = PlanVersion.dates_at(work, event.partnership_id, event.waited_since or work.now) if content else {}
    for deliverable in content:
        delay = _Delay(work, deliverable, PutOff.GATE)
        _let_both_wait(delay, timedelta(days=event.waited_days), planned)
        delay.keep()


def _let_both_wait(delay: _Delay, waited: timedelta, planned: Mapping[str, str]) -> None:
    """Put draft and post off by the days `waited`; no quiet day brings them nearer than two revision rounds need."""
    draft, publish = delay.deliverable.draft_step, delay.deliverable.publish_step
    earliest = publish.due_on
    if draft is not None and draft.done_at is None:
        room = min(publish.due_on - draft.due_on, timedelta(days=MIN_DAYS_DRAFT_TO_PUBLISH))
        delay.put_off(draft, _after_opening(draft, publish.stage, waited, planned), draft.due_on)
        earliest = max(earliest, draft.due_on + room)
    if publish.done_at is None:
        to = _after_opening(publish, publish.stage, waited, planned)
        delay.put_off(publish, max(to, earliest), earliest)


def _after_opening(step: Step, stage: Stage, waited: timedelta, planned: Mapping[str, str]) -> date:
    """Return the day that lies as long after the stage's opening now as it was `planned`, or as it is now if sooner."""
    lag, opens = step.due_on - stage.starts_on, f"{StepKind.STAGE_OPENS}:{stage.key}"
    if step.name in planned and opens in planned:
        lag = min(lag, date.fromisoformat(planned[step.name]) - date.fromisoformat(planned[opens]))
    return stage.starts_on + waited + lag


def _whose_delay(work: Work, deliverable: Deliverable) -> PutOff:
    """Return whose it is when the post has to be put off: the draft's step says since when the brand had it."""
    draft = deliverable.draft_step
    if draft is None or draft.done_at is None:
        return PutOff.APPROVED_LATE
    quiet = quiet_days_of(work.session)
    zone = deliverable.partnership.manager.brand_zone
    return whose_delay(draft.done_at, draft.due_at, work.now, zone, quiet)


def _why_sent_back(work: Work, deliverable: Deliverable, event: DeliverableMoved, revision: Revision | None) -> PutOff:
    """Return why content that was sent back is due later: the brand may have let a draft lie that came in time."""
    draft = deliverable.draft_step
    if event.action not in REVIEWED or revision is None or draft is None:
        return PutOff.SENT_BACK
    quiet, zone = quiet_days_of(work.session), deliverable.partnership.manager.brand_zone
    whose = whose_delay(revision.submitted_at, draft.due_at, work.now, zone, quiet)
    return whose if whose is PutOff.BRAND_LATE else PutOff.SENT_BACK


def _days(work: Work, deliverable: Deliverable, event: DeliverableMoved, revision: Revision | None) -> int:
    """Return how many days the creator gets; those since an approval that is revoked nobody waited for the brand."""
    if event.was is DeliverableState.PUBLISHED_UNVERIFIED:
        since = max((post.added_at for post in deliverable.posts), default=work.now)
    elif event.action is DeliverableAction.REVOKE_APPROVAL:
        since = work.now
    else:
        since = revision.submitted_at if revision else work.now
    zone = deliverable.partnership.zone
    return days_to_redo((day_in(zone, work.now) - day_in(zone, since)).days)


def _put_both_off(delay: _Delay, redone_by: date, earliest: date) -> None:
    """Move the steps that are awaited again to `redone_by` or later; no quiet day brings them before `earliest`."""
    draft, publish = delay.deliverable.draft_step, delay.deliverable.publish_step
    if draft is not None and draft.done_at is None:
        delay.put_off(draft, redone_by, earliest)
        redone_by = earliest = draft.due_on + timedelta(days=DAYS_TO_POST)
    delay.put_off(publish, redone_by, earliest)
