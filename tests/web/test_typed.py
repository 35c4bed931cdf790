"""What was typed and not sent is there again, on any phone, for whoever typed it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.web.tables import TypedText
from partnerships.web.typed import LASTS, MOST_FORMS
from tests.check_ins.scenes import opened, running
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, review, send
from tests.stories import People, mailed_link

FIRST = "first-impression"


@pytest.fixture
def client(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.creator)
    client.post("/language", data={"locale": "en"})
    return client


def about_all(transactions: Transactions) -> list[str]:
    with transactions.everywhere() as everywhere:
        return list(everywhere.scalars(select(TypedText.about).order_by(TypedText.id)))


def test_answers_that_were_typed_are_there_again(
    client: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "four-weeks")
    typed = {"about": f"check_in:{check_in_id}", "q-days_used": "9", "q-keep_going": "yes", "csrf_token": "x"}
    kept = [client.post("/typed", data=typed).status_code, client.post("/typed", data=typed).status_code]

    page = sign_in(people.creator).get(f"/me/check-ins/{check_in_id}").text

    assert kept == [204, 204]
    assert 'value="9"' in page
    assert 'role="status"' in page
    assert about_all(transactions) == [f"check_in:{check_in_id}"]
    with transactions.everywhere() as everywhere:
        assert everywhere.scalars(select(TypedText)).one().data == {"q-days_used": "9", "q-keep_going": "yes"}


def test_a_draft_that_was_typed_is_there_until_it_is_sent(
    client: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), FIRST)
    client.post("/typed", data={"about": f"deliverable:{deliverable_id}", "caption": "Half a cap", "note": "Soon"})
    before = client.get(f"/me/deliverables/{deliverable_id}").text
    clock.advance(minutes=1)
    send(transactions, people.creator, deliverable_id, caption="Whole")
    review(transactions, people, deliverable_id, DeliverableAction.REQUEST_CHANGES)

    after = client.get(f"/me/deliverables/{deliverable_id}").text

    assert "What you had typed is back." in before
    assert "Half a cap" in before
    assert "Soon" in before
    assert "What you had typed" not in after
    assert "Half a cap" not in after
    assert "Whole" in after


def test_a_mailed_link_is_enough_to_keep_it(app: Flask, transactions: Transactions, people: People) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), FIRST)
    token = mailed_link(transactions, people, "deliverable", deliverable_id)
    phone, other_phone = app.test_client(), app.test_client()
    page = phone.get(f"/s/{token}").text

    kept = phone.post(f"/s/{token}/typed", data={"about": f"deliverable:{deliverable_id}", "caption": "Half a cap"})

    assert f'data-typed="/s/{token}/typed"' in page
    assert kept.status_code == 204
    assert "Half a cap" in other_phone.get(f"/s/{token}").text
    assert phone.post(f"/s/{token}x/typed", data={"about": "deliverable:1"}).status_code == 404


def test_nobody_else_reads_it(client: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), FIRST)
    about = f"deliverable:{deliverable_id}"

    other = sign_in(people.other_creator).post("/typed", data={"about": about, "caption": "Not hers"})
    staff = sign_in(people.manager).post("/typed", data={"about": about, "caption": "Not hers"})

    assert (other.status_code, staff.status_code) == (204, 403)
    assert "Not hers" not in sign_in(people.creator).get(f"/me/deliverables/{deliverable_id}").text


@pytest.mark.parametrize("data", [{"about": "payment:1"}, {"about": ""}, {"about": "check_in:1", "q": "x" * 20_001}])
def test_what_is_no_form_or_too_much_is_not_kept(
    client: FlaskClient, transactions: Transactions, data: dict[str, str]
) -> None:
    assert client.post("/typed", data=data).status_code == 422
    assert about_all(transactions) == []


def test_a_month_is_enough_and_the_oldest_go_first(
    app: Flask, client: FlaskClient, transactions: Transactions, clock: ManualClock
) -> None:
    for number in range(1, MOST_FORMS + 3):
        clock.advance(minutes=1)
        client.post("/typed", data={"about": f"check_in:{number}", "q": "x"})
    few = about_all(transactions)
    clock.set(clock.now() + LASTS - timedelta(seconds=90))
    app.extensions["beat"]()

    assert few == [f"check_in:{number}" for number in range(3, MOST_FORMS + 3)]
    assert about_all(transactions) == [f"check_in:{MOST_FORMS + 1}", f"check_in:{MOST_FORMS + 2}"]
