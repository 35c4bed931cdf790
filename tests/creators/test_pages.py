import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.creators import enlisting
from partnerships.creators.enlisting import CreatorFacts, HandleFacts
from partnerships.creators.pages import OPEN_TO
from partnerships.creators.tables import Creator, Platform
from partnerships.database.work import Transactions
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.conftest import SignIn
from tests.stories import People, draft, move

SARI = {
    "name": "Sari Demo",
    "email": "sari@creator.example",
    "handles-0-platform": "tiktok",
    "handles-0-name": "@Sari.Kulit",
    "handles-0-followers": "12.500",
    "handles-1-platform": "instagram",
    "handles-1-name": "",
    "niche": "skin care",
    "whatsapp": "0812 3456 7890",
    "note": "prefers mornings",
    "locale": "id",
    "zone": "Asia/Makassar",
}


@pytest.fixture
def manager(people: People, sign_in: SignIn) -> FlaskClient:
    return sign_in(people.manager)


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("owner", [200, 200, 200]),
        ("manager", [200, 200, 200]),
        ("reviewer", [200, 403, 403]),
        ("creator", [403, 403, 403]),
        (None, [302, 302, 302]),
    ],
)
def test_each_role_opens_its_own_pages(people: People, sign_in: SignIn, who: str | None, codes: list[int]) -> None:
    client = sign_in(getattr(people, who) if who else None)

    addresses = ("/creators", "/creators/new", f"/creators/{people.creator_id}")

    assert [client.get(address).status_code for address in addresses] == codes


def test_every_page_has_its_row_in_the_policy(app: Flask) -> None:
    registered = {endpoint for endpoint in app.view_functions if endpoint.startswith("creators.")}

    assert registered == set(OPEN_TO)


def test_foreign_and_unknown_ids_look_the_same(people: People, sign_in: SignIn) -> None:
    stranger = sign_in(people.stranger)

    answers = [stranger.get(f"/creators/{number}") for number in (people.creator_id, 999_999)]
    changed = stranger.post(f"/creators/{people.creator_id}", data=SARI)

    assert [answer.status_code for answer in (*answers, changed)] == [404, 404, 404]
    assert "Dewi" not in stranger.get("/creators").text


def test_a_new_creator_leads_to_the_first_partnership(manager: FlaskClient) -> None:
    manager.post("/language", data={"locale": "en"})

    page = manager.post("/creators/new", data=SARI, follow_redirects=True).text

    assert re.search(r'is in your list now\. <a href="/partnerships/new\?creator=\d+">Plan a partnership</a>', page)


def test_a_creator_is_added_shown_found_and_changed(manager: FlaskClient, transactions: Transactions) -> None:
    added = manager.post("/creators/new", data=SARI)
    listed = manager.get("/creators").text
    with transactions.everywhere() as everywhere:
        creator = everywhere.scalars(select(Creator).where(Creator.name == "Sari Demo")).one()
    shown = manager.get(f"/creators/{creator.id}").text
    changed = manager.post(f"/creators/{creator.id}", data=SARI | {"name": "Sari Baru", "handles-0-followers": ""})

    assert added.headers["Location"] == changed.headers["Location"] == "/creators"
    assert "@sari.kulit" in listed
    assert "12.500" in listed
    assert 'href="https://wa.me/6281234567890"' in listed
    assert 'value="+6281234567890"' in shown
    assert "prefers mornings" in shown
    assert "sari@creator.example" in shown
    assert "Sari Baru" in manager.get("/creators").text


