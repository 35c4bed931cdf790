"""What the clock, a pause or the brand does is never held against the creator, and what was earned is paid."""

from datetime import date, time, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from partnerships.check_ins import excusing
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.zones import moment
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.deliverables import dropping
from partnerships.deliverables.rules.deliverables import DeliverableAction, DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import OutboxMail
from partnerships.plans import moving, receiving, reporting, ruling
from partnerships.plans.finding import list_versions
from partnerships.plans.rules.dates import AFTER_POST_STEPS, CLOCKS, StepKind
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction, PartnershipState
from partnerships.plans.tables import Partnership, Step
from partnerships.reminders.watching import tick
from partnerships.web.tables import MailedLink
from tests.check_ins.scenes import check_in_called, running
from tests.conftest import SignIn
from tests.deliverables.scenes import (
    approved,
    deliverable_called,
    look,
    payment_states,
    post,
    review,
    send,
    state_of,
)
from tests.portfolio.test_pages import english
from tests.stories import People, move, prepare

FIRST, HONEST = "first-impression", "honest-review"


def days_pass(transactions: Transactions, clock: ManualClock, days: int) -> None:
    for _ in range(days):
        clock.advance(days=1)
        tick(transactions)


def at_risk_mails(transactions: Transactions, people: People) -> int:
    with transactions.looking(people.manager) as reading:
        return len(reading.session.scalars(select(OutboxMail.id).where(OutboxMail.template == "at_risk")).all())


def publish_mails(transactions: Transactions, people: People) -> list[str]:
    """Return which rungs of the ladder of a post were told to whom, in order."""
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        return [
            f"{mail.context['rung']}:{mail.recipient.name}"
            for mail in mails
            if mail.context.get("waits_for") == StepKind.PUBLISH and "rung" in mail.context
        ]


def sent_back(transactions: Transactions, people: People, deliverable_id: int, action: DeliverableAction) -> None:
    with transactions.begin(people.reviewer) as work:
        deliverable = work.get(Deliverable, deliverable_id)
        was = deliverable.move(action, Role.REVIEWER, work.now)
        work.session.flush()
        work.emit(deliverable.moved(was, action, "Please say how long you used it"))


def leave_only(
    transactions: Transactions, people: People, partnership_id: int, check_in: str, deliverable: str | None = None
) -> None:
    with transactions.begin(people.manager) as work:
        for one in work.session.scalars(select(CheckIn).where(CheckIn.partnership_id == partnership_id)).all():
            if one.key != check_in:
                excusing.excuse(work, one.id, "agreed")
        for other in work.session.scalars(
            select(Deliverable).where(Deliverable.partnership_id == partnership_id)
        ).all():
            if other.key != deliverable:
                dropping.waive(work, other.id, "agreed")


def partnership_state(transactions: Transactions, people: People, partnership_id: int) -> PartnershipState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Partnership, partnership_id).state


def test_a_pause_neither_reminds_anew_nor_moves_what_was_missed(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    days_pass(transactions, clock, 25)
    with transactions.looking(people.manager) as reading:
        missed = {
            one.key: one.step.due_on
            for one in reading.session.scalars(select(CheckIn).where(CheckIn.state == CheckInState.MISSED))
        }
    told = at_risk_mails(transactions, people)

    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    days_pass(transactions, clock, 3)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    clock.advance(minutes=30)
    tick(transactions)

    assert missed
    assert at_risk_mails(transactions, people) == told
    with transactions.looking(people.manager) as reading:
        rows = reading.session.scalars(select(CheckIn).where(CheckIn.state == CheckInState.MISSED)).all()
        assert {one.key: one.step.due_on for one in rows} == missed


def test_after_a_pause_the_rungs_that_are_left_are_climbed_on_the_moved_days(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    days_pass(transactions, clock, 7)  # the first check-in is six days late
    assert at_risk_mails(transactions, people) == 0
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    days_pass(transactions, clock, 5)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    tick(transactions)
    at_once = at_risk_mails(transactions, people)
    days_pass(transactions, clock, 1)

    assert (at_once, at_risk_mails(transactions, people)) == (0, 1)


@pytest.mark.parametrize("action", [DeliverableAction.REQUEST_CHANGES, DeliverableAction.REJECT])
def test_what_the_brand_sends_back_late_is_due_as_many_days_later(
    transactions: Transactions, people: People, clock: ManualClock, action: DeliverableAction
) -> None:
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after", FIRST)
    days_pass(transactions, clock, 5)
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)
    send(transactions, people.creator, deliverable_id)
    days_pass(transactions, clock, 10)
    review(transactions, people, deliverable_id)

    sent_back(transactions, people, deliverable_id, action)
    tick(transactions)

    assert at_risk_mails(transactions, people) == 0
    with transactions.looking(people.manager) as reading:
        deliverable = reading.get(Deliverable, deliverable_id)
        assert deliverable.draft_step is not None
        assert deliverable.draft_step.due_on == date(2026, 1, 20) + timedelta(days=10)
        assert deliverable.publish_step.due_on >= date(2026, 1, 30) + timedelta(days=3)
        assert deliverable.partnership.at_risk_since is None
        assert list_versions(reading, partnership_id)[-1].reason == "brand_late"
        told = reading.session.scalars(
            select(OutboxMail).where(OutboxMail.template.in_(["changes", "rejected", "plan_moved"]))
        ).all()
        assert {(mail.recipient.name, mail.context["put_off"]) for mail in told} == {
            ("Dewi", "brand_late"),
            ("Rina", "brand_late"),
        }
        assert all(mail.context["sent_back"] for mail in told if mail.template == "plan_moved")


@pytest.mark.parametrize(("waited", "whose"), [(2, "sent_back"), (6, "brand_late")])
def test_what_is_sent_back_is_the_brands_delay_only_after_two_working_days(
    transactions: Transactions, people: People, clock: ManualClock, waited: int, whose: str
) -> None:
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after", FIRST)
    days_pass(transactions, clock, 7)
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)
    send(transactions, people.creator, deliverable_id)
    days_pass(transactions, clock, waited)
    review(transactions, people, deliverable_id)

    sent_back(transactions, people, deliverable_id, DeliverableAction.REQUEST_CHANGES)

    with transactions.looking(people.manager) as reading:
        assert list_versions(reading, partnership_id)[-1].reason == whose


