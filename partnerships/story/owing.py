"""Say which reminders the ladder demanded, and which of them nobody put into the outbox.

Asked of the dates as they were agreed, of what happened when, and of the ladder's rules. What the engine noted down for
itself (which rungs it has climbed, when it looks again) is not asked: this is how a mistake of its own shows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from partnerships.check_ins.events import CheckInMoved
from partnerships.check_ins.rules.check_ins import ANSWERABLE, CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.zones import day_in
from partnerships.database.base import Owned
from partnerships.database.history import HistoryEntry
from partnerships.deliverables.events import DeliverableMoved
from partnerships.deliverables.rules.deliverables import DRAFT_OWED, UNPOSTED, DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import OUT_OF_DATE, MailKind, MailState, OutboxMail
from partnerships.plans.events import PartnershipMoved
from partnerships.plans.rules.clocks import CLOCK_OF, OF_BRAND, runs_out_on
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.quiet import QuietDays
from partnerships.plans.rules.templates import Text
from partnerships.plans.tables import CalendarRule, Partnership, PlanVersion, Step
from partnerships.reminders.rules.ladder import NO_DAYS, Side, climbs, told_of
from partnerships.reminders.waits import CLOCK_WORDINGS

RESUMED = "resumed"  # the plan moved by a pause: what had been reminded of is not said again
# By the wording; the others are for the creator.
COLLEAGUES = {"overdue": Side.MANAGER, "task": Side.MANAGER, "at_risk": Side.OWNER} | {
    wording: side for (_, side), wording in CLOCK_WORDINGS.items() if side is not Side.CREATOR
}
OWED = frozenset({Course.POST, Course.TASK})  # what somebody is reminded of on its day
MOVES = {CheckInMoved.__name__: "check_in", DeliverableMoved.__name__: "deliverable"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some time on end."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Say whether `moment` lies inside; on an edge it may have been either way."""
        return self.since < moment < self.until


@dataclass(frozen=True, slots=True)
class Reminder:
    """Of which thing, due when, on which rung, to whom."""

    about: str
    kind: StepKind
    due_on: date
    rung: str
    side: Side


@dataclass(frozen=True, slots=True)
class _Thing:
    """What is reminded of, by its step; somebody waits for it while it is in a state of `awaited`."""

    about: str
    step: Step
    begins_as: str
    awaited: Collection[str]
    course: Course = Course.POST


@dataclass(frozen=True, slots=True)
class _Past:
    """What happened up to `now`: moves by the thing's name, dates by partnership, quiet days by organisation."""

    now: datetime
    moves: Mapping[str, list[tuple[datetime, str]]]
    versions: Mapping[int, list[PlanVersion]]
    quiet: Mapping[int, QuietDays]

    def quiet_for(self, one: Owned) -> QuietDays:
        """Return the days on which nobody of its organisation is reminded, as they are kept now."""
        return self.quiet.get(one.org_id, NO_DAYS)

    def while_in(self, about: str, begins_as: str, states: Collection[str]) -> list[Stretch]:
        """Return when the thing was in one of `states`."""
        moves = [(datetime.min.replace(tzinfo=UTC), begins_as), *self.moves.get(about, [])]
        ends = [at for at, _ in moves[1:]] + [self.now]
        found: list[Stretch] = []
        for (since, state), until in zip(moves, ends, strict=True):
            if state in states and found and found[-1].until == since:
                found[-1] = replace(found[-1], until=until)
            elif state in states:
                found.append(Stretch(since, until))
        return found

    def is_settled(self, thing: _Thing) -> bool:
        """Say whether nobody waits for it any more."""
        moves = self.moves.get(thing.about, [])
        return bool(moves) and moves[-1][1] not in thing.awaited


def untold(session: Session, now: datetime) -> list[Reminder]:
    """Return what came due before `now`, while a partnership ran and its thing was awaited, and was never queued.

    What was queued and called off counts as told if the thing has been settled.
    """
    past, told = _read(session, now), _told(session)
    demanded = [(reminder, past.is_settled(thing)) for thing in _things(session) for reminder in _demanded(thing, past)]
    return [
        reminder
        for reminder, is_settled in (*demanded, *_demanded_before(session, past))
        if reminder not in told or (told[reminder] and not is_settled)
    ]


