"""The pages on which a parcel is sent, and on which it is said what became of it."""

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import finding
from partnerships.plans.rules.shipments import Standing
from partnerships.plans.tables import Shipment
from tests.conftest import SignIn
from tests.files.samples import make_jpeg
from tests.plans.test_pages import english
from tests.stories import People, agree, draft, prepare, start

TODAY = "2026-01-05"


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


def last(transactions: Transactions, people: People, partnership_id: int) -> Shipment:
    with transactions.looking(people.manager) as reading:
        found = finding.find_last_shipment(reading, partnership_id)
        assert found is not None
        return found


def photo(content: bytes) -> dict[str, object]:
    return {"outcome": "damaged", "words": "Botolnya pecah", "photo": (io.BytesIO(content), "pecah.jpg")}


def test_a_manager_writes_down_what_was_sent_and_finds_it_again(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = agree(transactions, people)
    address = f"/partnerships/{partnership_id}/send"
    asked = manager.get(address).text

    page = manager.post(
        address,
        data={"sent_on": TODAY, "carrier": "Kurir", "receipt_number": "KR-1", "note": "varian 2"},
        follow_redirects=True,
    ).text

    assert f'value="{TODAY}"' in asked
    for words in ("the parcel is on its way", "Kurir", "KR-1", "varian 2", "On its way"):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sent_on": "2026-01-06"}, "A parcel cannot have been sent in the future."),
        ({"sent_on": "2026-01-04"}, "That is before the creator agreed"),
        ({"sent_on": ""}, "Please fill this in."),
        ({"sent_on": "kemarin"}, "Please write a date"),
        ({"receipt_number": "9" * 61}, "60"),
    ],
)
def test_a_wrong_parcel_is_refused_beside_the_field_and_nothing_is_lost(
    changes: dict[str, str], sentence: str, manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = agree(transactions, people)
    given = {"sent_on": TODAY, "carrier": "Kurir", "receipt_number": "KR-1", "note": "varian 2", **changes}

    page = manager.post(f"/partnerships/{partnership_id}/send", data=given)

    assert page.status_code == 422
    assert sentence in page.text
    assert 'value="Kurir"' in page.text
    with transactions.looking(people.manager) as reading:
        assert finding.list_shipments(reading, partnership_id) == []


def test_before_the_creator_agreed_there_is_nothing_to_send(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)

    page = manager.get(f"/partnerships/{partnership_id}/send").text

    assert "There is nothing to send now" in page
    assert 'name="sent_on"' not in page


def test_the_creator_says_that_it_arrived_damaged_and_shows_it(
    app: Flask, creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)
    address = f"/me/receipts/{partnership_id}"
    asked = creator.get(address).text

    thanked = creator.post(address, data=photo(make_jpeg()), follow_redirects=True).text
    again = creator.post(address, data=photo(make_jpeg()), follow_redirects=True)

    app.extensions["worker"].prepare("")

    parcel = last(transactions, people, partnership_id)
    seen = manager.get(f"/partnerships/{partnership_id}").text
    assert "It has not arrived yet" in asked
    assert "has been told that the parcel arrived damaged" in thanked
    assert again.status_code == 200
    assert (parcel.standing, parcel.damage_note) == (Standing.DAMAGED, "Botolnya pecah")
    assert f"/media/{parcel.photo_id}" in seen
    assert "Botolnya pecah" in seen
    assert "Send another parcel" in manager.get(f"/partnerships/{partnership_id}/send").text
    assert "The parcel arrived damaged" in manager.get("/").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"outcome": "damaged", "words": ""}, "Please say in a few words what is broken"),
        ({"outcome": "damaged", "words": "x" * 2001}, "2000"),
        ({"outcome": "damaged", "words": "Pecah", "photo": (io.BytesIO(b"no picture"), "a.jpg")}, "a.jpg"),
    ],
)
def test_what_cannot_be_kept_of_a_damage_is_said_beside_the_field(
    data: dict[str, object], sentence: str, creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)

    page = creator.post(f"/me/receipts/{partnership_id}", data=data)

    assert page.status_code == 422
    assert str(data["words"]) in page.text
    assert "There is a problem" in page.text
    assert '<details class="more" open' in page.text
    assert last(transactions, people, partnership_id).standing is Standing.ON_THE_WAY
    assert sentence in page.text or "photo-error" in page.text


def test_a_parcel_that_has_not_come_is_looked_for_and_may_come_meanwhile(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)
    address = f"/me/receipts/{partnership_id}"

    said = creator.post(address, data={"outcome": "missing"}, follow_redirects=True).text
    today = manager.get("/").text
    arrived = creator.post(address, data={"outcome": "arrived", "received_on": TODAY}, follow_redirects=True).text

    assert "has been told and looks for it" in said
    assert "The parcel has not arrived, says the creator" in today
    assert "Thank you, we have noted it" in arrived


def test_a_manager_writes_down_what_the_creator_told_them(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)
    address = f"/partnerships/{partnership_id}/receipt"

    missing = manager.post(address, data={"outcome": "missing"}, follow_redirects=True).text
    damaged = manager.post(address, data={"outcome": "damaged", "words": "Pecah"}, follow_redirects=True).text
    nothing = manager.post(address, data={"outcome": "damaged", "words": "Pecah"}, follow_redirects=True).text

    sending = manager.get(f"/partnerships/{partnership_id}/send").text
    manager.post(f"/partnerships/{partnership_id}/send", data={"sent_on": TODAY})
    resent = manager.get(f"/partnerships/{partnership_id}").text

    assert "the parcel has not arrived" in missing
    assert (f'href="{address}"' in damaged, f'href="{address}"' in resent) == (False, True)
    assert "<b>Arrived damaged</b>" in sending
    assert "Pecah" in sending
    assert "please send another one" in damaged
    assert "No parcel is on its way now." in nothing


def test_a_refill_is_sent_and_received_without_moving_a_date(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    clock.advance(days=1)
    offered = manager.get(f"/partnerships/{partnership_id}").text
    asked = manager.get(f"/partnerships/{partnership_id}/send").text
    manager.post(f"/partnerships/{partnership_id}/send", data={"sent_on": "2026-01-06"})

    question = creator.get(f"/me/receipts/{partnership_id}").text
    early = creator.post(f"/me/receipts/{partnership_id}", data={"received_on": TODAY})
    thanked = creator.post(
        f"/me/receipts/{partnership_id}", data={"received_on": "2026-01-06"}, follow_redirects=True
    ).text

    assert "Send a parcel" in offered
    assert "No date moves by it." in asked
    assert "Your dates stay as they are." in question
    assert (early.status_code, "before it was sent" in early.text) == (422, True)
    assert "The refill is noted too." in thanked
    assert last(transactions, people, partnership_id).standing is Standing.ARRIVED
