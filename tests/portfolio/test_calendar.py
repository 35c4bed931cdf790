"""The calendar: days, views, filters, and whose dates they are."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.portfolio.rules.calendars import Span, View
from partnerships.portfolio.rules.marks import Overrun, overrun_of
from partnerships.portfolio.timetabling import ROWS
from partnerships.reminders.watching import tick
from tests.conftest import SignIn
from tests.portfolio.many import plant
from tests.portfolio.test_pages import count, english, nodes
from tests.stories import ANCHOR_ON, People, draft, move, start

MOST_NODES = 2000
ANCHOR_MONTH = f"/calendar?day={ANCHOR_ON}"


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


def entries(page: str) -> list[str]:
    """Return the words of each entry, in order."""
    found = re.findall(r'<svg class="mk .*?</svg>(.*?)\s*</(?:a|span)>\s*</li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", words).split()) for words in found]


def test_a_month_begins_on_the_monday_before_it_and_ends_on_a_sunday() -> None:
    span = Span(View.MONTH, date(2026, 2, 14))

    assert (span.first, span.last) == (date(2026, 1, 26), date(2026, 3, 1))
    assert [len(week) for week in span.weeks()] == [7] * 5
    assert (span.earlier, span.later) == (date(2026, 1, 1), date(2026, 3, 1))
    assert not span.is_inside(date(2026, 3, 1))


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2024, 2, 29), date(2026, 12, 31), date(2026, 3, 1)])
def test_one_month_later_and_one_earlier_is_the_same_month(day: date) -> None:
    back = Span(View.MONTH, Span(View.MONTH, day).later).earlier

    assert (back.year, back.month) == (day.year, day.month)


def test_weeks_and_agendas_begin_where_they_are_asked_to() -> None:
    week, agenda = Span(View.WEEK, date(2026, 2, 15)), Span(View.AGENDA, date(2026, 2, 15))

    assert (week.first, week.last) == (date(2026, 2, 9), date(2026, 2, 15))
    assert (agenda.first, agenda.later) == (date(2026, 2, 15), date(2026, 2, 22))


def test_an_empty_month_has_its_days_and_says_which_is_today(manager: FlaskClient, clock: ManualClock) -> None:
    page = manager.get("/calendar").text

    assert page.count('aria-current="date"') == 1
    assert re.search(rf'aria-current="date">\s*<time datetime="{clock.now().date()}">', page)
    assert re.search(r'</time> <span class="now-word">Today', page)  # a space between the two
    assert "January 2026" in page
    assert entries(page) == []


def test_a_month_shows_the_dates_of_a_plan_on_their_days(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    draft(transactions, people)

    page = manager.get(ANCHOR_MONTH).text

    assert [words for words in entries(page) if words.startswith("Dewi Check-in:")]
    assert "Planned · estimate" in page


@pytest.mark.parametrize("view", list(View))
def test_each_view_shows_the_same_date_and_links_to_it(
    manager: FlaskClient, transactions: Transactions, people: People, view: View
) -> None:
    start(transactions, people, date(2026, 1, 5))

    page = manager.get(f"/calendar?view={view}&day=2026-01-06").text

    link = re.search(r'href="(/check-ins/\d+)"', page)
    assert link
    assert manager.get(link[1]).status_code == 200
    assert f'aria-current="true">{view.value.title()}' in page.replace("\n", "")


def test_a_reviewer_finds_a_check_in_in_its_partnership(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))

    page = english(sign_in(people.reviewer)).get("/calendar").text

    assert f'href="/partnerships/{partnership_id}"' in page
    assert "/check-ins/" not in page


def test_the_filters_of_the_timeline_narrow_the_calendar_and_come_along(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    start(transactions, people, date(2026, 1, 5))

    kept = manager.get("/calendar?q=dewi&day=2026-01-06").text
    gone = manager.get("/calendar?q=somebody-else&day=2026-01-06").text

    assert entries(kept)
    assert entries(gone) == []
    assert "/partnerships?q=dewi" in kept
    assert "q=dewi&amp;day=2026-02-01" in kept


def test_what_was_called_off_stands_in_no_calendar(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.DECLINE)

    assert entries(manager.get(ANCHOR_MONTH).text) == []


def words_of(page: str, thing: str) -> str:
    """Return how the entry of `thing` stands."""
    return next(words for words in entries(page) if thing in words).rpartition(thing)[2]


def test_a_day_that_has_passed_is_not_called_planned(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    clock.set(datetime(2026, 1, 10, 3, tzinfo=UTC))
    tick(transactions)
    clock.advance(days=1)  # nobody has answered, and no tick has come since

    manager = english(sign_in(people.manager))
    late = manager.get("/calendar?day=2026-01-06").text
    row, story = manager.get("/partnerships").text, manager.get(f"/partnerships/{partnership_id}").text
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    held = manager.get("/calendar?day=2026-01-06").text
    move(transactions, people.creator, partnership_id, PartnershipAction.END_EARLY)
    ended = [words for words in entries(manager.get("/calendar?day=2026-01-06").text) if "Planned" in words]

    assert "Overdue" in words_of(late, "First days")
    assert "Planned" not in words_of(late, "First days")
    assert "First days · Sat, 10 Jan · Overdue" in row
    assert re.search(r"Check-in: First days</[^§]{0,300}?Overdue", story)
    assert "Moves when it goes on" in words_of(held, "First days")
    assert ended == []


def test_before_it_starts_a_day_that_has_passed_moves_with_the_start(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    draft(transactions, people)
    clock.advance(days=90)

    page = english(sign_in(people.manager)).get(ANCHOR_MONTH).text

    assert "Moves with the start · estimate" in page
    assert "Planned" not in " ".join(entries(page))


@pytest.mark.parametrize(
    ("state", "partnership", "is_old", "waits", "said"),
    [
        (DeliverableState.PLANNED, PartnershipState.ACTIVE, True, False, Overrun.BEFORE),
        (DeliverableState.PLANNED, PartnershipState.ACTIVE, False, False, Overrun.OVERDUE),
        (DeliverableState.PLANNED, PartnershipState.ACTIVE, False, True, Overrun.GATE),
        (DeliverableState.SUBMITTED, PartnershipState.ACTIVE, False, False, Overrun.REVIEW),
        (DeliverableState.APPROVED, PartnershipState.COMPLETED, False, False, Overrun.LAPSED),
        (DeliverableState.DONE, PartnershipState.ACTIVE, True, False, None),
        (CheckInState.ANSWERED, PartnershipState.ON_HOLD, True, False, None),
        (CheckInState.OPEN, PartnershipState.ON_HOLD, False, False, Overrun.HELD),
    ],
)
def test_what_has_overrun_its_day_says_why(
    state: CheckInState | DeliverableState,
    partnership: PartnershipState,
    *,
    is_old: bool,
    waits: bool,
    said: Overrun | None,
) -> None:
    assert overrun_of(state, partnership, is_old=is_old, waits=waits) is said


def test_what_stands_still_says_so(manager: FlaskClient, transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)

    assert "on hold" in manager.get("/calendar").text


def test_a_full_day_shows_a_few_and_leads_to_the_others(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 5)

    page = manager.get("/calendar").text
    plus = re.search(r'class="plus" href="([^"]+)">\+2<', page)
    agenda = manager.get(plus[1].replace("&amp;", "&")).text if plus else ""

    assert {f"Many{number}" for number in range(5)} <= set(re.findall(r"Many\d", agenda))


def test_an_agenda_goes_on_where_it_ended_and_leaves_nothing_out(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 9)
    address, seen = "/calendar?view=agenda&day=2025-12-01", 0

    while address:
        page = manager.get(address).text
        found = entries(page)
        seen += len(found)
        onwards = re.search(r'rel="next" href="([^"]*after=[^"]*)"', page)
        assert onwards is None or len(found) == ROWS
        address = onwards[1].replace("&amp;", "&") if onwards else ""

    assert seen == 9 * (8 + 5 + 4)  # check-ins, posts, and drafts of those that are no live session


@pytest.mark.parametrize("view", list(View))
def test_a_crowded_calendar_asks_and_draws_no_more_than_a_quiet_one(
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    statements: list[str],
    view: View,
) -> None:
    address = f"/calendar?view={view}"
    plant(transactions, people, clock, 1, "One")
    few = count(manager, statements, address)
    plant(transactions, people, clock, 40)
    many = count(manager, statements, address)

    assert many == few
    assert nodes(manager.get(address).text) <= MOST_NODES


@pytest.mark.parametrize("nonsense", ["view=year", "day=2026-02-30", "day=0001-01-01", "after=x", "brand=0", "q=%00"])
def test_nonsense_in_the_address_breaks_no_calendar(manager: FlaskClient, nonsense: str) -> None:
    assert manager.get(f"/calendar?{nonsense}").status_code in {200, 400}


def test_a_creator_sees_their_own_dates_and_nobody_else_s(
    creator: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    plant(transactions, people, clock, 2)

    page = creator.get("/me/calendar").text

    assert entries(page)
    assert "Many" not in page
    assert all(words.startswith(("Check-in:", "Draft:", "Post:")) for words in entries(page))
    link = re.search(r'href="(/me/check-ins/\d+)"', page)
    assert link
    assert creator.get(link[1]).status_code == 200
    assert creator.get(f"/me/partnerships/{partnership_id}").status_code == 200


def test_a_creator_does_not_see_a_plan_before_the_invitation(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    draft(transactions, people)

    assert entries(creator.get(f"/me/calendar?day={ANCHOR_ON}").text) == []


def test_a_creator_s_agenda_begins_today_and_says_when_it_is_empty(
    creator: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    empty = creator.get("/me/calendar?view=agenda").text
    start(transactions, people, clock.now().date() - timedelta(days=1))

    assert "Nothing stands here" in empty
    assert entries(creator.get("/me/calendar?view=agenda").text)


def test_only_the_team_opens_the_calendar_of_all(creator: FlaskClient, manager: FlaskClient) -> None:
    assert creator.get("/calendar").status_code == 403
    assert manager.get("/me/calendar").status_code == 403
