"""Four schedulers at once on one database: each thing happens once."""

from collections import Counter
from contextlib import ExitStack
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from bench.crowd import STRIDE, multiply, plant
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.config import Settings
from partnerships.core.clock import SystemClock
from partnerships.core.zones import DEFAULT_ZONE, moment
from partnerships.database.history import HistoryEntry
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans.tables import Step
from tests.drills.scenes import PATIENCE, SIZE, doubles, sender, tell
from tests.services.smtp import running_smtp

SCHEDULERS = 4
KEY = "first-days"


@pytest.mark.slow
def test_four_schedulers_at_once_do_each_thing_once(settings: Settings, transactions: Transactions) -> None:
    due = SIZE.mails // 3
    opened_at = _let_check_ins_be_due(transactions, due)
    ahead = (opened_at - SystemClock().now()).total_seconds() + 60
    with running_smtp() as server, ExitStack() as stack:
        processes = [stack.enter_context(sender(settings, server.url, ahead, "tick")) for _ in range(SCHEDULERS)]
        assert [process.wait(PATIENCE) for process in processes] == [0] * SCHEDULERS

        tell("four at once", due=due, mails=len(server.letters), twice=doubles(server))
        assert doubles(server) == 0
        assert len(server.letters) == due
    with transactions.everywhere() as everywhere:
        copies = CheckIn.key == KEY, CheckIn.id > STRIDE
        assert Counter(everywhere.scalars(select(CheckIn.state).where(*copies))) == {CheckInState.OPEN: due}
        told = select(HistoryEntry.about).where(HistoryEntry.name == "CheckInMoved", HistoryEntry.at >= opened_at)
        assert set(Counter(everywhere.scalars(told)).values()) == {1}
        assert everywhere.scalars(select(OutboxMail.id).where(OutboxMail.state == MailState.SENDING)).all() == []


def _let_check_ins_be_due(transactions: Transactions, due: int) -> datetime:
    """Copy a running partnership `due` times and let one check-in of each copy be due; return when, in the morning."""
    tomorrow = SystemClock().now().date() + timedelta(days=1)
    now = moment(tomorrow, time(9), DEFAULT_ZONE)
    plant(transactions, now, timedelta(days=2))
    multiply(db.engine, due)
    with transactions.sweeping() as sweep:
        steps = sweep.session.scalars(select(Step).where(Step.key == KEY)).all()
        for copy in steps:
            if copy.id > STRIDE:
                copy.place(tomorrow)
                copy.next_action_at = now
    return now
