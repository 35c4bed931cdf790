"""Moving a plan while somebody else is at its steps: whoever comes second looks at what the first has left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from partnerships.config import Settings
from partnerships.database.work import Transactions
from partnerships.plans.rules.moves import Move
from partnerships.plans.tables import Partnership
from tests.plans.bending import REST, shift
from tests.stories import People, start

TODAY = date(2026, 1, 5)
FIRST = "check_in:first-days"
HELD_SECONDS = 1  # long enough for the move to come to the lock
CLIMB = text("UPDATE step SET rung = 'due' WHERE partnership_id = :plan AND kind = 'check_in' AND key = 'first-days'")


@pytest.mark.workers  # SQLite lets in one writer at a time
def test_a_rung_that_is_climbed_while_the_plan_moves_does_not_stay_under_the_new_day(
    app: Flask, transactions: Transactions, people: People, settings: Settings
) -> None:
    partnership_id = start(transactions, people, TODAY)
    engine = create_engine(settings.database_url)

    def press() -> None:
        with app.app_context():
            shift(transactions, people.manager, partnership_id, Move(REST, 4))

    with engine.begin() as tick, ThreadPoolExecutor(1) as pool:
        tick.execute(CLIMB, {"plan": partnership_id})
        moving = pool.submit(press)
        with pytest.raises(TimeoutError):
            moving.result(HELD_SECONDS)
        tick.commit()
        moving.result(30)
    engine.dispose()

    with transactions.looking(people.manager) as reading:
        step = next(step for step in reading.get(Partnership, partnership_id).steps if step.name == FIRST)
    assert (step.due_on, step.rung) == (TODAY + timedelta(days=9), None)
