"""A stage is skipped with a reason: what belonged to it is let go, what was done stays, and the rest keeps its days."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins.rules.check_ins import CheckInAction, CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import DomainError, NotAllowed, NotFound, Refused
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.plans import consenting, shifting, undoing
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.moves import Move, MoveKind, Why
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction, PartnershipState
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Fact, Release, StageGate, load
from partnerships.plans.tables import Partnership, PlanMove
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, send
from tests.plans.bending import days, mails, published, seen, shift, versions
from tests.stories import People, draft, move, start

TODAY = date(2026, 1, 5)
LEFT = frozenset({StageState.UPCOMING, StageState.OPEN})
WHY = "She is on the road for five weeks"


@pytest.fixture
def running(transactions: Transactions, people: People) -> int:
    partnership_id = start(transactions, people, TODAY)
    tick(transactions)
    return partnership_id


def skip(transactions: Transactions, actor: Actor, partnership_id: int, key: str, why: str = WHY) -> PlanMove:
    return shift(transactions, actor, partnership_id, Move(MoveKind.SKIP, key=key), why)


def undo(transactions: Transactions, people: People, move_id: int) -> None:
    with transactions.begin(people.manager) as work:
        undoing.undo(work, move_id)


def look(transactions: Transactions, people: People, partnership_id: int, key: str) -> shifting.Previewed:
    with transactions.looking(people.manager) as reading:
        return shifting.preview(reading, [partnership_id], Move(MoveKind.SKIP, key=key))[0]


def states(transactions: Transactions, people: People, partnership_id: int) -> dict[str, str]:
    """Return how stages, check-ins and content stand, by key."""
    with transactions.looking(people.manager) as reading:
        found = {stage.key: str(stage.state) for stage in reading.get(Partnership, partnership_id).stages}
        check_ins = reading.session.scalars(select(CheckIn).where(CheckIn.partnership_id == partnership_id))
        content = reading.session.scalars(select(Deliverable).where(Deliverable.partnership_id == partnership_id))
        return found | {one.key: str(one.state) for one in check_ins} | {one.key: str(one.state) for one in content}


def test_what_belongs_to_the_stage_is_let_go_and_nothing_else(
    transactions: Transactions, people: People, running: int
) -> None:
    before, dates = states(transactions, people, running), days(transactions, people, running)

    skip(transactions, people.manager, running, "habit")

    changed = {
        "habit": StageState.SKIPPED,
        "two-weeks": CheckInState.EXCUSED,
        "four-weeks": CheckInState.EXCUSED,
        "two-weeks-in": DeliverableState.WAIVED,
    }
    assert states(transactions, people, running) == before | changed
    assert days(transactions, people, running) == dates
    assert versions(transactions, people, running)[-1][1:] == ("skipped", WHY)
    assert mails(transactions, people, "waived") == []
    [told] = mails(transactions, people, "stage_skipped")
    assert (told.recipient.name, told.context["note"]) == ("Dewi", WHY)
    assert [thing["kind"] for thing in told.context["things"]] == ["check_in", "publish", "check_in"]


def test_a_skipped_stage_never_opens_and_asks_nothing(transactions: Transactions, people: People, running: int) -> None:
    skip(transactions, people.manager, running, "first")

    tick(transactions)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, running)
        stage = next(stage for stage in partnership.stages if stage.key == "first")
        waiting = [
            step.name
            for step in partnership.steps
            if step.stage_id == stage.id and step.done_at is None and step.kind is not StepKind.STAGE_CLOSES
        ]
    assert (stage.state, waiting) == (StageState.SKIPPED, [])


def test_work_that_was_sent_has_to_be_decided_on_first(
    transactions: Transactions, people: People, running: int
) -> None:
    content = deliverable_called(transactions, people, running, "two-weeks-in")
    with transactions.begin(people.manager) as work:
        work.get(Deliverable, content).state = DeliverableState.CHANGES_REQUESTED
    before = states(transactions, people, running)

    with pytest.raises(Refused, match="has been sent"):
        skip(transactions, people.manager, running, "habit")

    assert states(transactions, people, running) == before


@pytest.mark.parametrize(
    ("who", "key", "why", "kind"),
    [
        ("manager", "habit", "  ", Refused),
        ("manager", "fit", WHY, Refused),
        ("manager", "nothing", WHY, Refused),
        ("creator", "habit", WHY, NotAllowed),
        ("stranger", "habit", WHY, NotFound),
    ],
)
def test_a_skip_that_may_not_be_changes_nothing(
    transactions: Transactions, people: People, running: int, who: str, key: str, why: str, kind: type[DomainError]
) -> None:
    before = states(transactions, people, running)
    looked = seen(transactions, people.manager, running)

    with pytest.raises(kind), transactions.begin(getattr(people, who)) as work:
        shifting.shift(work, looked, Move(MoveKind.SKIP, key=key), why)

    assert states(transactions, people, running) == before


@pytest.mark.parametrize("action", [None, PartnershipAction.HOLD])
def test_before_it_is_agreed_and_while_it_stands_still_nothing_is_skipped(
    transactions: Transactions, people: People, action: PartnershipAction | None
) -> None:
    partnership_id = start(transactions, people, TODAY) if action else draft(transactions, people)
    if action:
        move(transactions, people.creator, partnership_id, action)

    row = look(transactions, people, partnership_id, "habit")

    assert row.stuck is not None
    assert ("on hold" if action else "before the creator has agreed") in row.stuck.sentence
    with pytest.raises(Refused, match="Nothing was moved"):
        skip(transactions, people.manager, partnership_id, "habit")


def test_looking_says_what_falls_away_what_stays_and_changes_nothing(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    clock.advance(days=1)
    tick(transactions)
    answer_first(transactions, people, running)
    before = states(transactions, people, running)

    row = look(transactions, people, running, "first")

    assert (row.moves, row.count, row.bent.changes) == (True, 0, ())
    assert [step.name for step in row.bent.let_go] == [
        "check_in:first-days",
        "draft:first-impression",
        "publish:first-impression",
    ]
    assert [(stay.key, stay.why) for stay in row.stays] == [("received", Why.DONE)]
    assert states(transactions, people, running) == before


def answer_first(transactions: Transactions, people: People, partnership_id: int) -> None:
    with transactions.begin(people.creator) as work:
        first = work.session.scalars(
            select(CheckIn).where(CheckIn.partnership_id == partnership_id, CheckIn.key == "received")
        ).one()
        first.move(CheckInAction.ANSWER, work.actor.role, work.now)
        first.step.finish(work.now)


def test_a_stage_with_a_draft_in_review_says_so_when_it_is_looked_at(
    transactions: Transactions, people: People, running: int
) -> None:
    send(transactions, people.creator, deliverable_called(transactions, people, running, "first-impression"))

    row = look(transactions, people, running, "first")

    assert not row.moves
    assert row.stuck is not None
    assert (row.stuck.line, "has been sent" in row.stuck.sentence) == ("publish:first-impression", True)


def everything(transactions: Transactions, people: People, partnership_id: int) -> dict[str, object]:
    """Return how all that a skip touches stands: states, days, rungs, what is done, mail that waits, the risk."""
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        steps = {step.name: (step.due_on, step.rung, step.done_at) for step in partnership.steps}
        waits = {stage.key: stage.waits_since for stage in partnership.stages}
        reminders = reading.session.execute(
            select(OutboxMail.id, OutboxMail.state, OutboxMail.send_after).where(OutboxMail.kind == MailKind.REMINDER)
        )
        told = {mail_id: (state is not MailState.CANCELLED, after) for mail_id, state, after in reminders}
        risk = partnership.at_risk_since
    return states(transactions, people, partnership_id) | {"steps": steps, "waits": waits, "mail": told, "risk": risk}


@pytest.mark.parametrize("seconds", [0, 10])
@pytest.mark.parametrize("days_in", [0, 6, 13])  # nothing is due; something is late; the partnership is at risk
def test_undoing_a_skip_restores_stages_check_ins_content_reminders_and_the_risk(
    transactions: Transactions, people: People, clock: ManualClock, running: int, days_in: int, seconds: int
) -> None:
    for _ in range(days_in):
        clock.advance(days=1, minutes=1)
        tick(transactions)
    before = everything(transactions, people, running)
    dates = days(transactions, people, running)

    made = skip(transactions, people.manager, running, "first")
    skipped = everything(transactions, people, running)
    clock.current += timedelta(seconds=seconds)
    undo(transactions, people, made.id)

    assert skipped != before
    assert everything(transactions, people, running) == before
    assert days(transactions, people, running) == dates
    assert [reason for _, reason, _ in versions(transactions, people, running)][-2:] == ["skipped", "undone"]
    assert [mail.state for mail in mails(transactions, people, "stage_skipped")] == [MailState.CANCELLED]
    tick(transactions)
    assert everything(transactions, people, running) == before


def test_a_reminder_that_was_about_to_go_out_between_a_skip_and_its_undoing_goes_out_after_all(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(datetime.fromisoformat("2026-01-06T09:00:00+07:00"))  # the day of the first check-in
    tick(transactions)
    [reminder] = mails(transactions, people, "check_in")
    with transactions.begin(people.manager) as work:
        work.get(OutboxMail, reminder.id).lease("somebody", clock.now() - timedelta(minutes=9))  # who never came back
    made = skip(transactions, people.manager, running, "first")
    deliver(transactions, mailer, still_wanted, lambda: 0)
    [between] = mails(transactions, people, "check_in")

    undo(transactions, people, made.id)
    deliver(transactions, mailer, still_wanted, lambda: 0)

    assert between.state is MailState.CANCELLED
    assert [mail.state for mail in mails(transactions, people, "check_in")] == [MailState.SENT]


def test_whoever_heard_of_the_skip_hears_that_it_was_taken_back(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    made = skip(transactions, people.manager, running, "habit")
    clock.current += timedelta(seconds=10)
    deliver(transactions, mailer, still_wanted, lambda: 0)

    undo(transactions, people, made.id)
    deliver(transactions, mailer, still_wanted, lambda: 0)

    subjects = [str(message["Subject"]) for message in mailer.sent][-2:]
    assert [subject.split(":")[0] for subject in subjects] == ["Tidak perlu lagi", "Tetap jalan"]


@pytest.mark.parametrize("between", ["late", "moved", "ended", "undone"])
def test_a_skip_that_cannot_be_taken_back_any_more_stays(
    transactions: Transactions, people: People, clock: ManualClock, running: int, between: str
) -> None:
    made = skip(transactions, people.manager, running, "habit")
    if between == "late":
        clock.current += timedelta(seconds=11)
    elif between == "moved":
        shift(transactions, people.owner, running, Move(MoveKind.REST, 2))
    elif between == "ended":
        move(transactions, people.creator, running, PartnershipAction.END_EARLY)
    else:
        undo(transactions, people, made.id)
    before = states(transactions, people, running)

    with pytest.raises(Refused):
        undo(transactions, people, made.id)

    assert states(transactions, people, running) == before


def test_a_partnership_that_a_skip_ends_completes_once_the_skip_cannot_be_taken_back(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    with transactions.looking(people.manager) as reading:
        keys = [stage.key for stage in reading.get(Partnership, running).stages if stage.state in LEFT]
    made = []
    for key in keys:
        assert look(transactions, people, running, key).bent.is_last is (key == "close")  # no stage before it is empty
        made.append(skip(transactions, people.manager, running, key))
    at_once = state(transactions, people, running)
    undo(transactions, people, made[-1].id)
    skip(transactions, people.manager, running, keys[-1])
    tick(transactions)
    still = state(transactions, people, running)
    clock.current += timedelta(seconds=11)
    tick(transactions)

    assert (at_once, still) == (PartnershipState.ACTIVE, PartnershipState.ACTIVE)
    assert state(transactions, people, running) is PartnershipState.COMPLETED
    assert [mail.state for mail in mails(transactions, people, "completed_creator")] == [MailState.QUEUED]


def state(transactions: Transactions, people: People, partnership_id: int) -> PartnershipState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Partnership, partnership_id).state


def test_of_two_who_skip_and_move_at_once_one_wins_and_the_other_sees_it(
    transactions: Transactions, people: People, running: int
) -> None:
    looked = seen(transactions, people.owner, running)
    skip(transactions, people.manager, running, "habit")
    before = states(transactions, people, running)

    for wanted in (Move(MoveKind.REST, 5), Move(MoveKind.SKIP, key="habit"), Move(MoveKind.SKIP, key="first")):
        with pytest.raises(Refused, match="since you looked"), transactions.begin(people.owner) as work:
            shifting.shift(work, looked, wanted, "Me too")

    assert states(transactions, people, running) == before
    with transactions.looking(people.owner) as reading:
        [(_, since)] = shifting.changed_since(reading, looked)
    assert [version.reason for version in since][1:] == ["skipped"]


def test_an_early_end_is_no_skip(transactions: Transactions, people: People, running: int) -> None:
    move(transactions, people.creator, running, PartnershipAction.END_EARLY)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, running).end_reason is EndReason.NOT_FOR_ME
    assert CheckInState.EXCUSED not in states(transactions, people, running).values()
    assert mails(transactions, people, "waived") == []


def test_the_page_shows_it_first_says_why_not_and_takes_it_back(
    sign_in: SignIn, transactions: Transactions, people: People, running: int
) -> None:
    manager = sign_in(people.manager)
    manager.post("/language", data={"locale": "en"})
    address = f"/partnerships/{running}/dates?what=skip:habit"

    offered = manager.get(f"/partnerships/{running}").text
    looked = manager.get(address).text
    fields = {"seen": f"{running}:2", "note": ""}
    refused = manager.post(address, data=fields)
    skipped = manager.post(address, data=fields | {"note": WHY}, follow_redirects=True).text
    undo_at = re.search(r'action="(/partnerships/moves/\d+/undo)"', skipped)
    slower = manager.post(address, data=fields | {"note": WHY})
    assert undo_at is not None
    back = manager.post(undo_at[1], follow_redirects=True).text

    assert address in offered
    assert "Skips “" in looked
    assert "4 dates fall away, and no other date moves." in looked
    assert "Check-in: Two weeks: Mon, 19 Jan 2026" in looked
    assert (refused.status_code, "Please fill this in." in refused.text) == (422, True)
    assert "Skipped: nothing of this stage is asked for any more." in skipped
    assert WHY in skipped
    assert (slower.status_code, f"skipped: {WHY}" in slower.text) == (422, True)
    assert "Taken back: everything is as it was." in back
    assert "Left out the stage “Daily habit”" in back
    assert "Put the stage “Daily habit” back" in back
    assert address in back


def test_too_late_to_take_a_skip_back_is_said(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    manager = sign_in(people.manager)
    manager.post("/language", data={"locale": "en"})
    made = skip(transactions, people.manager, running, "habit")
    clock.current += timedelta(seconds=11)

    page = manager.post(f"/partnerships/moves/{made.id}/undo", follow_redirects=True).text

    assert "the stage stays skipped" in page
    assert "Move the dates back" not in page
    with transactions.looking(people.creator) as reading, pytest.raises(NotFound):
        consenting.get_move(reading, made.id)


def look_on_page(client: FlaskClient, partnership_id: int, key: str) -> str:
    """Return what the page says before a stage is skipped, without its markup."""
    client.post("/language", data={"locale": "en"})
    page = client.get(f"/partnerships/{partnership_id}/dates?what=skip:{key}").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition('id="preview"')[2]))


def test_it_says_which_later_gates_are_out_of_reach_then(
    transactions: Transactions, people: People, sign_in: SignIn, running: int
) -> None:
    manager = sign_in(people.manager)

    habit, close = look_on_page(manager, running, "habit"), look_on_page(manager, running, "close")

    assert "It puts 2 gates out of reach" in habit
    six_weeks = load("usage-3m").deliverable("six-weeks-in").title.en
    assert f"{six_weeks}: its gate opens on Mon, 9 Mar 2026 at the earliest, and its day is Fri, 27 Feb 2026" in habit
    assert "out of reach" not in close


def test_it_says_which_payments_nothing_releases_any_more(
    transactions: Transactions, people: People, sign_in: SignIn, running: int
) -> None:
    manager = sign_in(people.manager)

    verdict, habit = look_on_page(manager, running, "verdict"), look_on_page(manager, running, "habit")

    assert "1 payment is not earned by itself any more" in verdict
    assert load("usage-3m").payments[2].label.en in verdict
    assert "Agree on it with Dewi" in verdict
    assert "not earned by itself" not in habit


@pytest.mark.parametrize(
    ("release", "times"),
    [
        (Release(Fact.STAGE_CLOSED, "verdict"), 1),
        (Release(Fact.CHECK_IN_ANSWERED, "twelve-weeks"), 1),
        (Release(Fact.CHECK_IN_ANSWERED, "first-days"), 0),
        (Release(Fact.PRODUCT_RECEIVED), 0),
    ],
)
def test_a_payment_hangs_on_whatever_fact_the_stage_would_have_brought(
    transactions: Transactions, people: People, sign_in: SignIn, release: Release, times: int
) -> None:
    story = load("usage-3m")
    whole = replace(story.payments[0], released_by=release, percent=100)
    own = published(transactions, people, replace(story, payments=(whole,)))
    partnership_id = start(transactions, people, TODAY, template_key=own)
    tick(transactions)

    page = look_on_page(sign_in(people.manager), partnership_id, "verdict")

    assert page.count("not earned by itself any more") == times


def test_a_gate_that_waits_for_what_is_let_go_never_opens(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    story, gate = load("usage-3m"), StageGate(approved=("two-weeks-in",))
    stages = tuple(replace(one, gate=gate) if one.key == "change" else one for one in story.stages)
    key = published(transactions, people, replace(story, stages=stages))
    partnership_id = start(transactions, people, TODAY, template_key=key)
    tick(transactions)

    said = look_on_page(sign_in(people.manager), partnership_id, "habit")

    assert "begins: never, what its gate waits for is not asked for any more" in said


def test_a_stage_whose_content_is_being_changed_is_not_offered_to_be_skipped(
    transactions: Transactions, people: People, sign_in: SignIn, running: int
) -> None:
    content = deliverable_called(transactions, people, running, "two-weeks-in")
    with transactions.begin(people.manager) as work:
        work.get(Deliverable, content).state = DeliverableState.CHANGES_REQUESTED

    said = look_on_page(sign_in(people.manager), running, "habit")

    assert "Changes to it have been asked for." in said
    assert "Skip this stage" not in said
