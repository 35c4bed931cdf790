import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.database.work import Transactions
from partnerships.people.pages import OPEN_TO
from partnerships.people.tables import Account, Brand, Membership, Organisation, Product
from tests.conftest import SignIn
from tests.stories import SETTLED_AT, People

SERUM = {"name": "Toner", "category": "cosmetics", "registration_number": "NA18"}
JOKO = {"name": "Joko", "email": "joko@glow.example", "role": "reviewer", "locale": "id", "zone": "Asia/Jakarta"}
STAFF_PAGES = ("/team", "/brands")
MANAGER_PAGES = ("/brands/new", "/brands/{brand}", "/products/new", "/products/{product}")


@pytest.fixture
def manager(people: People, sign_in: SignIn) -> FlaskClient:
    return sign_in(people.manager)


@pytest.mark.parametrize(
    ("who", "code", "addresses"),
    [
        ("owner", 200, (*STAFF_PAGES, *MANAGER_PAGES, "/team/new", "/profile")),
        ("manager", 200, (*STAFF_PAGES, *MANAGER_PAGES, "/profile")),
        ("manager", 403, ("/team/new",)),
        ("reviewer", 200, (*STAFF_PAGES, "/profile")),
        ("reviewer", 403, (*MANAGER_PAGES, "/team/new")),
        ("creator", 200, ("/profile", "/profile/password")),
        ("creator", 403, (*STAFF_PAGES, *MANAGER_PAGES, "/team/new")),
        (None, 302, (*STAFF_PAGES, *MANAGER_PAGES, "/team/new", "/profile")),
    ],
)
def test_each_role_opens_its_own_pages(
    people: People, sign_in: SignIn, who: str | None, code: int, addresses: tuple[str, ...]
) -> None:
    client = sign_in(getattr(people, who) if who else None)

    shown = [
        client.get(address.format(brand=people.brand_id, product=people.product_id)).status_code
        for address in addresses
    ]

    assert shown == [code] * len(addresses)


def test_every_page_of_the_slice_has_its_row_in_the_policy(app: Flask) -> None:
    registered = {endpoint for endpoint in app.view_functions if endpoint.startswith("people.")}

    assert registered == set(OPEN_TO)


def test_a_new_product_leads_to_its_first_campaign(manager: FlaskClient, people: People) -> None:
    manager.post("/language", data={"locale": "en"})

    page = manager.post("/products/new", data=SERUM | {"brand_id": people.brand_id}, follow_redirects=True).text

    assert re.search(r'saved\. <a href="/campaigns/new\?product=\d+">Begin a campaign with it</a>', page)


@pytest.mark.parametrize("address", ["/brands/{brand}", "/products/{product}"])
def test_foreign_and_unknown_ids_look_the_same(
    people: People, sign_in: SignIn, transactions: Transactions, address: str
) -> None:
    stranger = sign_in(people.stranger)

    foreign = stranger.get(address.format(brand=people.brand_id, product=people.product_id))
    unknown = stranger.get(address.format(brand=999_999, product=999_999))
    changed = stranger.post(
        address.format(brand=people.brand_id, product=people.product_id),
        data=SERUM | {"name": "taken over", "brand_id": people.brand_id},
    )

    assert foreign.status_code == unknown.status_code == changed.status_code == 404
    with transactions.everywhere() as everywhere:
        assert everywhere.get_one(Brand, people.brand_id).name == "Glow"
        assert everywhere.get_one(Product, people.product_id).name == "Glow Serum"


def test_a_brand_and_its_product_are_made_and_changed(manager: FlaskClient, transactions: Transactions) -> None:
    made = manager.post("/brands/new", data={"name": "  Kulit Kita "})
    brand_id = int(made.headers["Location"].rpartition("=")[2])
    manager.post("/products/new", data=SERUM | {"brand_id": brand_id})
    manager.post(f"/brands/{brand_id}", data={"name": "Kulit Kami"})

    page = manager.get("/brands").text

    assert "Kulit Kami" in page
    assert "Toner" in page
    assert "Cosmetics and skin care · NA18" in page
    with transactions.everywhere() as everywhere:
        product = everywhere.scalars(select(Product).where(Product.name == "Toner")).one()
    edited = manager.post(
        f"/products/{product.id}",
        data=SERUM | {"brand_id": brand_id, "name": "Toner Mawar", "banned_claims": "menyembuhkan"},
    )
    assert edited.headers["Location"] == "/brands"
    assert "menyembuhkan" in manager.get(f"/products/{product.id}").text


