import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.core.errors import DomainError, IllegalTransition, NotAllowed, NotFound, Refused
from partnerships.core.zones import day_in
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.plans import finding, receiving
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Partnership
from partnerships.reminders import watching
from tests.conftest import SignIn
from tests.stories import ANCHOR_ON, People, agree, draft, prepare, start

TODAY = date(2026, 1, 5)


def test_nothing_of_the_plan_wakes_before_the_product_is_there(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    prepare(transactions, people)

    clock.advance(days=120)
    report = watching.tick(transactions)

    assert (report.opened, report.begun, report.stages, report.late, report.missed) == (0, 0, 0, 0, 0)
    assert (report.looked_at, report.queued) == (1, 2)  # whether it has arrived is asked of both sides


@pytest.mark.parametrize("who", ["creator", "manager", "owner"])
def test_creator_or_brand_confirm_and_every_date_counts_from_that_day(
    transactions: Transactions, people: People, who: str
) -> None:
    partnership_id = prepare(transactions, people)

    with transactions.begin(getattr(people, who)) as work:
        receiving.confirm_receipt(work, partnership_id, TODAY)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        assert all((step.due_on - TODAY).days == step.day for step in partnership.steps if step.day >= 0)
        assert all(step.next_action_at == transactions.clock.now() for step in partnership.steps)
        versions = [version.reason for version in finding.list_versions(reading, partnership_id)]
    assert (partnership.state, partnership.anchor_on) == (PartnershipState.ACTIVE, TODAY)
    assert partnership.anchor_confirmed_at == transactions.clock.now()
    assert versions == ["drafted", "received"]


@pytest.mark.parametrize(
    ("days_late", "first", "last"),
    [
        (6, TODAY, ANCHOR_ON + timedelta(days=5)),
        (-20, TODAY, TODAY),
        (-22, TODAY - timedelta(days=2), TODAY - timedelta(days=2)),
    ],
)
def test_a_stage_that_had_begun_before_the_parcel_came_keeps_its_first_day(
    transactions: Transactions, people: People, clock: ManualClock, days_late: int, first: date, last: date
) -> None:
    partnership_id = agree(transactions, people)  # looking whether it fits began today, three weeks before day 0
    received_on = ANCHOR_ON + timedelta(days=days_late)
    clock.advance(days=max((received_on - TODAY).days, 0))
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    with transactions.looking(people.manager) as reading:
        fit, using = reading.get(Partnership, partnership_id).stages[:2]
        opens = next(step for step in fit.partnership.steps if step.name == "stage_opens:fit")
        kept = finding.list_versions(reading, partnership_id)[-1].dates
        assert (fit.starts_on, fit.ends_on, using.starts_on) == (first, last, received_on)
        assert (opens.due_on.isoformat(), kept["stage_opens:fit"]) == (first.isoformat(),) * 2


def test_how_far_the_plan_moved_is_told(transactions: Transactions, people: People) -> None:
    start(transactions, people, TODAY)

    with transactions.looking(people.manager) as reading:
        facts = reading.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.name == "ReceiptConfirmed")).one()
    assert facts["moved_days"] == (TODAY - ANCHOR_ON).days
    assert facts["received_on"] == TODAY.isoformat()


@pytest.mark.parametrize(("days_late", "said"), [(0, None), (3, "the parcel 3 days")])
def test_a_parcel_that_was_confirmed_late_delayed_nothing_but_by_its_own_days(
    transactions: Transactions, people: People, clock: ManualClock, sign_in: SignIn, days_late: int, said: str | None
) -> None:
    clock.set(datetime.combine(ANCHOR_ON + timedelta(days=9), time(3), UTC))

    partnership_id = start(transactions, people, ANCHOR_ON + timedelta(days=days_late))

    manager = sign_in(people.manager)
    manager.post("/language", data={"locale": "en"})
    for page in ("", "/versions"):
        shown = manager.get(f"/partnerships/{partnership_id}{page}").text
        assert re.findall(r"the parcel \d+ days?", shown) == ([said] if said else [])


@pytest.mark.parametrize("days_ago", [0, 3, 7, 14])
def test_nobody_is_late_before_they_could_begin(transactions: Transactions, people: People, days_ago: int) -> None:
    received_on = TODAY - timedelta(days=days_ago)

    partnership_id = start(transactions, people, received_on)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        for step in partnership.steps:
            planned = received_on + timedelta(days=step.day)
            if step.kind in {StepKind.STAGE_OPENS, StepKind.STAGE_CLOSES}:
                had_begun = step.name == "stage_opens:fit"
                assert step.due_on == (received_on - timedelta(days=1) if had_begun else planned)
            else:
                assert step.due_on == max(planned, TODAY)
                assert step.due_at > transactions.clock.now()


def test_the_first_tick_after_a_late_receipt_marks_nobody_late(transactions: Transactions, people: People) -> None:
    start(transactions, people, TODAY - timedelta(days=14))

    report = watching.tick(transactions)

    assert report.opened > 0
    assert (report.late, report.missed, report.failed) == (0, 0, 0)


@pytest.mark.parametrize("days", [1, 30, -15, -400])
def test_a_day_to_come_or_long_past_is_refused_and_nothing_is_half_made(
    transactions: Transactions, people: People, days: int
) -> None:
    partnership_id = prepare(transactions, people)

    with pytest.raises(Refused) as refusal, transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, TODAY + timedelta(days=days))

    assert refusal.value.field == "received_on"
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        assert len(finding.list_versions(reading, partnership_id)) == 1
    assert (partnership.state, partnership.anchor_confirmed_at) == (PartnershipState.PREPARING, None)


def test_today_is_the_creators_today(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = prepare(transactions, people)
    clock.advance(minutes=15 * 60 + 30)  # half past midnight in Jakarta, still yesterday in UTC

    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, day_in("Asia/Jakarta", work.now))

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).anchor_on == TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("who", "kind"),
    [("reviewer", NotAllowed), ("other_creator", NotFound), ("stranger", NotFound), ("stranger_creator", NotFound)],
)
def test_who_may_not_confirm_is_told_so_or_sees_nothing(
    transactions: Transactions, people: People, who: str, kind: type[DomainError]
) -> None:
    partnership_id = prepare(transactions, people)

    with pytest.raises(kind), transactions.begin(getattr(people, who)) as work:
        receiving.confirm_receipt(work, partnership_id, TODAY)


def test_receipt_is_confirmed_once_and_not_before_it_was_accepted(transactions: Transactions, people: People) -> None:
    drafted, running = draft(transactions, people), start(transactions, people, TODAY)

    for partnership_id in (drafted, running):
        with pytest.raises(IllegalTransition), transactions.begin(people.manager) as work:
            receiving.confirm_receipt(work, partnership_id, TODAY)
