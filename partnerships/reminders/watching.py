"""Watch the plans: claim what is due, let it happen, and say when to look again."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from operator import itemgetter

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from partnerships.check_ins.rules.check_ins import GRACE_DAYS, UNSETTLED, CheckInAction, CheckInState, misses_at
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.core.zones import day_in, end_of
from partnerships.database.claiming import claim, save_together, skip_locked
from partnerships.database.work import Sweep, Transactions, Work
from partnerships.deliverables.finding import stand_of
from partnerships.deliverables.keeping import earn_pay_fact, finish_keeping, settle_skip
from partnerships.deliverables.rules.deliverables import DRAFT_OWED, DeliverableAction
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Account
from partnerships.plans.events import StageWaits
from partnerships.plans.rules.clocks import CLOCK_OF
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import AFTER_POST_STEPS, CLOCKS, StepKind
from partnerships.plans.rules.quiet import QuietDays, QuietHours
from partnerships.plans.rules.stages import STAGE, StageAction, StageState
from partnerships.plans.tables import Step, quiet_days_of, quiet_hours_of, reminderless_days_of

from .mails import Message, Reminder, person, remind_all
from .rules.ladder import Look, Policy, Rung, acts_at, keeps_until, next_look, rung_at, told_of
from .tables import policy_of
from .urging import REVIEWABLE, reviewers, urge_review
from .waits import (
    Things,
    about_check_in,
    about_clock,
    about_deliverable,
    about_numbers,
    awaits_draft,
    awaits_numbers,
    awaits_post,
    things_of,
)

BATCH = 500
ASKED_FOR_CONTENT = frozenset({StepKind.DRAFT, StepKind.PUBLISH})
FAILED_WAITS = LOOK_AGAIN = timedelta(hours=1)
CLASHED_WAITS = timedelta(seconds=15)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TickReport:
    """What happened by itself. `queued` counts mails, `failed` steps that are looked at again in an hour."""

    looked_at: int = 0
    opened: int = 0
    late: int = 0
    missed: int = 0
    begun: int = 0
    stages: int = 0
    kept: int = 0
    queued: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Wave:
    """Steps of one organisation, each of another partnership: none minds what another does, so all is kept at once."""

    work: Work
    things: Things
    days: QuietDays
    hours: QuietHours
    policy: Policy
    reviewing: Callable[[], Sequence[Account]]
    counted: Counter[str] = field(default_factory=Counter)
    looked_at: list[Step] = field(default_factory=list)
    moves: list[Callable[[], Event]] = field(default_factory=list)  # each tells of one, once it is flushed
    reminders: list[Reminder] = field(default_factory=list)

    def look(self, step: Step) -> Look:
        """Return what to do about `step` now, and when to look again."""
        now, days = self.work.now, self.days
        if step.partnership.template.resting:
            with self.work.session.no_autoflush:  # all steps are saved together
                days = reminderless_days_of(self.work.session, step.partnership)
        return next_look(
            step.kind,
            step.due_on,
            step.zone,
            now,
            step.rung,
            days=days,
            policy=self.policy,
            hours=self.hours,
            due_by=step.due_by,
        )

    def finish(self) -> None:
        """Keep what was moved, tell of it, and queue the reminders: a few statements, however many steps there are."""
        session, ids = self.work.session, [step.id for step in self.looked_at]
        save_together(session, Step, self.looked_at)
        check_ins, deliverables = self.things.check_ins, self.things.deliverables
        save_together(session, CheckIn, [check_ins[one] for one in ids if one in check_ins])
        save_together(session, Deliverable, [deliverables[one] for one in ids if one in deliverables])
        for moved in self.moves:
            self.work.emit(moved())
        self.counted["queued"] += remind_all(self.work, self.reminders)


# Built once, as it is asked all day long.
DUE_STEPS = skip_locked(
    select(Step)
    .where(Step.next_action_at.is_not(None), Step.next_action_at <= bindparam("now"))
    .order_by(Step.next_action_at, Step.due_at, Step.id)
    .limit(bindparam("most"))
    .options(selectinload(Step.partnership), selectinload(Step.stage))
)


def tick(transactions: Transactions) -> TickReport:
    """Do whatever is due in every organisation, a batch at a time; each batch is kept whole."""
    done: Counter[str] = Counter()
    while True:
        with transactions.sweeping() as sweep:
            steps = _claim(sweep)
            things = things_of(sweep.session, steps)
            for org_id, wave in _waves(steps):
                _look(sweep, org_id, wave, things, done)
        done["looked_at"] += len(steps)
        if len(steps) < BATCH:
            return TickReport(**done)


def _claim(sweep: Sweep) -> Sequence[Step]:
    """Return the steps whose moment has come, in the order in which they should have happened."""
    steps = sweep.session.scalars(DUE_STEPS, {"now": sweep.now, "most": BATCH}).all()
    for step in steps:
        set_committed_value(step.stage, "partnership", step.partnership)
    return steps


def _waves(steps: Sequence[Step]) -> Iterator[tuple[int, Sequence[Step]]]:
    """Yield what can be looked at together, with its organisation: a step of each partnership at a time."""
    waves: dict[tuple[int, int], list[Step]] = {}
    seen: Counter[int] = Counter()
    for step in steps:
        waves.setdefault((seen[step.partnership_id], step.org_id), []).append(step)
        seen[step.partnership_id] += 1
    for (_, org_id), wave in sorted(waves.items(), key=itemgetter(0)):
        yield org_id, wave


def _look(sweep: Sweep, org_id: int, steps: Sequence[Step], things: Things, done: Counter[str]) -> None:
    """Let steps happen. One that fails takes nobody along: it is undone, counted, and comes again in an hour.

    Which one of many it was is found by halves.
    """
    ids = [step.id for step in steps]
    try:
        with sweep.session.begin_nested(), sweep.work_in(org_id) as work:
            quiet = quiet_days_of(work.session), quiet_hours_of(work.session)
            wave = _Wave(work, things, *quiet, policy_of(work.session), cache(partial(reviewers, work)))
            for step in steps:
                _act(wave, step)
                wave.looked_at.append(step)
            wave.finish()
    except Exception as error:  # whatever a single row does, the others go on
        if len(steps) > 1:
            half = len(steps) // 2
            for part in (steps[:half], steps[half:]):
                _look(sweep, org_id, part, things, done)
            return
        log.exception("step %s failed", ids[0])
        done["failed"] += 1
        # Somebody else has changed it at the same moment: nothing is wrong with it.
        waits = CLASHED_WAITS if isinstance(error, StaleDataError) else FAILED_WAITS
        claim(sweep.session, Step, ids[0], true(), {"next_action_at": sweep.now + waits})
    else:
        done.update(wave.counted)


def _act(wave: _Wave, step: Step) -> None:
    if step.done_at is not None or not _goes_on(step):
        step.next_action_at = None  # whoever resumes the partnership wakes it again
        return
    if step.kind in ASKED_FOR_CONTENT and step.stage.shut_by and not _is_approved(step, wave.things):
        step.next_action_at = _look_again_at(wave.work, step)
        return
    match step.kind:
        case StepKind.CHECK_IN:
            _check_in(wave, step, wave.things.check_ins[step.id])
        case StepKind.DRAFT:
            _draft(wave, step, wave.things.deliverables[step.id])
        case StepKind.PUBLISH:
            _publish(wave, step, wave.things.deliverables[step.id])
        case StepKind.METRICS:
            _numbers(wave, step, wave.things.deliverables[step.id])
        case step.kind if step.kind in CLOCKS:
            _clock(wave, step)
        case _:
            _by_itself(wave.work, step, wave.counted)


def _goes_on(step: Step) -> bool:
    """Say whether its clock runs. That of a public post still does when its partnership is over."""
    if step.kind in CLOCKS:
        return CLOCK_OF.get(step.partnership.state) is step.kind
    return step.partnership.is_running or (step.kind in AFTER_POST_STEPS and step.partnership.is_over)


def _by_itself(work: Work, step: Step, counted: Counter[str]) -> None:
    """Let a stage open or close, a post have stayed long enough, or a payment be earned, once its time is there."""
    if step.stage.state is StageState.SKIPPED and step.kind is StepKind.STAGE_CLOSES:
        settle_skip(work, step)
        return
    at = acts_at(step.kind, step.due_on, step.zone)
    if at > work.now:
        step.next_action_at = at
        return
    step.next_action_at = None
    match step.kind:
        case StepKind.STAGE_OPENS:
            _move_stage(work, step, StageAction.OPEN, counted)
        case StepKind.STAGE_CLOSES:
            _move_stage(work, step, StageAction.CLOSE, counted)
        case StepKind.KEEP_LIVE:
            finish_keeping(work, step)
            counted["kept"] += 1
        case StepKind.PAY_FACT:
            earn_pay_fact(work, step)
            counted["kept"] += 1


def _move_stage(work: Work, step: Step, action: StageAction, counted: Counter[str]) -> None:
    stage = step.stage
    if stage.shut_by and not _may_open(work, step, action):
        step.next_action_at = _look_again_at(work, step)
        return
    step.finish(work.now)
    if not STAGE.allows(stage.state, action, Role.SYSTEM):  # opened early, or skipped by a manager
        return
    since = stage.waits_since
    waited_days = max((day_in(step.zone, work.now) - stage.starts_on).days, 0) if since else 0
    stage.move(action, Role.SYSTEM)
    counted["stages"] += 1
    work.session.flush()
    work.emit(stage.moved(waited_days=waited_days, waited_since=since))


def _may_open(work: Work, step: Step, action: StageAction) -> bool:
    """Say whether what the stage waits for is there; one that waits neither opens nor closes by itself.

    What was over before the partnership began here is asked for nothing.
    """
    stage, gate = step.stage, step.stage.shut_by
    if gate is None or stage.ends_on < stage.partnership.planned_on:
        return True
    if action is not StageAction.OPEN:
        return False
    stands = stand_of(work, stage.partnership_id, gate)
    if not stands.is_open and stage.waits_since is None:
        stage.waits_since = work.now
        work.emit(
            StageWaits(
                key=f"stage:{stage.id}:waits:{work.now.isoformat()}",
                about=stage.partnership.about,
                partnership_id=stage.partnership_id,
                stage_id=stage.id,
                answered=stands.answered,
                needed=stands.needed,
            )
        )
    return stands.is_open


def _is_approved(step: Step, things: Things) -> bool:
    """Say whether its content was approved, or posted, before its stage had to wait."""
    return things.deliverables[step.id].state not in DRAFT_OWED


def _look_again_at(work: Work, step: Step) -> datetime:
    """Return when to look at what waits with its stage: on the stage's first day, and from then on every hour.

    What it waits for comes in by requests, which are not to be held up by asking who waits for it.
    """
    return max(acts_at(StepKind.STAGE_OPENS, step.stage.starts_on, step.zone), work.now + LOOK_AGAIN)


def _check_in(wave: _Wave, step: Step, check_in: CheckIn) -> None:
    """Open it, mark it late or missed, and remind of it, each at its time."""
    now = wave.work.now
    moments = {
        CheckInAction.OPEN: _begins_at(wave, step),
        CheckInAction.LAPSE: step.due_at + timedelta(days=GRACE_DAYS),
        CheckInAction.MISS: misses_at(step.due_at, end_of(step.stage.ends_on, step.zone)),
    }
    names = {CheckInAction.OPEN: "opened", CheckInAction.LAPSE: "late", CheckInAction.MISS: "missed"}
    for action, at in moments.items():
        if at <= now and check_in.allows(action, Role.SYSTEM):
            wave.moves.append(partial(check_in.moved, check_in.move(action, Role.SYSTEM, now), action))
            wave.counted[names[action]] += 1
    ahead = [at for at in moments.values() if at > now] if check_in.state in UNSETTLED else []
    _climb(wave, step, partial(about_check_in, check_in) if check_in.is_answerable else None, ahead)
    if check_in.state is CheckInState.MISSED:
        step.finish(now)  # an answer is still taken, but nobody waits for it: its day never moves again


def _begins_at(wave: _Wave, step: Step) -> datetime:
    """Return when the first rung of its ladder is climbed, were no day quiet: then it is asked for."""
    first, policy = wave.policy.ladder(step.kind)[0], wave.policy
    return rung_at(first, step.due_on, step.zone, policy=policy, due_by=step.due_by)


def _draft(wave: _Wave, step: Step, deliverable: Deliverable) -> None:
    """Let the drafting begin three days before it is due, and remind of it while the creator owes the next move."""
    now, begin = wave.work.now, DeliverableAction.BEGIN
    if _begins_at(wave, step) <= now and deliverable.allows(begin, Role.SYSTEM):
        wave.moves.append(partial(deliverable.moved, deliverable.move(begin, Role.SYSTEM, now), begin))
        wave.counted["begun"] += 1
    about = partial(about_deliverable, deliverable, StepKind.DRAFT)
    _climb(wave, step, about if awaits_draft(deliverable) else None, [])


def _publish(wave: _Wave, step: Step, deliverable: Deliverable) -> None:
    """Remind of posting what was approved; before that nobody is late with it, and the draft has its own reminders."""
    if not awaits_post(deliverable):
        step.next_action_at = None  # whoever approves it wakes it again
        if deliverable.state in REVIEWABLE:
            reminders, step.next_action_at = urge_review(wave.work, deliverable, wave.reviewing)
            wave.reminders.extend(reminders)
        return
    _climb(wave, step, partial(about_deliverable, deliverable, StepKind.PUBLISH), [], course=deliverable.course)


def _numbers(wave: _Wave, step: Step, deliverable: Deliverable) -> None:
    """Ask for what its posts have reached, while they stand in public."""
    if awaits_numbers(deliverable):
        _climb(wave, step, partial(about_numbers, deliverable, step), [])
    else:
        step.finish(wave.work.now)


def _clock(wave: _Wave, step: Step) -> None:
    """Remind those whose move it is before day 0."""
    now, look = wave.work.now, wave.look(step)
    step.next_action_at = look.next_action_at
    if look.rung is None:
        return
    step.rung, expires_at = look.rung.rung, keeps_until(look, now)
    for side, rung in told_of(look.come).items():
        about = about_clock(step, side, rung)
        wave.reminders.append(Reminder(step.partnership, person(wave.work, step.partnership, side), about, expires_at))


def _climb(
    wave: _Wave,
    step: Step,
    about: Callable[[], Message] | None,
    ahead: Sequence[datetime],
    *,
    course: Course = Course.POST,
) -> None:
    """Climb the rung that has come, tell whom it names of what it is `about`, and set the next look."""
    now, look = wave.work.now, wave.look(step)
    step.next_action_at = min((at for at in (look.next_action_at, *ahead) if at is not None), default=None)
    if look.rung is None:
        return
    step.rung = look.rung.rung
    step.waiting_since = step.waiting_since or now
    if about is None:
        return
    if look.rung.rung is Rung.OWNER:
        step.partnership.at_risk_since = step.partnership.at_risk_since or now
    work, expires_at, message = wave.work, keeps_until(look, now), about()
    told: dict[int, Reminder] = {}  # by the person: whoever is two sides hears of the later rung alone
    for side, rung in told_of(look.come, course).items():
        recipient = person(work, step.partnership, side)
        told[recipient.id] = Reminder(step.partnership, recipient, message.to(side, rung), expires_at)
    wave.reminders.extend(told.values())
