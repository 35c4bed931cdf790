"""A payment whose fact was let go is not lost: a manager sees what hangs on it, and may earn it by hand."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins import excusing
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.core.zones import day_in
from partnerships.database.work import Transactions
from partnerships.deliverables import finding, paying
from partnerships.deliverables.rules.payments import PAY_WITHIN_DAYS, PaymentAction
from partnerships.deliverables.rules.transfers import Transfer
from partnerships.mail.tables import OutboxMail
from partnerships.plans import correcting
from tests.check_ins.scenes import check_in_called, opened, running
from tests.check_ins.test_pages import in_english
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, payment_states
from tests.stories import People

REASON = "The parcel was shown on a call"


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return in_english(sign_in(people.manager))


@pytest.fixture
def partnership_id(transactions: Transactions, people: People) -> int:
    return running(transactions, people)


def excused(transactions: Transactions, people: People, partnership_id: int) -> int:
    """Let go the check-in that the first payment waits for, and return that payment's id."""
    check_in_id = opened(transactions, people, partnership_id, "received")
    with transactions.begin(people.manager) as work:
        excusing.excuse(work, check_in_id, "Shown on a call")
    with transactions.looking(people.manager) as reading:
        return finding.list_payments(reading, partnership_id)[0].id


def test_a_manager_earns_by_hand_what_no_fact_can_earn_any_more(
    transactions: Transactions, people: People, clock: ManualClock, partnership_id: int
) -> None:
    payment_id = excused(transactions, people, partnership_id)

    with transactions.begin(people.manager) as work:
        payment = paying.move_payment(work, payment_id, PaymentAction.EARN, REASON)

    assert payment_states(transactions, people, partnership_id) == ["earned", "planned", "planned"]
    assert payment.earned_at == clock.now()
    assert payment.pay_by is not None
    assert (payment.pay_by - day_in("Asia/Jakarta", clock.now())).days == PAY_WITHIN_DAYS
    with transactions.looking(people.manager) as reading:
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "payment_earned")).one()
        assert (mail.recipient_id, mail.context["note"]) == (people.creator.account_id, REASON)
        assert mail.context["pay_by"] == payment.pay_by.isoformat()


def test_nobody_earns_by_hand_without_a_reason(transactions: Transactions, people: People, partnership_id: int) -> None:
    payment_id = excused(transactions, people, partnership_id)

    with pytest.raises(Refused, match="reason"), transactions.begin(people.owner) as work:
        paying.move_payment(work, payment_id, PaymentAction.EARN, " ")

    assert payment_states(transactions, people, partnership_id)[0] == "planned"


def test_the_partnerships_page_earns_by_hand_and_keeps_why_in_the_history(
    manager: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    payment_id = excused(transactions, people, partnership_id)
    address = f"/partnerships/{partnership_id}"
    offered = manager.get(address).text
    to_reviewer = sign_in(people.reviewer).get(address).text
    to_creator = sign_in(people.creator).get(f"/me/partnerships/{partnership_id}").text

    manager.post(f"/payments/{payment_id}/earn", data={"reason": REASON})

    assert f'action="/payments/{payment_id}/earn"' in offered
    assert "/earn" not in to_reviewer + to_creator
    page = manager.get(address).text
    assert "“Product received and first check-in answered”: Earned" in page
    assert f'<span class="quote pre">{REASON}</span>' in page


def test_whoever_excuses_or_waives_reads_which_payment_waits_for_it(
    manager: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_ids = [check_in_called(transactions, people, partnership_id, key) for key in ("received", "first-days")]
    keys = ("six-weeks-in", "honest-review", "first-impression")
    deliverable_ids = [deliverable_called(transactions, people, partnership_id, key) for key in keys]

    check_ins = [manager.get(f"/check-ins/{check_in_id}").text for check_in_id in check_in_ids]
    deliverables = [manager.get(f"/deliverables/{deliverable_id}").text for deliverable_id in deliverable_ids]

    assert ["Payment 1 (30%), “Product received" in page for page in check_ins] == [True, False]
    assert ["Payment 2 (40%), “Six-week" in page for page in deliverables] == [True, False, False]
    assert ["Payment 3 (30%), “Honest" in page for page in deliverables] == [False, True, False]


def test_a_payment_that_is_earned_already_waits_for_nothing(
    manager: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = deliverable_called(transactions, people, partnership_id, "six-weeks-in")
    with transactions.begin(people.manager) as work:
        payment_id = finding.list_payments(work, partnership_id)[1].id
        paying.move_payment(work, payment_id, PaymentAction.EARN, REASON)

    page = manager.get(f"/deliverables/{deliverable_id}").text

    assert "Payment 2" not in page


def pay(transactions: Transactions, people: People, payment_id: int, *actions: PaymentAction) -> str:
    """Do that with the payment, and return who was paid."""
    for action in actions:
        with transactions.begin(people.manager) as work:
            if action is PaymentAction.PAY:
                paid_on = day_in("Asia/Jakarta", work.now)
                payee = paying.record_transfer(work, payment_id, Transfer(paid_on, gross=1_000_000)).payee
            else:
                payee = paying.move_payment(work, payment_id, action, REASON).payee
    return payee


def agree_on_payee(transactions: Transactions, people: People, partnership_id: int, payee: str) -> None:
    with transactions.begin(people.creator) as work:
        correcting.correct(work, partnership_id, {"payee": payee})


def test_who_was_paid_stays_with_the_payment_whatever_the_terms_say_later(
    transactions: Transactions, people: People, partnership_id: int, manager: FlaskClient, sign_in: SignIn
) -> None:
    do = PaymentAction
    with transactions.looking(people.manager) as reading:
        first, second, third = (payment.id for payment in finding.list_payments(reading, partnership_id))
    to_creator = pay(transactions, people, first, do.EARN, do.APPROVE, do.PAY)
    agree_on_payee(transactions, people, partnership_id, "PT Dewi Demo")
    to_company = pay(transactions, people, second, do.EARN, do.APPROVE, do.PAY)
    agree_on_payee(transactions, people, partnership_id, "CV Baru")

    kept = pay(transactions, people, second, do.DISPUTE, do.PAY)
    anew = pay(transactions, people, first, do.DISPUTE, do.SETTLE, do.PAY)
    disputed_before = pay(transactions, people, third, do.EARN, do.DISPUTE, do.PAY)

    assert (to_creator, to_company, kept, anew, disputed_before) == (
        "Dewi", "PT Dewi Demo", "PT Dewi Demo", "CV Baru", "CV Baru",
    )  # fmt: skip
    address = f"/partnerships/{partnership_id}"
    assert "paid to PT Dewi Demo" in manager.get(address).text
    assert "paid to PT Dewi Demo" in in_english(sign_in(people.creator)).get(f"/me{address}").text
    assert "paid to" not in in_english(sign_in(people.reviewer)).get(address).text
    assert "what was paid stays as it was paid" in manager.get(f"{address}/details").text
