import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from partnerships.core.clock import ManualClock
from partnerships.database.claiming import beat
from partnerships.database.health import SILENT_AFTER
from partnerships.database.heartbeat import TICK, Heartbeat
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.mail.mailers import CONNECT_SECONDS, MESSAGE_SECONDS, MemoryMailer
from partnerships.web.shell import static_url
from partnerships.web.urls import any_of_words, safe_next
from tests.conftest import SignIn
from tests.stories import People, prepare

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil.example",
    "http:evil.example",
    "/%0d%0aSet-Cookie:x=1\r\nX: y",
    " /me",
    "",
]


def write_heartbeat(transactions: Transactions) -> None:
    with transactions.sweeping() as sweep:
        beat(sweep.session, Heartbeat, TICK, transactions.machine.now())


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize(("path", "name", "value"), [("/language", "locale", "en"), ("/theme", "theme", "dark")])
def test_a_choice_leads_nowhere_else(
    people: People, sign_in: SignIn, target: str, path: str, name: str, value: str
) -> None:
    answer = sign_in(None).post(path, data={name: value, "next": target})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("target", ["/", "/me", "/partnerships?q=dewi&page=2", "/review/12"])
def test_a_choice_leads_back_to_the_page_it_was_made_on(people: People, sign_in: SignIn, target: str) -> None:
    assert sign_in(None).post("/theme", data={"theme": "dark", "next": target}).headers["Location"] == target


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_else(people: People, sign_in: SignIn, target: str) -> None:
    answer = sign_in(people.manager).get("/sign-in", query_string={"next": target})

    assert answer.headers["Location"] == "/"


def test_only_a_path_of_this_site_is_safe_to_go_to() -> None:
    assert safe_next("/a?b=c", "/") == "/a?b=c"
    assert safe_next(None, "/x") == "/x"


def test_words_become_a_converter_of_exactly_these() -> None:
    assert any_of_words(["a", "b"]) == "any(a, b)"


def test_a_chosen_language_is_kept_and_nonsense_is_not(people: People, sign_in: SignIn) -> None:
    client = sign_in(None)

    client.post("/language", data={"locale": "en"})
    client.post("/language", data={"locale": "xx"})

    assert '<html lang="en"' in client.get("/sign-in").text


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [("en-GB,en;q=0.9", "en"), ("id", "id"), ("fr-FR", "id"), ("", "id"), ("*", "id"), ("\ufeff;;q=x", "id")],
)
def test_a_visitor_reads_the_language_of_the_browser_or_indonesian(
    people: People, sign_in: SignIn, accepted: str, locale: str
) -> None:
    answer = sign_in(None).get("/sign-in", headers={"Accept-Language": accepted.encode().decode("latin-1")})

    assert f'<html lang="{locale}"' in answer.text


@pytest.mark.parametrize(("theme", "shown"), [("dark", True), ("light", True), ("system", False), ("pink", False)])
def test_a_chosen_look_is_shown_and_nonsense_is_not(
    people: People, sign_in: SignIn, theme: str, *, shown: bool
) -> None:
    client = sign_in(None)

    client.post("/theme", data={"theme": theme})

    assert (f'data-theme="{theme}"' in client.get("/sign-in").text) is shown


def test_health_is_good_while_the_tick_is_alive(people: People, sign_in: SignIn, transactions: Transactions) -> None:
    write_heartbeat(transactions)

    answer = sign_in(None).get("/healthz")

    assert answer.status_code == 200
    workers = {} if transactions.engine.is_embedded else {"workers_alive": 0}
    assert answer.json == {"status": "ok", "database": "ok", "tick_age_seconds": 0.0} | workers


def test_health_is_bad_before_the_first_tick_and_when_it_is_old(
    people: People, sign_in: SignIn, transactions: Transactions, clock: ManualClock
) -> None:
    never = sign_in(None).get("/healthz")
    write_heartbeat(transactions)
    clock.current += SILENT_AFTER + timedelta(seconds=1)
    old = sign_in(None).get("/healthz")

    assert (never.status_code, old.status_code) == (503, 503)
    assert never.json is not None
    assert never.json["tick_age_seconds"] is None
    assert old.json is not None
    assert old.json["tick_age_seconds"] == 61.0


@dataclass
class SlowMailer(MemoryMailer):
    """Takes almost as long for one mail as is allowed, and looks at the house's health when it is through."""

    clock: ManualClock = field(default_factory=ManualClock)
    client: FlaskClient | None = None
    seen: list[int] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        super().send(message)
        self.clock.current += timedelta(seconds=CONNECT_SECONDS + MESSAGE_SECONDS - 1)
        assert self.client is not None
        self.seen.append(self.client.get("/healthz").status_code)


def test_health_stays_good_while_a_slow_server_takes_the_mail(
    app: Flask, sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    prepare(transactions, people)
    slow = SlowMailer(clock=clock, client=sign_in(None))
    app.extensions["mailer"] = slow

    app.extensions["beat"]()

    assert slow.seen == [200, 200]


def test_health_says_that_the_database_does_not_answer(people: People, sign_in: SignIn) -> None:
    client = sign_in(None)

    def fail(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the password is hunter2"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = client.get("/healthz")
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] != "ok"
    assert "hunter2" not in answer.text


def test_the_address_of_a_static_file_changes_with_its_content(app: Flask) -> None:
    digest = hashlib.sha256((Path(str(app.static_folder)) / "base.css").read_bytes()).hexdigest()[:12]

    with app.test_request_context():
        assert static_url("base.css") == f"/static/base.css?v={digest}"
