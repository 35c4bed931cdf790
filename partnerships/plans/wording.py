"""Say in words what a date of a plan is, and how it changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from partnerships.core.words import N_
from partnerships.web.formats import day_text, language
from partnerships.web.words import gettext, ngettext, say

from .rules.courses import DAY_LABELS, course_of
from .rules.dates import STAGE_STEPS, StepKind
from .rules.differences import Change, Skip, skips_between
from .rules.gates import LostGate, StageStand
from .rules.moves import DATED, SKIPS, TOO_CLOSE, Bent, PlanStep, Stay, Why
from .rules.partnerships import GOING_ON
from .rules.problems import Problem
from .rules.quiet import Kept, Settled, feasts
from .rules.stages import LEFT
from .rules.templates import AnchorKind, PaymentSpec, Template
from .rules.words import ANCHORS
from .tables import Partnership, Step

STEP_NAMES: Mapping[StepKind, str] = {
    StepKind.STAGE_OPENS: N_("“%(name)s” begins"),
    StepKind.CHECK_IN: N_("Check-in: %(name)s"),
    StepKind.DRAFT: N_("Draft: %(name)s"),
    StepKind.KEEP_LIVE: N_("Post has stayed up: %(name)s"),
    StepKind.PAY_FACT: N_("Post earns a payment: %(name)s"),
    StepKind.METRICS: N_("Numbers of the post: %(name)s"),
    StepKind.STAGE_CLOSES: N_("“%(name)s” ends"),
}

WHY_LABELS: Mapping[Why, str] = {
    Why.DONE: N_("done already"),
    Why.LATE: N_("overdue: keeps its day, or give it a day of its own"),
    Why.POSTED: N_("tied to the day of the post"),
    Why.PASSED: N_("the day it would go back to is over"),
    Why.WEEKDAY: N_("keeps its weekday"),
    Why.QUIET: N_("had made way for a quiet day, and belongs there now"),
}

KEPT_LABELS: Mapping[Kept, str] = {
    Kept.POLICY: N_("its template keeps such dates"),
    Kept.STAGE: N_("no other day fits into its stage"),
    Kept.ROOM: N_("otherwise too few days between draft and post"),
    Kept.PASSED: N_("the day before is over"),
    Kept.CHOSEN: N_("you chose this day"),
}


def movable(partnership: Partnership) -> list[tuple[str, str, str]]:
    """Return what of a plan can be moved: its name, what it is called with its day, and the group it stands in."""
    template, steps = partnership.template, [step for step in partnership.steps if step.done_at is None]
    left = {stage.id for stage in partnership.stages if stage.state in LEFT}

    def named(step: Step, group: str) -> tuple[str, str, str]:
        return step.name, f"{step_text(step.kind, step.key, template)}, {day_text(step.due_on)}", group

    whole, ends, single = gettext("The plan"), gettext("The end of a stage, and what follows"), gettext("One date")
    skipping = gettext("A stage is left out")
    skips = [stage.key for stage in partnership.stages if stage.id in left and partnership.state in GOING_ON]
    return [
        ("rest", gettext("Everything to come"), whole),
        ("anchor", gettext("The start, and everything to come: %(day)s", day=day_text(partnership.anchor_on)), whole),
        *(named(step, ends) for step in steps if step.kind is StepKind.STAGE_CLOSES and step.stage_id in left),
        *(named(step, single) for step in steps if step.kind in DATED),
        *((f"{SKIPS}{key}", gettext("Skip “%(name)s”", name=stage_title(key, template)), skipping) for key in skips),
    ]


def days_of(partnership: Partnership) -> dict[str, date]:
    """Return the day of each thing that `movable` names."""
    return {step.name: step.due_on for step in partnership.steps} | {"anchor": partnership.anchor_on}


def stage_title(key: str, template: Template) -> str:
    """Return what the stage called `key` is called."""
    return template.stage(key).title.in_(language())


def crowded_text(days: Iterable[date]) -> str:
    """Return the warning that a plan asks for two things on each of these days."""
    return gettext("This plan asks for two things on one day: %(day)s.", day=", ".join(map(day_text, days)))


def let_go_text(step: PlanStep, template: Template) -> str:
    """Return what is not asked for any more, such as "Check-in: First days: Mon, 2 Mar 2026"."""
    return f"{step_text(step.kind, step.key, template)}: {day_text(step.due_on)}"


def stay_text(stay: Stay, template: Template) -> str:
    """Return what stays and why, such as "Check-in: First days: Mon, 2 Mar 2026 (done already)"."""
    name = step_text(stay.kind, stay.key, template)
    return f"{name}: {day_text(stay.on)} ({gettext(WHY_LABELS[stay.why])})"


def stays_text(stays: Iterable[Stay]) -> str:
    """Return how many things stay and why, such as "2 done already, 1 overdue: …"; empty when everything moves."""
    counted = Counter(stay.why for stay in stays)
    return "; ".join(f"{counted[why]} {gettext(WHY_LABELS[why])}" for why in Why if counted[why])


def lost_text(gate: LostGate, template: Template) -> str:
    """Return which gate would be out of reach, and until when, such as "Post: …: can be approved from Tue, 3 Mar …"."""
    kind, _, key = gate.line.partition(":")
    name = step_text(StepKind(kind), key, template)
    if gate.opens_on is None:
        return gettext("%(name)s: never, what its gate waits for is not asked for any more", name=name)
    days = {"opens": day_text(gate.opens_on), "by": day_text(gate.by)}
    return gettext("%(name)s: its gate opens on %(opens)s at the earliest, and its day is %(by)s", name=name, **days)


def payment_text(payment: PaymentSpec) -> str:
    """Return what a payment is for."""
    return payment.label.in_(language())


def problem_text(problem: Problem, template: Template) -> str:
    """Return what is in the way, with the name of the date it is about, if it is about one."""
    values = {name: day_text(value) if isinstance(value, date) else value for name, value in problem.values.items()}
    sentence = gettext(problem.sentence, **values)
    kind, _, key = problem.line.partition(":")
    rounds = template.deliverable(key).revision_rounds if problem.sentence == TOO_CLOSE else 0
    if rounds:
        sentence = ngettext(
            "There must be %(needed)s days from draft to post, for %(num)s round of changes.",
            "There must be %(needed)s days from draft to post, for %(num)s rounds of changes.",
            rounds,
            **values,
        )
    return f"{step_text(StepKind(kind), key, template)}: {sentence}" if key else sentence


def step_text(kind: StepKind, key: str, template: Template) -> str:
    """Return what a dated thing of a plan is called, such as "Draft: First impression"."""
    if kind is StepKind.PUBLISH:
        return f"{say(DAY_LABELS[course_of(template.deliverable(key).kind)])}: {_title(kind, key, template)}"
    return gettext(STEP_NAMES[kind], name=_title(kind, key, template))


def stage_gate_text(stand: StageStand, content: Sequence[str], opens_on: date | None, today: date) -> str:
    """Return what a stage waits for: answered check-ins, with the day on which it can open by them, and `content`."""
    parts = []
    if stand.needed:
        answered = min(stand.answered, stand.needed)
        parts.append(gettext("%(answered)s of %(needed)s check-ins answered", answered=answered, needed=stand.needed))
    if opens_on is not None and opens_on >= today:
        parts.append(gettext("it can open on %(day)s", day=day_text(opens_on)))
    parts += [gettext("still missing: %(name)s", name=name) for name in content]
    return "; ".join(parts)


def length_text(template: Template) -> str:
    """Return for how long the product is used, such as "about 4 months"."""
    months, weeks = template.length
    if months:
        return ngettext("about %(num)s month", "about %(num)s months", months)
    return ngettext("about %(num)s week", "about %(num)s weeks", weeks)


def change_text(change: Change, template: Template) -> str:
    """Return how one date changed, such as "Draft: First impression: Mon, 2 Mar → Thu, 5 Mar 2026 (3 days later)"."""
    name = step_text(change.kind, change.key, template)
    if change.old_on is None or change.new_on is None:
        sentence = N_("%(what)s: new, %(day)s") if change.old_on is None else N_("%(what)s: gone, was %(day)s")
        return gettext(sentence, what=name, day=day_text(change.on))
    later = ngettext("%(num)s day later", "%(num)s days later", change.days)
    earlier = ngettext("%(num)s day earlier", "%(num)s days earlier", -change.days)
    days = f"{day_text(change.old_on, year=False)} → {day_text(change.new_on)}"
    return f"{name}: {days} ({later if change.days > 0 else earlier})"


def skips_text(skips: Iterable[Skip], old: int, new: int, template: Template) -> list[str]:
    """Return which stages are left out in version `new` of a plan and not in `old`, and the other way round."""
    left_out, back = skips_between(skips, old, new)
    return [
        *(
            gettext("“%(name)s” skipped: %(why)s", name=stage_title(one.stage, template), why=one.why)
            for one in left_out
        ),
        *(gettext("“%(name)s” is not skipped any more", name=stage_title(one.stage, template)) for one in back),
    ]


def quiet_text(settled: Settled) -> str:
    """Return what becomes of a date that falls on a quiet day, such as "moved from Sat, 21 Mar 2026: Eid al-Fitr"."""
    name = settled.because.in_(language())
    if settled.is_left_out:
        return gettext("left out: %(name)s", name=name)
    if settled.is_kept:
        return _stays_quiet(settled, name)
    return gettext("moved from %(day)s: %(name)s", day=day_text(settled.due_on), name=name)


def around_text(settled: Settled) -> str:
    """Return why a date that is moved goes further, or stays, such as "Fri, 25 Dec 2026 is a quiet day: Christmas"."""
    name = settled.because.in_(language())
    if settled.is_kept:
        return _stays_quiet(settled, name)
    return gettext("%(day)s is a quiet day: %(name)s", day=day_text(settled.due_on), name=name)


def _stays_quiet(settled: Settled, name: str) -> str:
    why = say(KEPT_LABELS[settled.why]) if settled.why else ""
    return gettext("quiet day, stays: %(name)s", name=f"{name} ({why})" if why else name)


def around_all_text(bent: Bent) -> str:
    """Return which quiet days the new dates keep clear of, and on which some stay; empty when there are none."""
    clear, stay = (
        ", ".join(dict.fromkeys(one.because.in_(language()) for one in bent.quiet.values() if one.is_kept is kept))
        for kept in (False, True)
    )
    said = (
        gettext("clear of quiet days: %(names)s", names=clear) if clear else "",
        gettext("on quiet days: %(names)s", names=stay) if stay else "",
    )
    return " · ".join(part for part in said if part)


def apart_text(why: Why) -> str:
    """Return why a date goes its own way when the start moves."""
    return say(WHY_LABELS[why])


def anchor_text(template: Template) -> str:
    """Return what day 0 of a template is, such as "Eid al-Fitr", and how sure it has to be."""
    if template.anchor is AnchorKind.PRODUCT_RECEIVED:
        return gettext("The day the product arrives. Your best guess is enough.")
    feast = feasts().get(template.anchor_event or "")
    return feast.in_(language()) if feast else say(ANCHORS[template.anchor])


def state_text(label: str, begins_on: date | None, *, year: bool = True) -> str:
    """Return the word of a partnership's state; before its first day, if that is agreed, when it begins."""
    return say(label) if begins_on is None else gettext("Starts on %(day)s", day=day_text(begins_on, year=year))


