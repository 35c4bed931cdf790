"""From the live link to the last payment and the end of the partnership."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from partnerships.check_ins import answering, recording
from partnerships.check_ins.rules.check_ins import Channel, CheckInAction, CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.errors import IllegalTransition, NotAllowed, NotFound, Refused
from partnerships.core.zones import day_in
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions, Work
from partnerships.deliverables import dropping, finding, keeping, paying, publishing
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.payments import PaymentAction
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.mail.tables import OutboxMail
from partnerships.plans import moving
from partnerships.plans.events import StageMoved
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction, PartnershipState
from partnerships.plans.rules.stages import StageAction
from partnerships.plans.tables import Partnership, Stage, Step
from tests.check_ins.scenes import RECEIVED, opened, received, running, system
from tests.deliverables.scenes import (
    POST_URL,
    approved,
    deliverable_called,
    look,
    pay,
    payment_states,
    post,
    send,
    state_of,
)
from tests.stories import People, draft, prepare

S = DeliverableState
FIRST, SIX_WEEKS, HONEST = "first-impression", "six-weeks-in", "honest-review"


def run_step(transactions: Transactions, people: People, partnership_id: int, kind: StepKind) -> list[Step]:
    """Do what the tick does with the steps of one kind that have just come due."""
    with transactions.begin(system(people)) as work:
        steps = list(work.session.scalars(select(Step).where(Step.partnership_id == partnership_id, Step.kind == kind)))
        act = keeping.finish_keeping if kind is StepKind.KEEP_LIVE else keeping.earn_pay_fact
        for step in steps:
            act(work, step)
        return steps


def answer_received(transactions: Transactions, people: People, partnership_id: int) -> None:
    check_in_id = opened(transactions, people, partnership_id, "received")
    photos = {"package_photo": [received(b"one")], "angle_photo": [received(b"two")]}
    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, RECEIVED, photos, statement="answers-1")


def test_a_live_link_stands_with_its_platform_and_the_brand_has_to_look(
    transactions: Transactions, people: People
) -> None:
    deliverable_id = approved(transactions, people, running(transactions, people), FIRST)

    post(transactions, people.creator, deliverable_id, "tiktok.com/@Dewi/video/7301?_t=x")

    with transactions.looking(people.manager) as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        (live,) = deliverable.posts
        assert (live.platform, live.url, live.unapproved) == ("tiktok", POST_URL, False)
        assert deliverable.state is S.PUBLISHED_UNVERIFIED
        assert deliverable.publish_step.done_at == deliverable.waiting_since == reading.now


def test_the_same_link_twice_is_one_post_and_another_contents_link_is_refused(
    transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    other = deliverable_called(transactions, people, partnership_id, "two-weeks-in")

    ids = {post(transactions, people.creator, deliverable_id) for _ in range(2)}

    assert len(ids) == 1
    with pytest.raises(Refused, match="already been added") as refused:
        post(transactions, people.creator, other)
    assert refused.value.field == "url"


def test_a_second_platform_may_follow_until_somebody_has_looked(transactions: Transactions, people: People) -> None:
    deliverable_id = approved(transactions, people, running(transactions, people), FIRST)
    post(transactions, people.creator, deliverable_id)

    post(transactions, people.manager, deliverable_id, "https://www.instagram.com/reel/Cx1/")
    look(transactions, people, deliverable_id)

    with transactions.looking(people.manager) as reading:
        assert [one.found for one in finding.get_whole(reading, deliverable_id).posts] == [True, True]
    with pytest.raises(IllegalTransition):
        post(transactions, people.creator, deliverable_id, "https://www.instagram.com/reel/Cx2/")


def test_a_post_before_approval_is_recorded_not_refused(transactions: Transactions, people: People) -> None:
    partnership_id = prepare(transactions, people)
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)

    post(transactions, people.creator, deliverable_id)

    with transactions.looking(people.manager) as reading:
        assert [one.unapproved for one in finding.get_whole(reading, deliverable_id).posts] == [True]
        facts = reading.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.name == "DeliverableMoved")).one()
        assert facts["unapproved"] is True


def test_a_live_session_needs_no_approval(transactions: Transactions, people: People) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "live-answers")

    post(transactions, people.creator, deliverable_id)

    with transactions.looking(people.manager) as reading:
        assert [one.unapproved for one in finding.get_whole(reading, deliverable_id).posts] == [False]


def test_links_are_taken_from_acceptance_to_the_end(transactions: Transactions, people: People) -> None:
    invited = draft(transactions, people)
    with transactions.begin(people.manager) as work:
        moving.move(work, invited, PartnershipAction.INVITE)
    early = deliverable_called(transactions, people, invited, FIRST)
    partnership_id = running(transactions, people)
    ended = deliverable_called(transactions, people, partnership_id, FIRST)
    with transactions.begin(people.creator) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY)

    for deliverable_id in (early, ended):
        with pytest.raises(Refused, match="from the day"):
            post(transactions, people.creator, deliverable_id)


def test_a_reviewer_does_not_add_links(transactions: Transactions, people: People) -> None:
    deliverable_id = approved(transactions, people, running(transactions, people), FIRST)

    with pytest.raises(NotAllowed), transactions.begin(people.reviewer) as work:
        publishing.add_post(work, deliverable_id, url=POST_URL, label_on=True)


def test_a_post_that_is_live_is_kept_for_its_days_and_then_done(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, deliverable_id)

    look(transactions, people, deliverable_id)
    (early,) = run_step(transactions, people, partnership_id, StepKind.KEEP_LIVE)
    today = day_in("Asia/Jakarta", clock.now())
    assert early.due_on == today + timedelta(days=14)
    assert early.next_action_at == early.due_at
    assert state_of(transactions, people, deliverable_id) is S.KEEPING_LIVE
    clock.set(early.due_at)
    (due,) = run_step(transactions, people, partnership_id, StepKind.KEEP_LIVE)

    assert due.done_at == clock.now()
    assert state_of(transactions, people, deliverable_id) is S.DONE


def test_a_post_that_is_not_found_is_awaited_again_and_the_creator_is_told(
    transactions: Transactions, people: People
) -> None:
    deliverable_id = approved(transactions, people, running(transactions, people), FIRST)
    post(transactions, people.creator, deliverable_id)

    with pytest.raises(Refused, match="tell the creator"):
        look(transactions, people, deliverable_id, found=False)
    look(transactions, people, deliverable_id, found=False, note="The link shows an empty page")

    with transactions.looking(people.creator) as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        assert deliverable.state is S.APPROVED
        assert deliverable.publish_step.done_at is None
        assert finding.find_last_words(reading, deliverable) == "The link shows an empty page"
    post(transactions, people.creator, deliverable_id)
    assert state_of(transactions, people, deliverable_id) is S.PUBLISHED_UNVERIFIED


def test_an_early_post_that_is_not_found_does_not_become_approved(transactions: Transactions, people: People) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), FIRST)
    post(transactions, people.creator, deliverable_id)

    look(transactions, people, deliverable_id, found=False, note="Nothing there")

    assert state_of(transactions, people, deliverable_id) is S.DRAFTING


def test_only_what_has_been_posted_can_be_checked(transactions: Transactions, people: People) -> None:
    deliverable_id = approved(transactions, people, running(transactions, people), FIRST)

    with pytest.raises(IllegalTransition):
        look(transactions, people, deliverable_id)


def test_the_first_payment_is_earned_by_the_first_answer(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)

    answer_received(transactions, people, partnership_id)

    assert payment_states(transactions, people, partnership_id) == ["earned", "planned", "planned"]
    with transactions.looking(people.manager) as reading:
        payment = finding.list_payments(reading, partnership_id)[0]
        assert payment.pay_by == day_in("Asia/Jakarta", clock.now()) + timedelta(days=14)


def test_an_answer_recorded_elsewhere_earns_nothing_before_it_is_confirmed(
    transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "received")

    with transactions.begin(people.manager) as work:
        recording.record(work, check_in_id, RECEIVED, {}, channel=Channel.WHATSAPP, note="Dewi")
    before = payment_states(transactions, people, partnership_id)[0]
    with transactions.begin(people.creator) as work:
        recording.confirm(work, check_in_id)

    assert (before, payment_states(transactions, people, partnership_id)[0]) == ("planned", "earned")


def test_payments_for_posts_are_earned_at_once_or_after_their_days(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    for number, key in enumerate((SIX_WEEKS, HONEST)):
        deliverable_id = approved(transactions, people, partnership_id, key)
        post(transactions, people.creator, deliverable_id, f"https://www.tiktok.com/@dewi/video/{number}")
        look(transactions, people, deliverable_id)
    at_once = payment_states(transactions, people, partnership_id)
    (early,) = run_step(transactions, people, partnership_id, StepKind.PAY_FACT)
    clock.set(early.due_at)

    (step,) = run_step(transactions, people, partnership_id, StepKind.PAY_FACT)

    assert at_once == ["planned", "earned", "planned"]
    assert (step.done_at, payment_states(transactions, people, partnership_id)[2]) == (clock.now(), "earned")


def test_a_post_that_was_taken_down_earns_nothing_later(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = approved(transactions, people, partnership_id, HONEST)
    post(transactions, people.creator, deliverable_id)
    look(transactions, people, deliverable_id)
    with transactions.begin(people.manager) as work:
        deliverable = work.get(Deliverable, deliverable_id)
        deliverable.move(deliverable.actions_for(Role.MANAGER)[0].action, Role.MANAGER, work.now)
    clock.advance(days=60)

    for kind in (StepKind.PAY_FACT, StepKind.KEEP_LIVE):
        (step,) = run_step(transactions, people, partnership_id, kind)
        assert step.done_at == clock.now()

    assert state_of(transactions, people, deliverable_id) is S.TAKEN_DOWN
    assert payment_states(transactions, people, partnership_id)[2] == "planned"


def test_people_approve_and_record_payments_but_creators_and_reviewers_earn_none(
    transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    answer_received(transactions, people, partnership_id)
    with transactions.looking(people.manager) as reading:
        payment_id, planned, _ = (payment.id for payment in finding.list_payments(reading, partnership_id))

    for actor in (people.creator, people.reviewer):
        with pytest.raises(NotAllowed, match="by what happens"), transactions.begin(actor) as work:
            paying.move_payment(work, planned, PaymentAction.EARN, "It is done")
    with pytest.raises(NotFound), transactions.begin(people.other_creator) as work:
        paying.move_payment(work, payment_id, PaymentAction.DISPUTE)
    with transactions.begin(people.manager) as work:
        paying.move_payment(work, payment_id, PaymentAction.APPROVE)
    pay(transactions, people.owner, payment_id)
    for actor, action in ((people.creator, PaymentAction.DISPUTE), (people.manager, PaymentAction.SETTLE)):
        with transactions.begin(actor) as work:
            paying.move_payment(work, payment_id, action, "Half of it came")

    assert payment_states(transactions, people, partnership_id)[0] == "approved"


def test_a_paid_milestone_that_was_disputed_can_stay_paid(transactions: Transactions, people: People) -> None:
    partnership_id = running(transactions, people)
    answer_received(transactions, people, partnership_id)
    with transactions.looking(people.manager) as reading:
        payment_id = finding.list_payments(reading, partnership_id)[0].id

    for action in (PaymentAction.APPROVE, PaymentAction.DISPUTE):
        with transactions.begin(people.manager) as work:
            paying.move_payment(work, payment_id, action, "A wrong account number")
        pay(transactions, people.manager, payment_id)

    assert payment_states(transactions, people, partnership_id)[0] == "paid"


def test_a_dispute_and_a_waiver_need_a_reason_and_the_other_side_is_told(
    transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    answer_received(transactions, people, partnership_id)
    with transactions.looking(people.manager) as reading:
        earned, planned, _ = (payment.id for payment in finding.list_payments(reading, partnership_id))

    with pytest.raises(Refused, match="reason"), transactions.begin(people.creator) as work:
        paying.move_payment(work, earned, PaymentAction.DISPUTE, "  ")
    with pytest.raises(NotAllowed), transactions.begin(people.creator) as work:
        paying.move_payment(work, planned, PaymentAction.WAIVE, "I do not want it")
    for actor, payment_id, action in (
        (people.creator, earned, PaymentAction.DISPUTE),
        (people.manager, earned, PaymentAction.SETTLE),
        (people.manager, earned, PaymentAction.DISPUTE),
        (people.manager, planned, PaymentAction.WAIVE),
    ):
        with transactions.begin(actor) as work:
            paying.move_payment(work, payment_id, action, "Half of it came")

    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(3)).all()
        told = [(mail.template, mail.recipient_id, mail.context["note"]) for mail in reversed(mails)]
    assert told == [
        ("disputed", people.manager.account_id, "Half of it came"),
        ("disputed_creator", people.creator.account_id, "Half of it came"),
        ("payment_waived", people.creator.account_id, "Half of it came"),
    ]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (EndReason.NOT_FOR_ME, ["waived", "waived", "waived"]),
        (EndReason.ADVERSE_REACTION, ["earned", "waived", "waived"]),
    ],
)
def test_an_early_end_settles_everything_and_a_reaction_is_paid(
    transactions: Transactions, people: People, reason: EndReason, expected: list[str]
) -> None:
    partnership_id = running(transactions, people)
    posted = approved(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, posted)

    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=reason)

    assert payment_states(transactions, people, partnership_id) == expected
    with transactions.looking(people.manager) as reading:
        states = [one.state for one in finding.list_of(reading, partnership_id)]
    assert states == [S.PUBLISHED_UNVERIFIED, *[S.WITHDRAWN] * 4]


def test_a_partnership_completes_with_the_last_thing_and_not_before(transactions: Transactions, people: People) -> None:
    partnership_id = running(transactions, people)
    with transactions.begin(people.manager) as work:
        for deliverable in finding.list_of(work, partnership_id)[1:]:
            dropping.waive(work, deliverable.id, "Not needed for this test")
    with transactions.begin(system(people)) as work:
        for check_in in work.session.scalars(select(CheckIn).where(CheckIn.partnership_id == partnership_id)):
            for action in (CheckInAction.OPEN, CheckInAction.MISS):
                was = check_in.move(action, Role.SYSTEM, work.now)
                work.session.flush()
                work.emit(check_in.moved(was, action))
    with transactions.begin(system(people)) as work:
        close_stages(work, partnership_id)
    before = partnership_state(transactions, people, partnership_id)
    with transactions.begin(people.manager) as work:
        dropping.waive(work, finding.list_of(work, partnership_id)[0].id, "The last one")

    assert (before, partnership_state(transactions, people, partnership_id)) == (
        PartnershipState.ACTIVE,
        PartnershipState.COMPLETED,
    )
    with transactions.looking(people.manager) as reading:
        moved = reading.session.scalars(
            select(HistoryEntry).where(HistoryEntry.name == "PartnershipMoved").order_by(HistoryEntry.id.desc())
        ).first()
        assert moved is not None
        assert moved.facts["action"] == PartnershipAction.COMPLETE
        assert not reading.session.scalars(
            select(Step.id).where(Step.partnership_id == partnership_id, Step.next_action_at.is_not(None))
        ).all()


def test_a_missed_check_in_does_not_keep_a_partnership_open_but_an_open_one_does(
    transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    with transactions.begin(people.manager) as work:
        for deliverable in finding.list_of(work, partnership_id):
            dropping.waive(work, deliverable.id, "Not needed for this test")
    with transactions.begin(system(people)) as work:
        close_stages(work, partnership_id)

    assert partnership_state(transactions, people, partnership_id) is PartnershipState.ACTIVE
    with transactions.looking(people.manager) as reading:
        open_ones = reading.session.scalars(select(CheckIn.id).where(CheckIn.state == CheckInState.SCHEDULED)).all()
        assert len(open_ones) == 8
        assert reading.session.scalars(select(Payment.id)).all()


def close_stages(work: Work, partnership_id: int) -> None:
    """Close every stage as the tick does, and tell it."""
    for stage in work.session.scalars(select(Stage).where(Stage.partnership_id == partnership_id)):
        stage.move(StageAction.CLOSE, Role.SYSTEM)
        work.session.flush()
        work.emit(
            StageMoved(
                key=f"stage:{stage.id}:closed",
                about=f"partnership:{partnership_id}",
                partnership_id=partnership_id,
                stage_id=stage.id,
                now=stage.state,
            )
        )


def partnership_state(transactions: Transactions, people: People, partnership_id: int) -> PartnershipState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Partnership, partnership_id).state


def test_sending_after_an_early_post_was_not_found_goes_on_as_usual(transactions: Transactions, people: People) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), FIRST)
    post(transactions, people.creator, deliverable_id)
    look(transactions, people, deliverable_id, found=False, note="Nothing there")

    send(transactions, people.creator, deliverable_id)

    assert state_of(transactions, people, deliverable_id) is S.SUBMITTED
