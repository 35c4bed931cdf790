"""What a campaign's brief must not ask is noted beside it, and keeps nobody from saving."""

import pytest
from flask.testing import FlaskClient

from partnerships.database.work import Transactions
from partnerships.plans.tables import Campaign
from tests.conftest import SignIn
from tests.stories import People


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.manager)
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


def facts(people: People, brief: str) -> dict[str, object]:
    owner_id = people.manager.account_id
    return {"name": "Glow diary", "product_id": people.product_id, "owner_id": owner_id, "brief": brief}


def test_a_demand_is_saved_and_noted_beside_the_brief(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    page = manager.post(
        f"/campaigns/{people.campaign_id}", data=facts(people, "Wajib bilang bagus!"), follow_redirects=True
    ).text

    assert "Something in this brief" in page
    assert "<mark>Wajib bilang bagus</mark>" in page
    assert "This asks for praise." in page
    assert "Saved: Glow diary" in page
    with transactions.looking(people.manager) as reading:
        assert reading.get(Campaign, people.campaign_id).brief == "Wajib bilang bagus!"


def test_a_fair_brief_leads_on_without_a_note(manager: FlaskClient, people: People) -> None:
    address = f"/campaigns/{people.campaign_id}"

    saved = manager.post(address, data=facts(people, "Ceritakan yang kamu suka dan yang tidak."))

    assert saved.headers["Location"].endswith("/campaigns")
    assert "in this brief" not in manager.get(address).text
