from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.letters import word
from partnerships.mail.tables import OutboxMail
from partnerships.people import authenticating, recovering, settling
from partnerships.people.tables import Account
from partnerships.web import linking
from partnerships.web.tables import MailedLink
from tests.conftest import SignIn
from tests.stories import People

OLD, NEW = "kopi susu gula aren", "teh tawar tanpa gula"


@pytest.fixture(autouse=True)
def old_password(app: Flask, people: People, transactions: Transactions) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.manager.account_id).password = authenticating.hashed(OLD)
        everywhere.commit()


def mails(transactions: Transactions) -> list[OutboxMail]:
    with transactions.everywhere() as everywhere:
        return list(everywhere.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def mailed_address(transactions: Transactions) -> str:
    with transactions.everywhere() as everywhere:
        link = everywhere.scalars(select(MailedLink).where(MailedLink.purpose == "password")).one()
        return f"/s/{linking.token_of(link)}"


def test_asking_looks_the_same_for_known_and_unknown_and_mails_the_known_only(
    app: Flask, people: People, transactions: Transactions
) -> None:
    known = app.test_client().post("/forgotten-password", data={"email": "Manager@glow.example"})
    unknown = app.test_client().post("/forgotten-password", data={"email": "nobody@glow.example"})

    assert known.status_code == unknown.status_code == 302
    assert known.headers["Location"] == unknown.headers["Location"] == "/sign-in"
    assert [(mail.template, mail.recipient_id) for mail in mails(transactions)] == [
        ("password", people.manager.account_id)
    ]


def test_asking_twice_in_a_minute_mails_once(app: Flask, transactions: Transactions) -> None:
    for _ in range(3):
        app.test_client().post("/forgotten-password", data={"email": "manager@glow.example"})

    assert len(mails(transactions)) == 1


def test_asking_is_slowed_down(app: Flask) -> None:
    codes = [
        app.test_client().post("/forgotten-password", data={"email": "x@y.example"}).status_code for _ in range(11)
    ]

    assert codes == [302] * 10 + [429]


def test_the_link_changes_the_password_once_and_ends_every_session(
    app: Flask, people: People, transactions: Transactions, sign_in: SignIn
) -> None:
    elsewhere = sign_in(people.manager)
    client = app.test_client()
    client.post("/forgotten-password", data={"email": "manager@glow.example"})
    address = mailed_address(transactions)

    opened = client.get(address)
    changed = client.post(address, data={"password": NEW})
    again = client.get(address)

    assert opened.status_code == 200
    assert changed.headers["Location"] == "/sign-in"
    assert again.status_code == 410
    assert elsewhere.get("/brands").status_code == 302
    assert client.get("/brands").status_code == 302
    answers = [client.post("/sign-in", data={"email": "manager@glow.example", "password": word}) for word in (OLD, NEW)]
    assert [answer.status_code for answer in answers] == [422, 302]


def test_opening_the_link_changes_nothing_however_often(app: Flask, transactions: Transactions) -> None:
    client = app.test_client()
    client.post("/forgotten-password", data={"email": "manager@glow.example"})
    address = mailed_address(transactions)

    for _ in range(5):
        app.test_client().get(address)
        app.test_client().head(address)

    assert client.post("/sign-in", data={"email": "manager@glow.example", "password": OLD}).status_code == 302


def test_a_link_for_a_password_opens_no_session_by_itself(app: Flask, transactions: Transactions) -> None:
    client = app.test_client()
    client.post("/language", data={"locale": "en"})
    client.post("/forgotten-password", data={"email": "dewi@creator.example"})

    answer = client.post(mailed_address(transactions), data={"password": "short"})

    assert answer.status_code == 422
    assert "A password has 12 to 200 characters." in answer.text
    assert client.get("/profile").status_code == 302


def test_the_link_runs_out_after_two_hours(app: Flask, transactions: Transactions, clock: ManualClock) -> None:
    client = app.test_client()
    client.post("/forgotten-password", data={"email": "manager@glow.example"})
    clock.advance(minutes=121)

    answer = client.post(mailed_address(transactions), data={"password": NEW})

    assert answer.status_code == 410


def test_whoever_knows_the_present_password_changes_it_and_stays(people: People, sign_in: SignIn) -> None:
    here, elsewhere = sign_in(people.manager), sign_in(people.manager)

    refused = here.post("/profile/password", data={"current": "wrong", "password": NEW})
    changed = here.post("/profile/password", data={"current": OLD, "password": NEW})

    assert refused.status_code == 422
    assert "This is not your present password." in refused.text
    assert changed.headers["Location"] == "/profile"
    assert here.get("/brands").status_code == 200
    assert elsewhere.get("/brands").status_code == 302


def test_a_present_password_longer_than_any_is_refused_before_it_is_hashed(people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.manager).post("/profile/password", data={"current": "x" * 5000, "password": NEW})

    assert answer.status_code == 422
    assert "A password has at most 200 characters." in answer.text


def test_who_has_no_password_is_offered_a_link(people: People, sign_in: SignIn) -> None:
    page = sign_in(people.creator).get("/profile/password").text

    assert "You have no password yet" in page
    assert 'href="/forgotten-password"' in page


@pytest.mark.parametrize(
    ("locale", "subjects"),
    [
        ("id", ["Pilih kata sandi baru", "Wulan menambahkan Anda ke Glow"]),
        ("en", ["Choose a new password", "Wulan has added you to Glow"]),
    ],
)
def test_both_mails_are_worded_in_the_readers_language(
    people: People, transactions: Transactions, sign_in: SignIn, locale: str, subjects: list[str]
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.manager.account_id).locale = locale
        everywhere.commit()
    owner = sign_in(people.owner)
    owner.post("/forgotten-password", data={"email": "manager@glow.example"})
    owner.post(
        "/team/new",
        data={
            "name": "Joko",
            "email": "joko@glow.example",
            "role": "reviewer",
            "locale": locale,
            "zone": "Asia/Jakarta",
        },
    )

    with transactions.everywhere() as everywhere:
        letters = [word(mail) for mail in everywhere.scalars(select(OutboxMail).order_by(OutboxMail.id))]

    assert [letter.subject for letter in letters] == subjects
    assert all("/s/" in (letter.url or "") for letter in letters)


def test_a_mail_is_useless_after_its_link(app: Flask, transactions: Transactions, clock: ManualClock) -> None:
    app.test_client().post("/forgotten-password", data={"email": "manager@glow.example"})

    (mail,) = mails(transactions)

    assert mail.expires_at == clock.now() + timedelta(hours=2)


def test_a_link_that_ran_out_stays_so_when_another_is_asked_for(
    app: Flask, transactions: Transactions, clock: ManualClock
) -> None:
    client = app.test_client()
    client.post("/forgotten-password", data={"email": "manager@glow.example"})
    old = mailed_address(transactions)
    clock.advance(days=30)

    client.post("/forgotten-password", data={"email": "manager@glow.example"})

    assert client.get(old).status_code == 410
    assert len(mails(transactions)) == 2


def test_each_link_makes_the_one_before_worthless(app: Flask, transactions: Transactions, clock: ManualClock) -> None:
    client = app.test_client()
    client.post("/forgotten-password", data={"email": "manager@glow.example"})
    old = mailed_address(transactions)
    clock.advance(minutes=5)
    client.post("/forgotten-password", data={"email": "manager@glow.example"})
    with transactions.everywhere() as everywhere:
        links = everywhere.scalars(select(MailedLink).where(MailedLink.purpose == "password").order_by(MailedLink.id))
        new = f"/s/{linking.token_of(links.all()[-1])}"

    answers = [client.get(old).status_code, client.get(new).status_code]

    assert answers == [410, 200]


def test_asking_twice_in_a_minute_leaves_the_mailed_link_good(app: Flask, transactions: Transactions) -> None:
    client = app.test_client()
    for _ in range(2):
        client.post("/forgotten-password", data={"email": "manager@glow.example"})

    assert client.get(mailed_address(transactions)).status_code == 200


@pytest.mark.parametrize("way", ["by mail", "in the profile"])
def test_a_new_password_takes_back_the_links_of_every_organisation(
    app: Flask, people: People, transactions: Transactions, sign_in: SignIn, way: str
) -> None:
    with transactions.begin(people.stranger) as work:
        member = settling.add_member(
            work, name="Rina", email="manager@glow.example", role=Role.MANAGER, locale="id", zone="Asia/Jakarta"
        )
        recovering.welcome_member(work, member.account_id)
    others = mailed_address(transactions)
    with transactions.begin(people.manager) as work:
        recovering.offer_new_password(work)
        own = work.session.scalars(select(MailedLink)).one()
        address = f"/s/{linking.token_of(own)}"
    before = app.test_client().get(others).status_code

    if way == "by mail":
        app.test_client().post(address, data={"password": NEW})
    else:
        sign_in(people.manager).post("/profile/password", data={"current": OLD, "password": NEW})

    assert (before, app.test_client().get(others).status_code) == (200, 410)
