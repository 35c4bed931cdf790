from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from partnerships.check_ins import excusing
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.database.base import Owned
from partnerships.database.claiming import save_together
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import OutboxMail
from partnerships.plans import ruling
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Quiet, QuietPolicy, load
from partnerships.plans.tables import Partnership, Stage, Step
from partnerships.reminders import watching
from partnerships.reminders.watching import TickReport, tick
from tests.deliverables.scenes import approved, deliverable_called, post, send
from tests.plans.bending import published
from tests.stories import People, draft, move, prepare, start

RECEIVED = date(2026, 1, 26)  # a Monday; the first check-in is due the day after, the first draft on 2 February
NINE = datetime(2026, 1, 27, 2, tzinfo=UTC)  # in Jakarta, on the first check-in's day
TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def running(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """A partnership whose product has just arrived."""
    clock.set(NINE - timedelta(days=1))
    return start(transactions, people, RECEIVED)


Climb = Callable[[datetime], list[str]]


@pytest.fixture
def until(transactions: Transactions, clock: ManualClock, people: People) -> Climb:
    """Return a function that ticks up to a moment and says which reminders were queued on the way."""

    def go(moment: datetime) -> list[str]:
        with transactions.looking(people.manager) as reading:
            before = set(reading.session.scalars(select(OutboxMail.id)))
        while clock.now() < moment:
            tick(transactions)
            clock.current += TWO_HOURS
        clock.set(moment)
        tick(transactions)
        with transactions.looking(people.manager) as reading:
            mails = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
            return [
                f"{mail.template}:{mail.context['rung']}:{mail.recipient.name}"
                for mail in mails
                if mail.id not in before and "rung" in mail.context
            ]

    return go


def first(transactions: Transactions, actor: Actor, table: type[Any], key: str) -> Any:
    with transactions.looking(actor) as reading:
        return reading.session.scalars(select(table).where(table.key == key).order_by(table.id)).first()


def after(**more: float) -> datetime:
    return NINE + timedelta(**more)


def test_an_idle_tick_is_one_select(transactions: Transactions, people: People, statements: list[str]) -> None:
    assert tick(transactions) == TickReport()
    assert len(statements) == 1
    assert "next_action_at" in statements[0]


def test_before_receipt_is_confirmed_nothing_opens_and_only_the_receipt_is_asked_for(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    prepare(transactions, people)
    clock.advance(days=60)

    assert tick(transactions) == TickReport(looked_at=1, queued=2)


def test_a_check_in_opens_at_nine_and_climbs_its_ladder(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    assert until(after(minutes=-1)) == []
    assert first(transactions, people.manager, CheckIn, "received").state is CheckInState.SCHEDULED

    climbed = [until(after(days=days)) for days in (0, 1, 3)]

    assert climbed[0] == ["check_in:due:Dewi"]
    assert climbed[1] == ["check_in:again:Dewi"]
    assert climbed[2][:2] == ["check_in:manager:Dewi", "overdue:manager:Rina"]
    assert first(transactions, people.manager, CheckIn, "received").state is CheckInState.LATE


def test_what_quiet_days_held_back_comes_once_on_the_first_other_morning(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    with transactions.begin(people.manager) as work:
        for days in range(4):  # from the first check-in's day to when the manager would be told
            ruling.add_day(work, RECEIVED + timedelta(days=1 + days), "Quiet")

    held = until(after(days=3, hours=23))
    climbed = until(after(days=4))

    assert held == []
    assert [mail for mail in climbed if mail.startswith(("check_in", "overdue"))] == [
        "check_in:manager:Dewi",
        "overdue:manager:Rina",
        "check_in:due:Dewi",  # the next one, whose day this is
    ]
    assert first(transactions, people.manager, CheckIn, "received").state is CheckInState.LATE


def test_nobody_is_reminded_of_anything_while_a_quiet_stage_lasts(
    transactions: Transactions, people: People, clock: ManualClock, until: Climb
) -> None:
    clock.set(NINE - timedelta(days=1))
    story, kept = load("usage-3m"), QuietPolicy(Quiet.KEEP, Quiet.KEEP)
    stages = tuple(replace(stage, quiet=stage.key == "first") for stage in story.stages)
    made = replace(story, stages=stages, quiet_policy=kept)
    start(transactions, people, RECEIVED, template_key=published(transactions, people, made))

    held = until(after(days=12))  # day 13 is its last
    climbed = until(after(days=13))

    assert held == []
    assert "at_risk:owner:Wulan" in climbed
    assert "check_in:due:Dewi" in climbed  # that of two weeks: its own day


def test_after_a_week_the_owner_is_told_and_the_partnership_is_at_risk(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    until(after(days=6))
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, running).at_risk_since is None

    climbed = until(after(days=7))

    assert "at_risk:owner:Wulan" in climbed
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, running).at_risk_since == after(days=7)


def test_a_check_in_is_missed_after_a_fortnight_when_its_stage_is_over(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    due_at = datetime(2026, 1, 27, 16, 59, tzinfo=UTC)

    until(due_at + timedelta(days=14, minutes=-1))
    before = first(transactions, people.manager, CheckIn, "received").state
    until(due_at + timedelta(days=14))

    assert before is CheckInState.LATE
    assert first(transactions, people.manager, CheckIn, "received").state is CheckInState.MISSED


def test_after_a_long_stop_only_the_latest_rung_is_climbed(
    transactions: Transactions, people: People, running: int, clock: ManualClock
) -> None:
    clock.set(after(days=3, hours=3))

    report = tick(transactions)

    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).where(OutboxMail.about.like("check_in:%"))).all()
    assert [(mail.template, mail.context["rung"]) for mail in mails] == [
        ("check_in", "manager"),
        ("overdue", "manager"),
    ]
    assert (report.opened, report.late, report.failed) == (1, 1, 0)


def test_ticking_twice_queues_nothing_twice(
    transactions: Transactions, people: People, running: int, clock: ManualClock
) -> None:
    clock.set(NINE)

    first_report, second_report = tick(transactions), tick(transactions)

    assert (first_report.opened, first_report.queued) == (1, 1)
    assert second_report == TickReport()


def test_a_rung_looked_at_again_is_told_once(
    transactions: Transactions, people: People, running: int, clock: ManualClock
) -> None:
    clock.set(NINE)
    tick(transactions)
    with transactions.begin(people.manager) as work:
        step = work.session.scalars(select(Step).where(Step.kind == StepKind.CHECK_IN).order_by(Step.due_at)).first()
        assert step is not None
        step.rung = None
        step.wake(work.now)

    assert tick(transactions).queued == 0


def test_a_draft_begins_three_days_before_it_is_due(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    key = "first-impression"
    begins = datetime(2026, 1, 30, 2, tzinfo=UTC)

    until(begins - timedelta(minutes=1))
    before = first(transactions, people.manager, Deliverable, key).state
    climbed = until(begins)

    assert before is DeliverableState.PLANNED
    assert "draft:soon:Dewi" in climbed
    assert first(transactions, people.manager, Deliverable, key).state is DeliverableState.DRAFTING


def told_of_posts(transactions: Transactions, people: People) -> list[str]:
    """Return which rungs of the ladders of posts were told to whom."""
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        return [
            f"{mail.template}:{mail.context['rung']}:{mail.recipient.name}"
            for mail in mails
            if mail.context.get("waits_for") == StepKind.PUBLISH
        ]


def nine_of(transactions: Transactions, people: People, deliverable_id: int) -> datetime:
    """Return nine in the morning, in Jakarta, of the day on which the post is due."""
    with transactions.looking(people.manager) as reading:
        due_on = reading.get(Deliverable, deliverable_id).publish_step.due_on
    return datetime(due_on.year, due_on.month, due_on.day, 2, tzinfo=UTC)


@pytest.mark.parametrize("key", ["first-impression", "live-answers"])
def test_what_may_be_posted_climbs_its_ladder_until_it_is_posted(
    transactions: Transactions, people: People, running: int, clock: ManualClock, until: Climb, key: str
) -> None:
    deliverable_id = deliverable_called(transactions, people, running, key)
    if key == "first-impression":  # a live session is never approved
        approved(transactions, people, running, key)
    nine = nine_of(transactions, people, deliverable_id)
    clock.set(nine - timedelta(days=1))

    climbed = []
    for days in (0, 1, 3, 7):
        until(nine + timedelta(days=days))
        climbed.append(told_of_posts(transactions, people))
    with transactions.looking(people.manager) as reading:
        at_risk_since = reading.get(Partnership, running).at_risk_since
    post(transactions, people.creator, deliverable_id)
    until(nine + timedelta(days=20))

    due, manager, owner = "publish:due:Dewi", "overdue:manager:Rina", "at_risk:owner:Wulan"
    assert climbed == [[due], [due], [due, manager], [due, manager, owner]]
    assert at_risk_since is not None
    assert told_of_posts(transactions, people) == [due, manager, owner]


def test_nobody_is_late_with_a_post_before_it_is_approved(
    transactions: Transactions, people: People, running: int, clock: ManualClock, until: Climb
) -> None:
    deliverable_id = deliverable_called(transactions, people, running, "first-impression")
    send(transactions, people.creator, deliverable_id)
    nine = nine_of(transactions, people, deliverable_id)
    clock.set(nine - timedelta(days=1))

    until(nine + timedelta(days=9))

    assert told_of_posts(transactions, people) == []
    with transactions.looking(people.manager) as reading:
        assert reading.get(Deliverable, deliverable_id).publish_step.rung is None


def test_an_excused_check_in_is_left_in_peace(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    until(NINE)
    check_in = first(transactions, people.manager, CheckIn, "received")
    with transactions.begin(people.manager) as work:
        excusing.excuse(work, check_in.id, "on a journey")

    climbed = until(after(days=3, minutes=-1))

    assert [word for word in climbed if word.startswith("check_in:")] == []


def test_nothing_happens_while_on_hold_and_everything_goes_on_after_it(
    transactions: Transactions, people: People, running: int, clock: ManualClock, until: Climb
) -> None:
    move(transactions, people.manager, running, PartnershipAction.HOLD)
    assert until(after(days=3)) == []

    move(transactions, people.manager, running, PartnershipAction.RESUME)
    climbed = until(after(days=6))

    assert climbed[0] == "check_in:due:Dewi"


def test_nothing_happens_after_an_early_end(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    move(transactions, people.creator, running, PartnershipAction.END_EARLY)

    assert until(after(days=9)) == []


def test_stages_open_and_close_on_their_days(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    tick(transactions)
    states = {key: first(transactions, people.manager, Stage, key).state for key in ("fit", "first", "habit")}
    assert states == {"fit": StageState.CLOSED, "first": StageState.OPEN, "habit": StageState.UPCOMING}

    until(datetime(2026, 2, 8, 17, tzinfo=UTC))

    states = {key: first(transactions, people.manager, Stage, key).state for key in ("first", "habit")}
    assert states == {"first": StageState.CLOSED, "habit": StageState.OPEN}


def test_a_step_that_fails_takes_nobody_along_and_comes_again_in_an_hour(
    transactions: Transactions, people: People, running: int, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(NINE - timedelta(hours=10))
    tick(transactions)
    with transactions.begin(people.manager) as work:
        work.get(Partnership, running)
        stage_step = work.session.scalars(
            select(Step).where(Step.kind == StepKind.STAGE_CLOSES, Step.done_at.is_(None)).order_by(Step.due_at)
        ).first()
        assert stage_step is not None
        stage_step.next_action_at = NINE
        failing = stage_step.id

    def fail(_work: object, step: Step, *_rest: object) -> None:
        step.done_at = clock.now()
        raise RuntimeError("poisoned")

    monkeypatch.setattr(watching, "_by_itself", fail)
    clock.set(NINE)

    report = tick(transactions)

    assert (report.failed, report.opened) == (1, 1)
    with transactions.looking(people.manager) as reading:
        step = reading.get(Step, failing)
        assert (step.next_action_at, step.done_at) == (NINE + timedelta(hours=1), None)


def test_a_step_that_somebody_else_has_just_changed_is_looked_at_again_at_once(
    transactions: Transactions, people: People, running: int, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(NINE - timedelta(hours=10))
    tick(transactions)
    save = save_together

    def be_slower(session: Session, table: type[Owned], rows: list[Owned]) -> None:
        if table is CheckIn and rows:
            raise StaleDataError("somebody else was faster")
        save(session, table, rows)

    monkeypatch.setattr(watching, "save_together", be_slower)
    clock.set(NINE)
    clashed = tick(transactions)
    monkeypatch.setattr(watching, "save_together", save)
    clock.advance(minutes=0.25)
    after = tick(transactions)

    assert (clashed.failed, clashed.opened, clashed.queued) == (1, 0, 0)
    assert (after.opened, after.queued) == (1, 1)


def test_the_number_of_statements_grows_by_little_for_each_due_step(
    transactions: Transactions, people: People, clock: ManualClock, statements: list[str]
) -> None:
    clock.set(NINE - timedelta(days=1))
    start(transactions, people, RECEIVED)
    counts = []
    for partnerships in (1, 5):
        for _ in range(partnerships - 1):
            start(transactions, people, RECEIVED)
        clock.advance(minutes=1)
        tick(transactions)
        with transactions.begin(people.manager) as work:
            for step in work.session.scalars(select(Step).where(Step.kind == StepKind.CHECK_IN)):
                step.wake(work.now)
        statements.clear()
        tick(transactions)
        counts.append(len(statements))

    steps = 8  # check-ins a partnership
    assert counts[1] - counts[0] <= 4 * steps * 2


def test_answering_stops_the_ladder_and_lowers_the_flag(
    transactions: Transactions, people: People, running: int, until: Climb
) -> None:
    until(after(days=4, minutes=-1))
    excused = first(transactions, people.manager, CheckIn, "received")
    until(after(days=7))
    with transactions.begin(people.manager) as work:
        excusing.excuse(work, excused.id, "lost")

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, running).at_risk_since is None


def test_a_draft_partnership_is_never_looked_at(transactions: Transactions, people: People, clock: ManualClock) -> None:
    draft(transactions, people)
    clock.advance(days=200)

    assert tick(transactions).looked_at == 0
