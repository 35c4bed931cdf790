"""Put the board, the timeline and the story of a partnership into the words of whoever reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel.dates import format_date

from partnerships.core.words import N_
from partnerships.plans.rules.courses import DAY_LABELS
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import OVER, PartnershipState, label_of
from partnerships.plans.rules.templates import Meaning
from partnerships.plans.wording import state_text
from partnerships.web.formats import away_text, day_text, due_text, language, number_text
from partnerships.web.words import gettext, ngettext, say

from .charting import Bar, ChartRow, Point
from .feeding import FeedDate
from .listing import Wait
from .rules.calendars import Span, View
from .rules.ics import Event
from .rules.marks import BEFORE_ITS_DAY, OVERRUN_LABELS, POINT_LABELS, STATUS_LABELS, Mark, Status, word_of
from .rules.waits import ACTION_LABELS, LOOK, OWN_LABELS, WaitKind
from .timetabling import Entry

MONTHS_BEFORE, MONTHS_AFTER = 3, 5  # of the window that the timeline opens with, around the present month


@dataclass(frozen=True, slots=True)
class Month:
    """A month in the timeline's head; `day` counts from its left edge."""

    day: int
    label: str


@dataclass(frozen=True, slots=True)
class Window:
    """The days that the timeline shows; `last` is the day after the last one."""

    first: date
    last: date

    @classmethod
    def around(cls, day: date) -> "Window":
        """Return whole months around the month of `day`."""
        return cls(_month(day, -MONTHS_BEFORE), _month(day, MONTHS_AFTER))

    @property
    def days(self) -> int:
        """Return how many days are shown."""
        return (self.last - self.first).days

    def shifted(self, months: int) -> date:
        """Return the month around which the window lies that is `months` later."""
        return _month(self.first, MONTHS_BEFORE + months)

    def offset(self, day: date) -> int | None:
        """Return how many days after the left edge `day` is, or None outside."""
        return (day - self.first).days if self.first <= day < self.last else None

    def months(self) -> list[Month]:
        """Return the months in the head."""
        days = [_month(self.first, number) for number in range(MONTHS_BEFORE + MONTHS_AFTER)]
        return [Month((day - self.first).days, _month_text(day)) for day in days]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stage's bar, cut to the window; `number` is its place in the plan, from 0: it keeps its tint."""

    number: int
    day: int
    days: int
    title: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark on the line; `title` is its whole sentence."""

    day: int
    state: Mark
    title: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One row as the component draws it; its addresses are added by the page."""

    id: int
    url: str
    panel_url: str
    name: str
    state: Mark
    line: str
    brand: str
    summary: str
    stages: list[Stretch]
    marks: list[Dot]


def timeline_row(row: ChartRow, window: Window, url: str, panel_url: str) -> TimelineRow:
    """Return `row` as it is drawn inside `window`."""
    word = state_text(label_of(row.state, row.end_reason), row.begins_on, year=False)
    line = _line(row, word)
    spoken = language()  # asked once: a page draws a thousand bars and marks
    return TimelineRow(
        id=row.id,
        url=url,
        panel_url=panel_url,
        name=row.creator,
        state=row.mark,
        line=line,
        brand=row.product,
        summary=", ".join(dict.fromkeys((word, *_urgent(row), line, row.product))),
        stages=[stretch for place in enumerate(row.bars) if (stretch := _stretch(*place, window, spoken))],
        marks=[dot for point in row.points if (dot := _dot(point, window, spoken))],
    )


def _urgent(row: ChartRow) -> list[str]:
    """Return the word of what is most urgent in a plan that runs; the mark of another is that of its own state."""
    return [say(STATUS_LABELS[Status(row.mark)])] if row.state is PartnershipState.ACTIVE else []


def _line(row: ChartRow, word: str) -> str:
    """Return the short line under a name: how far, and what comes next; its state before and after."""
    if row.state is not PartnershipState.ACTIVE or row.next is None or row.begins_on is not None:
        return word
    done = f"{row.done}/{len(row.points)}"
    return f"{done} · {day_text(row.next.on, year=False)}"


