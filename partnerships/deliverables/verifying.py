"""Say whether a post is really live: a person looked, and what follows from it is dated at once."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in, moment
from partnerships.creators.tables import Platform
from partnerships.database.work import Work
from partnerships.files.receiving import ReceivedFile
from partnerships.plans.rules.dates import PlannedStep, StepKind
from partnerships.plans.rules.templates import Fact
from partnerships.plans.tables import Step

from .events import PostLookedAt
from .finding import find_passed_gate, get_for
from .rules.deliverables import DeliverableAction, DeliverableState
from .rules.looks import Sight, again_on, read_note
from .rules.metrics import MEASURED_AFTER_DAYS
from .rules.payments import released
from .rules.sparks import SparkCode, read_code
from .tables import ContentMessage, Deliverable, LiveLook

NOT_KEPT = N_("This does not have to stay up now, so nobody has to look again.")


def check_live(
    work: Work,
    deliverable_id: int,
    *,
    found: bool,
    label_on: bool,
    note: str,
    spark_code: str = "",
    spark_until: date | None = None,
    screenshots: Sequence[ReceivedFile] = (),
) -> LiveLook:
    """Write down whether the post was `found`; `note` is what the creator is told when it was not.

    `label_on`: the platform's own advertising label was seen on it, whatever the creator had said.

    Found: it must stay up for its days, and payments that wait for that are dated. Not found: the link is awaited
    again, after a draft when nobody had approved one. What happened counts also below the evidence gate; the history
    keeps that it was below. What was promised with a Spark code is found only together with a valid one: what the
    payment waits for is both. A screenshot may show what was seen. Raise `Refused` beside what is missing.
    """
    deliverable = get_for(work, deliverable_id)
    sight = Sight.LIVE if found else Sight.GONE
    note = read_note(sight, note)
    spark = _code(work, deliverable, spark_code, spark_until) if found else None
    unlooked = [post for post in deliverable.posts if post.found is None]
    early = any(post.unapproved for post in unlooked)
    for post in unlooked:
        post.found, post.checked_at, post.checked_by, post.check_note = found, work.now, work.actor.account_id, note
        post.label_on = label_on if found else post.label_on
        if spark is not None and post.platform is Platform.TIKTOK:
            post.take_code(spark)
    seen = LiveLook.keep(work, deliverable, sight, note, screenshots)
    if found:
        _take_as_live(work, deliverable, note)
    else:
        missed = _missed(deliverable, early=early)
        was = deliverable.move(missed, work.actor.role, work.now)
        work.session.flush()
        work.emit(deliverable.moved(was, missed, note))
    return seen


def look_again(
    work: Work, deliverable_id: int, *, sight: Sight, note: str, screenshots: Sequence[ReceivedFile] = ()
) -> LiveLook:
    """Write down what a person sees of a post while it has to stay up; the same said twice on a day is said once.

    What has changed or is gone, the creator is told in the words of `note`, and may answer; what is gone is settled.
    Raise `Refused` without a note then, and for content that does not have to stay up now.
    """
    deliverable = get_for(work, deliverable_id)
    if deliverable.state is not DeliverableState.KEEPING_LIVE:
        raise Refused(NOT_KEPT)
    note = read_note(sight, note)
    last = LiveLook.list_of(work, [deliverable.id])[-1:]
    if last and _is_repeated(work, deliverable, last[0], sight, note):
        return last[0]
    seen = LiveLook.keep(work, deliverable, sight, note, screenshots)
    work.session.flush()
    _plan_look(deliverable, sight, work.now)
    work.emit(
        PostLookedAt(
            key=f"live_look:{seen.id}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            sight=sight,
            has_screenshot=seen.screenshot is not None,
        )
    )
    if sight is Sight.GONE:
        was = deliverable.move(DeliverableAction.TAKE_DOWN, work.actor.role, work.now)
        work.session.flush()
        work.emit(deliverable.moved(was, DeliverableAction.TAKE_DOWN, note))
    if sight is not Sight.LIVE:
        work.emit(ContentMessage.write(work, deliverable, note).written(deliverable, is_told=True))
    return seen


def _is_repeated(work: Work, deliverable: Deliverable, last: LiveLook, sight: Sight, note: str) -> bool:
    zone = deliverable.partnership.zone
    is_today = day_in(zone, last.at) == day_in(zone, work.now)
    return is_today and (last.looked_by, last.sight, last.note) == (work.actor.account_id, sight, note)


def _plan_look(deliverable: Deliverable, sight: Sight, now: datetime) -> None:
    """Set when a person is asked to look again, if ever, while the post has to stay up."""
    zone, days = deliverable.partnership.zone, deliverable.spec.min_days_live
    verified_on = day_in(zone, deliverable.live_verified_at or now)
    day = again_on(sight, day_in(zone, now), verified_on, days)
    deliverable.look_again_at = None if day is None else moment(day, time(0), zone)


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
    _plan_look(deliverable, Sight.LIVE, work.now)
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
