import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from partnerships.database.work import Transactions
from partnerships.people.tables import Brand
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.web.linking import grant, token_of
from tests.conftest import SignIn
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


def test_what_people_wrote_is_not_in_a_database_error(transactions: Transactions, people: People) -> None:
    with pytest.raises(IntegrityError) as refused:
        _add_brand_twice(transactions, people)

    assert "A secret brand" not in str(refused.value)


def _add_brand_twice(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        for _ in range(2):
            work.session.add(Brand(org_id=people.manager.org_id, name="A secret brand", created_at=work.now))
        work.session.flush()