def _demanded_before(session: Session, past: _Past) -> Iterator[tuple[Reminder, bool]]:
    """Give what the clocks before day 0 demand, and whether it has been settled: from when a state began to its end."""
    for partnership in session.scalars(select(Partnership)).unique():
        moves = past.moves.get(partnership.about, [])
        ends = [at for at, _ in moves[1:]] + [past.now]
        for (since, state), until in zip(moves, ends, strict=True):
            kind = CLOCK_OF.get(PartnershipState(state))
            if kind is None or (kind is StepKind.PARCEL and not partnership.waits_for_parcel):
                continue
            zone = partnership.manager.account.zone if kind in OF_BRAND else partnership.zone
            quiet = past.quiet_for(partnership)
            due_on = runs_out_on(kind, day_in(zone, since), quiet)
            for come, at in climbs(kind, due_on, zone, quiet):
                if Stretch(since, until).holds(at):
                    for side, rung in told_of(come).items():
                        yield Reminder(partnership.about, kind, due_on, rung, side), until < past.now


def _demanded(thing: _Thing, past: _Past) -> Iterator[Reminder]:
    """Give what the ladder demands, one day after the other on which the thing was due."""
    step = thing.step
    running = past.while_in(f"partnership:{step.partnership_id}", "", {PartnershipState.ACTIVE})
    awaited = past.while_in(thing.about, thing.begins_as, thing.awaited)
    said: set[str] = set()
    for due_on, stretch, begins_anew in _dates(step, past):
        said = set() if begins_anew else said
        for rungs, at in climbs(step.kind, due_on, step.zone, past.quiet_for(step), due_by=step.due_by):
            come = [stair for stair in rungs if stair.rung not in said]
            if come and _holds([stretch], at) and _holds(running, at) and _holds(awaited, at):
                said |= {stair.rung for stair in come}
                told = told_of(come, thing.course)
                yield from (Reminder(thing.about, step.kind, due_on, rung, side) for side, rung in told.items())


def _holds(stretches: Iterable[Stretch], moment: datetime) -> bool:
    return any(stretch.holds(moment) for stretch in stretches)


def _dates(step: Step, past: _Past) -> Iterator[tuple[date, Stretch, bool]]:
    """Give each day on which the step was due, from when until when, and whether its ladder began anew then."""
    versions = past.versions[step.partnership_id]
    ends = [version.made_at for version in versions[1:]] + [past.now]
    days = [date.fromisoformat(version.dates[f"{step.kind}:{step.key}"]) for version in versions]
    since = versions[0].made_at
    for number, (version, day, end) in enumerate(zip(versions, days, ends, strict=True)):
        if number and day != days[number - 1]:
            since = version.made_at
        if number + 1 == len(days) or days[number + 1] != day:
            yield day, Stretch(since, end), version.reason != RESUMED


def _read(session: Session, now: datetime) -> _Past:
    moves: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for entry in session.scalars(select(HistoryEntry).order_by(HistoryEntry.at, HistoryEntry.id)):
        if entry.name == PartnershipMoved.__name__:
            moves[entry.about].append((entry.at, entry.facts["now"]))
        elif thing := MOVES.get(entry.name):
            moves[f"{thing}:{entry.facts[f'{thing}_id']}"].append((entry.at, entry.facts["now"]))
    versions: dict[int, list[PlanVersion]] = defaultdict(list)
    for version in session.scalars(select(PlanVersion).order_by(PlanVersion.number)):
        versions[version.partnership_id].append(version)
    return _Past(now, moves, versions, _quiet_days(session))


def _quiet_days(session: Session) -> Mapping[int, QuietDays]:
    days: dict[int, dict[date, Text]] = defaultdict(dict)
    for rule in session.scalars(select(CalendarRule).where(CalendarRule.removed_at.is_(None))):
        days[rule.org_id][rule.on] = rule.name
    return days


def _things(session: Session) -> Iterator[_Thing]:
    for check_in in session.scalars(select(CheckIn)).unique():
        yield _Thing(check_in.about, check_in.step, CheckInState.SCHEDULED, {CheckInState.SCHEDULED, *ANSWERABLE})
    for one in session.scalars(select(Deliverable)).unique():
        if one.draft_step is not None:
            yield _Thing(one.about, one.draft_step, DeliverableState.PLANNED, DRAFT_OWED)
        approved = UNPOSTED if one.draft_step is None else {DeliverableState.APPROVED}
        if one.course in OWED:
            yield _Thing(one.about, one.publish_step, DeliverableState.PLANNED, approved, one.course)


def _told(session: Session) -> dict[Reminder, bool]:
    """Return every reminder that was queued, and whether it was called off again."""
    queued = session.scalars(select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER))
    return {
        Reminder(
            mail.about,
            StepKind(mail.context["waits_for"]),
            date.fromisoformat(mail.context["due_on"]),
            mail.context["rung"],
            COLLEAGUES.get(mail.template, Side.CREATOR),
        ): mail.state is MailState.CANCELLED and mail.last_error != OUT_OF_DATE and mail.digest is None
        for mail in queued
        if mail.context.get("waits_for") in set(StepKind)  # what waits for the brand has no step
    }
