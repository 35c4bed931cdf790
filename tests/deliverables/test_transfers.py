"""What is written down about a payment: by hand, kept as it was meant, seen by both sides, corrected with a reason."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from partnerships.core.clock import ManualClock
from partnerships.core.errors import IllegalTransition, NotFound, Refused
from partnerships.creators.tables import Creator
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables import finding, paying
from partnerships.deliverables.rules.payments import PaymentAction, share
from partnerships.deliverables.rules.transfers import Transfer, Withheld, check_transfer
from partnerships.deliverables.tables import Payment
from tests.check_ins.scenes import running
from tests.check_ins.test_pages import in_english
from tests.conftest import SignIn
from tests.deliverables.scenes import pay
from tests.deliverables.test_publishing import answer_received
from tests.files.samples import make_jpeg, make_mp4
from tests.portfolio.many import plant
from tests.portfolio.test_pages import count
from tests.stories import People

TODAY = date(2026, 1, 5)
PAID = Transfer(TODAY, 900_000, Withheld.PPH_21, 22_500, "TRX-88", "BP-7")
FORM = {"paid_on": "2026-01-05", "gross": "900.000", "withheld": "pph_21", "tax": "22.500", "proof": "TRX-88"}


@pytest.fixture
def payment_id(transactions: Transactions, people: People) -> int:
    """Return a milestone that is earned and approved."""
    partnership_id = running(transactions, people)
    answer_received(transactions, people, partnership_id)
    with transactions.begin(people.manager) as work:
        earned = finding.list_payments(work, partnership_id)[0].id
        paying.move_payment(work, earned, PaymentAction.APPROVE)
    return earned


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return in_english(sign_in(people.manager))


def kept(transactions: Transactions, people: People, payment_id: int) -> Transfer | None:
    with transactions.looking(people.manager) as reading:
        return reading.get(Payment, payment_id).transfer


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"paid_on": TODAY + timedelta(days=1)}, "paid_on"),
        ({"tax": 900_001}, "tax"),
        ({"withheld": Withheld.NONE}, "withheld"),
        ({"tax": 0}, "tax"),
        ({"withheld": Withheld.NONE, "tax": 0}, "slip"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_transfer(replace(PAID, **change), TODAY)  # type: ignore[arg-type]  # any of its fields

    assert refused.value.field == field


def test_all_milestones_together_are_the_fee() -> None:
    percents = [33, 33, 34]

    shares = [share(1_000_001, percents, number) for number in (1, 2, 3)]

    assert sum(shares) == 1_000_001
    assert max(abs(one - 1_000_001 * percent / 100) for one, percent in zip(shares, percents, strict=True)) < 1


def test_a_payment_keeps_when_and_how_much_and_pressed_twice_is_paid_once(
    transactions: Transactions, people: People, payment_id: int
) -> None:
    for _ in range(2):
        with transactions.begin(people.manager) as work:
            payment = paying.record_transfer(work, payment_id, PAID)

    assert kept(transactions, people, payment_id) == PAID
    assert PAID.nett == 877_500
    assert (payment.state, payment.payee) == ("paid", "Dewi")
    with transactions.looking(people.manager) as reading:
        told = [entry.name for entry in reading.session.query(HistoryEntry) if "payment" in entry.key]
    assert told.count("PaymentMoved") == 3  # earned, approved, paid


def test_a_correction_needs_a_reason_and_the_history_keeps_what_stood_there(
    transactions: Transactions, people: People, payment_id: int
) -> None:
    pay(transactions, people.manager, payment_id)
    was = kept(transactions, people, payment_id)
    assert was is not None

    with pytest.raises(Refused, match="reason"), transactions.begin(people.manager) as work:
        paying.record_transfer(work, payment_id, PAID)
    with transactions.begin(people.manager) as work:
        paying.record_transfer(work, payment_id, PAID, "Forgot the tax")

    assert kept(transactions, people, payment_id) == PAID
    with transactions.looking(people.manager) as reading:
        (entry,) = [one for one in reading.session.query(HistoryEntry) if one.name == "TransferCorrected"]
    assert (entry.facts["was_gross"], entry.facts["was_tax"]) == (was.gross, 0)
    assert entry.facts["note"] == "Forgot the tax"


def test_nothing_is_paid_that_is_not_owed_and_nobody_elses(
    transactions: Transactions, people: People, payment_id: int
) -> None:
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.get(Payment, payment_id).partnership_id
        planned = finding.list_payments(reading, partnership_id)[2].id

    with pytest.raises(IllegalTransition), transactions.begin(people.manager) as work:
        paying.record_transfer(work, planned, PAID)
    with pytest.raises(NotFound), transactions.begin(people.stranger) as work:
        paying.record_transfer(work, payment_id, PAID)


def test_the_manager_writes_it_down_and_the_creator_reads_it(
    manager: FlaskClient, sign_in: SignIn, people: People, transactions: Transactions, payment_id: int
) -> None:
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.get(Payment, payment_id).partnership_id

    shown = manager.get(f"/payments/{payment_id}/paid").text
    answer = manager.post(f"/payments/{payment_id}/paid", data=FORM)
    own = in_english(sign_in(people.creator)).get(f"/me/partnerships/{partnership_id}").text

    assert "Record as paid" in shown
    assert answer.status_code == 303
    assert "Rp877.500" in own
    assert "PPh 21" in own
    assert "TRX-88" in own


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"gross": ""}, "Please fill this in."),
        ({"gross": "1.5"}, "Please write an amount in rupiah"),
        ({"paid_on": "yesterday"}, "Please write a date"),
        ({"tax": "2.000.000"}, "No more can be withheld"),
        ({"withheld": "vat"}, "Please choose one."),
    ],
)
def test_a_wrong_form_says_so_and_loses_nothing(
    manager: FlaskClient, transactions: Transactions, people: People, payment_id: int, change: dict[str, str],
    sentence: str,
) -> None:  # fmt: skip
    answer = manager.post(f"/payments/{payment_id}/paid", data=FORM | change)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Please fill this in." in answer.text) is (change.get("gross") == "")  # and nothing else is said of it
    assert 'value="TRX-88"' in answer.text
    assert kept(transactions, people, payment_id) is None


def test_the_list_narrows_and_the_file_says_the_same(
    manager: FlaskClient, transactions: Transactions, people: People, payment_id: int
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Creator, people.creator_id).name = "=SUM(A1)"
        everywhere.commit()
    owed = manager.get("/payments").text
    manager.post(f"/payments/{payment_id}/paid", data=FORM)

    paid = manager.get("/payments?state=paid").text
    file = manager.get("/payments.csv?state=paid")
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))

    assert f"/payments/{payment_id}/paid" in owed
    assert f"/payments/{payment_id}/paid" not in manager.get("/payments").text
    assert "Rp877.500" in paid
    assert file.headers["Content-Disposition"].startswith("attachment; filename=payments-")
    assert [(row["Gross"], row["Tax"], row["Nett"], row["Paid on"]) for row in rows] == [
        ("900000", "22500", "877500", "2026-01-05")
    ]
    assert rows[0]["Creator"] == "'=SUM(A1)"


def test_what_is_earned_is_approved_from_the_list(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    answer_received(transactions, people, partnership_id)
    address = re.search(r'action="(/payments/\d+/approve)"', manager.get("/payments").text)
    assert address is not None

    answer = manager.post(address[1], data={"next": "/payments?state=owed"})

    assert answer.headers["Location"] == "/payments?state=owed"
    assert "Record as paid" in manager.get("/payments").text


def test_a_milestone_that_is_not_owed_has_no_such_page(
    manager: FlaskClient, transactions: Transactions, people: People, payment_id: int
) -> None:
    with transactions.looking(people.manager) as reading:
        planned = finding.list_payments(reading, reading.get(Payment, payment_id).partnership_id)[2].id

    answer = manager.get(f"/payments/{planned}/paid")

    assert answer.status_code == 303
    assert "/partnerships/" in answer.headers["Location"]


def test_the_list_asks_as_often_however_many_there_are(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, statements: list[str]
) -> None:
    few = count(manager, statements, "/payments?state=planned")
    plant(transactions, people, clock, 12)

    assert count(manager, statements, "/payments?state=planned") == few


def test_a_picture_of_the_receipt_is_kept_and_both_sides_see_it(
    app: Flask, transactions: Transactions, people: People, payment_id: int, sign_in: SignIn
) -> None:
    manager, creator = in_english(sign_in(people.manager)), in_english(sign_in(people.creator))
    address = f"/payments/{payment_id}/paid"
    with transactions.looking(people.manager) as reading:
        partnership_id = finding.get_payment(reading, payment_id).partnership_id

    sent = manager.post(address, data={**FORM, "receipt": (io.BytesIO(make_jpeg(60, 90)), "receipt.jpg")})
    app.extensions["beat"]()
    [file] = proofs(transactions, people, partnership_id)
    pages = [
        manager.get(f"/partnerships/{partnership_id}").text,
        creator.get(f"/me/partnerships/{partnership_id}").text,
    ]
    served = []
    for who in (manager, creator, sign_in(people.other_creator), sign_in(people.reviewer)):
        with who.get(f"/media/{file}") as answer:
            served.append(answer.status_code)

    assert sent.status_code == 303
    assert all(f'href="/media/{file}"' in page and "Receipt of the transfer" in page for page in pages)
    assert served == [200, 200, 404, 404]
    assert f'src="/media/{file}/small"' in manager.get(address).text


def test_a_receipt_comes_later_without_a_reason_and_what_is_none_leaves_nothing(
    app: Flask, transactions: Transactions, people: People, payment_id: int, sign_in: SignIn
) -> None:
    manager, address = in_english(sign_in(people.manager)), f"/payments/{payment_id}/paid"
    with transactions.looking(people.manager) as reading:
        partnership_id = finding.get_payment(reading, payment_id).partnership_id

    video = manager.post(address, data={**FORM, "receipt": (io.BytesIO(make_mp4()), "receipt.mp4")})
    text = manager.post(address, data={**FORM, "receipt": (io.BytesIO(b"no picture"), "receipt.jpg")})
    with transactions.looking(people.manager) as reading:
        before = finding.get_payment(reading, payment_id).paid_on
    kept_before = list(app.extensions["store"].keys())
    manager.post(address, data=FORM)
    later = manager.post(address, data={**FORM, "receipt": (io.BytesIO(make_jpeg(60, 90)), "receipt.jpg")})

    assert (video.status_code, "one photo or screenshot" in video.text) == (422, True)
    assert (text.status_code, before, kept_before) == (422, None, [])
    assert later.status_code == 303
    assert len(proofs(transactions, people, partnership_id)) == 1


def proofs(transactions: Transactions, people: People, partnership_id: int) -> list[int]:
    """Return the files that show receipts."""
    with transactions.looking(people.manager) as reading:
        return [file.id for file in finding.list_proofs(reading, partnership_id).values()]
