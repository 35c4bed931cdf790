"""A database that was restarted between two requests is no error for whoever comes next."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from partnerships.database.work import Transactions
from partnerships.people.tables import Brand
from tests.conftest import ENGINE, SignIn
from tests.services.postgres import Postgres
from tests.stories import People


@pytest.mark.workers  # there is no server to restart with SQLite
def test_the_first_page_after_a_restart_is_a_page(sign_in: SignIn, people: People, postgres: Postgres) -> None:
    assert ENGINE == "postgresql"
    manager: FlaskClient = sign_in(people.manager)
    before = manager.get("/").status_code
    if postgres.restart is None:
        pytest.skip("the server of TEST_DATABASE_URL is not ours to restart")

    postgres.restart()

    assert (before, manager.get("/").status_code) == (200, 200)


@pytest.mark.workers
def test_work_goes_on_after_a_restart_in_the_middle_of_a_unit_of_work(
    transactions: Transactions, people: People, postgres: Postgres
) -> None:
    restart = postgres.restart
    if restart is None:
        pytest.skip("the server of TEST_DATABASE_URL is not ours to restart")

    def interrupted() -> None:
        with transactions.looking(people.manager) as reading:
            reading.session.scalars(select(Brand.name)).all()
            restart()

    with pytest.raises(DBAPIError):
        interrupted()

    with transactions.looking(people.manager) as reading:
        assert reading.session.scalars(select(Brand.name)).all()
