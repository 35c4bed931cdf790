"""The demo: doors without passwords, a clock that goes stop by stop, and partnerships in every state."""

import re
from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from partnerships.authenticity import examining
from partnerships.authenticity.rules.signals import RunStatus
from partnerships.authenticity.tables import SignalRun
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.config import Settings
from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.creators.rules.contacts import whatsapp_digits
from partnerships.database.heartbeat import BusinessClock
from partnerships.database.history import HistoryEntry
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable, Revision
from partnerships.demo.casting import PARTNERSHIPS, WHO
from partnerships.factory import create_app
from partnerships.files import preparing
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.people.tables import Account, Membership, Organisation
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Partnership
from tests.conftest import MakeDatabase, SignIn
from tests.stories import People, settle, start

TODAY = date(2026, 1, 5)
MAILS_BEFORE_THE_KILL = 90


@pytest.fixture
def demo(settings: Settings, clock: ManualClock, mailer: MemoryMailer) -> Iterator[Flask]:
    """Give an application in demo mode, on an empty database."""
    app = create_app(replace(settings, demo=True), clock=clock, mailer=mailer)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app
        _close(app)


def _close(app: Flask) -> None:
    app.extensions["accounts"].remove()
    db.session.remove()
    db.engine.dispose()


@pytest.fixture
def running(demo: Flask) -> People:
    """Give a partnership in the demo whose product arrived on the first day, with nobody to act."""
    transactions: Transactions = demo.extensions["transactions"]
    people = settle(transactions)
    start(transactions, people, TODAY)
    return people


def as_manager(app: Flask, people: People) -> FlaskClient:
    client = app.test_client()
    with app.extensions["transactions"].everywhere() as everywhere:
        account = everywhere.get_one(Account, people.manager.account_id)
    with client.session_transaction() as session:
        session.update(_user_id=account.fs_uniquifier, _fresh=True, org_id=people.manager.org_id)
    return client


def rungs(app: Flask) -> list[tuple[str, str]]:
    """Return what was reminded of and when, in the order of sending."""
    with app.extensions["transactions"].everywhere() as everywhere:
        mails = everywhere.scalars(
            select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER).order_by(OutboxMail.idem_key)
        ).all()
        return sorted((mail.idem_key, f"{mail.sent_at:%m-%d %H:%M}" if mail.sent_at else mail.state) for mail in mails)


def test_a_week_in_one_step_is_the_same_as_seven_days(
    demo: Flask, running: People, settings: Settings, make_database: MakeDatabase, clock: ManualClock
) -> None:
    as_manager(demo, running).post("/demo/clock", data={"advance": "1 week"})
    in_one = rungs(demo)

    other = create_app(replace(settings, demo=True, database_url=make_database()), clock=clock, mailer=MemoryMailer())
    other.config["WTF_CSRF_ENABLED"] = False
    with other.app_context():
        people = settle(other.extensions["transactions"])
        start(other.extensions["transactions"], people, TODAY)
        client = as_manager(other, people)
        for _ in range(7):
            client.post("/demo/clock", data={"advance": "1 day"})
        day_by_day = rungs(other)
        _close(other)

    names = {name for name, _ in in_one}
    assert len(in_one) > 5
    assert in_one == day_by_day
    for rung in ("due", "again", "manager"):
        assert any(f":{rung}" in name for name in names), rung


def test_what_is_told_is_what_happened(demo: Flask, running: People, mailer: MemoryMailer, clock: ManualClock) -> None:
    demo.extensions["beat"]()
    sent_before = len(mailer.sent)
    clock.advance(minutes=1)
    client = as_manager(demo, running)
    client.post("/language", data={"locale": "en"})

    answer = client.post(
        "/demo/clock", data={"advance": "1 week"}, headers={"Referer": "http://localhost/partnerships"}
    )
    with client.session_transaction() as session:
        told = dict(session["demo_news"])
    page = client.get("/partnerships").text
    again = client.get("/partnerships").text

    with demo.extensions["transactions"].everywhere() as everywhere:
        opened = everywhere.scalar(select(func.count(CheckIn.id)).where(CheckIn.state != CheckInState.SCHEDULED))
        sent = everywhere.scalar(select(func.count(OutboxMail.id)).where(OutboxMail.state == MailState.SENT))
    assert answer.headers["Location"] == "/partnerships"
    since = told.pop("since")
    assert told == {"opened": opened, "sent": (sent or 0) - sent_before}
    assert told["opened"] > 0
    assert re.search(rf"\b{told['sent']} mails? sent", page)
    assert not re.search(r"\d+ mails? sent", again)
    assert re.search(rf'href="/partnerships\?status=open">{opened} check-ins? opened', page)
    new = f"/dev/outbox/?{urlencode({'since': since}, safe=':')}"
    outbox = client.get(new).text
    assert new in page
    assert len(re.findall(r'href="/dev/outbox/\d+"', outbox)) == told["sent"]