def start_text(partnership: Partnership) -> str:
    """Return from what day a plan counts, and how sure that is."""
    day = day_text(partnership.anchor_on)
    if partnership.template.anchor is AnchorKind.CALENDAR_EVENT:
        first = day_text(min(stage.starts_on for stage in partnership.stages))
        return gettext("%(first)s, counted from the feast on %(day)s", first=first, day=day)
    if not partnership.waits_for_parcel:
        return day
    if partnership.anchor_confirmed_at is None:
        return gettext("about %(day)s, an estimate until the product has arrived", day=day)
    return gettext("%(day)s, the product arrived", day=day)


def _title(kind: StepKind, key: str, template: Template) -> str:
    if kind in STAGE_STEPS:
        return stage_title(key, template)
    spec = template.check_in(key) if kind is StepKind.CHECK_IN else template.deliverable(key)
    return spec.title.in_(language())


# By what names components/moves.html calls them.
MOVE_WORDS = {
    "change": change_text,
    "stay": stay_text,
    "stays": stays_text,
    "problem": problem_text,
    "payment": payment_text,
    "stage": stage_title,
    "crowded": crowded_text,
    "let_go": let_go_text,
    "lost": lost_text,
    "around": around_text,
    "around_all": around_all_text,
    "apart": apart_text,
}