def test_a_draft_that_came_very_late_is_reminded_of_again_when_it_is_to_be_posted(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after", FIRST)
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)
    with transactions.looking(people.manager) as reading:
        publish_on = reading.get(Deliverable, deliverable_id).publish_step.due_on
    days_pass(transactions, clock, (publish_on - clock.now().date()).days + 8)
    send(transactions, people.creator, deliverable_id)
    review(transactions, people, deliverable_id)
    sent_back(transactions, people, deliverable_id, DeliverableAction.REQUEST_CHANGES)
    days_pass(transactions, clock, 1)
    send(transactions, people.creator, deliverable_id, caption="After five weeks")
    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)

    days_pass(transactions, clock, 20)

    assert publish_mails(transactions, people) == ["due:Dewi", "manager:Rina", "owner:Wulan"]


def wait_for_review(transactions: Transactions, people: People, clock: ManualClock, *, sent_late: bool) -> int:
    """Send the first draft on its day, or three days after; let it lie for three weeks, and approve it."""
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after", FIRST)
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)
    with transactions.looking(people.manager) as reading:
        step = reading.get(Deliverable, deliverable_id).draft_step
        assert step is not None
        days = (step.due_on - clock.now().date()).days
    days_pass(transactions, clock, days + (3 if sent_late else 0))
    send(transactions, people.creator, deliverable_id)
    days_pass(transactions, clock, 21)
    return deliverable_id


def test_while_the_brand_lets_a_draft_lie_nobody_is_told_that_the_creator_is_late(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    deliverable_id = wait_for_review(transactions, people, clock, sent_late=False)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Deliverable, deliverable_id).partnership.at_risk_since is None
    assert publish_mails(transactions, people) == []
    assert at_risk_mails(transactions, people) == 0


def test_the_brand_s_working_days_are_days_where_it_works_not_where_the_creator_lives(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after", FIRST)
    content, monday = deliverable_called(transactions, people, partnership_id, FIRST), date(2026, 1, 12)
    with transactions.begin(people.manager) as work:
        partnership = work.get(Partnership, partnership_id)
        partnership.zone = "Asia/Jayapura"
        for step in partnership.steps:
            step.zone = partnership.zone
            if step.key == FIRST:
                step.place(monday + timedelta(days=1 if step.kind is StepKind.DRAFT else 4))
    clock.set(moment(monday, time(23), "Asia/Jakarta"))  # in Jayapura it is Tuesday already
    send(transactions, people.creator, content)
    clock.set(moment(monday + timedelta(days=3), time(9), "Asia/Jakarta"))  # Thursday, a day too late

    review(transactions, people, content, DeliverableAction.APPROVE)

    with transactions.looking(people.manager) as reading:
        assert list_versions(reading, partnership_id)[-1].reason == "brand_late"


@pytest.mark.parametrize(("sent_late", "whose"), [(False, "brand_late"), (True, "approved_late")])
def test_a_late_approval_leaves_days_to_post_and_says_whose_delay_it_was(
    transactions: Transactions, people: People, clock: ManualClock, *, sent_late: bool, whose: str
) -> None:
    deliverable_id = wait_for_review(transactions, people, clock, sent_late=sent_late)
    approved_on = clock.now().date()

    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)

    with transactions.looking(people.manager) as reading:
        deliverable = reading.get(Deliverable, deliverable_id)
        due_on = deliverable.publish_step.due_on
        assert due_on == approved_on + timedelta(days=3)
        versions = list_versions(reading, deliverable.partnership_id)
        assert versions[-1].reason == whose
        assert versions[-1].dates["publish:first-impression"] == due_on.isoformat()
        mails = reading.session.scalars(
            select(OutboxMail).where(OutboxMail.template.in_(["approved", "plan_moved"])).order_by(OutboxMail.id)
        ).all()
        told = {(mail.recipient.name, mail.context["put_off"], mail.context["due_on"]) for mail in mails}
    assert told == {("Rina", whose, due_on.isoformat()), ("Dewi", whose, due_on.isoformat())}


