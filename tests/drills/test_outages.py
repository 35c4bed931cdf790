"""The database goes away in the middle of sending, and comes back."""

import pytest
from sqlalchemy import select

from partnerships.config import Settings
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.mail.tables import MailState, OutboxMail
from tests.drills.scenes import IS_WHOLE, PATIENCE, SIZE, doubles, names, queue_many, sender, tell, wait_for
from tests.drills.sender import ALONE
from tests.services.postgres import Postgres
from tests.services.smtp import running_smtp
from tests.stories import People

MAILS, RESTARTS = (SIZE.mails, 5) if IS_WHOLE else (60, 1)


@pytest.mark.slow
@pytest.mark.workers
def test_a_restart_of_the_database_in_the_middle_loses_nothing(
    settings: Settings, transactions: Transactions, people: People, postgres: Postgres
) -> None:
    if postgres.restart is None:
        pytest.skip("the server of TEST_DATABASE_URL is not ours to restart")
    wanted = queue_many(transactions, people, MAILS)
    with running_smtp() as server, sender(settings, server.url, manner=ALONE) as process:
        for restart in range(1, RESTARTS + 1):
            wait_for(lambda part=restart: len(server.letters) >= part * MAILS // (RESTARTS + 1), process)  # type: ignore[misc]
            db.session.remove()
            db.engine.dispose()  # whatever this process holds would be cut off too
            postgres.restart()
        code = process.wait(PATIENCE)

        tell("restarts", mails=MAILS, restarts=RESTARTS, lost=len(wanted - {*names(server)}), twice=doubles(server))
        assert code == 0
        assert {*names(server)} == wanted
        assert doubles(server) <= RESTARTS  # the mail in hand may be out when nobody can write it down
    with transactions.looking(people.manager) as reading:
        assert set(reading.session.scalars(select(OutboxMail.state))) == {MailState.SENT}