def test_the_clock_stands_where_it_was_put_also_after_a_new_start(
    demo: Flask, running: People, settings: Settings, clock: ManualClock
) -> None:
    as_manager(demo, running).post("/demo/clock", data={"advance": "1 day"})

    after = demo.extensions["transactions"].clock.now()
    with demo.extensions["transactions"].everywhere() as everywhere:
        ahead = everywhere.scalars(select(BusinessClock.ahead_seconds)).one()
    restarted = create_app(replace(settings, demo=True), clock=clock, mailer=MemoryMailer())
    restarted_clock = restarted.extensions["transactions"].clock

    assert after - clock.now() == timedelta(days=1)
    assert ahead == 24 * 60 * 60
    assert restarted_clock.now() == after
    with restarted.app_context():
        db.engine.dispose()


def test_a_tick_in_another_process_finds_the_clock_where_it_was_put(
    demo: Flask, running: People, settings: Settings, clock: ManualClock
) -> None:
    demo.extensions["transactions"].clock.set(clock.now() + timedelta(days=14, hours=12))
    elsewhere = create_app(replace(settings, demo=True), clock=clock, mailer=MemoryMailer())

    told = elsewhere.test_cli_runner().invoke(args=["tick"])

    says = told.stdout.splitlines()[-1]  # after the log, which goes elsewhere only where logging was started
    assert re.fullmatch(r"Beat\(opened=[1-9]\d*, sent=[1-9]\d*\)", says)
    with elsewhere.app_context():
        _close(elsewhere)


@pytest.mark.parametrize("advance", ["", "1 year", "-1 day", "999999 weeks"])
def test_the_clock_takes_no_other_steps(demo: Flask, running: People, advance: str) -> None:
    before = demo.extensions["transactions"].clock.now()

    answer = as_manager(demo, running).post("/demo/clock", data={"advance": advance})

    assert answer.status_code == 400
    assert demo.extensions["transactions"].clock.now() == before


@pytest.mark.parametrize(
    "referrer", ["http://localhost//evil.example/", "http://evil.example/", "http://localhost.evil.example/x", ""]
)
def test_moving_the_clock_leads_nowhere_else(demo: Flask, running: People, referrer: str) -> None:
    answer = as_manager(demo, running).post(
        "/demo/clock", data={"advance": "1 day"}, headers={"Referer": referrer} if referrer else {}
    )

    assert answer.headers["Location"] == "/"


def test_the_clock_needs_a_token_like_every_form(demo: Flask, running: People) -> None:
    demo.config["WTF_CSRF_ENABLED"] = True

    answers = [demo.test_client().post(path) for path in ("/demo/clock", "/demo/sign-in/owner")]

    assert [answer.status_code for answer in answers] == [400, 400]


@pytest.mark.parametrize("path", ["/demo/clock", *(f"/demo/sign-in/{who}" for who in WHO)])
def test_outside_demo_mode_there_are_no_such_doors(people: People, sign_in: SignIn, path: str) -> None:
    for actor in (None, people.owner):
        client = sign_in(actor)
        assert client.post(path, data={"advance": "1 day"}).status_code == 404
        assert client.get(path).status_code == 404


def test_outside_demo_mode_no_page_speaks_of_it(people: People, sign_in: SignIn) -> None:
    assert "/demo/" not in sign_in(None).get("/sign-in").text
    assert "/demo/" not in sign_in(people.owner).get("/brands").text
    assert sign_in(people.owner).get("/dev/outbox/").status_code == 404


