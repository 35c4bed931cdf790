"""How it runs, as an owner and a machine see it, and who is told when it does not."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database.claiming import beat as write_heartbeat
from partnerships.database.heartbeat import TICK, Heartbeat
from partnerships.database.work import Transactions
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.rules.states import MailState
from partnerships.mail.tables import MailChannel, OutboxMail
from partnerships.operations import alerting
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.conftest import SignIn
from tests.stories import People, draft, move, start

TOKEN = "a token that nobody guesses"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, metrics_token=TOKEN)


@pytest.fixture
def owner(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.owner)
    client.post("/language", data={"locale": "en"})
    return client


def pause(transactions: Transactions, for_: timedelta | None) -> None:
    """Let no mail have got out for so long; None: it gets out again."""
    with transactions.sweeping() as sweep:
        channel = sweep.session.get(MailChannel, "mail")
        if channel is None:
            channel = MailChannel(name="mail", failures=1, why="535 wrong password")
            sweep.session.add(channel)
        channel.paused_at = None if for_ is None else transactions.machine.now() - for_


def invite(transactions: Transactions, people: People) -> None:
    move(transactions, people.manager, draft(transactions, people), PartnershipAction.INVITE)


def figures(app: Flask) -> dict[str, float]:
    text = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    return {name: float(value) for name, value in re.findall(r"^sahabat_(\S+) (\S+)$", text, re.MULTILINE)}


def test_an_owner_is_told_on_every_page_that_reminders_stand_still(
    app: Flask, owner: FlaskClient, sign_in: SignIn, people: People, clock: ManualClock
) -> None:
    assert "the clockwork has never started" in owner.get("/").text
    app.extensions["beat"]()
    assert 'role="alert"' not in owner.get("/").text

    clock.advance(minutes=5)

    assert "the last tick was 5 minutes ago" in owner.get("/campaigns").text
    assert 'role="alert"' not in sign_in(people.manager).get("/campaigns").text


def test_an_owner_is_told_that_mail_does_not_get_out_and_why(
    app: Flask, owner: FlaskClient, transactions: Transactions
) -> None:
    app.extensions["beat"]()
    pause(transactions, timedelta(minutes=1))
    assert 'role="alert"' not in owner.get("/").text

    pause(transactions, timedelta(minutes=5))

    assert "Mail has not gone out for 5 minutes: 535 wrong password" in owner.get("/").text
    assert "Does not get out" in owner.get("/admin/health").text


def test_the_page_shows_what_waits_and_how_late_mail_was(
    app: Flask, owner: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    invite(transactions, people)
    clock.advance(minutes=40 / 60)
    app.extensions["beat"]()
    invite(transactions, people)
    clock.advance(minutes=180)

    page = " ".join(re.sub(r"<[^>]+>", " ", owner.get("/admin/health").text).split())

    assert "Should be out by now 1 The oldest for 3 hours" in page
    assert "Taken by the mail server 1" in page
    assert "Half at most 40 seconds" in page
    assert "at most 60 seconds 1" in page


def test_a_machine_with_the_token_reads_the_figures_of_the_whole_installation(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    start(transactions, people, date(2026, 1, 5))
    app.extensions["beat"]()
    sent = figures(app)['mail_events_last_day{event="sent"}']
    clock.advance(minutes=0.5)
    invite(transactions, people)
    clock.advance(minutes=1.5)

    found = figures(app)

    assert sent > 0
    assert (found["tick_age_seconds"], found["mail_paused"], found["mails_due"]) == (120, 0, 1)
    assert found["mails_oldest_seconds"] == 90
    assert found['mails_late_last_day{le="+Inf"}'] == found['mails_late_last_day{le="15"}'] == sent


def test_a_lease_whose_sender_never_came_back_is_seen(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    invite(transactions, people)
    with transactions.sweeping() as sweep:
        mail = sweep.session.get_one(OutboxMail, 1)
        mail.lease("somebody", clock.now() + timedelta(minutes=2))
        assert mail.state is MailState.SENDING
    assert (figures(app)["mails_leased"], figures(app)["mail_leases_expired"]) == (1, 0)

    clock.advance(minutes=2)

    assert figures(app)["mail_leases_expired"] == 1


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", TOKEN[:-1], "Bearer é"])
def test_without_the_token_there_is_no_such_page(app: Flask, given: str) -> None:
    assert app.test_client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_without_the_setting_there_is_no_such_page(app: Flask) -> None:
    app.config["METRICS_TOKEN"] = ""

    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_owners_are_mailed_when_nobody_was_at_work_and_something_had_to_wait(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    beat = app.extensions["beat"]
    alerting.watched(transactions, beat)
    clock.advance(minutes=60)
    alerting.watched(transactions, beat)  # nothing was due
    assert mailer.sent == []
    invite(transactions, people)
    clock.advance(minutes=180)

    for _ in range(3):
        alerting.watched(transactions, beat)

    told = [message for message in mailer.sent if "owner@glow.example" in message["To"]]
    assert [str(message["Subject"]) for message in told] == ["Pengingat sempat berhenti selama 3 jam"]
    assert not [message for message in mailer.sent if "other.example" in message["To"]]


def test_owners_are_mailed_as_soon_as_mail_gets_out_again(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    beat = app.extensions["beat"]
    beat()
    invite(transactions, people)
    clock.advance(minutes=11)
    with transactions.sweeping() as sweep:
        write_heartbeat(sweep.session, Heartbeat, TICK, clock.now())
    pause(transactions, timedelta(minutes=11))

    alerting.watched(transactions, lambda: pause(transactions, None))
    alerting.watched(transactions, beat)

    told = [str(message["Subject"]) for message in mailer.sent if "owner@" in message["To"]]
    assert told == ["Email sempat tidak terkirim selama 11 menit"]


def test_the_number_of_statements_does_not_grow_with_the_mails(
    app: Flask, owner: FlaskClient, transactions: Transactions, people: People, statements: list[str]
) -> None:
    counts = []
    for _ in range(3):
        invite(transactions, people)
        app.extensions["beat"]()
        statements.clear()
        owner.get("/admin/health")
        counts.append(len(statements))

    assert counts[1] == counts[2]
