"""What a plan counts from, other than a parcel; and plans of which a part was done before Sahabat knew of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from partnerships.check_ins import excusing
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.database.work import Transactions
from partnerships.deliverables.finding import evidence_for
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.plans import consenting, finding, receiving
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.rules.proposals import MoveAction, MoveState
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import load
from partnerships.plans.tables import Partnership, PlanMove
from partnerships.reminders import watching
from tests.conftest import SignIn
from tests.plans.bending import days, published, shift
from tests.stories import People, draft, move, start

TODAY = date(2026, 1, 5)


def agree(transactions: Transactions, people: People, *, template_key: str, anchor_on: date) -> int:
    """Plan, invite and accept; return the partnership's id."""
    partnership_id = draft(transactions, people, anchor_on=anchor_on, template_key=template_key)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    return partnership_id


def test_an_agreed_start_runs_from_the_yes_on_and_asks_nobody_about_a_parcel(
    transactions: Transactions, people: People, clock: ManualClock, sign_in: SignIn
) -> None:
    start_on = TODAY + timedelta(days=20)

    partnership_id = agree(transactions, people, template_key="ambassador-6m", anchor_on=start_on)

    watching.tick(transactions)
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        assert (partnership.state, partnership.anchor_on) == (PartnershipState.ACTIVE, start_on)
        assert partnership.anchor_confirmed_at == clock.now()
        assert {stage.state for stage in partnership.stages} == {StageState.UPCOMING}
        assert all(step.due_on == start_on + timedelta(days=step.day) for step in partnership.steps)
        asked = set(reading.session.scalars(select(OutboxMail.template)))
        told = reading.session.scalars(select(OutboxMail.context).where(OutboxMail.template == "accepted")).one()
    assert asked == {"invitation", "accepted"}
    assert told["waits_for_parcel"] is False
    creator = sign_in(people.creator)
    creator.post("/language", data={"locale": "en"})
    page = creator.get(f"/me/partnerships/{partnership_id}").text
    assert "estimate" not in page
    assert "/me/receipts/" not in page


