"""Remind me later: what is put off, until when, and who is asked beyond that."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import OutboxMail
from partnerships.plans import finding, shifting, undoing
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.reminders.snoozing import get_thing, snooze
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import first_due
from tests.conftest import SignIn
from tests.reminders.scenes import send_each
from tests.stories import People

DUE = datetime(2026, 1, 27, 2, tzinfo=UTC)  # nine in Jakarta, on the first check-in's day


@pytest.fixture
def check_in_id(transactions: Transactions, people: People, clock: ManualClock) -> int:
    return first_due(transactions, people, clock, DUE)


def put_off(transactions: Transactions, people: People, check_in_id: int, days: int) -> date | None:
    with transactions.begin(people.creator) as work:
        return snooze(work, get_thing(work, CheckIn, check_in_id), days, "Sedang di luar kota")


def test_the_creator_is_reminded_on_the_day_they_chose_and_not_before(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    title = first_title(transactions, people)
    lived_until_now = subjects(transactions, mailer)

    until = put_off(transactions, people, check_in_id, 2)
    got = []
    for _ in range(4 * 3 - 1):
        clock.advance(minutes=360)
        tick(transactions)
        got += [(clock.now().date(), one) for one in subjects(transactions, mailer) if title in one]

    assert any(title in one for one in lived_until_now)
    assert until == date(2026, 1, 29)
    assert [(on, one.split(":")[0]) for on, one in got] == [(date(2026, 1, 29), "Sesuai permintaanmu")]


def first_title(transactions: Transactions, people: People) -> str:
    with transactions.looking(people.manager) as reading:
        check_in = reading.session.scalars(select(CheckIn).order_by(CheckIn.number)).first()
        assert check_in is not None
        return check_in.spec.title.id


def subjects(transactions: Transactions, mailer: MemoryMailer) -> list[str]:
    mailer.sent.clear()
    send_each(transactions, mailer)
    return [str(one["Subject"]) for one in mailer.sent if "dewi@" in one["To"]]


def reminded(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, days: int
) -> list[tuple[date, str]]:
    """Live for so many days; return when the creator was reminded of their first check-in, and how."""
    title, got = first_title(transactions, people), []
    for _ in range(4 * days - 1):
        clock.advance(minutes=360)
        tick(transactions)
        told = [one for one in subjects(transactions, mailer) if title in one]
        got += [(clock.now().date(), one.split(":")[0]) for one in told]
    return got


@pytest.mark.parametrize(("first", "then"), [(1, 3), (3, 1)])
def test_who_puts_it_off_once_more_is_reminded_on_the_day_chosen_last_alone(
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    mailer: MemoryMailer,
    check_in_id: int,
    first: int,
    then: int,
) -> None:
    subjects(transactions, mailer)
    put_off(transactions, people, check_in_id, first)
    clock.advance(minutes=10)

    until = put_off(transactions, people, check_in_id, then)
    got = reminded(transactions, people, clock, mailer, 4)

    assert got[0] == (until, "Sesuai permintaanmu")
    assert [how for _, how in got].count("Sesuai permintaanmu") == 1


def rest(transactions: Transactions, people: People, check_in_id: int, days: int) -> int:
    """Let the plan of this check-in rest for so many days from now on; return the move."""
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.get(CheckIn, check_in_id).partnership_id
        version = finding.list_versions(reading, partnership_id)[-1].number
    with transactions.begin(people.manager) as work:
        (made,) = shifting.shift(work, {partnership_id: version}, Move(MoveKind.REST, days), "Masih di luar kota")
        return made.id


def test_a_day_that_moves_forgets_that_it_was_put_off_and_reminds_anew(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    subjects(transactions, mailer)
    put_off(transactions, people, check_in_id, 3)
    clock.advance(minutes=30)

    rest(transactions, people, check_in_id, 3)
    got = reminded(transactions, people, clock, mailer, 4)

    assert got == [(date(2026, 1, 30), "Hari ini")]


def test_a_move_that_is_taken_back_lets_it_be_put_off_as_before(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    subjects(transactions, mailer)
    until = put_off(transactions, people, check_in_id, 2)

    move_id = rest(transactions, people, check_in_id, 3)
    with transactions.begin(people.manager) as work:
        undoing.undo(work, move_id)
    got = reminded(transactions, people, clock, mailer, 3)

    assert got == [(until, "Sesuai permintaanmu")]


def test_what_was_moved_away_and_back_by_hand_can_be_put_off_to_the_same_day_again(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    subjects(transactions, mailer)
    until = put_off(transactions, people, check_in_id, 2)
    rest(transactions, people, check_in_id, 3)
    with transactions.begin(people.manager) as work:  # as if the creator had agreed to the earlier day
        work.get(CheckIn, check_in_id).step.place(DUE.date())
    clock.advance(minutes=10)

    assert put_off(transactions, people, check_in_id, 2) == until
    got = reminded(transactions, people, clock, mailer, 3)

    assert (until, "Sesuai permintaanmu") in got


def test_the_ladder_goes_on_after_it_and_the_manager_is_told_in_time(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    put_off(transactions, people, check_in_id, 2)

    for _ in range(4 * 4):
        clock.advance(minutes=360)
        tick(transactions)
        send_each(transactions, mailer)

    with transactions.looking(people.manager) as reading:
        about = select(OutboxMail).where(OutboxMail.about == f"check_in:{check_in_id}").order_by(OutboxMail.id)
        sent = [(one.template, one.context["rung"]) for one in reading.session.scalars(about) if one.sent_at]
    assert ("overdue", "manager") in sent
    assert ("check_in", "again") not in sent
    assert ("check_in", "manager") in sent


def test_beyond_three_days_the_manager_is_asked_and_nothing_changes(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, check_in_id: int
) -> None:
    send_each(transactions, mailer)
    mailer.sent.clear()

    assert put_off(transactions, people, check_in_id, 0) is None
    send_each(transactions, mailer)

    (asked,) = mailer.sent
    assert asked["Subject"].startswith("Dewi minta tanggal lain")
    body = asked.get_body(("plain",))
    assert body is not None
    assert "Sedang di luar kota" in body.get_content()
    assert "/dates" in body.get_content()
    with transactions.looking(people.manager) as reading:
        assert reading.get(CheckIn, check_in_id).step.snoozed_until is None


@pytest.mark.parametrize("days", [-1, 4])
def test_more_days_than_a_creator_decides_alone_are_refused(
    transactions: Transactions, people: People, check_in_id: int, days: int
) -> None:
    with pytest.raises(Refused):
        put_off(transactions, people, check_in_id, days)


def test_what_nobody_waits_for_cannot_be_put_off(transactions: Transactions, people: People, check_in_id: int) -> None:
    with transactions.begin(people.creator) as work:
        settled = next(
            one for one in work.session.scalars(select(Deliverable)) if one.state is DeliverableState.PLANNED
        )
        settled.state = DeliverableState.WAIVED

        with pytest.raises(Refused):
            snooze(work, settled, 1, "Alasan")


def test_the_page_offers_the_days_and_asks_for_a_reason(
    sign_in: SignIn, people: People, transactions: Transactions, check_in_id: int
) -> None:
    creator = sign_in(people.creator)

    way = creator.post(f"/me/check-ins/{check_in_id}", data={"act": "later"})
    page = creator.get(way.location).text
    without = creator.post(way.location, data={"days": "1", "reason": ""})
    sent = creator.post(way.location, data={"days": "1", "reason": "Sakit"}, follow_redirects=True)

    assert way.location == f"/me/check-ins/{check_in_id}/later"
    assert "Besok" in page
    assert without.status_code == 422
    assert 'id="reason-error"' in without.text
    assert "28 Jan" in sent.text
    assert sign_in(people.other_creator).get(way.location).status_code == 404
