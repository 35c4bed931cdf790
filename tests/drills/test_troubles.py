"""Everything that a mail server can do to us, one after the other: nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import SmtpMailer
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.reminders.notifying import still_wanted
from tests.drills.scenes import SIZE, doubles, names, queue_many, tell
from tests.services.smtp import running_smtp
from tests.stories import People

EACH = 2  # of every trouble
MESSAGE_SECONDS = 0.5  # instead of 30
ROUNDS = 40


@pytest.mark.slow
def test_no_mail_is_lost_whatever_its_server_does(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    count = SIZE.mails // 10
    wanted = queue_many(transactions, people, count, clock.now())
    with running_smtp() as server:
        port = server.port
    mailer = SmtpMailer("127.0.0.1", port, seconds=MESSAGE_SECONDS)

    assert deliver(transactions, mailer, still_wanted).paused  # nobody is there
    clock.advance(minutes=1)
    with running_smtp(port) as server:
        for answer in ("421 4.3.2 going down", "451 4.7.1 greylisted", "452 4.2.2 full", "554 5.7.1 not from you"):
            server.refuse(answer, times=EACH)
        server.refuse("451 4.3.0 try later", at="DATA", times=EACH)
        server.fall_silent(EACH)
        server.drip(EACH)
        server.hang_up_after_data(EACH)
        for _ in range(ROUNDS):
            deliver(transactions, mailer, still_wanted)
            clock.current += timedelta(minutes=5)

        with transactions.looking(people.manager) as reading:
            mails = reading.session.scalars(select(OutboxMail)).all()
            dead = {f"<{mail.message_id}>" for mail in mails if mail.state is MailState.DEAD}
            others = {mail.state for mail in mails if mail.state is not MailState.DEAD}
        tell("troubles", mails=count, refused=len(dead), lost=len(wanted - dead - {*names(server)}))
        assert (len(dead), others) == (EACH, {MailState.SENT})
        assert {*names(server)} == wanted - dead
        assert doubles(server) == EACH  # taken, but the connection broke before the server could say so