def test_the_stages_of_an_agreed_start_open_by_their_dates(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = agree(transactions, people, template_key="ambassador-6m", anchor_on=TODAY + timedelta(days=20))

    clock.advance(days=7)
    watching.tick(transactions)

    with transactions.looking(people.manager) as reading:
        states = [stage.state for stage in reading.get(Partnership, partnership_id).stages]
    assert states == [StageState.OPEN] + [StageState.UPCOMING] * 7


def test_who_says_yes_late_is_late_with_nothing(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = draft(transactions, people, anchor_on=TODAY, template_key="ambassador-6m")
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    clock.advance(days=18)

    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        drafted = next(step for step in partnership.steps if (step.kind, step.key) == (StepKind.DRAFT, "month-1"))
        kept = [version.reason for version in finding.list_versions(reading, partnership_id)]
    assert (partnership.anchor_on, drafted.due_on) == (TODAY, TODAY + timedelta(days=18))
    assert kept == ["drafted", "agreed"]


def test_what_was_done_before_sahabat_is_left_out_and_reminds_nobody(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    partnership_id = agree(transactions, people, template_key="ambassador-6m", anchor_on=TODAY - timedelta(days=50))

    watching.tick(transactions)

    with transactions.looking(people.manager) as reading:
        check_ins = list(reading.session.scalars(select(CheckIn.state).order_by(CheckIn.number)))
        content = reading.session.scalars(select(Deliverable).order_by(Deliverable.number)).unique().all()
        reminders = reading.session.scalars(select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER)).all()
        gate = evidence_for(reading, content[1])
        draft_step = content[1].draft_step
    assert check_ins == [CheckInState.CANCELLED] + [CheckInState.SCHEDULED] * 7
    assert [one.state for one in content[:2]] == [DeliverableState.WITHDRAWN, DeliverableState.DRAFTING]
    assert draft_step is not None
    assert draft_step.due_on == TODAY  # its post is still to come, so the draft is asked for now
    assert [mail.about for mail in reminders] == [content[1].about]
    assert gate.is_open  # the one check-in that it needs was before Sahabat
    manager = sign_in(people.manager)
    manager.post("/language", data={"locale": "en"})
    page = manager.get(f"/partnerships/{partnership_id}").text
    assert page.count("Before Sahabat") == 2


def test_a_draft_is_asked_for_anew_when_its_post_comes_after_all_as_the_product_came_a_day_later(
    transactions: Transactions, people: People
) -> None:
    expected_on = TODAY - timedelta(days=14)  # the first post would have been yesterday
    partnership_id = draft(transactions, people, anchor_on=expected_on)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, expected_on + timedelta(days=1))

    with transactions.looking(people.manager) as reading:
        first = reading.session.scalars(select(Deliverable).order_by(Deliverable.number).limit(1)).unique().one()
        steps = first.draft_step, first.publish_step

    assert first.state is DeliverableState.PLANNED
    assert [step and step.due_on for step in steps] == [TODAY, TODAY]  # and not overdue since a week


def test_a_receipt_long_ago_is_taken_when_the_plan_was_entered_so(transactions: Transactions, people: People) -> None:
    received_on = TODAY - timedelta(days=60)
    partnership_id = draft(transactions, people, anchor_on=received_on)
    for actor, action in (
        (people.manager, PartnershipAction.INVITE),
        (people.creator, PartnershipAction.ACCEPT),
    ):
        move(transactions, actor, partnership_id, action)

    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    with transactions.looking(people.manager) as reading:
        states = list(reading.session.scalars(select(CheckIn.state).order_by(CheckIn.number)))
    assert states == [CheckInState.CANCELLED] * 5 + [CheckInState.SCHEDULED] * 3


def in_use(transactions: Transactions, people: People) -> int:
    """Start a plan with a product that arrived twelve days ago, and in which nothing happens for the next days."""
    made = load("ugc-license")
    longer = {"use": replace(made.stage("use"), to_day=20), "film": replace(made.stage("film"), from_day=21)}
    own = published(transactions, people, replace(made, stages=tuple(longer.get(one.key, one) for one in made.stages)))
    partnership_id = start(transactions, people, TODAY - timedelta(days=12), template_key=own)
    watching.tick(transactions)
    with transactions.begin(people.manager) as work:
        due = select(CheckIn).where(CheckIn.partnership_id == partnership_id, CheckIn.state == CheckInState.OPEN)
        for check_in in work.session.scalars(due).all():
            excusing.excuse(work, check_in.id, "She told us on the phone")
    return partnership_id


def test_an_earlier_start_that_was_proposed_too_long_ago_holds_no_more(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = in_use(transactions, people)
    before = days(transactions, people, partnership_id)
    made = shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, -2))
    clock.advance(days=2)  # the start would lie sixteen days back now

    with pytest.raises(Refused, match="too long ago now"), transactions.begin(people.creator) as work:
        consenting.decide(work, made.id, MoveAction.ACCEPT)

    assert days(transactions, people, partnership_id) == before
    with transactions.looking(people.manager) as reading:
        kept = reading.get(PlanMove, made.id)
        assert (kept.state, kept.number, kept.decided_at) == (MoveState.PROPOSED, None, None)
        assert kept.partnership.anchor_on == TODAY - timedelta(days=12)


def test_an_earlier_start_holds_once_the_creator_agrees_in_time(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = in_use(transactions, people)
    made = shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, -2))

    with transactions.begin(people.creator) as work:
        consenting.decide(work, made.id, MoveAction.ACCEPT)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).anchor_on == TODAY - timedelta(days=14)


def test_what_was_due_before_sahabat_is_counted_in_one_way_on_every_page(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    received_on = TODAY - timedelta(days=6)  # two check-ins were due until yesterday
    partnership_id = draft(transactions, people, anchor_on=received_on)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)
    manager, creator = sign_in(people.manager), sign_in(people.creator)
    for client in (manager, creator):
        client.post("/language", data={"locale": "en"})

    pages = [
        manager.get(f"/partnerships/{partnership_id}").text,
        creator.get(f"/me/partnerships/{partnership_id}").text,
        creator.get("/me").text,
    ]

    told = ["0 of 6 check-ins answered, 2 more before Sahabat" in page for page in pages]
    gates = ["2 of 2 check-ins answered, 2 of them before Sahabat" in page for page in pages]
    assert told == [True, True, True]
    assert gates == [True, True, False]
    assert not any("of 8 check-ins" in page for page in pages)
