"""Keep the organisation's quiet days and hours. What is planned already stays where it is until somebody moves it."""

from collections.abc import Collection, Sequence
from datetime import date, time, timedelta
from itertools import groupby

from sqlalchemy import select

from partnerships.core.errors import Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.database.work import Reading, Work
from partnerships.people.events import OrganisationFounded
from partnerships.people.tables import Organisation

from .events import QuietDayChanged, QuietHoursChanged
from .rules.partnerships import OVER
from .rules.quiet import DayKind, QuietHours, companions_of, holidays
from .rules.templates import AnchorKind
from .tables import CalendarHours, CalendarRule, Partnership, forget_quiet, quiet_hours_of

NEAR = timedelta(days=15)  # so far an announcement may be from what was expected; a feast comes back after 354 days
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)


def seed(work: Work, event: Event) -> None:
    """Give a new organisation Indonesia's holidays."""
    if isinstance(event, OrganisationFounded):
        take_holidays(work)


def take_holidays(work: Work) -> int:
    """Add the holidays of years that are not kept yet; return how many days. What was moved or removed stays so."""
    ours = select(Organisation.id).where(Organisation.id == work.actor.org_id)
    work.session.execute(ours.with_for_update(key_share=True))  # two at once would each add all of them
    kept = {(key, on.year) for key, on in work.session.execute(select(CalendarRule.key, CalendarRule.on))}
    new = [
        CalendarRule.of(holiday, work.actor.org_id)
        for holiday in holidays()
        if (holiday.key, holiday.on.year) not in kept
    ]
    work.session.add_all(new)
    work.session.flush()
    forget_quiet(work.session)
    return len(new)


def list_years(reading: Reading) -> list[int]:
    """Return the years that quiet days are kept for."""
    days = reading.session.scalars(select(CalendarRule.on).distinct())
    return sorted({on.year for on in days})


def list_days(reading: Reading, year: int) -> Sequence[CalendarRule]:
    """Return the quiet days of a year in order, also those that were removed."""
    return reading.session.scalars(
        select(CalendarRule)
        .where(CalendarRule.on >= date(year, 1, 1), CalendarRule.on <= date(year, 12, 31))
        .order_by(CalendarRule.on, CalendarRule.id)
    ).all()


def get_day(reading: Reading, rule_id: int) -> CalendarRule:
    """Return the quiet day, or raise `NotFound`."""
    return reading.get(CalendarRule, rule_id)


def add_day(work: Work, on: date, name: str) -> CalendarRule:
    """Keep another quiet day."""
    _check(on)
    rule = CalendarRule(
        org_id=work.actor.org_id, on=on, key="", name_id=name, name_en=name, kind=DayKind.OWN, estimated=False
    )
    work.session.add(rule)
    _tell(work, rule, "added")
    return rule


def list_companions(reading: Reading, rule: CalendarRule) -> Sequence[CalendarRule]:
    """Return the quiet days that belong to a feast and are kept beside it, in order."""
    if rule.kind is not DayKind.PUBLIC:
        return []
    near = CalendarRule.on.between(rule.on - NEAR, rule.on + NEAR), CalendarRule.removed_at.is_(None)
    found = select(CalendarRule).where(CalendarRule.key.in_(companions_of(rule.key)), *near)
    return reading.session.scalars(found.order_by(CalendarRule.on, CalendarRule.id)).all()


def change_day(
    work: Work, rule_id: int, *, on: date, estimated: bool, name: str | None = None, along: Collection[int] = ()
) -> date:
    """Put a feast on its announced day, or call a day of one's own something else; return the day it was on.

    Those of its companions that are named in `along` move by as many days, and are as certain as it is.
    """
    rule = work.get(CalendarRule, rule_id)
    _check(on)
    for other in list_companions(work, rule):
        moved = other.on + (on - rule.on), estimated
        if other.id in along and moved != (other.on, other.estimated):
            other.on, other.estimated = moved
            _tell(work, other, "changed")
    was_on, rule.on, rule.estimated = rule.on, on, estimated
    if name and rule.kind is DayKind.OWN:
        rule.name_id = rule.name_en = name
    _tell(work, rule, "changed")
    return was_on


def remove_day(work: Work, rule_id: int) -> CalendarRule:
    """Let a day be like any other from now on; it can be brought back."""
    rule = work.get(CalendarRule, rule_id)
    rule.removed_at = work.now
    _tell(work, rule, "removed")
    return rule


def restore_day(work: Work, rule_id: int) -> CalendarRule:
    """Bring a day back that was removed."""
    rule = work.get(CalendarRule, rule_id)
    rule.removed_at = None
    _tell(work, rule, "restored")
    return rule


def list_anchored(reading: Reading, rule: CalendarRule, was_on: date | None) -> list[tuple[date, list[Partnership]]]:
    """Return the partnerships that are not over and count from this feast, but from another day than it is on, by day.

    Of templates that do not say which feast they mean, those that count from the day `was_on` that it just left.
    """
    near = Partnership.anchor_on.between(rule.on - NEAR, rule.on + NEAR), Partnership.anchor_on != rule.on
    rows = select(Partnership).where(*near, Partnership.state.not_in(OVER))
    found = reading.session.scalars(rows.order_by(Partnership.anchor_on, Partnership.id)).unique()
    counted = [one for one in found if _counts(one, rule, was_on)]
    return [(on, list(group)) for on, group in groupby(counted, key=lambda one: one.anchor_on)]


def _counts(partnership: Partnership, rule: CalendarRule, was_on: date | None) -> bool:
    if partnership.template.anchor is not AnchorKind.CALENDAR_EVENT:
        return False
    feast = partnership.template.anchor_event
    return feast == rule.key if feast else partnership.anchor_on == was_on


def find_hours(reading: Reading) -> QuietHours:
    """Return the quiet hours as they are kept."""
    return quiet_hours_of(reading.session)


def set_hours(work: Work, begins: time, ends: time) -> None:
    """Remind nobody from `begins` until `ends`, by the clock where each of them lives."""
    row = work.session.scalars(select(CalendarHours)).one_or_none()
    if row is None:
        row = CalendarHours(org_id=work.actor.org_id, begins=begins, ends=ends)
        work.session.add(row)
    row.begins, row.ends = begins, ends
    work.session.flush()
    forget_quiet(work.session)
    work.emit(
        QuietHoursChanged(
            key=f"calendar_hours:{row.id}:v{row.version}:{work.now.isoformat()}",
            about=f"calendar_hours:{row.id}",
            begins=begins.isoformat("minutes"),
            ends=ends.isoformat("minutes"),
        )
    )


def _check(on: date) -> None:
    if not EARLIEST <= on <= LATEST:
        raise Refused(N_("This date is too far away."), field="on")


def _tell(work: Work, rule: CalendarRule, what: str) -> None:
    """Keep the change, have the days read anew, and write it into the history."""
    work.session.flush()
    forget_quiet(work.session)
    work.emit(
        QuietDayChanged(
            key=f"{rule.about}:v{rule.version}:{what}:{work.now.isoformat()}",
            about=rule.about,
            on=rule.on,
            name=rule.name_id,
            what=what,
        )
    )