def test_a_post_is_not_put_off_to_a_quiet_day_and_the_history_says_which(
    transactions: Transactions, people: People, clock: ManualClock, sign_in: SignIn
) -> None:
    deliverable_id = wait_for_review(transactions, people, clock, sent_late=False)
    quiet = clock.now().date() + timedelta(days=3)
    with transactions.begin(people.manager) as work:
        ruling.add_day(work, quiet, "Our feast")
        ruling.add_day(work, quiet + timedelta(days=1), "The day after")

    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)

    with transactions.looking(people.manager) as reading:
        deliverable = reading.get(Deliverable, deliverable_id)
        partnership_id, due_on = deliverable.partnership_id, deliverable.publish_step.due_on
        assert list_versions(reading, partnership_id)[-1].dates["publish:first-impression"] == due_on.isoformat()
    assert due_on == quiet + timedelta(days=2)
    page = english(sign_in(people.manager)).get(f"/partnerships/{partnership_id}/history").text
    assert "(the brand took longer than two working days to review), clear of quiet days (Our feast)" in page


def test_after_a_late_approval_the_creator_is_reminded_on_the_new_day_and_late_only_after_it(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    deliverable_id = wait_for_review(transactions, people, clock, sent_late=False)
    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)

    days_pass(transactions, clock, 2)
    before = publish_mails(transactions, people)
    days_pass(transactions, clock, 1)
    on_the_day = publish_mails(transactions, people)
    days_pass(transactions, clock, 7)

    assert (before, on_the_day) == ([], ["due:Dewi"])
    assert publish_mails(transactions, people) == ["due:Dewi", "manager:Rina", "owner:Wulan"]
    with transactions.looking(people.manager) as reading:
        assert reading.get(Deliverable, deliverable_id).partnership.at_risk_since == clock.now()


def test_what_is_approved_well_before_its_day_keeps_it(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)

    deliverable_id = approved(transactions, people, partnership_id, HONEST)

    with transactions.looking(people.manager) as reading:
        assert [version.reason for version in list_versions(reading, partnership_id)] == ["drafted", "received"]
        assert not reading.session.scalars(select(OutboxMail.id).where(OutboxMail.template == "plan_moved")).all()
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "approved")).one()
        due_on = reading.get(Deliverable, deliverable_id).publish_step.due_on
        assert (mail.context["put_off"], mail.context["due_on"]) == ("", due_on.isoformat())


def test_an_approval_that_is_revoked_ends_the_risk_of_a_late_post(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    deliverable_id = wait_for_review(transactions, people, clock, sent_late=False)
    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)
    days_pass(transactions, clock, 10)

    with transactions.begin(people.manager) as work:
        dropping.revoke(work, deliverable_id, "The claim is not allowed")

    with transactions.looking(people.manager) as reading:
        assert reading.get(Deliverable, deliverable_id).partnership.at_risk_since is None