def _stretch(number: int, bar: Bar, window: Window, spoken: str) -> Stretch | None:
    first, last = max(bar.starts_on, window.first), min(bar.ends_on + timedelta(days=1), window.last)
    if first >= last:
        return None
    title = bar.title.in_(spoken)
    return Stretch(number, (first - window.first).days, (last - first).days, title)


def _dot(point: Point, window: Window, spoken: str) -> Dot | None:
    day = window.offset(point.on)
    if day is None:
        return None
    return Dot(day, point.mark, _titled(point.title.in_(spoken), word_of(point.state, point.mark), point.on, spoken))


@lru_cache(maxsize=8192)
def _titled(title: str, word: str, on: date, _language: str) -> str:
    """Return what, when and how it stands; a timeline shows hundreds, and most of them again at the next look."""
    return f"{title} · {day_text(on, year=False)} · {say(word)}"


@dataclass(frozen=True, slots=True)
class WaitLine:
    """One row of Today. `said` is the text for WhatsApp, None where nobody is to be reminded."""

    id: str
    creator: str
    product: str
    title: str
    mark: Mark
    machine_date: str
    date: str
    relative: str
    action: str
    url: str
    partnership_url: str
    is_coming: bool = False  # nothing to do yet
    said: str | None = None
    chat_url: str | None = None
    words: str = ""  # with which somebody asked for it
    notes: tuple[str, ...] = ()  # what whoever reminds has to know


WAIT_MARKS = {
    WaitKind.REVIEW: Mark.SUBMITTED,
    WaitKind.CHECK_LIVE: Mark.SUBMITTED,
    WaitKind.LOOK_AGAIN: Mark.PUBLISHED,
    WaitKind.NEEDS_PERSON: Mark.CHANGES,
    WaitKind.REACTION: Mark.OVERDUE,
    WaitKind.ON_HOLD: Mark.CHANGES,
    WaitKind.TERMS: Mark.CHANGES,
    WaitKind.TO_REPLACE: Mark.CHANGES,
    WaitKind.PARCEL_MISSING: Mark.CHANGES,
    WaitKind.PAYMENT: Mark.DUE,
    WaitKind.DISPUTED: Mark.CHANGES,
    WaitKind.AT_RISK: Mark.OVERDUE,
    WaitKind.GATE: Mark.DUE,
    WaitKind.TO_INVITE: Mark.PLANNED,
    WaitKind.INVITATION: Mark.PLANNED,
    WaitKind.RECEIPT: Mark.PLANNED,
    WaitKind.CONFIRMATION: Mark.SUBMITTED,
    WaitKind.DATES: Mark.CHANGES,
    WaitKind.POST: Mark.APPROVED,
    WaitKind.MESSAGE: Mark.CHANGES,
    WaitKind.COMING: Mark.PLANNED,
}
_ABOUT_CHECK_INS = frozenset(
    {WaitKind.CHECK_IN, WaitKind.MISSED, WaitKind.COMING, WaitKind.NEEDS_PERSON, WaitKind.CONFIRMATION}
)
_OWED = frozenset({WaitKind.DRAFT, WaitKind.POST, WaitKind.TASK, WaitKind.NUMBERS})
_ABOUT_CONTENT = _OWED | {WaitKind.REVIEW, WaitKind.CHECK_LIVE, WaitKind.LOOK_AGAIN, WaitKind.MESSAGE}
_DATED = _OWED | {WaitKind.CHECK_IN, WaitKind.MISSED, WaitKind.COMING, WaitKind.PAYMENT}


