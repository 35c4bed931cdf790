"""What a plan would run into: dates that fall together, and what the same creator does for other brands meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from .checking import EVIDENCE_GRACE_DAYS
from .courses import unearned
from .dates import PlannedStep, StepKind, left_out, planned_steps
from .gates import Foreseen, LostGate, reached_on
from .moves import Bent
from .templates import Template

GRACE = timedelta(days=EVIDENCE_GRACE_DAYS)
OWED = frozenset({StepKind.CHECK_IN, StepKind.DRAFT, StepKind.PUBLISH})  # days on which the creator has to do something


class ConflictKind(StrEnum):
    """What is wrong with a plan for somebody; a person decides whether it matters."""

    AGAIN = "again"  # this campaign has a partnership with them that is not over
    COMPETING = "competing"  # another brand of the same category, at the same time
    SATURATED = "saturated"  # more other brands in one month than the template allows
    SAME_DAY = "same_day"  # two deadlines on one day


@dataclass(frozen=True, slots=True)
class Other:
    """Another partnership of the same creator, not over or completed, with the days on which something is owed."""

    id: int
    campaign_id: int
    campaign: str
    brand_id: int
    brand: str
    category: str
    starts_on: date
    ends_on: date
    owed_on: frozenset[date] = frozenset()
    exclusivity_days: int = 0  # that its template keeps rivals away after its end
    is_over: bool = False

    @property
    def bound_until(self) -> date:
        """Return the last day on which it keeps rivals away."""
        return bound_until(self.ends_on, self.exclusivity_days)


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan that would be made: whose product it is about, and its dates."""

    template: Template
    campaign_id: int
    brand_id: int
    category: str
    starts_on: date
    ends_on: date
    steps: Sequence[PlannedStep]

    @property
    def owed_on(self) -> list[date]:
        """Return the days on which the creator has to do something, each as often as that."""
        return [step.due_on for step in self.steps if step.kind in OWED]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict of one creator: with which partnership, on which days, or with which brands."""

    kind: ConflictKind
    other: Other | None = None
    days: tuple[date, ...] = ()
    brands: tuple[str, ...] = ()


def out_of_reach(planned: Planned, today: date) -> Foreseen:
    """Return which gates of a plan that would be made on `today` do not open in time, and what nothing would earn.

    What was due before counts for gates, as what was answered does; it earns nothing, for nobody is asked for it.
    """
    template, days = planned.template, {(step.kind, step.key): step.due_on for step in planned.steps}
    left = [step for step in planned_steps(template, planned.starts_on) if (step.kind, step.key) not in days]
    gone = [*left_out(planned.steps, today), *left]
    released = unearned(template, gone)
    due = [day for (kind, _), day in days.items() if kind is StepKind.CHECK_IN]
    gates = [
        *((StepKind.PUBLISH, one.key, one.evidence_needed) for one in template.deliverables if one.draft_due),
        *((StepKind.STAGE_OPENS, one.key, one.gate.answered) for one in template.stages if one.gate),
    ]
    lost = [
        LostGate(f"{kind}:{key}", on, by)
        for kind, key, needed in gates
        for on, by in ((reached_on(0, needed, due), days[kind, key]),)
        if needed and by >= today and (on is None or on + GRACE > by)
    ]
    return Foreseen(lost=tuple(lost), unearned=tuple(payment for _, payment in released))


def crowded_days(planned: Planned) -> list[date]:
    """Return the days on which the plan itself asks for two things; they are the same for every creator.

    What its template has on one day was meant so: a warning that always shows is none.
    """
    meant: dict[date, set[int]] = {}
    for step in planned.steps:
        if step.kind in OWED:
            meant.setdefault(step.due_on, set()).add(step.day)
    return sorted(day for day, days in meant.items() if len(days) > 1)


def newly_crowded(bent: Bent) -> list[date]:
    """Return the days on which a move puts two things together that had days of their own before."""
    was_on = {(change.kind, change.key): change.old_on for change in bent.asked}
    before: dict[date, set[date | None]] = {}
    for step in bent.plan.steps:
        if step.kind in OWED and not step.done:
            before.setdefault(step.due_on, set()).add(was_on.get((step.kind, step.key), step.due_on))
    return sorted(day for day, days in before.items() if len(days) > 1)


def bound_until(ends_on: date, exclusivity_days: int) -> date:
    """Return the last day on which a partnership that ends on `ends_on` keeps rivals away."""
    return ends_on + timedelta(days=exclusivity_days)


def conflicts_of(planned: Planned, others: Sequence[Other]) -> list[Conflict]:
    """Return what the plan would run into with a creator who has `others`, the gravest first."""
    same = [other for other in others if other.campaign_id == planned.campaign_id and not other.is_over]
    found = [Conflict(ConflictKind.AGAIN, other) for other in same]
    found += [Conflict(ConflictKind.COMPETING, other) for other in others if _competes(planned, other)]
    found += _saturated(planned, others)
    for other in others:
        days = sorted(other.owed_on & set(planned.owed_on))
        if days:
            found.append(Conflict(ConflictKind.SAME_DAY, other, tuple(days)))
    return found


def _competes(planned: Planned, other: Other) -> bool:
    """Say whether another brand of the same category is told about meanwhile, or before either exclusivity ran out."""
    until = bound_until(planned.ends_on, planned.template.exclusivity_days)
    is_meanwhile = other.starts_on <= until and other.bound_until >= planned.starts_on
    return other.brand_id != planned.brand_id and other.category == planned.category and is_meanwhile


def _saturated(planned: Planned, others: Sequence[Other]) -> Iterator[Conflict]:
    """Yield one conflict for each stretch of months with the same other brands, more of them than the limit."""
    limit = planned.template.saturation_limit
    if limit is None:
        return
    by_month: Mapping[date, tuple[str, ...]] = {
        month: tuple(sorted({other.brand for other in others if _is_endorsed(other, month, planned)}))
        for month in _months(planned.starts_on, planned.ends_on)
    }
    for brands, months in groupby(by_month, key=lambda month: by_month[month]):
        if len(brands) > limit:
            yield Conflict(ConflictKind.SATURATED, days=tuple(months), brands=brands)


def _is_endorsed(other: Other, month: date, planned: Planned) -> bool:
    return other.brand_id != planned.brand_id and other.starts_on < _after(month) and other.ends_on >= month


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _after(month)


def _after(month: date) -> date:
    """Return the first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)
