"""The database goes away in the middle of sending and comes back."""

import pytest

from partnerships.config import Settings
from partnerships.core.clock import SystemClock
from partnerships.database import migrating
from partnerships.factory import create_app
from tests.drills.scenes import (
    IS_WHOLE,
    LEASE_SECONDS,
    PATIENCE,
    SIZE,
    doubles,
    names,
    queue_many,
    sender,
    tell,
    wait_for,
)
from tests.services.postgres import running_postgres
from tests.services.smtp import running_smtp
from tests.stories import settle


@pytest.mark.skipif(not IS_WHOLE, reason="a server of its own takes long to start: `make drills` does it")
def test_a_restart_of_postgresql_loses_nothing(settings: Settings) -> None:
    with running_postgres() as postgres, running_smtp() as server:
        url = postgres.create("restarted").render_as_string(hide_password=False)
        migrating.upgrade(url)
        own = Settings(
            data_dir=settings.data_dir,
            secret_key=settings.secret_key,
            database_url=url,
            mail_url=server.url,
            mail_from=settings.mail_from,
            public_base_url=settings.public_base_url,
        )
        app = create_app(own, clock=SystemClock())
        with app.app_context():
            transactions = app.extensions["transactions"]
            wanted = queue_many(transactions, settle(transactions), SIZE.mails)
        assert postgres.restart is not None, "the server is somebody else's"
        with sender(own, server.url) as process:
            wait_for(lambda: len(server.letters) >= SIZE.mails // 3, process)
            postgres.restart()
            wait_for(lambda: len(server.letters) >= SIZE.mails // 2, process)
        with sender(own, server.url, LEASE_SECONDS) as process:
            assert process.wait(PATIENCE) == 0

        tell("restart", mails=SIZE.mails, lost=len(wanted - {*names(server)}), twice=doubles(server))
        assert {*names(server)} == wanted
        assert doubles(server) <= 2  # one of the restart, one of the kill
