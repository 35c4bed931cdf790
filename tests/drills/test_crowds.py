"""Several schedulers on one database, which nobody should start: each thing is still told once."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bench.crowd import STRIDE, multiply, plant
from partnerships.config import Settings
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.plans.tables import Step
from tests.drills.scenes import IS_WHOLE, PATIENCE, ahead_of_now, doubles, names, sender, tell
from tests.drills.sender import BEATS
from tests.services.smtp import running_smtp

SCHEDULERS = 4
PARTNERSHIPS = 2000 if IS_WHOLE else 24  # half of them are asked today, of the others everybody has waited three days
NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
ASKED = "first-days"
WAITED = timedelta(days=3)


@pytest.mark.slow
def test_four_schedulers_at_once_tell_nothing_twice(settings: Settings, transactions: Transactions) -> None:
    opens_at = _fill(transactions)
    with running_smtp() as server, ExitStack() as stack:
        ahead = ahead_of_now(opens_at + timedelta(minutes=30))
        processes = [stack.enter_context(sender(settings, server.url, ahead, BEATS)) for _ in range(SCHEDULERS)]
        assert {process.stdout.readline() for process in processes if process.stdout} == {"ready\n"}
        for process in processes:
            assert process.stdin
            process.stdin.write("begin\n")
            process.stdin.flush()
        codes = [process.wait(PATIENCE) for process in processes]
        arrived, twice = names(server), doubles(server)

    with transactions.everywhere() as everywhere:
        kept = everywhere.scalars(select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER)).all()
        sent = [mail for mail in kept if mail.state is MailState.SENT and mail.sent_at and mail.sent_at >= opens_at]
        digests = [mail for mail in sent if "items" in mail.context]
        told = [(mail.recipient_id, item["about"]) for mail in digests for item in mail.context["items"]]
    tell("four schedulers", mails=len(arrived), in_digests=len(told), twice=twice)
    assert codes == [0] * SCHEDULERS
    assert twice == 0
    assert len(arrived) == len(sent) == PARTNERSHIPS // 2 + 2
    assert len(digests) == 2  # one to the creator of them all, and one to their manager
    assert len(told) == len(set(told)) == PARTNERSHIPS  # each of the late half, to both of them


def _fill(transactions: Transactions) -> datetime:
    """Let one check-in of each partnership be due, half of them since three days; return at which moment."""
    plant(transactions, NOW, timedelta(days=2))
    with transactions.everywhere() as everywhere:
        step = everywhere.scalars(select(Step).where(Step.key == ASKED)).one()
        assert step.next_action_at is not None
        opens_at, step_id, due_on, due_at = step.next_action_at, step.id, step.due_on, step.due_at
    multiply(db.engine, PARTNERSHIPS)
    copies = (Step.id % STRIDE == step_id, Step.id > STRIDE)
    with db.engine.begin() as connection:
        connection.execute(update(Step).where(*copies).values(next_action_at=opens_at))
        late = {"due_on": due_on - WAITED, "due_at": due_at - WAITED}
        connection.execute(update(Step).where(*copies, Step.id > (PARTNERSHIPS // 2 + 1) * STRIDE).values(late))
    return opens_at
