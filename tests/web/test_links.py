"""Mailed links: opening one changes nothing, whoever opens it and however often."""

import hashlib
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import MetaData, NullPool, create_engine, select

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.mail.mailers import MemoryMailer
from partnerships.plans import receiving
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.tables import Partnership
from partnerships.web import linking
from partnerships.web.tables import MailedLink
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, post, review, send
from tests.plans.test_pages import seen_on
from tests.stories import People, draft, move, ship, start

TODAY = date(2026, 1, 5)
WEEK = timedelta(days=7)
PREFETCHES = 50


def grant(transactions: Transactions, people: People, purpose: str, thing_id: int, who: str = "creator") -> str:
    """Return the token of a link that lasts a week."""
    with transactions.begin(people.manager) as work:
        link = linking.grant(
            work,
            purpose=purpose,
            thing_id=thing_id,
            account_id=getattr(people, who).account_id,
            expires_at=work.now + WEEK,
        )
        link.expires_at = work.now + WEEK  # also when the invitation's mail made it before
        return linking.token_of(link)


@pytest.fixture
def partnership_id(transactions: Transactions, people: People) -> int:
    invited = draft(transactions, people)
    move(transactions, people.manager, invited, PartnershipAction.INVITE)
    return invited


@pytest.fixture
def token(transactions: Transactions, people: People, partnership_id: int) -> str:
    return grant(transactions, people, "invitation", partnership_id)


@pytest.fixture
def check_in_token(app: Flask, transactions: Transactions, people: People, clock: ManualClock) -> str:
    """Give the token of a check-in that is open."""
    start(transactions, people, TODAY)
    clock.advance(days=1)
    app.extensions["beat"]()
    with transactions.looking(people.manager) as reading:
        check_in_id = reading.session.scalars(
            select(CheckIn.id).where(CheckIn.state == CheckInState.OPEN).order_by(CheckIn.number)
        ).first()
    assert check_in_id is not None
    return grant(transactions, people, "check_in", check_in_id)


def fingerprint(url: str) -> dict[str, str]:
    """Return a hash over every row of each table."""
    engine = create_engine(url, poolclass=NullPool)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                repr(connection.execute(select(table).order_by(*table.primary_key)).all()).encode()
            ).hexdigest()
            for table in tables.sorted_tables
        }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("fixture", ["token", "check_in_token"])
def test_fifty_prefetches_change_nothing(
    request: pytest.FixtureRequest, settings: Settings, sign_in: SignIn, fixture: str, method: str
) -> None:
    token = request.getfixturevalue(fixture)
    before = fingerprint(settings.database_url)

    scanner = sign_in(None)

    answers = [scanner.open(f"/s/{token}", method=method) for _ in range(PREFETCHES)]

    assert {answer.status_code for answer in answers} == {200}
    assert fingerprint(settings.database_url) == before


def test_opening_a_link_signs_nobody_in(token: str, sign_in: SignIn) -> None:
    client = sign_in(None)

    shown = client.get(f"/s/{token}")
    afterwards = client.get("/me")

    assert shown.status_code == 200
    assert "Glow Serum" in shown.text
    assert (afterwards.status_code, afterwards.headers["Location"]) == (302, "/sign-in?next=/me")


def test_acting_through_a_link_signs_in_lightly(
    token: str, sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    client = sign_in(None)

    client.post(f"/s/{token}", data={"answer": "accept", "seen": seen_on(client.get(f"/s/{token}").text)})

    with client.session_transaction() as session:
        assert session["light"]["account_id"] == people.creator.account_id
        assert "_user_id" not in session
    assert client.get("/me").status_code == 200
    assert client.get(f"/partnerships/{partnership_id}").status_code == 403
    assert client.post(f"/switch/{people.creator.org_id}").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("/me/partnerships/{}", "Glow Serum"),
        ("https://elsewhere.example/{}", "My partnerships"),
        ("", "My partnerships"),
    ],
)
def test_from_an_answered_link_one_press_leads_on_to_what_is_the_creators_own(
    token: str,
    sign_in: SignIn,
    transactions: Transactions,
    people: People,
    partnership_id: int,
    wanted: str,
    shown: str,
) -> None:
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    client = sign_in(None)
    client.post("/language", data={"locale": "en"})

    page = client.get(f"/s/{token}").text
    onward = client.post(f"/s/{token}", data={"onward": wanted.format(partnership_id)}, follow_redirects=True)

    assert f'<form method="post" action="/s/{token}">' in page
    assert f'name="onward" value="/me/partnerships/{partnership_id}"' in page
    assert (onward.status_code, onward.request.host) == (200, "localhost")
    assert shown in onward.text