def test_the_address_is_asked_for_until_somebody_has_answered_from_it(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    address = f"/creators/{people.creator_id}"
    file = {"name": "Dewi", "handles-0-platform": "tiktok", "handles-0-name": "dewi"}

    fresh = manager.get(address).text
    wrong = manager.post(address, data=file | {"email": "dewi"})
    taken = manager.post(address, data=file | {"email": "galih@creator.example"})
    mended = manager.post(address, data=file | {"email": "dewi.baru@creator.example"})
    with transactions.everywhere() as everywhere:
        actor = everywhere.get_one(Creator, people.creator_id).membership.as_actor()
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, actor, partnership_id, PartnershipAction.DECLINE)
    used = manager.get(address).text

    assert 'value="dewi@creator.example"' in fresh
    assert (wrong.status_code, taken.status_code, mended.status_code) == (422, 422, 302)
    assert "belongs to your organisation already" in taken.text
    assert 'name="email"' not in used
    assert "dewi.baru@creator.example cannot be changed here any more" in used


@pytest.mark.parametrize("words", ["dewi", "@DEWI", "skincare"])
def test_searching_looks_at_name_handle_and_niche(manager: FlaskClient, people: People, words: str) -> None:
    page = manager.get("/creators", query_string={"q": words}).text

    assert f"/creators/{people.creator_id}" in page


@pytest.mark.parametrize("words", ["%", "_", "tari"])
def test_searching_in_vain_is_not_the_same_as_an_empty_list(manager: FlaskClient, words: str) -> None:
    page = manager.get("/creators", query_string={"q": words}).text

    assert "Nobody matches" in page
    assert "No creator yet" not in page


def test_an_empty_list_says_so_and_shows_the_way_on(
    people: People, sign_in: SignIn, transactions: Transactions
) -> None:
    with transactions.everywhere() as everywhere:
        creator = everywhere.get_one(Creator, people.stranger_creator_id)
        everywhere.delete(creator)
        everywhere.commit()

    page = sign_in(people.stranger).get("/creators").text

    assert "No creator yet" in page
    assert 'href="/creators/new"' in page


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": " "}, "name", "Please fill this in."),
        ({"email": "sari"}, "email", "This does not look like an e-mail address."),
        ({"email": "dewi@creator.example"}, "email", "This person belongs to your organisation already."),
        ({"whatsapp": "call me"}, "whatsapp", "This does not look like a WhatsApp number."),
        ({"zone": "Asia/Bandung"}, "zone", "Please choose a time zone from the list"),
        ({"locale": "fr"}, "locale", "Please choose one."),
        ({"handles-0-name": ""}, "handles", "Please give at least one account"),
        ({"handles-0-name": "two words"}, "handles-0-name", "Write the name as it stands in the app"),
        ({"handles-0-followers": "12k"}, "handles-0-followers", "Write the number of followers in digits"),
        ({"handles-0-platform": "myspace"}, "handles-0-platform", "Please choose one."),
        ({"handles-0-name": "@dewi"}, "handles", "@dewi is in another creator&#39;s file already."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    manager: FlaskClient, wrong: dict[str, str], field: str, sentence: str
) -> None:
    answer = manager.post("/creators/new", data=SARI | wrong)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text
    assert "prefers mornings" in answer.text
    assert "{&#39;" not in answer.text
    assert "<title>Error: New creator" in answer.text


def test_the_note_is_never_shown_to_a_reviewer_or_creator(
    manager: FlaskClient, people: People, sign_in: SignIn
) -> None:
    manager.post("/creators/new", data=SARI)

    assert "prefers mornings" not in sign_in(people.reviewer).get("/creators").text


def test_the_list_takes_as_many_statements_however_long_it_is(
    manager: FlaskClient, people: People, transactions: Transactions, statements: list[str]
) -> None:
    statements.clear()
    manager.get("/creators")
    few = len(statements)
    with transactions.begin(people.manager) as work:
        for n in range(10):
            facts = CreatorFacts(
                name=f"Creator {n}", handles=(HandleFacts(platform=Platform.TIKTOK, name=f"creator{n}"),)
            )
            enlisting.enlist(work, facts, email=f"{n}@creator.example", locale="id", zone="Asia/Jakarta")
    statements.clear()

    page = manager.get("/creators").text

    assert "@creator9" in page
    assert len(statements) == few
