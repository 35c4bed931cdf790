"""SIGKILL in the middle of sending: nothing is lost, and hardly anything comes twice."""

import random

import pytest
from sqlalchemy import select

from partnerships.config import Settings
from partnerships.database.work import Transactions
from partnerships.mail.tables import MailState, OutboxMail
from tests.drills.scenes import LEASE_SECONDS, PATIENCE, SIZE, doubles, names, queue_many, sender, tell, wait_for
from tests.services.smtp import running_smtp
from tests.stories import People


@pytest.mark.slow
def test_killed_senders_lose_nothing_and_send_hardly_anything_twice(
    settings: Settings, transactions: Transactions, people: People
) -> None:
    wanted = queue_many(transactions, people, SIZE.mails)
    chance = random.Random(SIZE.kills)
    with running_smtp() as server:
        for kill in range(SIZE.kills):
            part = SIZE.mails // (SIZE.kills + 1)
            after = len(server.letters) + chance.randint(part // 2, part)
            with sender(settings, server.url, kill * LEASE_SECONDS) as process:
                wait_for(lambda after=after: len(server.letters) >= after, process)  # type: ignore[misc]
        with sender(settings, server.url, SIZE.kills * LEASE_SECONDS) as process:
            assert process.wait(PATIENCE) == 0

        tell("kill -9", mails=SIZE.mails, kills=SIZE.kills, lost=len(wanted - {*names(server)}), twice=doubles(server))
        assert {*names(server)} == wanted
        assert doubles(server) <= SIZE.kills
    with transactions.looking(people.manager) as reading:
        assert set(reading.session.scalars(select(OutboxMail.state))) == {MailState.SENT}