@pytest.mark.parametrize(
    ("address", "data", "field", "sentence"),
    [
        ("/brands/new", {"name": "Glow"}, "name", "There is a brand of this name already."),
        ("/brands/new", {"name": "gLOW"}, "name", "There is a brand of this name already."),
        ("/products/new", SERUM | {"name": "glow SERUM"}, "name", "This brand has a product of this name already."),
        ("/brands/new", {"name": "  "}, "name", "Please fill this in."),
        ("/products/new", SERUM | {"name": "Glow Serum"}, "name", "This brand has a product of this name already."),
        ("/products/new", SERUM | {"category": "weapons"}, "category", "Please choose one."),
        ("/products/new", SERUM | {"brand_id": "999"}, "brand_id", "Please choose one."),
        ("/products/new", SERUM | {"brand_id": "many"}, "brand_id", "Please choose one."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    manager: FlaskClient, address: str, data: dict[str, str], field: str, sentence: str
) -> None:
    answer = manager.post(address, data={"brand_id": "1"} | data)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert answer.text.count(sentence) == 2  # in the summary and beside the field
    if "registration_number" in data:
        assert 'value="NA18"' in answer.text


def test_a_product_needs_a_brand_first(sign_in: SignIn, people: People, transactions: Transactions) -> None:
    with transactions.everywhere() as everywhere:
        empty = Organisation(name="Empty", created_at=SETTLED_AT)
        everywhere.add(empty)
        everywhere.flush()
        everywhere.add(
            Membership(org_id=empty.id, account_id=people.stranger.account_id, role=Role.OWNER, created_at=SETTLED_AT)
        )
        everywhere.commit()
        empty_id = empty.id
    client = sign_in(people.stranger)
    client.post(f"/switch/{empty_id}")

    answer = client.get("/products/new")

    assert answer.headers["Location"] == "/brands/new"
    assert "No brand yet" in client.get("/brands").text


def test_an_owner_adds_somebody_who_gets_a_mail_and_removes_them_again(
    people: People, sign_in: SignIn, transactions: Transactions
) -> None:
    owner = sign_in(people.owner)

    added = owner.post("/team/new", data=JOKO, follow_redirects=True)
    with transactions.everywhere() as everywhere:
        joko = everywhere.scalars(
            select(Membership).join(Membership.account).where(Account.email == JOKO["email"])
        ).one()
    removed = owner.post(f"/team/{joko.id}/end", follow_redirects=True)

    assert "Joko is in the team now; a mail is on its way." in added.text
    assert "joko@glow.example" in added.text
    assert "Joko is not in the team any more." in removed.text
    assert "joko@glow.example" not in removed.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "manager@glow.example"}, "This person belongs to your organisation already."),
        ({"email": "joko"}, "This does not look like an e-mail address."),
        ({"role": "owner"}, "Please choose one."),
        ({"role": "system"}, "Please choose one."),
        ({"locale": "fr"}, "Please choose one."),
        ({"zone": "Mars/Olympus"}, "Please choose a time zone from the list"),
    ],
)
def test_who_cannot_be_added_is_told_why(people: People, sign_in: SignIn, wrong: dict[str, str], sentence: str) -> None:
    answer = sign_in(people.owner).post("/team/new", data=JOKO | wrong)

    (field,) = wrong
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text


def test_adding_says_nothing_about_accounts_elsewhere(people: People, sign_in: SignIn) -> None:
    owner = sign_in(people.owner)

    known_elsewhere = owner.post("/team/new", data=JOKO | {"email": "manager@other.example"})
    unknown = owner.post("/team/new", data=JOKO)

    assert known_elsewhere.status_code == unknown.status_code == 302
    assert known_elsewhere.headers["Location"] == unknown.headers["Location"]


def test_an_owner_cannot_remove_themselves_nor_a_creator_nor_a_stranger(
    people: People, sign_in: SignIn, transactions: Transactions
) -> None:
    owner = sign_in(people.owner)
    with transactions.everywhere() as everywhere:
        ids = {member.account_id: member.id for member in everywhere.scalars(select(Membership))}

    codes = [
        owner.post(f"/team/{ids[actor.person_id]}/end").status_code
        for actor in (people.owner, people.creator, people.stranger)
    ]

    assert codes == [422, 404, 404]
    with transactions.everywhere() as everywhere:
        assert all(member.ended_at is None for member in everywhere.scalars(select(Membership)))


