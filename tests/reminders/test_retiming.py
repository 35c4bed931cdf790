"""When the rules of a zone change, what waits goes at the same hour of its reader's clock as before."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from partnerships import cli, factory
from partnerships.check_ins.tables import CheckIn
from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.reminders import retiming
from partnerships.reminders.snoozing import get_thing, snooze
from partnerships.reminders.waits import SNOOZED
from partnerships.worker import Worker
from tests.check_ins.scenes import first_due
from tests.stories import People

DUE = datetime(2026, 1, 27, 2, tzinfo=UTC)  # nine in Jakarta, on the first check-in's day
NINE = DUE + timedelta(days=2)


@pytest.fixture
def waiting(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """Return a reminder that a creator has put off to nine o'clock in two days."""
    check_in_id = first_due(transactions, people, clock, DUE)
    with transactions.begin(people.creator) as work:
        snooze(work, get_thing(work, CheckIn, check_in_id), 2, "Sedang di luar kota")
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(select(OutboxMail.id).where(OutboxMail.template == SNOOZED)).one()


def goes_at(transactions: Transactions, people: People, mail_id: int) -> tuple[datetime, datetime | None]:
    with transactions.looking(people.manager) as reading:
        mail = reading.get(OutboxMail, mail_id)
        return mail.send_after, mail.due_at


def wait_until(transactions: Transactions, people: People, mail_id: int, at: datetime) -> None:
    with transactions.begin(people.manager) as work:
        work.get(OutboxMail, mail_id).put_off(at)


@pytest.mark.parametrize("minutes", [-15, 30, 60])
def test_what_waits_for_an_hour_goes_at_that_hour_by_the_new_rules(
    transactions: Transactions, people: People, waiting: int, minutes: int
) -> None:
    wait_until(transactions, people, waiting, NINE + timedelta(minutes=minutes))  # as the rules were when it was queued

    assert retiming.retime(transactions) == 1
    assert goes_at(transactions, people, waiting) == (NINE, NINE)


def test_what_waits_for_the_end_of_quiet_hours_or_for_a_moment_of_its_own_stays(
    transactions: Transactions, people: People, waiting: int
) -> None:
    for at in (NINE, NINE - timedelta(hours=1), NINE + timedelta(hours=5)):
        wait_until(transactions, people, waiting, at)

        assert retiming.retime(transactions) == 0
        assert goes_at(transactions, people, waiting) == (at, at)


def test_while_nothing_waits_it_is_one_statement(
    transactions: Transactions, people: People, statements: list[str]
) -> None:
    statements.clear()

    assert retiming.retime(transactions) == 0
    assert len(statements) == 1


def test_a_process_that_starts_finds_it_anew(
    app: Flask, transactions: Transactions, people: People, waiting: int
) -> None:
    wait_until(transactions, people, waiting, NINE + timedelta(minutes=30))

    factory._tidy(app)

    assert goes_at(transactions, people, waiting)[0] == NINE


def test_a_worker_puts_right_what_new_rules_moved_before_it_works(app: Flask, settings: Settings) -> None:
    did: list[str] = []
    worker = SimpleNamespace(
        transactions=SimpleNamespace(engine=SimpleNamespace(is_embedded=False)), work=lambda: did.append("works")
    )
    kit = cli.Kit(
        Flask("worker"),
        settings,
        beat=lambda: None,
        worker=cast("Worker", worker),
        wake=lambda: False,
        seed=lambda: False,
        tidy=lambda: did.append("tidies"),
        check=list,
    )
    cli.add_commands(kit)

    ended = kit.app.test_cli_runner().invoke(args=["worker"])

    assert (ended.exit_code, did) == (0, ["tidies", "works"])
