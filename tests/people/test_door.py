from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.people import authenticating
from partnerships.people.tables import Account, Membership
from tests.conftest import SignIn
from tests.stories import People

PASSWORD = "kopi susu gula aren"
WRONG = "do not belong together"


@pytest.fixture
def visitor(app: Flask, people: People, transactions: Transactions) -> FlaskClient:
    """A browser nobody is signed in with; the manager has a password."""
    hashed = authenticating.hashed(PASSWORD)
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.manager.account_id).password = hashed
        everywhere.commit()
    return app.test_client()


def knock(client: FlaskClient, email: str, password: str, address: str = "/sign-in") -> tuple[int, str, str]:
    answer = client.post(address, data={"email": email, "password": password}, headers={"Accept-Language": "en"})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_the_right_password_opens_and_capitals_in_the_address_do_not_matter(visitor: FlaskClient) -> None:
    code, goes_to, _ = knock(visitor, " Manager@Glow.example ", PASSWORD)

    assert (code, goes_to) == (302, "/")
    assert visitor.get("/brands").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("manager@glow.example", "kopi susu gula pasir"),
        ("nobody@glow.example", PASSWORD),
        ("owner@glow.example", PASSWORD),  # has no password
        ("manager@glow.example", PASSWORD + "\N{BELL}"),
        ("'; drop table account; --", PASSWORD),
    ],
)
def test_every_wrong_answer_gets_the_same_words(visitor: FlaskClient, email: str, password: str) -> None:
    code, _, page = knock(visitor, email, password)

    assert code == 422
    assert WRONG in page
    assert visitor.get("/brands").status_code == 302


@pytest.mark.parametrize(("password", "said"), [("x" * 201, True), ("\ufdfa" * 300, True), ("\ufdfa" * 200, False)])
def test_a_password_longer_than_any_is_refused_before_it_is_hashed(
    visitor: FlaskClient, password: str, *, said: bool
) -> None:
    code, _, page = knock(visitor, "manager@glow.example", password)

    assert code == 422
    assert ("A password has at most 200 characters." in page) is said


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def note(_password: str, hashed: str) -> bool:
        checked.append(hashed)
        return False

    monkeypatch.setattr(authenticating, "verify_password", note)

    knock(visitor, "nobody@glow.example", PASSWORD)
    knock(visitor, "manager@glow.example", PASSWORD)
    knock(visitor, "owner@glow.example", PASSWORD)

    assert [hashed.split("$")[1:4] for hashed in checked] == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 3


def test_a_closed_account_does_not_open(visitor: FlaskClient, people: People, transactions: Transactions) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.manager.account_id).active = False
        everywhere.commit()

    code, _, page = knock(visitor, "manager@glow.example", PASSWORD)

    assert code == 422
    assert WRONG in page