def test_a_person_who_does_not_live_in_the_demo_is_not_signed_in(demo: Flask) -> None:
    client = demo.test_client()

    assert client.post("/demo/sign-in/emperor").status_code == 404
    assert client.post("/demo/sign-in/owner").status_code == 404  # nobody lives here yet


class KilledOnce(MemoryMailer):
    """Keeps mails like its parent, but for the one whose sending ends the process."""

    killed = False

    def send(self, message: EmailMessage) -> None:
        if len(self.sent) == MAILS_BEFORE_THE_KILL and not self.killed:
            self.killed = True
            raise KeyboardInterrupt
        super().send(message)


@pytest.fixture(scope="module")
def seeded(make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Give the demo as the second try finds it, after the first was killed on its way; played once for this module."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("demo"),
        secret_key="a key for tests only, long enough to pass",
        database_url=make_database(),
        mail_url="memory:",
        mail_from="sahabat@sahabat.example",
        public_base_url="http://localhost",
        demo=True,
        testing=True,
    )
    app = create_app(settings, clock=ManualClock(datetime(2026, 6, 15, 3, tzinfo=UTC)), mailer=KilledOnce())
    app.config["WTF_CSRF_ENABLED"] = False
    killed = app.test_cli_runner().invoke(args=["seed"])
    assert (killed.exit_code, len(app.extensions["mailer"].sent)) == (1, MAILS_BEFORE_THE_KILL)
    told = app.test_cli_runner().invoke(args=["seed"])
    assert told.exit_code == 0, told.output
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def rows(seeded: Flask) -> Iterator[Session]:
    with seeded.app_context(), seeded.extensions["transactions"].everywhere() as everywhere:
        yield everywhere


@pytest.mark.slow
def test_the_demo_shows_partnerships_in_many_states(rows: Session) -> None:
    states = {partnership.creator.name: partnership.state for partnership in rows.scalars(select(Partnership)).unique()}

    assert len(states) == len(PARTNERSHIPS)
    assert states == {
        "Sari Putri (demo)": PartnershipState.ACTIVE,
        "Dewi Lestari (demo)": PartnershipState.ACTIVE,
        "Maya Kusuma (demo)": PartnershipState.ACTIVE,
        "Intan Permata (demo)": PartnershipState.ACTIVE,
        "Gita Aditya (demo)": PartnershipState.ACTIVE,
        "Ayu Maharani (demo)": PartnershipState.COMPLETED,
        "Rizka Pratama (demo)": PartnershipState.ENDED_EARLY,
        "Bagas Wirawan (demo)": PartnershipState.PREPARING,
        "Nadia Rahma (demo)": PartnershipState.INVITED,
        "Yuni Saputri (demo)": PartnershipState.ACTIVE,
    }


@pytest.mark.slow
def test_who_falls_silent_in_the_demo_is_at_risk(rows: Session) -> None:
    at_risk = {one.creator.name for one in rows.scalars(select(Partnership)).unique() if one.at_risk_since is not None}

    assert "Maya Kusuma (demo)" in at_risk
    assert "Sari Putri (demo)" not in at_risk


@pytest.mark.slow
def test_everybody_in_the_demo_is_marked_as_invented(rows: Session) -> None:
    assert rows.scalars(select(Organisation.is_demo)).all() == [True]
    assert all(name.endswith("(demo)") for name in rows.scalars(select(Account.name)))
    assert all(email.endswith(".example") for email in rows.scalars(select(Account.email)))
    assert rows.scalar(select(func.count(Membership.id))) == 3 + len(PARTNERSHIPS)


@pytest.mark.slow
def test_what_demo_creators_say_belongs_to_what_they_use(rows: Session) -> None:
    talking = {"skincare": "serum", "haircare": "sampo", "coffee": "kopi"}
    posts: dict[str, list[str]] = {niche: [] for niche in talking}
    for revision in rows.scalars(select(Revision)):
        posts[revision.deliverable.partnership.creator.niche].append(revision.caption.lower())
    said = [
        (answer.check_in.partnership.creator.niche, str(answer.data).lower())
        for answer in rows.scalars(select(Answer)).unique()
    ]

    assert {niche: all(talking[niche] in words for words in posts[niche][:1]) for niche in posts if posts[niche]} == {
        "skincare": True,
        "haircare": True,
    }
    for niche, words in [*said, *((niche, caption) for niche, captions in posts.items() for caption in captions)]:
        assert not [other for name, other in talking.items() if name != niche and other in words], words
    for _, words in said:
        assert "'refill': true" not in words or "almost_empty" in words


