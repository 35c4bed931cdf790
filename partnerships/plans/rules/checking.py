"""Check a template before it is used: each problem names the line it is in, so that an editor can show it there."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise

from partnerships.core.words import N_

from .courses import POSTED, RELEASED_BY, Course, course_of
from .problems import Problem, found
from .questions import check_questions
from .schedule import Due, When, fewest_days
from .templates import (
    MOST_REPEATS,
    SPARK_PERIODS,
    AnchorKind,
    CheckInSpec,
    DeliverableSpec,
    Fact,
    PaymentSpec,
    Quiet,
    StageGate,
    StageSpec,
    Template,
    Text,
)

EVIDENCE_GRACE_DAYS = 2
MIN_DAYS_DRAFT_TO_PUBLISH = 6  # two revision rounds fit in between
MOST_DAYS = 366  # from the first day to the last
MOST_QUIET_DAYS = 21  # of one stage: together with the holidays beside it, reminders are put off by a month at most


def check(template: Template) -> list[Problem]:
    """Return everything that is wrong with `template`, in the order of its lines; an empty list when it is sound."""
    if not template.stages:
        return [found("stages", N_("A template needs at least one stage."))]
    return [
        *_basics(template),
        *_unique_keys(template),
        *_stages(template),
        *(problem for stage in template.stages if stage.gate for problem in _gate(template, stage, stage.gate)),
        *_check_ins(template),
        *(problem for deliverable in template.deliverables for problem in _deliverable(template, deliverable)),
        *_payments(template),
        *_languages("", template),
    ]


def _basics(template: Template) -> Iterator[Problem]:
    days = template.last_day - template.first_day
    if days == 0:
        yield found("stages", N_("The timeline begins and ends on one day."))
    if days > MOST_DAYS:
        last = max(template.stages, key=lambda stage: stage.to_day)
        sentence = N_("The timeline has %(days)s days; %(most)s are the most.")
        yield found(f"stages.{last.key}", sentence, days=days, most=MOST_DAYS)
    if template.anchor_event and template.anchor is not AnchorKind.CALENDAR_EVENT:
        yield found("anchor_event", N_("Day 0 is no day in the calendar, so leave the feast out."))
    for name in ("saturation_limit", "exclusivity_days", "rights_days"):
        yield from _not_negative(name, getattr(template, name))
    if template.paid_use and not template.rights_days:
        yield found("paid_use", N_("To use content in advertisements, say for how many days."))


def _not_negative(line: str, *numbers: int | None) -> Iterator[Problem]:
    if any(number is not None and number < 0 for number in numbers):
        yield found(line, N_("A number here cannot be less than 0."))


def _unique_keys(template: Template) -> Iterator[Problem]:
    groups: dict[str, Iterable[str]] = {
        "stages": (line.key for line in template.stages),
        "check_ins": (line.key for line in template.check_ins),
        "deliverables": (line.key for line in template.deliverables),
        "payments": (line.key for line in template.payments),
    }
    for check_in in template.check_ins:
        groups[f"check_ins.{check_in.key}.questions"] = (question.key for question in check_in.questions)
    for group, keys in groups.items():
        for key, count in Counter(keys).items():
            if count > 1:
                yield found(f"{group}.{key}", N_("The key “%(key)s” is used %(count)s times."), key=key, count=count)


def _stages(template: Template) -> Iterator[Problem]:
    for stage in template.stages:
        if stage.to_day < stage.from_day:
            yield found(f"stages.{stage.key}", N_("A stage cannot end before it starts."))
        if stage.quiet and stage.to_day - stage.from_day >= MOST_QUIET_DAYS:
            sentence = N_("A quiet stage has at most %(most)s days: reminders wait for its end.")
            yield found(f"stages.{stage.key}", sentence, most=MOST_QUIET_DAYS)
    for before, after in pairwise(template.stages):
        line = f"stages.{after.key}"
        if after.from_day == before.to_day + 2:
            yield found(line, N_("No stage covers day %(day)s."), day=before.to_day + 1)
        elif after.from_day > before.to_day + 1:
            sentence = N_("No stage covers day %(from_day)s to day %(to_day)s.")
            yield found(line, sentence, from_day=before.to_day + 1, to_day=after.from_day - 1)
        if after.from_day <= before.to_day:
            sentence = N_("It starts although the stage before it only ends on day %(day)s.")
            yield found(line, sentence, day=before.to_day)


def _gate(template: Template, stage: StageSpec, gate: StageGate) -> Iterator[Problem]:
    """Ask what a stage waits for to be there by its first day, with grace; its own drafts are not due before that."""
    line = f"stages.{stage.key}"
    if gate.answered < 0 or not (gate.answered or gate.approved or gate.live):
        yield found(line, N_("A gate waits for something: answered check-ins, or content."))
    reachable = _answerable_by(template, Due(stage.from_day))
    if reachable < gate.answered:
        sentence = N_("It needs %(needed)s answered check-ins, but only %(reachable)s can be in by day %(day)s.")
        yield found(line, sentence, needed=gate.answered, reachable=reachable, day=stage.from_day)
    for key in dict.fromkeys((*gate.approved, *gate.live)):
        yield from _awaited(template, line, stage, key, is_live=key in gate.live)
    for deliverable in template.deliverables:
        day = deliverable.draft_due.earliest if deliverable.draft_due else stage.from_day
        if deliverable.stage == stage.key and day < stage.from_day:
            sentence = N_("Its draft is due on day %(day)s, but its stage waits at a gate until day %(from_day)s.")
            yield found(f"deliverables.{deliverable.key}", sentence, day=day, from_day=stage.from_day)


def _awaited(template: Template, line: str, stage: StageSpec, key: str, *, is_live: bool) -> Iterator[Problem]:
    """Ask for content that a gate waits for to be approved, or seen live, by the first day of the stage."""
    spec = {deliverable.key: deliverable for deliverable in template.deliverables}.get(key)
    if spec is None:
        yield found(line, N_("There is no deliverable called “%(key)s”."), key=key)
    elif spec.draft_day is None and not is_live:
        yield found(line, N_("“%(key)s” has no draft that anybody could approve."), key=key)
    else:
        there_on = spec.publish_due.latest + (EVIDENCE_GRACE_DAYS if is_live else 0)
        if there_on > stage.from_day:
            sentence = N_("“%(key)s” can only be relied on from day %(there)s, after the stage begins on day %(day)s.")
            yield found(line, sentence, key=key, there=there_on, day=stage.from_day)


def _answerable_by(template: Template, due: Due) -> int:
    """Count the check-ins whose grace is over when something is due: only those can be relied on."""
    asked = template.unrolled().check_ins
    return sum(fewest_days(check_in.due, due) >= EVIDENCE_GRACE_DAYS for check_in in asked)


def _check_ins(template: Template) -> Iterator[Problem]:
    for check_in in template.check_ins:
        line = f"check_ins.{check_in.key}"
        if check_in.when is not None:
            yield from _weekday(template, line, check_in.when)
        elif not template.first_day <= check_in.day <= template.last_day:
            yield _outside(template, line, check_in.day)
        is_known = check_in.when is None or check_in.when.is_known
        if is_known and template.quiet_policy.check_ins is not Quiet.KEEP:
            yield from _rests(template, line, check_in.due)
        if check_in.every_days is not None:
            yield from _repeats(template, line, check_in, check_in.every_days)
        yield from check_questions(check_in)


def _rests(template: Template, line: str, due: Due | None) -> Iterator[Problem]:
    """Ask for no day of a quiet stage; where such days are to be kept, nobody asks this."""
    for stage in template.stages:
        if stage.quiet and due is not None and due.earliest <= stage.to_day and due.latest >= stage.from_day:
            sentence = N_(
                "“%(stage)s” is quiet (day %(from_day)s to day %(to_day)s): nobody is asked for anything then."
            )
            yield found(line, sentence, stage=stage.key, from_day=stage.from_day, to_day=stage.to_day)


def _repeats(template: Template, line: str, check_in: CheckInSpec, every: int) -> Iterator[Problem]:
    if check_in.when is not None:
        yield found(line, N_("A weekday comes once: leave either the weekday or the days between empty."))
    elif every < 1:
        yield found(line, N_("It can be asked every day at most: write 1 or more."))
    else:
        count = sum(each.key.startswith(f"{check_in.key}_") for each in template.unrolled().check_ins)
        if count > MOST_REPEATS:
            yield found(line, N_("It would be asked more than %(most)s times."), most=MOST_REPEATS)


def _weekday(template: Template, line: str, when: When) -> Iterator[Problem]:
    """Check every day that it can be, whichever day the plan begins on."""
    yield from _unknown(line, when)
    if not when.is_known:
        return
    if not template.first_day <= when.earliest <= when.latest <= template.last_day:
        yield _outside(template, line, when.latest)
    elif template.stage_on(when.earliest) is not template.stage_on(when.latest):
        sentence = N_("That week can lie in two stages (day %(earliest)s to day %(latest)s).")
        yield found(line, sentence, earliest=when.earliest, latest=when.latest)


def _unknown(line: str, when: When | None) -> Iterator[Problem]:
    if when is not None and not when.is_known:
        sentence = N_("There is no week %(week)s in month %(month)s: a month has four weeks of seven days.")
        yield found(line, sentence, week=when.week, month=when.month)


def _deliverable(template: Template, deliverable: DeliverableSpec) -> Iterator[Problem]:
    line = f"deliverables.{deliverable.key}"
    stage = {stage.key: stage for stage in template.stages}.get(deliverable.stage)
    unknown = [*_unknown(line, deliverable.draft_when), *_unknown(line, deliverable.publish_when)]
    yield from unknown
    if stage is None:
        yield found(line, N_("There is no stage called “%(key)s”."), key=deliverable.stage)
    elif not unknown:
        yield from _published(line, deliverable, stage)
    yield from _course(line, deliverable)
    if not unknown and template.quiet_policy.deliverables is not Quiet.KEEP:
        yield from _rests(template, line, deliverable.draft_due)
        yield from _rests(template, line, deliverable.publish_due)
    if not unknown:
        yield from _draft(template, line, deliverable)
        yield from _evidence(template, line, deliverable)
    yield from _not_negative(line, deliverable.min_days_live, deliverable.revision_rounds, deliverable.evidence_needed)


def _published(line: str, deliverable: DeliverableSpec, stage: StageSpec) -> Iterator[Problem]:
    """Ask for every day that publishing can be on to lie in its stage."""
    due = deliverable.publish_due
    day = due.earliest if due.earliest < stage.from_day else due.latest
    if not stage.from_day <= day <= stage.to_day:
        sentence = N_("Publishing on day %(day)s is outside its stage (day %(from_day)s to day %(to_day)s).")
        yield found(line, sentence, day=day, from_day=stage.from_day, to_day=stage.to_day)


def _course(line: str, deliverable: DeliverableSpec) -> Iterator[Problem]:
    """Ask of each thing what its course needs, and nothing that would never come."""
    course = course_of(deliverable.kind)
    if course is Course.CLIPS and deliverable.draft_day is None:
        yield found(line, N_("Clips are handed over by their draft: it needs a day."))
    if course in {Course.TASK, Course.OPTIONAL_POST} and deliverable.draft_day is not None:
        yield found(line, N_("There is no draft of a task or of an optional post: leave its day empty."))
    if deliverable.spark_days is not None and not (course in POSTED and "tiktok" in deliverable.platforms):
        yield found(line, N_("Only a post on TikTok has a Spark code."))
    if deliverable.spark_days not in {None, *SPARK_PERIODS}:
        yield found(line, N_("TikTok gives Spark codes for 7, 30, 60 or 365 days."))
    if course in POSTED and not deliverable.platforms:
        yield found(line, N_("A post needs a platform."))


def _draft(template: Template, line: str, deliverable: DeliverableSpec) -> Iterator[Problem]:
    draft = deliverable.draft_due
    if draft is None:
        return
    if draft.earliest < template.first_day:
        yield _outside(template, line, draft.earliest)
    days = fewest_days(draft, deliverable.publish_due)
    if days < MIN_DAYS_DRAFT_TO_PUBLISH:
        sentence = N_("There are %(days)s days from draft to publishing; reviewing needs %(needed)s.")
        yield found(line, sentence, days=days, needed=MIN_DAYS_DRAFT_TO_PUBLISH)


def _evidence(template: Template, line: str, deliverable: DeliverableSpec) -> Iterator[Problem]:
    reachable = _answerable_by(template, deliverable.publish_due)
    if reachable < deliverable.evidence_needed:
        sentence = N_("It needs %(needed)s answered check-ins, but only %(reachable)s can be in by day %(day)s.")
        needed, day = deliverable.evidence_needed, deliverable.publish_due.earliest
        yield found(line, sentence, needed=needed, reachable=reachable, day=day)


def _payments(template: Template) -> Iterator[Problem]:
    for payment in template.payments:
        yield from _release(template, payment)
    total = sum(payment.percent for payment in template.payments)
    if total != 100:
        yield found("payments", N_("The payments add up to %(total)s%%, not 100%%."), total=total)


def _release(template: Template, payment: PaymentSpec) -> Iterator[Problem]:
    line, fact, key = f"payments.{payment.key}", payment.released_by.fact, payment.released_by.key
    if payment.percent <= 0:
        yield found(line, N_("A payment is more than nothing."))
    yield from _not_negative(line, payment.released_by.days)
    if fact is Fact.PRODUCT_RECEIVED:
        return
    if fact is Fact.CHECK_IN_ANSWERED:
        if key not in {check_in.key for check_in in template.unrolled().check_ins}:
            yield found(line, N_("There is no check-in called “%(key)s”."), key=key)
    elif fact is Fact.STAGE_CLOSED:
        if key not in {stage.key for stage in template.stages}:
            yield found(line, N_("There is no stage called “%(key)s”."), key=key)
    else:
        yield from _release_by_deliverable(template, line, payment)


def _release_by_deliverable(template: Template, line: str, payment: PaymentSpec) -> Iterator[Problem]:
    fact, key = payment.released_by.fact, payment.released_by.key
    spec = {deliverable.key: deliverable for deliverable in template.deliverables}.get(key)
    if spec is None:
        yield found(line, N_("There is no deliverable called “%(key)s”."), key=key)
    elif fact is not RELEASED_BY[course_of(spec.kind)]:
        yield found(line, N_("This payment would never be earned: “%(key)s” takes another course."), key=key)


def _languages(line: str, part: object) -> Iterator[Problem]:
    """Walk down to every `Text` and ask for both languages."""
    if isinstance(part, Text):
        for words, sentence in (
            (part.id, N_("The Indonesian words are missing.")),
            (part.en, N_("The English words are missing.")),
        ):
            if not words.strip():
                yield found(line.removeprefix("."), sentence)
    elif isinstance(part, tuple):
        for item in part:
            yield from _languages(f"{line}.{getattr(item, 'key', item)}", item)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _languages(f"{line}.{each.name}", getattr(part, each.name))


def _outside(template: Template, line: str, day: int) -> Problem:
    sentence = N_("Day %(day)s is outside the timeline (day %(first)s to day %(last)s).")
    return found(line, sentence, day=day, first=template.first_day, last=template.last_day)
