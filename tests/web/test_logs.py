import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from partnerships.core.errors import Conflict
from partnerships.database.work import Transactions
from partnerships.people.tables import Brand
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.web.addresses import STOPPING
from partnerships.web.linking import grant, token_of
from partnerships.web.signing import seal
from tests.conftest import SignIn
from tests.services.logs import logging_like_serve
from tests.stories import People, draft, move


def test_a_token_is_never_logged(app: Flask, transactions: Transactions, people: People, sign_in: SignIn) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    with transactions.begin(people.manager) as work:
        link = grant(
            work,
            purpose="invitation",
            thing_id=partnership_id,
            account_id=people.creator.person_id,
            expires_at=work.now.replace(year=2027),
        )
        token = token_of(link)

    with capture_logs() as lines:
        answer = sign_in(None).get(f"/s/{token}")
        broken = _break(app, f"/s/{token}")

    assert (answer.status_code, broken) == (200, 500)
    assert [line["rule"] for line in lines] == ["/s/<token>"] * 3
    assert token not in str(lines)


def _break(app: Flask, path: str) -> int:
    """Ask for `path` while its page is broken; return the status."""

    def fail(token: str) -> str:
        raise RuntimeError(len(token))

    app.view_functions["links.open"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client().get(path).status_code


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """Log as `serve` does: on a terminal, or as JSON."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: request.param == "terminal", raising=False)
    with logging_like_serve() as written:
        yield written


@pytest.mark.parametrize("started", ["terminal", "json"], indirect=True)
def test_no_token_and_no_value_is_in_what_the_server_logs(started: StringIO) -> None:
    server = logging.getLogger("waitress")

    server.info("Client disconnected while serving /s/token-of-hers")
    try:
        _fail_holding("secret " * 2)
    except ZeroDivisionError:
        server.exception("Exception while serving %s", "/s/token-of-hers")

    logged = started.getvalue()
    assert "Exception while serving /s/<token>" in logged
    assert "ZeroDivisionError" in logged
    assert "Client disconnected" not in logged
    assert "token-of-hers" not in logged
    assert "secret secret" not in logged


def _fail_holding(held: str) -> float:
    return len(held) / 0


def test_what_people_wrote_is_not_in_a_database_error(transactions: Transactions, people: People) -> None:
    with pytest.raises(Conflict) as refused:
        _add_brand_twice(transactions, people)

    assert isinstance(refused.value.__cause__, IntegrityError)
    assert "A secret brand" not in str(refused.value.__cause__)


def _add_brand_twice(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        for _ in range(2):
            work.session.add(Brand(org_id=people.manager.org_id, name="A secret brand", created_at=work.now))
        work.session.flush()


@pytest.mark.parametrize("started", ["terminal", "json"], indirect=True)
def test_no_address_is_in_what_a_mail_server_says(started: StringIO) -> None:
    logging.getLogger("partnerships.mail").error("mail is paused: %s", "550 <dewi.l+x@creator.example>: not from here")

    assert "550 <…>: not from here" in started.getvalue()


def test_a_round_of_the_clockwork_is_logged_in_counts_and_a_quiet_one_is_not(
    app: Flask, transactions: Transactions, people: People
) -> None:
    move(transactions, people.manager, draft(transactions, people), PartnershipAction.INVITE)

    with capture_logs() as lines:
        app.extensions["beat"]()
        app.extensions["beat"]()

    assert [line for line in lines if line["event"] in {"ticked", "delivered"}] == [
        {"event": "ticked", "looked_at": 1, "log_level": "info"},
        {"event": "delivered", "sent": 1, "log_level": "info"},
    ]


def test_the_key_of_who_stops_reminders_is_never_logged(app: Flask, people: People) -> None:
    key = f"/u/{seal(STOPPING, people.creator.org_id, people.creator.person_id)}"

    with logging_like_serve() as written:
        app.test_client().get(key)
        logging.getLogger("elsewhere").warning("went away early: %s", key)

    assert "/u/<token>" in written.getvalue()
    assert key not in written.getvalue()