def wait_line(
    wait: Wait,
    url: str,
    partnership_url: str,
    *,
    said: str | None = None,
    chat_url: str | None = None,
    words: str = "",
    notes: tuple[str, ...] = (),
    is_own: bool = False,
    only_looks: bool = False,
) -> WaitLine:
    """Return `wait` in words; `is_own` words the action for the creator who owes it.

    `only_looks`: the reader may not do what it waits for.
    """
    mark = Mark.OVERDUE if wait.is_overdue else WAIT_MARKS.get(wait.kind, Mark.DUE)
    return WaitLine(
        id=f"{wait.kind}-{wait.org_id}-{wait.thing_id}",
        creator=wait.creator,
        product=wait.product,
        title=wait_title(wait, is_own=is_own),
        mark=mark,
        machine_date=wait.on.isoformat(),
        date=_wait_date(wait),
        relative=away_text(wait.on, wait.today),
        action=say(LOOK if only_looks else OWN_LABELS[wait.kind] if is_own else ACTION_LABELS[wait.kind]),
        url=url,
        partnership_url=partnership_url,
        is_coming=wait.kind is WaitKind.COMING,
        said=said,
        chat_url=chat_url,
        words=words,
        notes=notes,
    )


def _wait_date(wait: Wait) -> str:
    day = due_text(wait.on, wait.by, wait.zone, year=False)
    return gettext("due %(day)s", day=day) if wait.kind in _DATED else gettext("since %(day)s", day=day)


def wait_title(wait: Wait, *, is_own: bool = False) -> str:
    """Return what is waited for; `is_own` when the creator who owes it reads it."""
    if wait.kind is WaitKind.DATES and is_own:
        return gettext("Earlier dates were proposed")
    if wait.kind in _ABOUT_CHECK_INS:
        name = wait.template.check_in(wait.key).title.in_(language())
    elif wait.kind in _ABOUT_CONTENT:
        name = wait.template.deliverable(wait.key).title.in_(language())
    else:
        name = wait.template.stage(wait.key).title.in_(language()) if wait.kind is WaitKind.GATE else ""
    if wait.kind is WaitKind.NEEDS_PERSON:
        return f"{say(MEANINGS.get(wait.meaning, _SOMETHING))}: {name}"
    return gettext(WAIT_TITLES[wait.kind], name=name, number=wait.number)


_SOMETHING = N_("An answer to read")
MEANINGS: Mapping[str, str] = {
    Meaning.REACTION: N_("Reported a reaction"),
    Meaning.STILL_USING: N_("No longer uses it"),
    Meaning.REFILL: N_("Needs a refill"),
    Meaning.KEEP_GOING: N_("Would rather not go on"),
    Meaning.MINUS: N_("Has a drawback to tell"),
}
WAIT_TITLES = {
    WaitKind.REVIEW: N_("Content to review: %(name)s"),
    WaitKind.CHECK_LIVE: N_("Post to check: %(name)s"),
    WaitKind.LOOK_AGAIN: N_("Still up? %(name)s"),
    WaitKind.REACTION: N_("Reaction reported: everything is paused"),
    WaitKind.ON_HOLD: N_("On hold"),
    WaitKind.TO_INVITE: N_("Planned, not invited yet"),
    WaitKind.TERMS: N_("Wants to talk about the terms"),
    WaitKind.TO_SEND: N_("Agreed: the product is not sent yet"),
    WaitKind.TO_REPLACE: N_("The parcel arrived damaged"),
    WaitKind.PARCEL_MISSING: N_("The parcel has not arrived, says the creator"),
    WaitKind.PAYMENT: N_("Payment %(number)s earned"),
    WaitKind.DISPUTED: N_("Payment %(number)s disputed"),
    WaitKind.CHECK_IN: N_("Check-in: %(name)s"),
    WaitKind.MISSED: N_("Missed: %(name)s"),
    WaitKind.COMING: N_("Check-in: %(name)s"),
    WaitKind.DRAFT: N_("Draft: %(name)s"),
    WaitKind.POST: N_("Post: %(name)s"),
    WaitKind.NUMBERS: N_("Numbers of the post: %(name)s"),
    WaitKind.MESSAGE: N_("Message about: %(name)s"),
    WaitKind.TASK: N_("Task: %(name)s"),
    WaitKind.RECEIPT: N_("Product on its way, receipt not confirmed"),
    WaitKind.INVITATION: N_("Invitation not answered yet"),
    WaitKind.CONFIRMATION: N_("Answer to confirm: %(name)s"),
    WaitKind.DATES: N_("Earlier dates: waits for the creator's yes"),
    WaitKind.AT_RISK: N_("At risk: overdue for long"),
    WaitKind.GATE: N_("Stage that waits: %(name)s"),
}


