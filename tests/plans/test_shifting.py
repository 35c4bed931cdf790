"""Moving the dates of real plans: what is looked at is what moves, and everybody hears what concerns them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotAllowed, NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans import consenting, finding, receiving, shifting, undoing
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.problems import Problem
from partnerships.plans.rules.proposals import MoveAction, MoveState
from partnerships.plans.tables import Partnership, PlanMove
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.plans.bending import REST, WHY, days, mails, seen, shift, versions
from tests.stories import ANCHOR_ON, People, draft, move, prepare, start

TODAY = date(2026, 1, 5)
FIRST = "check_in:first-days"  # on day 5
MOST_STATEMENTS_OF_ONE = 12


@pytest.fixture
def running(transactions: Transactions, people: People) -> int:
    partnership_id = start(transactions, people, TODAY)
    tick(transactions)  # what comes before the product is over, and the first stage is open
    return partnership_id


def send(transactions: Transactions, mailer: MemoryMailer) -> list[str]:
    """Let time do what is due, and return the subjects of what went out."""
    before = len(mailer.sent)
    tick(transactions)
    deliver(transactions, mailer, still_wanted, lambda: 0)
    return [str(message["Subject"]) for message in mailer.sent[before:]]


def decide(transactions: Transactions, people: People, move_id: int, action: MoveAction) -> PlanMove:
    actor = people.manager if action is MoveAction.WITHDRAW else people.creator
    with transactions.begin(actor) as work:
        return consenting.decide(work, move_id, action)


def undo(transactions: Transactions, people: People, move_id: int) -> None:
    with transactions.begin(people.manager) as work:
        undoing.undo(work, move_id)


def test_what_is_to_come_moves_with_its_stages_and_makes_a_version_that_says_why(
    transactions: Transactions, people: People, running: int
) -> None:
    before = days(transactions, people, running)

    made = shift(transactions, people.manager, running, Move(REST, 9))

    after = days(transactions, people, running)
    moved = {name: (after[name] - before[name]).days for name in before}
    begun = {"stage_opens:fit", "stage_closes:fit", "stage_opens:first"}
    assert {name for name, by in moved.items() if by == 0} == begun
    assert {by for name, by in moved.items() if name not in begun} == {9}
    assert (made.state, made.number) == (MoveState.APPLIED, 3)
    assert versions(transactions, people, running)[-1] == (3, "shifted", WHY)
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, running)
        assert partnership.as_plan(reading.now).stages[1].ends_on == TODAY + timedelta(days=13 + 9)
        assert partnership.anchor_on == TODAY
        entry = reading.session.scalars(select(HistoryEntry).where(HistoryEntry.name == "DatesMoved")).one()
    assert (entry.account_id, entry.facts["dates"], entry.facts["note"]) == (
        people.manager.account_id,
        len(moved) - 3,
        WHY,
    )


def test_looking_changes_nothing(transactions: Transactions, people: People, running: int) -> None:
    before = days(transactions, people, running)

    with transactions.looking(people.manager) as reading:
        row = shifting.preview(reading, [running], Move(REST, 9))[0]

    assert row.count == len(before) - 3
    assert days(transactions, people, running) == before
    assert len(versions(transactions, people, running)) == 2


def test_a_parcel_that_comes_late_moves_the_start_and_what_was_moved_before_stays_moved(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    shift(transactions, people.manager, partnership_id, Move(MoveKind.STAGE, 4, "habit"))
    shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, 9))
    received_on = ANCHOR_ON + timedelta(days=11)
    clock.advance(days=33)

    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    after = days(transactions, people, partnership_id)
    assert after["check_in:received"] == received_on + timedelta(days=1)
    assert after["check_in:four-weeks"] == received_on + timedelta(days=28)
    assert after["check_in:six-weeks"] == received_on + timedelta(days=46)
    reasons = [reason for _, reason, _ in versions(transactions, people, partnership_id)]
    assert reasons == ["drafted", "stage_resized", "anchor_moved", "received"]


@pytest.mark.parametrize("days_moved", [-200, 400])
def test_a_start_that_cannot_be_is_refused(transactions: Transactions, people: People, days_moved: int) -> None:
    partnership_id = prepare(transactions, people)

    with transactions.looking(people.manager) as reading:
        row = shifting.preview(reading, [partnership_id], Move(MoveKind.ANCHOR, days_moved))[0]

    assert row.stuck is not None
    assert not row.moves


def test_of_two_who_move_the_same_plan_one_wins_and_the_other_sees_what_changed(
    transactions: Transactions, people: People, running: int
) -> None:
    looked = seen(transactions, people.owner, running)
    shift(transactions, people.manager, running, Move(REST, 3))
    after = days(transactions, people, running)

    with pytest.raises(Refused, match="since you looked"), transactions.begin(people.owner) as work:
        shifting.shift(work, looked, Move(REST, 5), "Me too")

    assert days(transactions, people, running) == after
    with transactions.looking(people.owner) as reading:
        [(partnership, since)] = shifting.changed_since(reading, looked)
        assert shifting.changed_since(reading, {running: 3}) == []
    assert (partnership.id, [version.number for version in since]) == (running, [2, 3])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"note": "  "}, "few words why"),
        ({"move": Move(MoveKind.STEP, key=FIRST, to=date(2026, 3, 1))}, "Nothing was moved"),
        ({"move": Move(REST, 0)}, "Nothing was moved"),
    ],
)
def test_what_is_unclear_or_impossible_moves_nothing(
    transactions: Transactions, people: People, running: int, change: dict[str, object], said: str
) -> None:
    before = days(transactions, people, running)
    wanted: dict[str, object] = {"move": Move(REST, 3), "note": WHY, **change}

    with pytest.raises(Refused, match=said):
        shift(transactions, people.manager, running, **wanted)  # type: ignore[arg-type]  # by name

    assert days(transactions, people, running) == before
    assert len(versions(transactions, people, running)) == 2


@pytest.mark.parametrize("action", [PartnershipAction.HOLD, PartnershipAction.END_EARLY])
def test_nothing_moves_by_hand_while_it_stands_still_or_when_it_is_over(
    transactions: Transactions, people: People, running: int, action: PartnershipAction
) -> None:
    move(transactions, people.creator, running, action)

    with pytest.raises(Refused):
        shift(transactions, people.manager, running, Move(REST, 3))


def test_plans_of_others_cannot_even_be_looked_at(transactions: Transactions, people: People, running: int) -> None:
    with pytest.raises(NotFound), transactions.looking(people.stranger) as reading:
        shifting.preview(reading, [running], Move(REST, 3))


def test_later_days_are_told_to_the_creator_once_they_cannot_be_undone_any_more(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    send(transactions, mailer)

    made = shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=7)))
    at_once = send(transactions, mailer)
    clock.advance(minutes=1)
    later = send(transactions, mailer)

    assert (at_once, later) == ([], ["Tanggal baru untuk kerja sama Glow Serum"])
    told = mails(transactions, people, "dates_moved")[0]
    assert (told.recipient.name, told.link.purpose if told.link else "", told.link.thing_id if told.link else 0) == (
        "Dewi",
        "dates",
        made.id,
    )
    assert "10 Januari 2026 → Senin, 12 Januari 2026" in mailer.sent[-1].as_string().replace("=\n", "").replace(
        "=E2=86=92", "→"
    )


def test_a_draft_moves_without_a_word_to_anybody(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    made = shift(transactions, people.manager, partnership_id, Move(REST, -3))

    assert made.state is MoveState.APPLIED
    assert mails(transactions, people, "dates_moved", "dates_proposed") == []


def test_an_invitation_that_was_read_before_the_dates_moved_is_not_accepted(
    transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    with transactions.looking(people.creator) as reading:
        version = reading.get(Partnership, partnership_id).version

    made = shift(transactions, people.manager, partnership_id, Move(REST, 3))

    with transactions.looking(people.creator) as reading:
        moved = reading.get(Partnership, partnership_id).version
    undo(transactions, people, made.id)
    with transactions.looking(people.creator) as reading:
        assert reading.get(Partnership, partnership_id).version > moved > version


def test_earlier_days_wait_for_the_creator_and_hold_once_they_agree(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    before = days(transactions, people, running)
    earlier = Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=3))

    made = shift(transactions, people.manager, running, earlier)
    clock.advance(minutes=1)
    asked = send(transactions, mailer)
    proposed = days(transactions, people, running)
    accepted = decide(transactions, people, made.id, MoveAction.ACCEPT)

    assert (made.state, proposed) == (MoveState.PROPOSED, before)
    assert "Bisa lebih awal? Usulan tanggal baru (Glow Serum)" in asked
    assert accepted.state is MoveState.APPLIED
    assert days(transactions, people, running) == before | {FIRST: TODAY + timedelta(days=3)}
    assert versions(transactions, people, running)[-1] == (3, "step_moved", WHY)
    [told] = mails(transactions, people, "dates_answered")
    assert (told.recipient.name, told.context["agreed"]) == ("Rina", True)


@pytest.mark.parametrize("action", [MoveAction.DECLINE, MoveAction.WITHDRAW])
def test_a_proposal_that_is_declined_or_withdrawn_moves_nothing(
    transactions: Transactions, people: People, running: int, action: MoveAction
) -> None:
    before = days(transactions, people, running)
    made = shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=3)))

    decide(transactions, people, made.id, action)

    assert days(transactions, people, running) == before
    assert len(versions(transactions, people, running)) == 2
    with pytest.raises(Refused):
        decide(transactions, people, made.id, MoveAction.ACCEPT)


def test_a_proposal_lapses_when_the_plan_moves_otherwise(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    made = shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=3)))
    move(transactions, people.creator, running, PartnershipAction.HOLD)
    clock.advance(days=2)
    move(transactions, people.manager, running, PartnershipAction.RESUME)
    before = days(transactions, people, running)

    with pytest.raises(Refused, match="has changed since"):
        decide(transactions, people, made.id, MoveAction.ACCEPT)

    assert days(transactions, people, running) == before


def test_another_move_takes_the_place_of_what_was_proposed(
    transactions: Transactions, people: People, running: int
) -> None:
    first = shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=3)))

    shift(transactions, people.manager, running, Move(REST, 2))

    with transactions.looking(people.manager) as reading:
        assert reading.get(PlanMove, first.id).state is MoveState.WITHDRAWN
    assert [mail.state for mail in mails(transactions, people, "dates_proposed")] == [MailState.CANCELLED]


@pytest.mark.parametrize("kind", [REST, MoveKind.STEP])
def test_what_was_proposed_waits_again_when_the_move_in_its_place_is_taken_back(
    transactions: Transactions, people: People, running: int, clock: ManualClock, kind: MoveKind
) -> None:
    to = TODAY + timedelta(days=3)
    first = shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=to))
    clock.advance(minutes=2)
    other = Move(REST, 2) if kind is REST else Move(kind, key=FIRST, to=to + timedelta(days=1))  # that is asked for too

    undo(transactions, people, shift(transactions, people.manager, running, other).id)

    waiting = mails(transactions, people, "dates_proposed")[-1]
    assert (waiting.state, waiting.context["note"]) == (MailState.QUEUED, WHY)
    with transactions.looking(people.manager) as reading:
        again = finding.find_proposed(reading, running)
        assert again is not None
        assert (again.id, again.as_move, again.changes) == (waiting.context["move_id"], first.as_move, first.changes)
    decide(transactions, people, again.id, MoveAction.ACCEPT)
    assert days(transactions, people, running)[FIRST] == to


def test_of_two_proposals_only_the_newer_waits_when_what_came_between_is_taken_back(
    transactions: Transactions, people: People, running: int
) -> None:
    def propose(day: int) -> int:
        step = Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=day))
        return shift(transactions, people.manager, running, step).id

    propose(3)
    between = shift(transactions, people.manager, running, Move(REST, 2))
    newer = propose(2)

    undo(transactions, people, between.id)

    with transactions.looking(people.manager) as reading:
        found = reading.session.scalars(select(PlanMove).where(PlanMove.state == MoveState.PROPOSED)).all()
        assert [one.id for one in found] == [newer]


def test_only_the_creator_agrees_and_only_to_what_is_theirs(
    transactions: Transactions, people: People, running: int
) -> None:
    made = shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=3)))

    with pytest.raises(NotAllowed), transactions.begin(people.manager) as work:
        consenting.decide(work, made.id, MoveAction.ACCEPT)
    with pytest.raises(NotFound), transactions.begin(people.other_creator) as work:
        consenting.decide(work, made.id, MoveAction.ACCEPT)


def test_undoing_restores_days_rungs_and_the_reminder_that_waited(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(datetime.fromisoformat("2026-01-06T09:00:00+07:00"))  # the day of the first check-in
    tick(transactions)
    with transactions.looking(people.manager) as reading:
        before = rungs(reading.get(Partnership, running))
        waiting = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "check_in")).one().state

    made = shift(transactions, people.manager, running, Move(REST, 4))
    between = [mail.state for mail in mails(transactions, people, "check_in")]
    clock.current += timedelta(seconds=10)
    undo(transactions, people, made.id)

    assert (waiting, between) == (MailState.QUEUED, [MailState.CANCELLED])
    with transactions.looking(people.manager) as reading:
        assert rungs(reading.get(Partnership, running)) == before
    assert [mail.state for mail in mails(transactions, people, "check_in")] == [MailState.QUEUED]
    assert [mail.state for mail in mails(transactions, people, "dates_moved")] == [MailState.CANCELLED]
    assert [reason for _, reason, _ in versions(transactions, people, running)][-2:] == ["shifted", "undone"]
    assert (
        len([subject for subject in send(transactions, mailer) if "Hari ini: update “Produk sampai”" in subject]) == 1
    )


def rungs(partnership: Partnership) -> dict[str, tuple[date, str | None]]:
    return {step.name: (step.due_on, step.rung) for step in partnership.steps}


def test_after_ten_seconds_it_is_too_late_to_undo_and_the_way_back_is_a_move(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    before = days(transactions, people, running)
    made = shift(transactions, people.manager, running, Move(REST, 4))
    clock.current += timedelta(seconds=11)

    with pytest.raises(Refused, match="too late"):
        undo(transactions, people, made.id)
    back = shift(transactions, people.manager, running, Move(MoveKind.BACK, number=made.from_number))
    decide(transactions, people, back.id, MoveAction.ACCEPT)

    assert days(transactions, people, running) == before


def test_no_version_from_before_another_start_is_gone_back_to(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    made = shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, 9))

    with pytest.raises(Refused, match="Nothing was moved"):
        shift(transactions, people.manager, partnership_id, Move(MoveKind.BACK, number=made.from_number))
    shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, -9))

    assert len(versions(transactions, people, partnership_id)) == 3


def back_to(transactions: Transactions, people: People, partnership_id: int, number: int) -> Problem | None:
    """Return what is in the way of going back to that version."""
    with transactions.looking(people.manager) as reading:
        return shifting.preview(reading, [partnership_id], Move(MoveKind.BACK, number=number))[0].stuck


def test_a_start_that_was_moved_and_taken_back_is_in_nobodys_way(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    made = shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, 9))
    undo(transactions, people, made.id)
    before = days(transactions, people, partnership_id)
    shift(transactions, people.manager, partnership_id, Move(REST, 2))

    assert made.number is not None
    assert back_to(transactions, people, partnership_id, made.number) is not None  # it counts from the other start

    shift(transactions, people.manager, partnership_id, Move(MoveKind.BACK, number=made.from_number))
    assert days(transactions, people, partnership_id) == before


@pytest.mark.parametrize("late", [0, 2])
def test_no_version_from_before_a_parcel_that_moved_the_start_is_gone_back_to(
    transactions: Transactions, people: People, clock: ManualClock, late: int
) -> None:
    partnership_id = prepare(transactions, people)
    clock.current = datetime.fromisoformat(f"{ANCHOR_ON + timedelta(days=late)}T09:00:00+07:00")
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, ANCHOR_ON + timedelta(days=late))

    assert (back_to(transactions, people, partnership_id, 1) is not None) == (late > 0)
    assert back_to(transactions, people, partnership_id, 2) is None


def test_what_was_done_between_a_move_and_its_undoing_stays_done_and_is_reminded_of_no_more(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    clock.set(datetime.fromisoformat("2026-01-10T09:00:00+07:00"))  # the day of the second check-in
    tick(transactions)
    made = shift(transactions, people.manager, running, Move(REST, 4))
    moved = days(transactions, people, running)
    with transactions.begin(people.manager) as work:
        step = next(step for step in work.get(Partnership, running).steps if step.name == FIRST)
        step.finish(work.now)

    undo(transactions, people, made.id)

    with transactions.looking(people.manager) as reading:
        step = next(step for step in reading.get(Partnership, running).steps if step.name == FIRST)
    assert step.done_at is not None
    assert step.due_on == moved[FIRST]
    assert [mail.state for mail in mails(transactions, people, "check_in") if mail.context["number"] == 2] == [
        MailState.CANCELLED
    ]
    assert days(transactions, people, running)["check_in:two-weeks"] == TODAY + timedelta(days=14)


def test_an_undo_is_refused_once_somebody_else_has_moved_the_plan(
    transactions: Transactions, people: People, running: int
) -> None:
    made = shift(transactions, people.manager, running, Move(REST, 4))
    shift(transactions, people.owner, running, Move(REST, 2))

    with pytest.raises(Refused, match="since"):
        undo(transactions, people, made.id)


def test_what_the_creator_has_agreed_to_is_not_taken_back(
    transactions: Transactions, people: People, running: int
) -> None:
    made = shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=3)))
    decide(transactions, people, made.id, MoveAction.ACCEPT)

    with pytest.raises(Refused, match="since"):
        undo(transactions, people, made.id)

    assert days(transactions, people, running)[FIRST] == TODAY + timedelta(days=3)


def test_of_what_is_over_no_move_is_taken_back(transactions: Transactions, people: People, running: int) -> None:
    made = shift(transactions, people.manager, running, Move(REST, 4))
    move(transactions, people.creator, running, PartnershipAction.END_EARLY)
    before = days(transactions, people, running)

    with pytest.raises(Refused, match="It is over"):
        undo(transactions, people, made.id)

    assert days(transactions, people, running) == before


def test_a_move_is_undone_once(transactions: Transactions, people: People, running: int) -> None:
    made = shift(transactions, people.manager, running, Move(REST, 4))
    undo(transactions, people, made.id)

    with pytest.raises(Refused):
        undo(transactions, people, made.id)


def test_a_reminder_called_off_by_a_move_goes_out_when_the_day_is_moved_back(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(datetime.fromisoformat("2026-01-06T08:59:00+07:00"))
    send(transactions, mailer)
    clock.advance(minutes=1)
    tick(transactions)  # the reminder waits, and is not sent
    day = date(2026, 1, 6)
    shift(transactions, people.manager, running, Move(MoveKind.STEP, key="check_in:received", to=day + timedelta(2)))
    back = shift(transactions, people.manager, running, Move(MoveKind.STEP, key="check_in:received", to=day))
    decide(transactions, people, back.id, MoveAction.ACCEPT)

    sent = send(transactions, mailer) + send(transactions, mailer)

    assert [mail.state for mail in mails(transactions, people, "check_in")] == [MailState.SENT]
    assert len([subject for subject in sent if "Hari ini: update “Produk sampai”" in subject]) == 1


def test_a_late_check_in_with_a_new_day_is_late_no_more(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.advance(days=6)
    send(transactions, mailer)
    with transactions.looking(people.manager) as reading:
        late = reading.session.scalars(select(CheckIn).where(CheckIn.state == CheckInState.LATE)).one()

    shift(transactions, people.manager, running, Move(MoveKind.STEP, key=f"check_in:{late.key}", to=date(2026, 1, 13)))

    with transactions.looking(people.manager) as reading:
        assert reading.get(CheckIn, late.id).state is CheckInState.OPEN


@pytest.mark.parametrize("other", [Move(REST, 5), Move(MoveKind.SKIP, key="habit")], ids=["moves", "skips"])
def test_of_two_at_the_very_same_moment_one_moves_it_and_the_other_sees_what_changed(
    transactions: Transactions, people: People, running: int, app: Flask, other: Move
) -> None:
    looked = seen(transactions, people.manager, running)
    both_ready = Barrier(2)

    def press(actor: Actor) -> str:
        with app.app_context():
            both_ready.wait(timeout=30)
            try:
                with transactions.begin(actor) as work:
                    shifting.shift(work, looked, other, WHY)
            except Refused as refusal:
                return refusal.sentence
            return ""

    with ThreadPoolExecutor(2) as pool:
        pressed = [pool.submit(press, actor) for actor in (people.manager, people.owner)]
        said = sorted(each.result() for each in pressed)

    assert said == ["", shifting.MEANWHILE]
    assert [number for number, _, _ in versions(transactions, people, running)] == [1, 2, 3]
    with transactions.looking(people.owner) as reading:
        [(_, since)] = shifting.changed_since(reading, looked)
    assert [version.reason for version in since][1:] == [str(other.kind)]


def shift_all(transactions: Transactions, people: People, ids: list[int], wanted: Move) -> list[PlanMove]:
    looked = seen(transactions, people.manager, *ids)
    with transactions.begin(people.manager) as work:
        return list(shifting.shift(work, looked, wanted, WHY))


def test_several_plans_move_with_one_press_and_are_taken_back_with_one(
    transactions: Transactions, people: People, running: int
) -> None:
    ids = [running, *(start(transactions, people, TODAY) for _ in range(2))]
    before = [days(transactions, people, one) for one in ids]

    made = shift_all(transactions, people, ids, Move(REST, 3))
    moved = [days(transactions, people, one)[FIRST] for one in ids]
    undo(transactions, people, made[1].id)

    assert moved == [TODAY + timedelta(days=8)] * 3
    assert len({one.batch for one in made}) == 1
    assert [days(transactions, people, one) for one in ids] == before
    assert {mail.state for mail in mails(transactions, people, "dates_moved")} == {MailState.CANCELLED}


def test_a_plan_in_which_something_is_in_the_way_stays_and_the_others_move(
    transactions: Transactions, people: People, running: int
) -> None:
    held, free = start(transactions, people, TODAY), draft(transactions, people)
    move(transactions, people.creator, held, PartnershipAction.HOLD)
    ids = [running, held, free]
    before = [days(transactions, people, one) for one in ids]

    made = shift_all(transactions, people, ids, Move(REST, -2))

    assert [(one.partnership_id, one.state) for one in made] == [(free, MoveState.APPLIED)]
    after = [days(transactions, people, one) for one in ids]
    assert after[:2] == before[:2]  # one stands still, and in the other something is due tomorrow
    assert after[2] != before[2]


def test_of_several_plans_none_moves_when_one_was_moved_meanwhile(
    transactions: Transactions, people: People, running: int
) -> None:
    ids = [running, start(transactions, people, TODAY)]
    looked = seen(transactions, people.manager, *ids)
    shift(transactions, people.owner, running, Move(REST, 3))
    before = [days(transactions, people, one) for one in ids]

    with pytest.raises(Refused, match="since you looked"), transactions.begin(people.manager) as work:
        shifting.shift(work, looked, Move(REST, 5), WHY)

    assert [days(transactions, people, one) for one in ids] == before


def test_more_than_two_hundred_at_once_are_too_many(transactions: Transactions, people: People) -> None:
    with pytest.raises(Refused, match="200"), transactions.looking(people.manager) as reading:
        shifting.preview(reading, range(1, 202), Move(REST, 1))


def test_looking_at_many_takes_as_many_statements_as_looking_at_one_and_moving_grows_by_a_constant(
    transactions: Transactions, people: People, statements: list[str]
) -> None:
    ids = [start(transactions, people, TODAY) for _ in range(6)]
    tick(transactions)

    looked, moved = [], []
    for some in (ids[:2], ids[2:]):
        statements.clear()
        seen_now = seen(transactions, people.manager, *some)
        looked.append(len(statements))
        statements.clear()
        with transactions.begin(people.manager) as work:
            shifting.shift(work, seen_now, Move(REST, 3), WHY)
        moved.append(len(statements))

    assert looked[0] == looked[1] <= 5
    assert (moved[1] - moved[0]) / 2 <= MOST_STATEMENTS_OF_ONE
