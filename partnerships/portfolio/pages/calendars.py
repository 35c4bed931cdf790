"""The calendar: what is due on which day, for the team and for each creator. The address is the state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.actor import MANAGING
from partnerships.core.zones import day_in
from partnerships.people.finding import get_account, get_organisation
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import QuietDays
from partnerships.portfolio import timetabling
from partnerships.portfolio.finding import Narrowing, Place, offer_brands, offer_campaigns
from partnerships.portfolio.rules.calendars import Span, View
from partnerships.portfolio.rules.marks import STATUS_LABELS, STATUS_MARKS, Status
from partnerships.portfolio.timetabling import Agenda, Day, Entry
from partnerships.portfolio.wording import DateLine, date_line, span_text, weekdays
from partnerships.web.context import current_actor, looking, transactions
from partnerships.web.formats import day_text, language

from .blueprint import FILTERS, asked_day, asked_narrowing, kept_arguments, pages, thing_url
from .own import selves

STATE = (*FILTERS, "view", "day")  # of the calendar, in its address
MOST = {View.MONTH: 3, View.WEEK: 12}  # entries a day; the agenda shows the others

DateLines = Callable[[Entry], DateLine]


@dataclass(frozen=True, slots=True)
class Cell:
    """One day as it is drawn; `more` entries stand in the agenda alone."""

    on: date
    text: str
    inside: bool
    today: bool
    quiet: str  # what the quiet day is called; empty for others
    lines: list[DateLine]
    more: int
    agenda_url: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """What every day of one look at the calendar is drawn with."""

    span: Span
    today: date
    quiet: QuietDays
    line: DateLines


@pages.get("/calendar")
def calendar() -> ResponseReturnValue:
    """Show the team what is due on which day, narrowed like the timeline."""
    narrowing = asked_narrowing()
    with looking() as reading:
        leaf = _leaf(
            day_in(get_organisation(reading).zone, reading.now), timetabling.look_at_quiet_days(reading), _line
        )
        span = leaf.span
        if span.view is View.AGENDA:
            laid_out = _agenda(timetabling.look_ahead(reading, narrowing, span.first, _after()), leaf)
        else:
            laid_out = _grid(timetabling.look_at_days(reading, narrowing, span.first, span.last, MOST[span.view]), leaf)
        choices = {"brands": offer_brands(reading), "campaigns": offer_campaigns(reading)}
    return render_template(
        "portfolio/calendar.html",
        narrowing=narrowing,
        can_plan=current_actor().role in MANAGING,
        timeline_url=url_for(".timeline", **kept_arguments(FILTERS)),
        statuses=[(status, STATUS_LABELS[status], STATUS_MARKS[status]) for status in Status],
        **choices,
        **laid_out,
    )


@pages.get("/me/calendar")
def my_calendar() -> ResponseReturnValue:
    """Show a creator their own dates, over every organisation that they work with."""
    actor = current_actor()
    with looking() as reading:
        today = day_in(get_account(reading).zone, reading.now)
        quiet = timetabling.look_at_quiet_days(reading)

    def line(entry: Entry) -> DateLine:
        return date_line(entry, _own_url(entry) if entry.org_id == actor.org_id else None, is_own=True)

    leaf = _leaf(today, quiet, line)
    span, agendas, calendars = leaf.span, [], []
    for self in selves(actor):
        with transactions().looking(self) as reading:
            if span.view is View.AGENDA:
                agendas.append(timetabling.look_ahead(reading, Narrowing(), span.first, _after()))
            else:
                most = MOST[span.view]
                calendars.append(timetabling.look_at_days(reading, Narrowing(), span.first, span.last, most))
    laid_out = (
        _agenda(timetabling.one_agenda(agendas), leaf)
        if span.view is View.AGENDA
        else _grid(timetabling.all_days(calendars), leaf)
    )
    return render_template("portfolio/my_calendar.html", **laid_out)


def _leaf(today: date, quiet: QuietDays, line: DateLines) -> Leaf:
    asked = request.args.get("view", "")
    view = View(asked) if asked in set(View) else View.MONTH
    return Leaf(Span(view, asked_day(request.args.get("day", "")) or today), today, quiet, line)


def _after() -> Place | None:
    return Place.read(request.args.get("after", ""))


def _line(entry: Entry) -> DateLine:
    return date_line(entry, _desk(entry))


def _desk(entry: Entry) -> str:
    """Return where staff look at it; a reviewer sees a check-in in its partnership."""
    if entry.kind is not StepKind.CHECK_IN:
        return thing_url("deliverables.show", "deliverable_id", entry.thing_id)
    if current_actor().role in MANAGING:
        return thing_url("check_ins.show", "check_in_id", entry.thing_id)
    return url_for(".show", partnership_id=entry.partnership_id)


def _own_url(entry: Entry) -> str:
    if entry.kind is StepKind.CHECK_IN:
        return thing_url("check_ins.answer", "check_in_id", entry.thing_id)
    return thing_url("deliverables.submit", "deliverable_id", entry.thing_id)


def _grid(days: Mapping[date, Day], leaf: Leaf) -> dict[str, Any]:
    """Lay out a month or a week as rows of seven days."""
    weeks = [[_cell(days.get(on, Day(on, (), 0)), leaf) for on in week] for week in leaf.span.weeks()]
    return _frame(leaf) | {"weeks": weeks, "days": [], "weekdays": weekdays(leaf.span.first), "more_url": None}


def _agenda(agenda: Agenda, leaf: Leaf) -> dict[str, Any]:
    """Lay out the days that something stands on, one below the other."""
    days = [_cell(day, leaf) for day in agenda.days]
    more_url = _address(after=agenda.next) if agenda.next else None
    return _frame(leaf) | {"weeks": [], "days": days, "weekdays": [], "more_url": more_url}


def _cell(day: Day, leaf: Leaf) -> Cell:
    lines = [leaf.line(entry) for entry in day.entries[: MOST.get(leaf.span.view)]]
    quiet = leaf.quiet.get(day.on)
    return Cell(
        on=day.on,
        text=day_text(day.on),
        inside=leaf.span.is_inside(day.on),
        today=day.on == leaf.today,
        quiet=quiet.in_(language()) if quiet else "",
        lines=lines,
        more=day.total - len(lines),
        agenda_url=_address(view=View.AGENDA, day=day.on),
    )


def _frame(leaf: Leaf) -> dict[str, Any]:
    return {
        "view": leaf.span.view,
        "is_asked": "view" in request.args,
        "day": leaf.span.day,
        "period": span_text(leaf.span),
        "view_urls": {view: _address(view=view) for view in View},
        "earlier_url": _address(day=leaf.span.earlier),
        "later_url": _address(day=leaf.span.later),
        "today_url": _address(day=leaf.today),
    }


def _address(**changes: object) -> str:
    """Return this page's address with something changed; where an agenda goes on is part of it only when given."""
    changed = {name: str(value) for name, value in changes.items()}
    return url_for(str(request.endpoint), **(kept_arguments(STATE) | changed))