@dataclass(frozen=True, slots=True)
class DateLine:
    """One entry of a calendar. `head` is what the reader looks for: staff a person, creators a thing to do."""

    url: str | None
    mark: Mark
    head: str
    rest: str
    word: str


def date_line(entry: Entry, url: str | None, *, is_own: bool = False) -> DateLine:
    """Return an entry as a calendar shows it; `is_own` when its creator is the one who looks."""
    kind = DAY_LABELS[entry.course] if entry.kind is StepKind.PUBLISH else DATE_LABELS[entry.kind]
    thing = f"{say(kind)}: {entry.title.in_(language())}"
    notes = [f"{entry.by:%H.%M}"] if entry.by else []
    notes += [say(label) for label in _standing(entry)]
    if entry.is_estimate and entry.partnership_state not in OVER:
        notes.append(gettext("estimate"))
    if entry.partnership_state is PartnershipState.ON_HOLD:
        notes.append(gettext("on hold"))
    head, rest = (thing, entry.product) if is_own else (entry.creator, thing)
    return DateLine(url, entry.mark, head, rest, " · ".join(notes))


def _standing(entry: Entry) -> list[str]:
    """Return how it stands: what has passed without being settled is planned no more."""
    if entry.state is None:
        return [N_("Done") if entry.mark is Mark.APPROVED else N_("Over")]
    usual = [] if entry.overrun and entry.state in BEFORE_ITS_DAY else [POINT_LABELS[entry.state]]
    return [*usual, OVERRUN_LABELS[entry.overrun]] if entry.overrun else usual


def feed_event(each: FeedDate, host: str, *, is_own: bool = False) -> Event:
    """Return a date as calendar programs take it; `host` makes its name unlike that of any other installation's."""
    kind = DAY_LABELS[each.course] if each.kind is StepKind.PUBLISH else DATE_LABELS[each.kind]
    thing = f"{say(kind)}: {each.title.in_(language())} ({each.product})"
    return Event(
        uid=f"step-{each.step_id}@{host}",
        on=each.on,
        at=each.at,
        title=thing if is_own else f"{each.creator} \u00b7 {thing}",
        standing=each.standing,
        sequence=each.sequence,
        changed_at=each.changed_at,
    )


DATE_LABELS = {StepKind.CHECK_IN: N_("Check-in"), StepKind.DRAFT: N_("Draft")}


def span_text(span: Span) -> str:
    """Return which days a calendar shows, in words."""
    match span.view:
        case View.MONTH:
            return format_date(span.day, "MMMM y", locale=_locale())
        case View.WEEK:
            return f"{day_text(span.first, year=False)} \u2013 {day_text(span.last)}"
        case View.AGENDA:
            return gettext("From %(day)s", day=day_text(span.first))


def weekdays(monday: date) -> list[tuple[str, str]]:
    """Return the names of the days of a week, short and whole."""
    days = [monday + timedelta(days=number) for number in range(7)]
    return [(format_date(day, "EEE", locale=_locale()), format_date(day, "EEEE", locale=_locale())) for day in days]


def counted(total: int, most: int) -> str:
    """Return a count, or "1.000+" where counting stopped."""
    return f"{number_text(most)}+" if total >= most else number_text(total)


def partnerships_counted(total: int, most: int) -> str:
    """Return how many partnerships there are, in words."""
    return ngettext("%(count)s partnership", "%(count)s partnerships", total, count=counted(total, most))


def _month(day: date, later: int) -> date:
    """Return the first day of the month that is `later` months after the month of `day`."""
    number = day.year * 12 + day.month - 1 + later
    return date(number // 12, number % 12 + 1, 1)


def _month_text(day: date) -> str:
    return format_date(day, "MMM y", locale=_locale())


def _locale() -> str:
    return "en_ID" if language() == "en" else "id"