def test_an_invitation_that_was_answered_says_how_it_stands(
    token: str, sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    client = sign_in(None)
    client.post("/language", data={"locale": "en"})
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)

    accepted = client.get(f"/s/{token}").text
    ship(transactions, people.manager, partnership_id)
    shipped = client.get(f"/s/{token}").text
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, TODAY)

    assert "sends the product now" in accepted
    assert "The product is on its way." in shipped
    assert "stands on your page" in client.get(f"/s/{token}").text


def test_nothing_on_a_page_behind_a_link_leads_to_the_door(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock, check_in_token: str
) -> None:
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.session.scalars(select(Partnership.id)).one()
    content = deliverable_called(transactions, people, partnership_id, "first-impression")
    tokens = [
        check_in_token,
        *(grant(transactions, people, purpose, content) for purpose in ("deliverable", "post", "numbers")),
        grant(transactions, people, "invitation", partnership_id),
        grant(transactions, people, "receipt", partnership_id),
    ]
    led_to: dict[str, str] = {}

    def look_at_all() -> None:
        for token in tokens:
            page = sign_in(None).get(f"/s/{token}").text
            for address in re.findall(r'href="(/(?!static/|s/)[^"#]+)"', page):
                led_to[address] = sign_in(None).get(address).headers.get("Location", "")

    look_at_all()
    send(transactions, people.creator, content)
    look_at_all()
    review(transactions, people, content, DeliverableAction.REQUEST_CHANGES)
    look_at_all()
    send(transactions, people.creator, content)
    review(transactions, people, content, DeliverableAction.APPROVE)
    look_at_all()
    post(transactions, people.creator, content)
    look_at_all()

    assert not [address for address, onward in led_to.items() if "/sign-in" in onward]


def test_a_light_session_ends_by_itself(token: str, sign_in: SignIn, clock: ManualClock, partnership_id: int) -> None:
    client = sign_in(None)
    client.post(f"/s/{token}")

    clock.advance(days=1, minutes=1)

    assert client.get("/me").status_code == 302


def test_a_link_that_has_run_out_is_gone(token: str, sign_in: SignIn, clock: ManualClock) -> None:
    clock.advance(days=7)
    in_time = sign_in(None).get(f"/s/{token}")
    clock.advance(minutes=1)
    too_late = [sign_in(None).get(f"/s/{token}"), sign_in(None).post(f"/s/{token}")]

    assert in_time.status_code == 200
    assert [answer.status_code for answer in too_late] == [410, 410]
    assert "Glow Serum" not in too_late[0].text