def test_what_is_sent_back_well_before_its_day_keeps_it(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = deliverable_called(transactions, people, partnership_id, HONEST)
    send(transactions, people.creator, deliverable_id)
    review(transactions, people, deliverable_id)

    sent_back(transactions, people, deliverable_id, DeliverableAction.REQUEST_CHANGES)

    with transactions.looking(people.manager) as reading:
        assert [version.reason for version in list_versions(reading, partnership_id)] == ["drafted", "received"]


def test_a_revoked_approval_leaves_some_days_for_another_version(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after", FIRST)
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    days_pass(transactions, clock, 30)
    told = at_risk_mails(transactions, people)

    with transactions.begin(people.manager) as work:
        dropping.revoke(work, deliverable_id, "The claim is not allowed")
    tick(transactions)

    assert at_risk_mails(transactions, people) == told
    with transactions.looking(people.manager) as reading:
        step = reading.get(Deliverable, deliverable_id).draft_step
        assert step is not None
        assert step.due_on == date(2026, 2, 4) + timedelta(days=4)


def test_a_post_before_the_parcel_keeps_its_own_days_when_the_anchor_is_fixed(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, deliverable_id)
    look(transactions, people, deliverable_id)

    def days() -> dict[tuple[StepKind, str], date]:
        with transactions.looking(people.manager) as reading:
            rows = reading.session.scalars(
                select(Step).where(
                    Step.kind.in_(AFTER_POST_STEPS) | Step.done_at.is_not(None),
                    Step.kind.not_in(CLOCKS),  # that of the receipt is over now
                )
            )
            return {(step.kind, step.key): step.due_on for step in rows}

    before = days()

    clock.advance(days=1)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, date(2026, 1, 5))

    assert {kind for kind, _ in before} >= {StepKind.KEEP_LIVE, StepKind.PUBLISH}
    assert days() == before


def test_what_was_settled_during_a_pause_completes_it_when_it_is_resumed(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after")
    clock.advance(days=127)
    tick(transactions)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    last = check_in_called(transactions, people, partnership_id, "month-after")
    with transactions.begin(people.manager) as work:
        excusing.excuse(work, last, "agreed")

    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    assert partnership_state(transactions, people, partnership_id) is PartnershipState.COMPLETED


def test_two_who_settle_the_last_two_things_at_once_complete_it(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    leave_only(transactions, people, partnership_id, "month-after", HONEST)
    clock.advance(days=127)
    tick(transactions)
    check_in_id = check_in_called(transactions, people, partnership_id, "month-after")
    deliverable_id = deliverable_called(transactions, people, partnership_id, HONEST)

    def waive() -> None:
        with app.app_context():
            with transactions.begin(people.owner) as work:
                dropping.waive(work, deliverable_id, "agreed")
            db.session.remove()

    other = Thread(target=waive)
    with transactions.begin(people.manager) as work:
        excusing.excuse(work, check_in_id, "agreed")
        other.start()
        other.join(1)  # without waiting it would be through by now
    other.join(10)

    assert partnership_state(transactions, people, partnership_id) is PartnershipState.COMPLETED


@pytest.mark.parametrize("paused_before", [False, True])
def test_whoever_leaves_after_a_reaction_is_paid_for_the_stage_under_way(
    transactions: Transactions, people: People, *, paused_before: bool
) -> None:
    partnership_id = running(transactions, people)
    if paused_before:
        move(transactions, people.creator, partnership_id, PartnershipAction.HOLD)
    with transactions.begin(people.creator) as work:
        reporting.report_reaction(work, partnership_id, "Red skin")

    move(transactions, people.creator, partnership_id, PartnershipAction.END_EARLY)

    assert payment_states(transactions, people, partnership_id) == ["earned", "waived", "waived"]


@pytest.mark.parametrize("paused_before", [False, True])
def test_a_post_that_is_public_when_the_brand_stops_still_earns_its_payment(
    transactions: Transactions, people: People, clock: ManualClock, *, paused_before: bool
) -> None:
    partnership_id = running(transactions, people)
    days_pass(transactions, clock, 95)
    deliverable_id = approved(transactions, people, partnership_id, HONEST)
    post(transactions, people.creator, deliverable_id, "https://www.youtube.com/watch?v=abcdefghijk")
    look(transactions, people, deliverable_id)
    if paused_before:
        move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)

    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=EndReason.BRAND_STOPPED)
    at_the_end = payment_states(transactions, people, partnership_id)
    days_pass(transactions, clock, 100)

    assert at_the_end == ["waived", "waived", "planned"]
    assert payment_states(transactions, people, partnership_id)[2] == "earned"
    assert state_of(transactions, people, deliverable_id) is DeliverableState.DONE


def test_a_live_session_that_is_not_found_is_awaited_as_before(transactions: Transactions, people: People) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "live-answers")
    post(transactions, people.creator, deliverable_id)

    look(transactions, people, deliverable_id, found=False, note="Nothing there")

    assert state_of(transactions, people, deliverable_id) is DeliverableState.PLANNED


def test_a_link_lasts_a_month_longer_than_the_plan_after_a_pause(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    clock.advance(days=60)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    days_pass(transactions, clock, 2)

    with transactions.looking(people.manager) as reading:
        ends_on = max(stage.ends_on for stage in reading.get(Partnership, partnership_id).stages)
        link = reading.session.scalars(select(MailedLink).where(MailedLink.purpose == "check_in")).first()
        assert link is not None
        assert link.expires_at.date() == ends_on + timedelta(days=30)