def test_a_profile_is_kept_and_speaks_the_chosen_language_at_once(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.creator)

    saved = client.post(
        "/profile",
        data={"name": "Dewi A.", "locale": "en", "zone": "Asia/Jayapura", "theme": "dark"},
        follow_redirects=True,
    )

    assert "Your settings are saved." in saved.text
    assert 'value="Dewi A."' in saved.text
    assert 'value="WIT (Jayapura)"' in saved.text
    assert 'data-theme="dark"' in saved.text
    assert '<html lang="en"' in saved.text


def test_a_wrong_zone_in_the_profile_is_refused_beside_it(people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.creator).post(
        "/profile", data={"name": "Dewi", "locale": "en", "zone": "Mars", "theme": "dark"}
    )

    assert answer.status_code == 422
    assert 'id="zone-error"' in answer.text
    assert 'value="Mars"' in answer.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("wita", "WITA (Makassar)"),
        ("Kuala Lumpur", "Kuala Lumpur"),
        ("WIB (Pontianak)", "WIB (Pontianak)"),
        ("Asia/Jakarta", "WIB (Jakarta)"),
        ("Europe/Rome", "Europe/Rome"),
    ],
)
def test_a_zone_is_written_as_people_say_it(people: People, sign_in: SignIn, typed: str, shown: str) -> None:
    saved = sign_in(people.creator).post(
        "/profile", data={"name": "Dewi", "locale": "en", "zone": typed, "theme": "dark"}, follow_redirects=True
    )

    assert saved.status_code == 200
    assert f'value="{shown}"' in saved.text


def test_who_belongs_to_two_organisations_goes_from_one_to_the_other(
    people: People, sign_in: SignIn, transactions: Transactions
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.add(
            Membership(
                org_id=people.stranger.org_id,
                account_id=people.manager.account_id,
                role=Role.REVIEWER,
                created_at=SETTLED_AT,
            )
        )
        everywhere.commit()
    client = sign_in(people.manager)

    offered = client.get("/profile").text
    gone = client.post(f"/switch/{people.stranger.org_id}")
    there = client.get("/brands").text

    assert "Your organisations" in offered
    assert gone.headers["Location"] == "/"
    assert "Other Serum" in there
    assert "Glow Serum" not in there


def test_nobody_switches_to_where_they_do_not_belong(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.manager)

    codes = [client.post(f"/switch/{org_id}").status_code for org_id in (people.stranger.org_id, 999_999)]

    assert codes == [404, 404]
    assert "Glow Serum" in client.get("/brands").text


@pytest.mark.parametrize("address", ["/brands", "/team"])
def test_a_list_takes_as_many_statements_however_long_it_is(
    people: People, sign_in: SignIn, transactions: Transactions, statements: list[str], address: str
) -> None:
    client = sign_in(people.owner)
    client.get(address)
    statements.clear()
    client.get(address)
    few = len(statements)
    with transactions.everywhere() as everywhere:
        for n in range(10):
            brand = Brand(org_id=people.owner.org_id, name=f"Brand {n}", created_at=SETTLED_AT)
            account = Account(
                email=f"{n}@glow.example", name=f"Person {n}", fs_uniquifier=str(n), created_at=SETTLED_AT
            )
            everywhere.add_all([brand, account])
            everywhere.flush()
            everywhere.add_all(
                [
                    Product(org_id=brand.org_id, brand_id=brand.id, name="One", category="food", created_at=SETTLED_AT),
                    Membership(org_id=brand.org_id, account_id=account.id, role=Role.REVIEWER, created_at=SETTLED_AT),
                ]
            )
        everywhere.commit()
    statements.clear()

    page = client.get(address).text

    assert "9" in page
    assert len(statements) == few


@pytest.mark.parametrize(("who", "is_own"), [("creator", True), ("manager", False)])
def test_a_creator_keeps_the_frame_of_their_own_pages(
    sign_in: SignIn, people: People, who: str, *, is_own: bool
) -> None:
    client = sign_in(getattr(people, who))

    for address in ("/profile", "/profile/password"):
        page = client.get(address).text
        assert ("creator.css" in page, "desk.css" in page) == (is_own, not is_own)
    assert 'action="/sign-out"' in client.get("/profile").text
