"""Say whether a post is really live: a person looked, and what follows from it is dated at once."""

from datetime import date, timedelta

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.creators.tables import Platform
from partnerships.database.work import Work
from partnerships.plans.rules.dates import PlannedStep, StepKind
from partnerships.plans.rules.templates import Fact
from partnerships.plans.tables import Step

from .finding import find_passed_gate, get_for
from .rules.deliverables import DeliverableAction
from .rules.metrics import MEASURED_AFTER_DAYS
from .rules.payments import released
from .rules.sparks import SparkCode, read_code
from .tables import Deliverable


def check_live(
    work: Work,
    deliverable_id: int,
    *,
    found: bool,
    label_on: bool,
    note: str,
    spark_code: str = "",
    spark_until: date | None = None,
) -> Deliverable:
    """Write down whether the post was `found`; `note` is what the creator is told when it was not.

    `label_on`: the platform's own advertising label was seen on it, whatever the creator had said.

    Found: it must stay up for its days, and payments that wait for that are dated. Not found: the link is awaited
    again, after a draft when nobody had approved one. What happened counts also below the evidence gate; the history
    keeps that it was below. What was promised with a Spark code is found only together with a valid one: what the
    payment waits for is both. Raise `Refused` beside what is missing.
    """
    deliverable = get_for(work, deliverable_id)
    note = note.strip()
    if not found and not note:
        raise Refused(N_("Please tell the creator what you saw instead."), field="note")
    spark = _code(work, deliverable, spark_code, spark_until) if found else None
    unlooked = [post for post in deliverable.posts if post.found is None]
    early = any(post.unapproved for post in unlooked)
    for post in unlooked:
        post.found, post.checked_at, post.checked_by, post.check_note = found, work.now, work.actor.account_id, note
        post.label_on = label_on if found else post.label_on
        if spark is not None and post.platform is Platform.TIKTOK:
            post.take_code(spark)
    if found:
        _take_as_live(work, deliverable, note)
    else:
        missed = _missed(deliverable, early=early)
        was = deliverable.move(missed, work.actor.role, work.now)
        work.session.flush()
        work.emit(deliverable.moved(was, missed, note))
    return deliverable


def _code(work: Work, deliverable: Deliverable, code: str, until: date | None) -> SparkCode | None:
    """Return the valid code that goes with the post, None where none was promised."""
    if deliverable.spec.spark_days is None:
        return None
    spark = read_code(code, until, day_in(deliverable.partnership.zone, work.now))
    if spark is None:
        sentence = N_("It counts together with a valid Spark code. Enter it, or say that the post is not as agreed.")
        raise Refused(sentence, field="spark_code")
    return spark


def _missed(deliverable: Deliverable, *, early: bool) -> DeliverableAction:
    """Return what a link that leads nowhere does to the content."""
    if deliverable.draft_step_id is None:
        return DeliverableAction.MISS_SESSION
    return DeliverableAction.MISS_EARLY_POST if early else DeliverableAction.MISS_POST


def _take_as_live(work: Work, deliverable: Deliverable, note: str) -> None:
    role = work.actor.role
    gate = find_passed_gate(work, deliverable)
    was = deliverable.move(DeliverableAction.VERIFY, role, work.now)
    deliverable.live_verified_at = work.now
    work.session.flush()
    below = gate if gate is not None and not gate.is_open else None
    work.emit(deliverable.moved(was, DeliverableAction.VERIFY, note, below=below))
    was = deliverable.move(DeliverableAction.KEEP_LIVE, role, work.now)
    _date(work, deliverable, StepKind.KEEP_LIVE, deliverable.spec.min_days_live)
    asked = _date(work, deliverable, StepKind.METRICS, MEASURED_AFTER_DAYS)
    asked.wake(work.now)  # reminders come before its day is over
    template = deliverable.partnership.template
    for number in released(template, Fact.LIVE_VERIFIED, deliverable.key, at_once=False):
        _date(work, deliverable, StepKind.PAY_FACT, template.payments[number - 1].released_by.days)
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.KEEP_LIVE))


def _date(work: Work, deliverable: Deliverable, kind: StepKind, days: int) -> Step:
    """Add and return a step that comes `days` after today, where the creator lives."""
    partnership, stage = deliverable.partnership, deliverable.publish_step.stage
    due_on = day_in(partnership.zone, work.now) + timedelta(days=days)
    planned = PlannedStep(kind, deliverable.key, stage.key, (due_on - partnership.anchor_on).days, due_on)
    step = Step.of(planned, stage, partnership.zone)
    step.next_action_at = step.due_at
    work.session.add(step)
    return step
