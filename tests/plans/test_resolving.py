"""When the rules of a zone change, what is to come stays on its day and at its hour, and its moment is another."""

from datetime import UTC, date, datetime, timedelta

import pytest

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import resolving
from partnerships.plans.tables import Partnership, Step
from partnerships.reminders.watching import tick
from tests.plans.bending import days, versions
from tests.stories import People, start

HOUR = timedelta(hours=1)


@pytest.fixture
def running(transactions: Transactions, people: People) -> int:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    tick(transactions)
    return partnership_id


def steps(transactions: Transactions, people: People, partnership_id: int) -> dict[str, Step]:
    with transactions.looking(people.manager) as reading:
        return {step.name: step for step in reading.get(Partnership, partnership_id).steps}


def test_moments_to_come_are_found_anew_and_days_stay(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    before = steps(transactions, people, running)
    stood = days(transactions, people, running), versions(transactions, people, running)
    coming = {name for name, step in before.items() if step.done_at is None}
    with transactions.begin(people.manager) as work:
        for step in work.get(Partnership, running).steps:
            step.due_at += HOUR  # as the rules were when it was planned
            step.next_action_at = step.next_action_at and step.next_action_at + HOUR

    resolved = resolving.resolve(transactions)
    clock.current += timedelta(seconds=1)
    tick(transactions)

    after = steps(transactions, people, running)
    assert resolved == len(coming)
    assert {name: after[name].due_at for name in coming} == {name: before[name].due_at for name in coming}
    assert {name: after[name].next_action_at for name in coming} == {
        name: before[name].next_action_at for name in coming
    }
    assert (days(transactions, people, running), versions(transactions, people, running)) == stood


def test_what_is_over_keeps_the_moment_at_which_it_was(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    clock.set(datetime(2026, 1, 20, tzinfo=UTC))
    with transactions.begin(people.manager) as work:
        for step in work.get(Partnership, running).steps:
            step.due_at += HOUR
    moved = {name: step.due_at for name, step in steps(transactions, people, running).items()}

    resolving.resolve(transactions)

    after = steps(transactions, people, running)
    over = {name for name, at in moved.items() if at <= clock.now()}
    assert over
    assert {name: after[name].due_at for name in over} == {name: moved[name] for name in over}


def test_while_no_rule_has_changed_it_is_one_statement(
    transactions: Transactions, running: int, statements: list[str]
) -> None:
    statements.clear()

    assert resolving.resolve(transactions) == 0
    assert len(statements) == 1
