"""After a long stop of the clock everybody hears what concerns them, and nobody twice of one thing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Partnership
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import first_due
from tests.reminders.scenes import send_each
from tests.stories import People, move

DUE = datetime(2026, 1, 27, 2, tzinfo=UTC)  # nine in Jakarta, on the first check-in's day
A_WEEK_LATER = datetime(2026, 2, 3, 2, tzinfo=UTC)


@pytest.fixture
def check_in_id(transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer) -> int:
    """Return the first check-in, whose day has come and been told."""
    found = first_due(transactions, people, clock, DUE)
    send_each(transactions, mailer)
    return found


def told(transactions: Transactions, people: People, check_in_id: int) -> list[tuple[str, str, int]]:
    """Return what went out about the check-in after its day: wording, rung and to whom."""
    with transactions.looking(people.manager) as reading:
        about = select(OutboxMail).where(OutboxMail.about == f"check_in:{check_in_id}").order_by(OutboxMail.id)
        sent = [mail for mail in reading.session.scalars(about) if mail.sent_at is not None and mail.sent_at > DUE]
        return [(mail.template, mail.context["rung"], mail.recipient_id) for mail in sent]


def test_creator_manager_and_owner_each_hear_the_last_rung_that_names_them(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    clock.set(A_WEEK_LATER)
    tick(transactions)
    send_each(transactions, mailer)

    assert sorted(told(transactions, people, check_in_id)) == [
        ("at_risk", "owner", people.owner.person_id),
        ("check_in", "manager", people.creator.person_id),
        ("overdue", "manager", people.manager.person_id),
    ]


def test_who_is_both_manager_and_owner_hears_of_it_once(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    with transactions.begin(people.owner) as work:
        partnership = work.session.scalars(select(Partnership)).unique().one()
        partnership.manager_id = people.owner.person_id

    clock.set(A_WEEK_LATER)
    tick(transactions)
    send_each(transactions, mailer)

    assert sorted(told(transactions, people, check_in_id)) == [
        ("at_risk", "owner", people.owner.person_id),
        ("check_in", "manager", people.creator.person_id),
    ]


def test_a_pause_before_they_go_lets_all_of_them_wait_again(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    clock.set(A_WEEK_LATER)
    tick(transactions)
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.session.scalars(select(Partnership.id)).one()

    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    send_each(transactions, mailer)
    clock.advance(minutes=10)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    tick(transactions)
    send_each(transactions, mailer)

    assert sorted(wording for wording, _, _ in told(transactions, people, check_in_id)) == [
        "at_risk",
        "check_in",
        "overdue",
    ]
