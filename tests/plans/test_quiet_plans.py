"""Plans step around quiet days: when they are laid out, fixed, moved and shown."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import receiving, ruling, shifting, sketching
from partnerships.plans.rules.dates import STAGE_STEPS
from partnerships.plans.rules.moves import Move, MoveKind, Why
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import PlanVersion
from tests.conftest import SignIn
from tests.plans.bending import days, shift
from tests.portfolio.test_pages import english
from tests.stories import ANCHOR_ON, People, draft, move, prepare, start

DAY = timedelta(days=1)
FEAST = ANCHOR_ON + 8 * DAY
CHECK_IN = "check_in:first-days"


def keep_quiet(transactions: Transactions, people: People, *on: date) -> None:
    with transactions.begin(people.manager) as work:
        for day in on:
            ruling.add_day(work, day, "Feast")


def plain(transactions: Transactions, people: People) -> dict[str, date]:
    """Return the days of a plan in which no day is quiet."""
    return days(transactions, people, draft(transactions, people))


def test_a_new_plan_steps_around_a_quiet_day_and_nothing_else_of_it_moves(
    transactions: Transactions, people: People
) -> None:
    before = plain(transactions, people)
    quiet = before[CHECK_IN]
    keep_quiet(transactions, people, quiet)

    after = plain(transactions, people)

    moved = {name for name, on in after.items() if on != before[name]}
    assert CHECK_IN in moved
    assert after[CHECK_IN] == quiet + DAY
    assert all(before[name] == quiet for name in moved)


def test_what_was_agreed_is_where_the_dates_went(transactions: Transactions, people: People) -> None:
    keep_quiet(transactions, people, plain(transactions, people)[CHECK_IN])
    partnership_id = draft(transactions, people)

    with transactions.looking(people.manager) as reading:
        kept = PlanVersion.partnership_id == partnership_id
        agreed = reading.session.scalars(select(PlanVersion.dates).where(kept)).one()
    assert agreed[CHECK_IN] == days(transactions, people, partnership_id)[CHECK_IN].isoformat()


def test_stages_begin_and_end_as_they_would(transactions: Transactions, people: People) -> None:
    before = plain(transactions, people)
    stages = {name: on for name, on in before.items() if name.partition(":")[0] in STAGE_STEPS}
    keep_quiet(transactions, people, *set(stages.values()))

    after = plain(transactions, people)

    assert {name: after[name] for name in stages} == stages


def test_another_organisation_s_quiet_days_change_nothing(transactions: Transactions, people: People) -> None:
    before = plain(transactions, people)
    with transactions.begin(people.stranger) as work:
        ruling.add_day(work, before[CHECK_IN], "Theirs")

    assert plain(transactions, people) == before


def test_a_plan_that_is_fixed_steps_around_the_days_that_are_quiet_then(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    planned = days(transactions, people, partnership_id)
    received_on = clock.now().date()
    earlier = ANCHOR_ON - received_on
    quiet = planned[CHECK_IN] - earlier
    keep_quiet(transactions, people, quiet)

    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    fixed = days(transactions, people, partnership_id)
    moved = {name for name, on in fixed.items() if on != planned[name] - earlier}
    assert fixed[CHECK_IN] == quiet + DAY
    assert all(planned[name] - earlier == quiet for name in moved - {"stage_opens:fit"})  # it had begun


def test_what_had_made_way_for_a_quiet_day_counts_from_its_own_day_again_once_the_plan_is_fixed(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    undisturbed = plain(transactions, people)
    keep_quiet(transactions, people, undisturbed[CHECK_IN], undisturbed[CHECK_IN] + DAY)
    partnership_id = prepare(transactions, people)
    planned = days(transactions, people, partnership_id)
    received_on = clock.now().date()
    earlier = ANCHOR_ON - received_on

    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    fixed = days(transactions, people, partnership_id)
    assert planned[CHECK_IN] == undisturbed[CHECK_IN] + 2 * DAY
    assert fixed[CHECK_IN] == undisturbed[CHECK_IN] - earlier
    assert all(fixed[name] == undisturbed[name] - earlier for name in planned if name.startswith("check_in"))


def test_a_day_that_somebody_chose_before_the_plan_was_fixed_goes_along(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    keep_quiet(transactions, people, plain(transactions, people)[CHECK_IN])
    partnership_id = prepare(transactions, people)
    chosen = days(transactions, people, partnership_id)[CHECK_IN] + 2 * DAY
    shift(transactions, people.manager, partnership_id, Move(MoveKind.STEP, key=CHECK_IN, to=chosen))

    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, clock.now().date())

    moved = days(transactions, people, partnership_id)[CHECK_IN]
    assert moved == chosen - (ANCHOR_ON - clock.now().date())


def test_a_start_that_moves_onto_the_way_made_for_a_quiet_day_leaves_it_there(
    transactions: Transactions, people: People
) -> None:
    keep_quiet(transactions, people, plain(transactions, people)[CHECK_IN])
    partnership_id = draft(transactions, people)
    with transactions.looking(people.manager) as reading:
        looked = shifting.preview(reading, [partnership_id], Move(MoveKind.ANCHOR, 1))[0]

    [stay] = [stay for stay in looked.bent.stays if f"{stay.kind}:{stay.key}" == CHECK_IN]
    assert stay.why is Why.QUIET


def test_a_plan_that_is_moved_or_resumed_steps_around_quiet_days(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, clock.now().date())
    before = days(transactions, people, partnership_id)
    keep_quiet(transactions, people, before[CHECK_IN] + 7 * DAY)

    shift(transactions, people.manager, partnership_id, Move(MoveKind.REST, 7))
    moved = days(transactions, people, partnership_id)
    keep_quiet(transactions, people, moved[CHECK_IN] + 2 * DAY)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    clock.advance(days=2)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    assert moved[CHECK_IN] == before[CHECK_IN] + 8 * DAY
    assert days(transactions, people, partnership_id)[CHECK_IN] == moved[CHECK_IN] + 3 * DAY


def test_a_day_that_somebody_chose_is_kept_quiet_or_not(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, clock.now().date())
    chosen = days(transactions, people, partnership_id)[CHECK_IN] + DAY
    keep_quiet(transactions, people, chosen)

    shift(transactions, people.manager, partnership_id, Move(MoveKind.STEP, key=CHECK_IN, to=chosen))

    assert days(transactions, people, partnership_id)[CHECK_IN] == chosen


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


def preview(manager: FlaskClient, transactions: Transactions, people: People) -> str:
    """Return the dates that the wizard shows for a plan from `ANCHOR_ON`."""
    with transactions.begin(people.manager) as work:
        run = sketching.begin(work, "usage-3m", campaign_id=people.campaign_id, creator_ids=[people.creator_id])
        work.session.flush()
        run_id = run.id
    return manager.get(f"/partnerships/new/{run_id}/preview?anchor_on={ANCHOR_ON}").text


def test_the_preview_says_what_moved_and_why(manager: FlaskClient, transactions: Transactions, people: People) -> None:
    quiet = plain(transactions, people)[CHECK_IN]
    keep_quiet(transactions, people, quiet)

    page = preview(manager, transactions, people)

    assert f"moved from {quiet:%a}, {quiet.day} {quiet:%b} {quiet.year}: Feast" in page
    assert f'datetime="{quiet + DAY}"' in page


def test_the_preview_says_what_stays_on_a_quiet_day(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    before = plain(transactions, people)
    drafts = {name.partition(":")[2]: on for name, on in before.items() if name.startswith("draft:")}
    tight = next(key for key, on in drafts.items() if (before[f"publish:{key}"] - on).days == 6)
    keep_quiet(transactions, people, drafts[tight])

    page = preview(manager, transactions, people)

    assert "quiet day, stays: Feast" in page


def test_the_preview_of_many_names_the_quiet_days(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    ids = [draft(transactions, people) for _ in range(2)]
    quiet = days(transactions, people, ids[0])[CHECK_IN] + 7 * DAY
    keep_quiet(transactions, people, quiet)

    page = manager.get(f"/partnerships/dates?id={ids[0]}&id={ids[1]}&days=7&way=later").text

    assert page.count("clear of quiet days: Feast") == 2


def test_a_single_thing_moved_onto_a_quiet_day_says_so(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    chosen = days(transactions, people, partnership_id)[CHECK_IN] + DAY
    keep_quiet(transactions, people, chosen)

    page = manager.get(f"/partnerships/{partnership_id}/dates?what={CHECK_IN}&to={chosen}").text

    assert "(1 day later)" in page
    assert "quiet day, stays: Feast (you chose this day)" in page


def test_what_goes_its_own_way_when_the_start_moves_says_why(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    keep_quiet(transactions, people, plain(transactions, people)[CHECK_IN])
    partnership_id = draft(transactions, people)

    page = manager.get(f"/partnerships/{partnership_id}/dates?what=anchor&days=8&way=later").text

    line = re.search(r"<li>Check-in: First days.*?</li>", page, re.DOTALL)
    assert line is not None
    assert "(7 days later)" in line[0]
    assert "had made way for a quiet day, and belongs there now" in line[0]
    assert page.count("had made way") == 1


def test_the_preview_of_a_move_and_the_history_say_which_quiet_day_it_keeps_clear_of(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    quiet = days(transactions, people, partnership_id)[CHECK_IN] + 7 * DAY
    keep_quiet(transactions, people, quiet)

    page = manager.get(f"/partnerships/{partnership_id}/dates?what=rest&days=7&way=later").text
    shift(transactions, people.manager, partnership_id, Move(MoveKind.REST, 7))

    assert "(8 days later)" in page
    assert f"{quiet:%a}, {quiet.day} {quiet:%b} {quiet.year} is a quiet day: Feast" in page
    assert ", clear of quiet days (Feast)" in manager.get(f"/partnerships/{partnership_id}/history").text


def test_a_pause_makes_dates_later_by_its_own_days_whatever_makes_way_for_a_quiet_day(
    transactions: Transactions, people: People, clock: ManualClock, sign_in: SignIn
) -> None:
    clock.set(datetime.combine(ANCHOR_ON, time(9), UTC))
    partnership_id = start(transactions, people, ANCHOR_ON)
    coming = days(transactions, people, partnership_id)["check_in:two-weeks"]
    keep_quiet(transactions, people, coming + DAY, coming + 2 * DAY)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD, "She is ill")
    clock.advance(days=1)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    assert days(transactions, people, partnership_id)["check_in:two-weeks"] == coming + 3 * DAY
    manager = english(sign_in(people.manager))
    for page in ("", "/versions"):
        said = manager.get(f"/partnerships/{partnership_id}{page}").text
        assert re.search(r"What made dates later: a pause 1 day<", said)