@pytest.mark.slow
def test_people_in_the_demo_act_while_they_are_awake(rows: Session) -> None:
    zones = {one.id: one.zone for one in rows.scalars(select(Account))}
    acted = rows.execute(select(HistoryEntry.account_id, HistoryEntry.at).where(HistoryEntry.role == Role.CREATOR))

    hours = {at.astimezone(ZoneInfo(zones[who])).hour for who, at in acted if who is not None}

    assert hours
    assert hours <= set(range(8, 21))


def test_nobody_in_the_demo_can_be_called_by_mistake() -> None:
    numbers = [one.creator.whatsapp for one in PARTNERSHIPS]

    assert all(whatsapp_digits(number) == number for number in numbers)
    assert all(number.startswith("62800") for number in numbers), "no mobile number begins so"
    assert len(set(numbers)) == len(numbers)


@pytest.mark.slow
def test_nothing_of_the_demos_past_is_left_lying(rows: Session, seeded: Flask) -> None:
    now = seeded.extensions["transactions"].clock.now()

    unsent = rows.scalars(
        select(OutboxMail.idem_key).where(
            OutboxMail.state.in_([MailState.QUEUED, MailState.RETRY, MailState.SENDING, MailState.DEAD]),
            OutboxMail.send_after <= now,
        )
    ).all()

    assert unsent == []
    assert len(seeded.extensions["mailer"].sent) > 50


@pytest.mark.slow
def test_a_seeding_that_was_killed_went_on_to_today_and_sent_nothing_twice(seeded: Flask) -> None:
    transactions = seeded.extensions["transactions"]
    ids = [message["Message-ID"] for message in seeded.extensions["mailer"].sent]

    assert transactions.clock.now() == transactions.machine.now()
    assert len(ids) == len(set(ids))


@pytest.mark.slow
def test_who_tries_the_review_in_the_demo_finds_every_signal_looked_at(seeded: Flask) -> None:
    made, transactions = seeded.extensions, seeded.extensions["transactions"]
    with seeded.app_context():  # as the clockwork does
        preparing.prepare(transactions, made["store"], context=seeded.app_context, make=made["make"])
        while any(astuple(examining.examine(transactions))):  # in rounds
            pass

    with seeded.app_context(), transactions.everywhere() as everywhere:
        waiting = select(Revision.id).join(Revision.deliverable).where(Deliverable.state == DeliverableState.SUBMITTED)
        runs = everywhere.scalars(select(SignalRun).where(SignalRun.revision_id.in_(waiting))).all()
        assert {run.reason for run in runs if run.status is not RunStatus.OK} == {"too_few"}  # no post was measured yet
        assert {"credentials", "reuse", "capture", "use"} <= {run.analyser for run in runs}


def test_a_demo_is_filled_once(seeded: Flask) -> None:
    again = seeded.test_cli_runner().invoke(args=["seed"])

    assert again.exit_code == 1
    assert "Only an empty database" in again.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "home", "path"),
    [("owner", "/", "/team"), ("manager", "/", "/campaigns"), ("reviewer", "/", "/review"), ("creator", "/me", "/me")],
)
def test_one_press_signs_in_as_each_of_them(seeded: Flask, who: str, home: str, path: str) -> None:
    client = seeded.test_client()
    door = client.get("/sign-in").text

    answer = client.post(f"/demo/sign-in/{who}")

    assert f'/demo/sign-in/{who}"' in door
    assert (answer.status_code, answer.headers["Location"]) == (302, home)
    page = client.get(path)
    assert page.status_code == 200
    assert "(demo)" in page.text
    assert "/demo/clock" in page.text


def test_the_door_leaves_the_language_as_it_was(seeded: Flask) -> None:
    visitor = seeded.test_client()
    visitor.post("/language", data={"locale": "en"})

    visitor.post("/demo/sign-in/manager")

    assert 'lang="en"' in visitor.get("/").text
