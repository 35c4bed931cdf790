"""The brand's own clocks: decisions and payments that wait, and who hears of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from partnerships.core.clock import ManualClock
from partnerships.core.zones import day_in, moment
from partnerships.database.work import Transactions, Work
from partnerships.deliverables.paying import move_payment
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.rules.payments import PaymentAction
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Step
from partnerships.reminders import dunning
from partnerships.reminders.dunning import dun
from partnerships.reminders.mails import Reminder
from partnerships.reminders.rules.brand import PAYMENT_LADDER, REVIEW_LADDER, payment_look, review_look
from partnerships.reminders.rules.ladder import Rung
from partnerships.reminders.urging import REVIEWABLE, urge_payment
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import running
from tests.deliverables.scenes import deliverable_called, pay, review, send
from tests.reminders.scenes import send_each
from tests.stories import People, move

BRAND = {"review_waits", "review_waits_long", "payment_waits", "payment_waits_long"}
JAKARTA = "Asia/Jakarta"
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
zones = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin"])


@given(moments, zones)
def test_a_draft_is_asked_about_after_two_working_days_and_told_on_after_four(since: datetime, zone: str) -> None:
    now, told = since, []
    while True:
        look = review_look(since, zone, now)
        if look.rung is not None:
            told.append((now, look.rung.rung))
        if look.next_action_at is None:
            break
        assert look.next_action_at > now
        now = look.next_action_at

    assert [rung for _, rung in told] == [stair.rung for stair in REVIEW_LADDER]
    for (at, _), stair in zip(told, REVIEW_LADDER, strict=True):
        between = [
            day_in(zone, since) + timedelta(days=n) for n in range(1, (day_in(zone, at) - day_in(zone, since)).days + 1)
        ]
        assert sum(day.weekday() < 5 for day in between) == stair.days
        assert day_in(zone, at).weekday() < 5
        assert at == moment(day_in(zone, at), time(9), zone)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), zones, st.integers(-10, 20))
def test_only_the_latest_rung_of_a_payment_is_climbed_and_only_once(pay_by: date, zone: str, days: int) -> None:
    now = moment(pay_by + timedelta(days=days), time(10), zone)

    look = payment_look(pay_by, zone, now, None)

    come = [stair for stair in PAYMENT_LADDER if stair.days <= days]
    assert look.rung == (come[-1] if come else None)
    assert look.rung is None or payment_look(pay_by, zone, now, look.rung.rung).rung is None
    assert (look.next_action_at is None) == (days >= 3)


def told(transactions: Transactions, people: People) -> list[tuple[str, str, str]]:
    """Return the reminders of what waits for the brand: wording, to whom, and when."""
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(
            select(OutboxMail)
            .where(OutboxMail.kind == MailKind.REMINDER, OutboxMail.template.in_(BRAND))
            .order_by(OutboxMail.send_after, OutboxMail.id)
        )
        return [(one.template, one.recipient.name, f"{one.send_after:%a %H:%M}") for one in mails]


def live(transactions: Transactions, clock: ManualClock, days: int) -> None:
    for _ in range(days * 8):
        clock.advance(minutes=180)
        tick(transactions)
        dun(transactions)


@pytest.fixture
def content(transactions: Transactions, people: People) -> int:
    return deliverable_called(transactions, people, running(transactions, people), "first-impression")


def test_who_reviews_is_reminded_and_then_the_owner(
    transactions: Transactions, people: People, clock: ManualClock, content: int
) -> None:
    send(transactions, people.creator, content)
    began = clock.now()

    live(transactions, clock, 9)

    assert [(wording, name) for wording, name, _ in told(transactions, people)] == [
        ("review_waits", "Rina"),
        ("review_waits", "Bayu"),
        ("review_waits_long", "Wulan"),
    ]
    with transactions.looking(people.manager) as reading:
        first = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "review_waits")).first()
        assert first is not None
        assert first.context["due_on"] == day_in(JAKARTA, began).isoformat()


def test_a_decision_stops_the_clock_and_calls_off_what_waits(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, content: int
) -> None:
    send(transactions, people.creator, content)
    while not told(transactions, people):
        live(transactions, clock, 1)

    review(transactions, people, content, DeliverableAction.REQUEST_CHANGES)
    sent = {mail["Subject"] for mail in _sent(transactions, mailer)}
    live(transactions, clock, 9)

    assert not any("Menunggu review" in subject for subject in sent)
    assert len(told(transactions, people)) == 2


def test_nobody_is_asked_to_review_while_the_partnership_stands_still(
    transactions: Transactions, people: People, clock: ManualClock, content: int
) -> None:
    send(transactions, people.creator, content)
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.get(Deliverable, content).partnership_id
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    live(transactions, clock, 14)
    assert told(transactions, people) == []

    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    live(transactions, clock, 2)
    early = told(transactions, people)
    live(transactions, clock, 7)

    assert len(early) <= 2
    assert [wording for wording, _, _ in told(transactions, people)][-1] == "review_waits_long"


def _sent(transactions: Transactions, mailer: MemoryMailer) -> list[dict[str, str]]:
    mailer.sent.clear()
    send_each(transactions, mailer)
    return [dict(message.items()) for message in mailer.sent]


@pytest.fixture
def earned(transactions: Transactions, people: People) -> int:
    return earn(transactions, people)


def earn(transactions: Transactions, people: People) -> int:
    """Let the last payment of a new partnership be owed from now on; return its id."""
    partnership_id = running(transactions, people)
    with transactions.looking(people.manager) as reading:
        last = reading.session.scalars(
            select(Payment.id).where(Payment.partnership_id == partnership_id).order_by(Payment.number)
        ).all()[-1]
    with transactions.begin(people.manager) as work:
        move_payment(work, last, PaymentAction.EARN, "Sudah selesai")
    return last


def test_a_payment_is_asked_for_before_its_day_on_it_and_after_it(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, earned: int
) -> None:
    for _ in range(8 * 25):
        live_on = clock.now() + timedelta(minutes=180)
        clock.set(live_on)
        dun(transactions)
        send_each(transactions, mailer)

    assert [(wording, name) for wording, name, _ in told(transactions, people)] == [
        ("payment_waits", "Rina"),
        ("payment_waits", "Rina"),
        ("payment_waits_long", "Rina"),
        ("payment_waits_long", "Wulan"),
    ]
    subjects = [str(mail["Subject"]) for mail in mailer.sent]
    assert sum("Dibayar paling lambat" in subject for subject in subjects) == 1
    assert sum("Harus dibayar hari ini" in subject for subject in subjects) == 1
    assert sum("Pembayaran terlambat" in subject for subject in subjects) == 2
    begins = ("Dibayar paling lambat", "Harus dibayar hari ini", "Pembayaran terlambat")
    asked = [mail for mail in mailer.sent if str(mail["Subject"]).startswith(begins)]
    assert all("#payments" in body.get_content() for mail in asked if (body := mail.get_body(("plain",))))


@pytest.mark.parametrize("action", [PaymentAction.APPROVE, PaymentAction.DISPUTE])
def test_who_has_paid_or_disputes_is_reminded_of_nothing(
    transactions: Transactions, people: People, clock: ManualClock, earned: int, action: PaymentAction
) -> None:
    with transactions.begin(people.manager) as work:
        move_payment(work, earned, action, "Alasan")
    if action is PaymentAction.APPROVE:
        pay(transactions, people.manager, earned)

    for _ in range(30):
        clock.advance(days=1)
        dun(transactions)

    assert told(transactions, people) == []


def test_a_settled_dispute_starts_the_clock_again(
    transactions: Transactions, people: People, clock: ManualClock, earned: int
) -> None:
    with transactions.begin(people.manager) as work:
        move_payment(work, earned, PaymentAction.DISPUTE, "Alasan")
    clock.advance(days=30)
    dun(transactions)
    with transactions.begin(people.manager) as work:
        move_payment(work, earned, PaymentAction.SETTLE, "Sepakat")

    dun(transactions)

    assert {wording for wording, _, _ in told(transactions, people)} == {"payment_waits_long"}
    with transactions.looking(people.manager) as reading:
        assert reading.get(Payment, earned).rung == Rung.OWNER


def test_a_held_partnership_is_not_dunned_and_one_broken_payment_holds_up_nobody(
    transactions: Transactions, people: People, clock: ManualClock, earned: int
) -> None:
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.get(Payment, earned).partnership_id
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    for _ in range(20):
        clock.advance(days=1)
        assert dun(transactions) == 0
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    clock.advance(days=1)

    assert dun(transactions) == 2


def test_a_payment_that_fails_comes_again_in_an_hour_and_holds_up_nobody(
    transactions: Transactions, people: People, clock: ManualClock, earned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [earn(transactions, people) for _ in range(2)]
    clock.advance(days=30)

    def urge(work: Work, payment: Payment) -> Sequence[Reminder]:
        if payment.id == earned:
            raise RuntimeError("poisoned")
        return urge_payment(work, payment)

    monkeypatch.setattr(dunning, "urge_payment", urge)
    queued = dun(transactions)

    assert queued == 2 * len(others)
    with transactions.looking(people.manager) as reading:
        failed = reading.get(Payment, earned)
        assert (failed.rung, failed.next_action_at) == (None, clock.now() + timedelta(hours=1))
        assert {reading.get(Payment, other).rung for other in others} == {Rung.OWNER}


def test_many_payments_take_no_more_statements_than_one(
    transactions: Transactions, people: People, clock: ManualClock, earned: int, statements: list[str]
) -> None:
    others = [earn(transactions, people) for _ in range(4)]
    clock.advance(days=30)
    counts = []
    for due in ([earned], others):
        with transactions.everywhere() as everywhere:
            everywhere.execute(update(Payment).values(next_action_at=None))
            everywhere.execute(update(Payment).where(Payment.id.in_(due)).values(next_action_at=clock.now()))
            everywhere.commit()
        statements.clear()
        assert dun(transactions) == 2 * len(due)
        counts.append(len(statements))

    assert counts[1] <= counts[0]


def test_many_drafts_that_wait_for_a_decision_take_no_more_statements_than_one(
    transactions: Transactions, people: People, clock: ManualClock, statements: list[str]
) -> None:
    counts = []
    for drafts in (1, 4):
        plans = [running(transactions, people) for _ in range(drafts)]
        for partnership_id in plans:
            send(
                transactions,
                people.creator,
                deliverable_called(transactions, people, partnership_id, "first-impression"),
            )
        tick(transactions)
        with transactions.everywhere() as everywhere:
            posts = select(Deliverable).where(Deliverable.state.in_(REVIEWABLE), Deliverable.partnership_id.in_(plans))
            waiting = everywhere.scalars(posts).all()
            everywhere.execute(update(Step).values(next_action_at=None))
            for deliverable in waiting:
                deliverable.waiting_since = clock.now() - timedelta(days=9)
                deliverable.publish_step.next_action_at = clock.now()
            everywhere.commit()
        statements.clear()
        assert tick(transactions).queued == len(waiting) == drafts
        counts.append(len(statements))

    assert counts[1] <= counts[0]
