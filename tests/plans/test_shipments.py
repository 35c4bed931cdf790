"""Parcels: sent, missed, damaged, replaced, and refilled months later."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from partnerships.check_ins import answering
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import DomainError, IllegalTransition, NotAllowed, NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.plans import complaining, finding, receiving, sending
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.shipments import Standing, standing
from partnerships.plans.tables import Partnership, Shipment
from partnerships.portfolio import waiting
from tests.check_ins.scenes import opened, received
from tests.stories import People, agree, draft, prepare, start

TODAY = date(2026, 1, 5)
NEARLY_EMPTY = {"days_used": "9", "level_left": "almost_empty", "refill": "yes", "still_using": "every_day"}


def send(transactions: Transactions, actor: Actor, partnership_id: int, sent_on: date = TODAY) -> None:
    with transactions.begin(actor) as work:
        sending.send(work, partnership_id, sent_on=sent_on, carrier="Kurir", receipt_number="KR-1", note="varian 2")


def parcels(transactions: Transactions, people: People, partnership_id: int) -> list[Standing]:
    """Return how the parcels stand, the newest first."""
    with transactions.looking(people.manager) as reading:
        return [parcel.standing for parcel in finding.list_shipments(reading, partnership_id)]


def state_of(transactions: Transactions, people: People, partnership_id: int) -> PartnershipState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Partnership, partnership_id).state


def moves_today(transactions: Transactions, people: People) -> dict[str, list[str]]:
    """Return what Today lists as the brand's move, and as the creator's."""
    with transactions.looking(people.manager) as reading:
        board = waiting.look_at_today(reading)
        return {
            "brand": [wait.kind for wait in (*board.persons.rows, *board.moves.rows)],
            "creator": [wait.kind for wait in board.answers.rows],
        }


def wordings(transactions: Transactions, people: People) -> list[tuple[str, str]]:
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        return [(mail.template, mail.recipient.name) for mail in mails]


def names_in_history(transactions: Transactions, people: People) -> list[str]:
    with transactions.looking(people.manager) as reading:
        return list(reading.session.scalars(select(HistoryEntry.name).order_by(HistoryEntry.id)))


@pytest.mark.parametrize(
    ("is_arrived", "is_damaged", "is_missing", "expected"),
    [
        (False, False, False, Standing.ON_THE_WAY),
        (False, False, True, Standing.MISSING),
        (True, False, True, Standing.ARRIVED),
        (False, True, True, Standing.DAMAGED),
    ],
)
def test_what_a_parcel_was_found_to_be_goes_before_what_was_feared(
    *, is_arrived: bool, is_damaged: bool, is_missing: bool, expected: Standing
) -> None:
    assert standing(is_arrived=is_arrived, is_damaged=is_damaged, is_missing=is_missing) is expected


def test_a_parcel_is_sent_told_and_received(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = agree(transactions, people)

    send(transactions, people.manager, partnership_id)
    on_the_way = state_of(transactions, people, partnership_id)
    clock.advance(days=2)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, TODAY + timedelta(days=2))

    assert on_the_way is PartnershipState.PREPARING
    assert parcels(transactions, people, partnership_id) == [Standing.ARRIVED]
    with transactions.looking(people.manager) as reading:
        (parcel,) = finding.list_shipments(reading, partnership_id)
        (mail,) = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "sent"))
        assert mail.link is not None
        assert mail.link.purpose == "receipt"
    assert (parcel.sent_on, parcel.received_on) == (TODAY, TODAY + timedelta(days=2))
    assert (mail.context["carrier"], mail.context["receipt_number"]) == ("Kurir", "KR-1")


@pytest.mark.parametrize(("days", "sentence"), [(1, "in the future"), (-1, "before the creator agreed")])
def test_a_parcel_of_an_impossible_day_is_refused_and_nothing_is_half_made(
    transactions: Transactions, people: People, days: int, sentence: str
) -> None:
    partnership_id = agree(transactions, people)

    with pytest.raises(Refused, match=sentence) as refusal:
        send(transactions, people.manager, partnership_id, TODAY + timedelta(days=days))

    assert refusal.value.field == "sent_on"
    assert state_of(transactions, people, partnership_id) is PartnershipState.ACCEPTED
    assert parcels(transactions, people, partnership_id) == []


def test_nothing_arrives_before_it_was_sent(transactions: Transactions, people: People) -> None:
    partnership_id = prepare(transactions, people)

    with pytest.raises(Refused, match="before it was sent") as refusal, transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, TODAY - timedelta(days=1))

    assert refusal.value.field == "received_on"
    assert state_of(transactions, people, partnership_id) is PartnershipState.PREPARING


@pytest.mark.parametrize(
    ("who", "kind"), [("creator", NotAllowed), ("reviewer", NotAllowed), ("stranger", NotFound), ("owner", None)]
)
def test_the_brand_sends_and_nobody_else(
    transactions: Transactions, people: People, who: str, kind: type[DomainError] | None
) -> None:
    partnership_id = agree(transactions, people)

    if kind is None:
        send(transactions, getattr(people, who), partnership_id)
    else:
        with pytest.raises(kind):
            send(transactions, getattr(people, who), partnership_id)

    assert len(parcels(transactions, people, partnership_id)) == (kind is None)


def test_nothing_is_sent_before_the_creator_agreed(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    with pytest.raises(IllegalTransition):
        send(transactions, people.manager, partnership_id, date(2026, 1, 5))

    assert parcels(transactions, people, partnership_id) == []


def test_a_damaged_parcel_stops_the_wait_and_another_starts_it_again(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    clock.advance(days=2)

    with transactions.begin(people.creator) as work:
        complaining.report_damage(work, partnership_id, words="Botolnya pecah", photo=received())
    damaged = (state_of(transactions, people, partnership_id), moves_today(transactions, people))
    clock.advance(days=1)
    send(transactions, people.manager, partnership_id, TODAY + timedelta(days=3))
    replaced = (state_of(transactions, people, partnership_id), moves_today(transactions, people))
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, TODAY + timedelta(days=3))

    assert damaged == (PartnershipState.ACCEPTED, {"brand": ["to_replace"], "creator": []})
    assert replaced == (PartnershipState.PREPARING, {"brand": [], "creator": ["receipt"]})
    assert parcels(transactions, people, partnership_id) == [Standing.ARRIVED, Standing.DAMAGED]
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).anchor_on == TODAY + timedelta(days=3)
        damage = reading.session.scalars(select(Shipment).where(Shipment.damaged_at.is_not(None))).one()
        assert damage.photo is not None
        assert damage.photo.account_id == people.creator.account_id
    assert wordings(transactions, people)[2:5] == [("sent", "Dewi"), ("parcel_damaged", "Rina"), ("sent", "Dewi")]


def test_damage_is_said_in_words_or_shown(transactions: Transactions, people: People) -> None:
    partnership_id = prepare(transactions, people)

    with pytest.raises(Refused) as refusal, transactions.begin(people.creator) as work:
        complaining.report_damage(work, partnership_id, words="")

    assert refusal.value.field == "words"
    assert parcels(transactions, people, partnership_id) == [Standing.ON_THE_WAY]


def test_a_parcel_that_has_not_come_is_the_brands_move_until_another_is_sent(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    clock.advance(days=5)

    for _ in range(2):
        with transactions.begin(people.creator) as work:
            complaining.report_missing(work, partnership_id)
    missing = moves_today(transactions, people)
    send(transactions, people.manager, partnership_id, TODAY + timedelta(days=5))

    assert missing == {"brand": ["parcel_missing"], "creator": []}
    assert moves_today(transactions, people) == {"brand": [], "creator": ["receipt"]}
    assert parcels(transactions, people, partnership_id) == [Standing.ON_THE_WAY, Standing.MISSING]
    assert wordings(transactions, people).count(("parcel_missing", "Rina")) == 1
    assert names_in_history(transactions, people).count("ShipmentMissing") == 1


def test_who_sees_no_parcel_cannot_speak_of_it(transactions: Transactions, people: People) -> None:
    partnership_id = prepare(transactions, people)

    for who in (people.other_creator, people.stranger, people.stranger_creator):
        with pytest.raises(NotFound), transactions.begin(who) as work:
            complaining.report_missing(work, partnership_id)
        with pytest.raises(NotFound), transactions.begin(who) as work:
            complaining.report_damage(work, partnership_id, words="x")


def ask_for_refill(transactions: Transactions, people: People, partnership_id: int) -> None:
    """Let the creator answer that more is needed."""
    check_in_id = opened(transactions, people, partnership_id, "two-weeks")
    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, NEARLY_EMPTY, {}, statement="test")


def test_a_refill_leaves_the_dates_alone_and_clears_what_asked_for_it(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, TODAY)
    ask_for_refill(transactions, people, partnership_id)
    asked = moves_today(transactions, people)
    with transactions.looking(people.manager) as reading:
        before = [step.due_on for step in reading.get(Partnership, partnership_id).steps]
    clock.advance(days=1)

    send(transactions, people.manager, partnership_id, TODAY + timedelta(days=1))
    clock.advance(days=1)
    with transactions.begin(people.creator) as work:
        receiving.receive_refill(work, partnership_id, TODAY + timedelta(days=2))

    assert asked == {"brand": ["needs_person"], "creator": []}
    assert moves_today(transactions, people) == {"brand": [], "creator": []}
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        assert (partnership.state, partnership.anchor_on) == (PartnershipState.ACTIVE, TODAY)
        assert [step.due_on for step in partnership.steps] == before
    assert parcels(transactions, people, partnership_id) == [Standing.ARRIVED, Standing.ARRIVED]
    assert ("refill_sent", "Dewi") in wordings(transactions, people)
    assert "RefillReceived" in names_in_history(transactions, people)


def test_a_refill_that_arrives_damaged_leaves_the_plan_running(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, TODAY)
    send(transactions, people.manager, partnership_id)

    with transactions.begin(people.creator) as work:
        complaining.report_damage(work, partnership_id, words="Tutupnya terbuka")

    assert state_of(transactions, people, partnership_id) is PartnershipState.ACTIVE
    assert moves_today(transactions, people) == {"brand": ["to_replace"], "creator": []}


def test_what_is_not_on_its_way_cannot_arrive_or_be_damaged(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, TODAY)

    with pytest.raises(IllegalTransition), transactions.begin(people.creator) as work:
        receiving.receive_refill(work, partnership_id, TODAY)
    with pytest.raises(IllegalTransition), transactions.begin(people.creator) as work:
        complaining.report_damage(work, partnership_id, words="Pecah")
