"""A plan that is moved while somebody else acts on its content: no day is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.tables import Deliverable
from partnerships.plans import opening
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import StageGate
from partnerships.plans.tables import Partnership
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import running
from tests.deliverables.scenes import deliverable_called, send
from tests.deliverables.test_stage_gates import HABIT, VIDEO, advance, gated, stage
from tests.plans.bending import REST, days, shift, versions
from tests.stories import People

KEY = "first-impression"
LATER = 20

pytestmark = pytest.mark.workers  # SQLite lets in one writer at a time


def test_an_approval_keeps_the_days_that_a_manager_has_moved_since_it_looked(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = deliverable_called(transactions, people, partnership_id, KEY)
    before = days(transactions, people, partnership_id)[f"publish:{KEY}"]
    tick(transactions)
    send(transactions, people.creator, deliverable_id)
    clock.advance(days=(before - clock.now().date()).days)

    def press() -> None:
        with app.app_context():
            shift(transactions, people.manager, partnership_id, Move(REST, LATER))

    with transactions.begin(people.reviewer) as work, ThreadPoolExecutor(1) as pool:
        one = work.get(Deliverable, deliverable_id)
        assert one.publish_step.due_on == before  # the page has looked at it
        pool.submit(press).result(30)
        for action in (DeliverableAction.START_REVIEW, DeliverableAction.APPROVE):
            was = one.move(action, work.actor.role, work.now)
            work.session.flush()
            work.emit(one.moved(was, action))

    assert days(transactions, people, partnership_id)[f"publish:{KEY}"] == before + timedelta(days=LATER)
    assert [reason for _, reason, _ in versions(transactions, people, partnership_id)][-1] == str(REST)


def test_a_stage_that_is_opened_keeps_the_days_that_a_manager_has_moved_since_it_looked(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gated(monkeypatch, StageGate(answered=3))
    partnership_id = running(transactions, people)
    advance(transactions, clock, days=19)
    waits = stage(transactions, people, partnership_id, HABIT)
    name = f"publish:{VIDEO}"
    to = days(transactions, people, partnership_id)[name] + timedelta(days=8)  # its stage has been late by five

    def press() -> None:
        with app.app_context():
            shift(transactions, people.manager, partnership_id, Move(MoveKind.STEP, key=name, to=to))

    with transactions.begin(people.manager) as work, ThreadPoolExecutor(1) as pool:
        looked_at = work.get(Partnership, partnership_id).steps
        pool.submit(press).result(30)
        opening.open_stage(work, partnership_id, waits.id, "She has told me")

    assert looked_at
    assert stage(transactions, people, partnership_id, HABIT).state is StageState.OPEN
    assert days(transactions, people, partnership_id)[name] >= to