def test_the_session_before_signing_in_leaves_nothing_but_language_and_look(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as session:
        session.update(planted="by somebody else", org_id=99, locale="en", theme="dark")

    knock(visitor, "manager@glow.example", PASSWORD)

    with visitor.session_transaction() as session:
        assert "planted" not in session
        assert "org_id" not in session
        assert (session["locale"], session["theme"]) == ("en", "dark")


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/brands", "/brands"),
        ("/creators?q=dewi", "/creators?q=dewi"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_on_inside_this_site_only(visitor: FlaskClient, wanted: str, goes_to: str) -> None:
    answer = visitor.post(
        "/sign-in", query_string={"next": wanted}, data={"email": "manager@glow.example", "password": PASSWORD}
    )

    assert answer.headers["Location"] == goes_to


def test_a_visitor_is_led_to_the_door_and_back(visitor: FlaskClient) -> None:
    answer = visitor.get("/creators?q=dewi")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/creators?q%3Ddewi"


def test_a_fragment_that_needs_a_session_sends_the_whole_page_to_the_door(visitor: FlaskClient) -> None:
    answer = visitor.get("/creators", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/creators"


def test_signing_out_ends_it(visitor: FlaskClient) -> None:
    knock(visitor, "manager@glow.example", PASSWORD)

    answer = visitor.post("/sign-out")

    assert answer.headers["Location"] == "/sign-in"
    assert visitor.get("/brands").status_code == 302


def test_guessing_at_one_account_is_slowed_down_and_leaves_others_alone(visitor: FlaskClient) -> None:
    codes = [knock(visitor, "manager@glow.example", f"guess number {n}")[0] for n in range(11)]

    assert codes == [422] * 10 + [429]
    assert knock(visitor, "manager@glow.example", PASSWORD)[0] == 429
    assert knock(visitor, "owner@glow.example", PASSWORD)[0] == 422


def test_who_knows_the_password_is_never_slowed_down(visitor: FlaskClient) -> None:
    codes = [knock(visitor, "manager@glow.example", PASSWORD)[0] for _ in range(12)]

    assert codes == [302] * 12


def test_addresses_of_one_ipv6_customer_count_as_one(app: Flask) -> None:
    asked = []
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "198.51.100.7"):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            asked.append(authenticating.asking_network())

    assert asked == ["2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64", "198.51.100.7"]


def test_without_a_token_nobody_is_signed_in(app: Flask, visitor: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    code, _, _ = knock(visitor, "manager@glow.example", PASSWORD)

    assert code == 400
    assert visitor.get("/brands").status_code == 302
    assert 'name="csrf_token"' in visitor.get("/sign-in").text


def test_a_full_session_ends_after_fourteen_days_however_busy(visitor: FlaskClient, clock: ManualClock) -> None:
    knock(visitor, "manager@glow.example", PASSWORD)
    answers = []
    for _ in range(29):
        clock.advance(days=0.49)
        answers.append(visitor.get("/brands").status_code)

    assert answers == [200] * 28 + [302]


def test_a_full_session_ends_after_twelve_idle_hours(visitor: FlaskClient, clock: ManualClock) -> None:
    knock(visitor, "manager@glow.example", PASSWORD)
    clock.advance(days=0.49)
    still = visitor.get("/brands").status_code
    clock.advance(days=0.51)

    after = visitor.get("/brands").status_code

    assert (still, after) == (200, 302)


def test_a_cookie_outlives_every_session_in_it_and_a_form_that_lay_open(app: Flask) -> None:
    assert app.permanent_session_lifetime >= authenticating.FULL_SESSION_LASTS
    assert app.permanent_session_lifetime >= authenticating.LIGHT_SESSION_LASTS


def test_a_full_session_that_ended_takes_neither_the_light_one_nor_the_forms_token_along(
    visitor: FlaskClient, people: People, clock: ManualClock
) -> None:
    knock(visitor, "manager@glow.example", PASSWORD)
    with visitor.session_transaction() as session:
        until = (clock.now() + timedelta(hours=24)).isoformat()
        session["light"] = {"account_id": people.creator.account_id, "org_id": people.creator.org_id, "until": until}
        session["csrf_token"] = "of an open form"
    clock.advance(days=0.6)

    answers = [visitor.get(page).status_code for page in ("/brands", "/me")]

    assert answers == [403, 200]
    with visitor.session_transaction() as session:
        assert session["csrf_token"] == "of an open form"
        assert "_user_id" not in session


def test_no_address_stands_in_what_the_limiter_counts_by(app: Flask) -> None:
    keys = []
    for typed in ("manager@glow.example", " Manager@glow.example", "owner@glow.example", "x" * 100_000):
        with app.test_request_context("/sign-in", method="POST", data={"email": typed}):
            keys.append(authenticating.asking_account())

    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert "glow" not in "".join(keys)
    assert max(len(key) for key in keys) < 200


def test_static_files_neither_ask_the_database_nor_set_a_cookie(visitor: FlaskClient, statements: list[str]) -> None:
    knock(visitor, "manager@glow.example", PASSWORD)
    statements.clear()

    with visitor.get("/static/base.css") as answer:
        assert answer.status_code == 200
        assert statements == []
        assert "Set-Cookie" not in answer.headers


def test_recognising_somebody_takes_one_statement(people: People, sign_in: SignIn, statements: list[str]) -> None:
    client = sign_in(people.manager)
    statements.clear()

    client.get("/forgotten-password")

    assert len(statements) == 1


def test_whose_membership_ended_is_nobody(people: People, sign_in: SignIn, transactions: Transactions) -> None:
    client = sign_in(people.reviewer)
    with transactions.everywhere() as everywhere:
        for member in everywhere.query(Membership).where(Membership.account_id == people.reviewer.account_id):
            member.ended_at = transactions.clock.now()
        everywhere.commit()

    assert client.get("/creators").status_code == 302


def test_a_light_session_opens_a_creators_pages_until_a_day_without_them(
    app: Flask, people: People, clock: ManualClock
) -> None:
    client = app.test_client()
    with app.test_request_context(), client.session_transaction() as session:
        until = (clock.now() + timedelta(hours=24)).isoformat()
        session["light"] = {"account_id": people.creator.account_id, "org_id": people.creator.org_id, "until": until}

    clock.advance(days=0.9)
    first = client.get("/profile").status_code
    clock.advance(days=0.9)
    second = client.get("/profile").status_code
    clock.advance(days=1.1)
    third = client.get("/profile").status_code

    assert (first, second, third) == (200, 200, 302)


@pytest.mark.parametrize("who", ["manager", "owner", "reviewer"])
def test_a_light_session_never_opens_a_teams_pages(app: Flask, people: People, clock: ManualClock, who: str) -> None:
    actor = getattr(people, who)
    client = app.test_client()
    with client.session_transaction() as session:
        until = (clock.now() + timedelta(hours=24)).isoformat()
        session["light"] = {"account_id": actor.account_id, "org_id": actor.org_id, "until": until}

    assert client.get("/profile").status_code == 302