def test_a_link_that_was_taken_back_is_gone(
    token: str, sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    with transactions.begin(people.manager) as work:
        linking.revoke(work, purpose="invitation", thing_id=partnership_id)

    assert sign_in(None).get(f"/s/{token}").status_code == 410


def test_a_link_asked_for_again_is_the_same_and_lasts_longer(
    token: str, transactions: Transactions, people: People, partnership_id: int, clock: ManualClock, sign_in: SignIn
) -> None:
    clock.advance(days=5)

    again = grant(transactions, people, "invitation", partnership_id)
    clock.advance(days=6)

    assert again == token
    assert sign_in(None).get(f"/s/{token}").status_code == 200


def test_a_link_that_has_run_out_is_not_revived_by_the_next_one(
    token: str, transactions: Transactions, people: People, partnership_id: int, clock: ManualClock, sign_in: SignIn
) -> None:
    clock.advance(days=8)

    another = grant(transactions, people, "invitation", partnership_id)

    assert another != token
    assert [sign_in(None).get(f"/s/{each}").status_code for each in (token, another)] == [410, 200]


def test_a_link_can_be_acted_through_over_tls_though_its_page_sends_no_referrer(
    app: Flask, token: str, sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = sign_in(None)
    shown = client.get(f"/s/{token}", base_url="https://localhost")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', shown.text)
    assert found
    data = {"answer": "accept", "seen": seen_on(shown.text)}

    answers = [
        client.post(f"/s/{token}", base_url="https://localhost", data=data | {"csrf_token": csrf_token})
        for csrf_token in ("forged", found[1])
    ]

    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert [answer.status_code for answer in answers] == [400, 302]
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).state is PartnershipState.ACCEPTED


@pytest.mark.parametrize("forged", ["x", "A" * 43, "..%2f..%2fetc", "%00", "🎈", "a" * 5000])
def test_a_token_that_nobody_made_leads_nowhere(people: People, sign_in: SignIn, forged: str) -> None:
    for answer in (sign_in(None).get(f"/s/{forged}"), sign_in(None).post(f"/s/{forged}")):
        assert answer.status_code == 404


def test_a_token_changed_by_one_letter_leads_nowhere(token: str, sign_in: SignIn) -> None:
    changed = ("B" if token[0] == "A" else "A") + token[1:]

    assert sign_in(None).get(f"/s/{changed}").status_code == 404


@pytest.mark.parametrize("who", ["other_creator", "stranger_creator"])
def test_a_link_to_somebody_elses_thing_shows_nothing(
    transactions: Transactions, people: People, sign_in: SignIn, partnership_id: int, who: str
) -> None:
    actor = people.manager if who == "other_creator" else people.stranger
    with transactions.begin(actor) as work:
        link = linking.grant(
            work,
            purpose="invitation",
            thing_id=partnership_id,
            account_id=getattr(people, who).account_id,
            expires_at=work.now + WEEK,
        )
        token = linking.token_of(link)

    answers = [sign_in(None).get(f"/s/{token}"), sign_in(None).post(f"/s/{token}")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Glow diary" not in answers[0].text


def test_a_purpose_that_no_page_serves_leads_nowhere(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    token = grant(transactions, people, "nonsense", 1)

    assert sign_in(None).get(f"/s/{token}").status_code == 404


def test_who_has_left_is_let_in_no_more(
    token: str, transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    from partnerships.people.tables import Account  # noqa: PLC0415 - only this test closes one

    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.creator.account_id).active = False
        everywhere.commit()

    assert sign_in(None).get(f"/s/{token}").status_code == 410


def test_a_link_acts_for_its_own_person_whoever_is_signed_in(
    token: str, people: People, sign_in: SignIn, transactions: Transactions, partnership_id: int
) -> None:
    client = sign_in(people.stranger)

    assert client.get(f"/s/{token}").status_code == 200
    assert "Sari" in client.get("/partnerships").text
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).state is PartnershipState.INVITED


def test_no_token_stands_in_the_database_or_the_outbox(
    app: Flask, settings: Settings, token: str, check_in_token: str, mailer: MemoryMailer
) -> None:
    app.extensions["beat"]()
    engine = create_engine(settings.database_url, poolclass=NullPool)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        everything = "".join(repr(connection.execute(select(table)).all()) for table in tables.sorted_tables)

    assert token not in everything
    assert check_in_token not in everything
    assert hashlib.sha256(token.encode()).hexdigest() in everything
    assert any(f"/s/{token}" in message.as_string() or "/s/" in message.as_string() for message in mailer.sent)


def test_every_token_is_a_secret_of_its_own(transactions: Transactions, people: People) -> None:
    tokens = {grant(transactions, people, "check_in", number) for number in range(20)}

    with transactions.looking(people.manager) as reading:
        nonces = set(reading.session.scalars(select(MailedLink.nonce)))
    assert len(tokens) == len(nonces) == 20
    assert {len(token) for token in tokens} == {43}  # 256 bits in base64
