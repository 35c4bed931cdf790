"""How an organisation reminds: its ladder, its hours, and what follows when they change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.core.zones import moment
from partnerships.database.work import Transactions
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import QuietHours
from partnerships.reminders import adjusting
from partnerships.reminders.rules.ladder import (
    EDITABLE,
    LADDERS,
    LATEST_DAYS,
    USUAL,
    Period,
    Policy,
    Rung,
    check_policy,
    next_look,
)
from partnerships.reminders.watching import tick
from tests.conftest import SignIn
from tests.stories import People, start

FORM = {
    "soon_days": 5, "again_days": 2, "manager_days": 4, "owner_days": 9, "sends_at": "10:00",
    "period_begins_on": "2026-02-18", "period_ends_on": "2026-03-19", "period_sends_at": "13:00",
}  # fmt: skip
OTHER = Policy(5, 2, 4, 9, time(10), Period(date(2026, 2, 18), date(2026, 3, 19), time(13)))
days = st.lists(st.integers(1, LATEST_DAYS), min_size=3, max_size=3, unique=True).map(sorted)


@given(st.integers(1, LATEST_DAYS), days, st.integers(8, 19), st.sampled_from(sorted(LADDERS)))
def test_every_ladder_that_is_let_in_is_climbed_in_order_at_its_hour(
    soon: int, after: list[int], hour: int, kind: StepKind
) -> None:
    policy = Policy(soon, after[0], after[1], after[2], time(hour))
    check_policy(policy, QuietHours())
    due_on, zone = date(2026, 6, 10), "Asia/Makassar"
    now, rung, climbed = datetime(2020, 1, 1, tzinfo=UTC), None, []

    while True:
        look = next_look(kind, due_on, zone, now, rung, policy=policy)
        if look.rung is not None:
            rung = look.rung.rung
            climbed.append((rung, now))
        if look.next_action_at is None:
            break
        now = look.next_action_at

    wanted = {Rung.SOON: -soon, Rung.DUE: 0} | dict(zip((Rung.AGAIN, Rung.MANAGER, Rung.OWNER), after, strict=True))
    usual = {stair.rung: stair.days for stair in LADDERS[kind]}
    offsets = wanted if kind in EDITABLE else usual
    assert climbed == [
        (stair.rung, moment(due_on + timedelta(days=offsets[stair.rung]), time(hour), zone)) for stair in LADDERS[kind]
    ]


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (Policy(soon_days=0), "soon_days"),
        (Policy(again_days=3), "manager_days"),
        (Policy(manager_days=8), "owner_days"),
        (Policy(owner_days=14), "owner_days"),
        (Policy(sends_at=time(7, 59)), "sends_at"),
        (Policy(sends_at=time(20)), "sends_at"),
        (Policy(period=Period(date(2026, 3, 1), date(2026, 2, 1), time(13))), "period_ends_on"),
        (Policy(period=Period(date(2026, 2, 1), date(2026, 3, 1), time(21))), "period_sends_at"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(policy: Policy, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_policy(policy, QuietHours())

    assert refusal.value.field == field


def test_in_a_period_reminders_go_at_its_hour_and_its_ends_belong_to_it() -> None:
    hours = {day: OTHER.hour_on(date(2026, *day)).hour for day in ((2, 17), (2, 18), (3, 19), (3, 20))}

    assert hours == {(2, 17): 10, (2, 18): 13, (3, 19): 13, (3, 20): 10}


def reminded(transactions: Transactions, people: People) -> list[tuple[str, datetime]]:
    with transactions.looking(people.manager) as reading:
        mails = select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER).order_by(OutboxMail.id)
        return [(one.context["rung"], one.send_after) for one in reading.session.scalars(mails)]


def test_what_is_planned_follows_a_changed_ladder_at_once_and_other_organisations_keep_theirs(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 1, 26, 2, tzinfo=UTC))
    start(transactions, people, date(2026, 1, 26))  # its first check-in is due on the day after
    tick(transactions)
    with transactions.begin(people.manager) as work:
        adjusting.set_policy(work, OTHER)
    with transactions.looking(people.stranger) as reading:
        assert adjusting.find_policy(reading) == USUAL

    for _ in range(24 * 5):
        clock.advance(minutes=60)
        tick(transactions)

    at = dict(reminded(transactions, people)[:3])
    assert at[Rung.DUE] == datetime(2026, 1, 27, 3, tzinfo=UTC)
    assert at[Rung.AGAIN] == datetime(2026, 1, 29, 3, tzinfo=UTC)


def test_a_manager_changes_the_ladder_on_a_page(sign_in: SignIn, people: People, transactions: Transactions) -> None:
    manager = sign_in(people.manager)

    shown = manager.get("/admin/reminders").text
    saved = manager.post("/admin/reminders", data=FORM)

    assert 'value="09:00"' in shown
    assert saved.status_code == 302
    with transactions.looking(people.manager) as reading:
        assert adjusting.find_policy(reading) == OTHER
    assert 'value="13:00"' in manager.get("/admin/reminders").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"soon_days": "many"},
        {"owner_days": 3},
        {"sends_at": "03:00"},
        {"period_ends_on": ""},
        {"period_sends_at": "25"},
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    sign_in: SignIn, people: People, transactions: Transactions, wrong: dict[str, str]
) -> None:
    answer = sign_in(people.manager).post("/admin/reminders", data={**FORM, **wrong})

    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.text
    assert 'value="4"' in answer.text
    with transactions.looking(people.manager) as reading:
        assert adjusting.find_policy(reading) == USUAL


def test_reviewers_and_creators_do_not_change_it(sign_in: SignIn, people: People) -> None:
    for who in (people.reviewer, people.creator):
        assert sign_in(who).get("/admin/reminders").status_code == 403
