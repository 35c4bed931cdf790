"""What is promised and not posted: clips are handed over, tasks are settled, some posts are left to choice."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from partnerships.authenticity import gathering
from partnerships.core.clock import ManualClock
from partnerships.core.errors import IllegalTransition, Refused
from partnerships.database.work import Transactions
from partnerships.deliverables import dropping, fulfilling, publishing
from partnerships.deliverables.finding import list_payments
from partnerships.deliverables.rules.deliverables import ACTIONS, DeliverableAction, DeliverableState
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import OutboxMail
from partnerships.plans import receiving, sending
from partnerships.plans.rules.courses import DAY_LABELS, Course
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Partnership, PlanVersion
from partnerships.reminders import watching
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
from tests.stories import People, agree, draft, move, ship, start

S = DeliverableState
TODAY = date(2026, 1, 5)
Enter = Callable[[str], int]


@pytest.fixture
def enter(transactions: Transactions, people: People) -> Enter:
    """Return a function that starts a partnership of a template today: the parcel has come."""
    return lambda key: start(transactions, people, TODAY, template_key=key)


def test_every_course_has_its_actions_and_a_word_for_its_day() -> None:
    assert set(ACTIONS) == set(DAY_LABELS) == set(Course)
    assert set().union(*ACTIONS.values()) == set(DeliverableAction)


def test_clips_are_handed_over_with_their_approval_and_earn_their_share(
    transactions: Transactions, people: People, enter: Enter
) -> None:
    partnership_id = enter("ugc-license")

    clips = approved(transactions, people, partnership_id, "raw-clips")

    assert state_of(transactions, people, clips) is S.DONE
    assert payment_states(transactions, people, partnership_id) == ["earned", "planned", "planned"]
    with transactions.looking(people.manager) as reading:
        told = set(
            reading.session.scalars(select(OutboxMail.template).where(OutboxMail.about == f"deliverable:{clips}"))
        )
        versions = reading.session.scalars(select(PlanVersion.reason)).all()
        step = reading.get(Deliverable, clips).publish_step
    assert told == {"submitted", "clips_approved"}
    assert "approved_late" not in versions
    assert step.done_at is not None


@pytest.mark.parametrize("key", ["raw-clips", "take-down-proof"])
def test_what_is_not_posted_takes_no_link(
    key: str, transactions: Transactions, people: People, enter: Enter, sign_in: SignIn
) -> None:
    deliverable_id = deliverable_called(transactions, people, enter("ugc-license"), key)

    with pytest.raises(Refused, match="Nothing of this is posted"), transactions.begin(people.creator) as work:
        publishing.add_post(work, deliverable_id, url="https://www.tiktok.com/@dewi/video/1", label_on=True)

    page = sign_in(people.creator).get(f"/me/deliverables/{deliverable_id}/post").text
    assert 'name="url"' not in page


def test_a_task_takes_no_draft_and_is_not_begun_by_the_clock(
    transactions: Transactions, people: People, enter: Enter, clock: ManualClock
) -> None:
    task = deliverable_called(transactions, people, enter("ugc-license"), "take-down-proof")

    with pytest.raises(Refused, match="Nothing is sent here"):
        send(transactions, people.creator, task)

    clock.advance(days=120)
    watching.tick(transactions)
    assert state_of(transactions, people, task) is S.PLANNED


@pytest.mark.parametrize("who", ["manager", "creator"])
def test_a_task_is_settled_with_a_word_by_either_side_and_the_other_is_told(
    who: str, transactions: Transactions, people: People, enter: Enter
) -> None:
    partnership_id = enter("ugc-license")
    task = deliverable_called(transactions, people, partnership_id, "take-down-proof")

    with transactions.begin(getattr(people, who)) as work:
        fulfilling.fulfil(work, task, "Last ad on 12 May, screenshots sent.")

    assert state_of(transactions, people, task) is S.DONE
    assert payment_states(transactions, people, partnership_id) == ["planned", "planned", "earned"]
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).where(OutboxMail.about == f"deliverable:{task}")).all()
    other = people.creator if who == "manager" else people.manager
    assert [mail.recipient_id for mail in mails] == [other.account_id]
    assert mails[0].context["note"] == "Last ad on 12 May, screenshots sent."


def test_a_task_needs_a_word_and_its_check_ins(transactions: Transactions, people: People, enter: Enter) -> None:
    partnership_id = enter("ugc-license")
    gated, free = (deliverable_called(transactions, people, partnership_id, key) for key in GATED_AND_FREE)

    with pytest.raises(Refused, match="0 of the 2 check-ins"), transactions.begin(people.manager) as work:
        fulfilling.fulfil(work, gated, "Renewed for 60 days.")
    with pytest.raises(Refused, match="in a few words"), transactions.begin(people.manager) as work:
        fulfilling.fulfil(work, free, "  ")
    with transactions.begin(people.manager) as work:
        fulfilling.fulfil(work, free, "Done.")
    with pytest.raises(IllegalTransition), transactions.begin(people.manager) as work:
        fulfilling.fulfil(work, free, "Done twice.")


GATED_AND_FREE = ("spark-renewal", "take-down-proof")


def test_the_manager_is_reminded_of_a_task_and_nobody_of_an_optional_post(
    transactions: Transactions, people: People, enter: Enter, clock: ManualClock
) -> None:
    partnership_id = enter("seed-ambassador")
    task, optional = (
        deliverable_called(transactions, people, partnership_id, key) for key in ("rights-request", "organic-post")
    )

    for day in (41, 48, 51, 55):
        clock.set(clock.now().replace(hour=9) + (TODAY + timedelta(days=day) - clock.now().date()))
        watching.tick(transactions)

    with transactions.looking(people.manager) as reading:
        rows = reading.session.scalars(select(OutboxMail).where(OutboxMail.about == f"deliverable:{task}")).all()
        told = [(mail.template, mail.recipient_id, mail.context["rung"]) for mail in rows]
        of_optional = reading.session.scalars(
            select(OutboxMail.template).where(OutboxMail.about == f"deliverable:{optional}")
        ).all()
    assert told == [
        ("task", people.manager.account_id, "due"),
        ("overdue", people.manager.account_id, "manager"),
        ("at_risk", people.owner.account_id, "owner"),
    ]
    assert of_optional == []
    assert state_of(transactions, people, optional) is S.WAIVED  # its stage is over, and nobody is to blame


def test_an_optional_post_may_be_given_and_is_checked_like_any_other(
    transactions: Transactions, people: People, enter: Enter
) -> None:
    optional = deliverable_called(transactions, people, enter("seed-ambassador"), "organic-post")

    post(transactions, people.creator, optional)

    assert state_of(transactions, people, optional) is S.PUBLISHED_UNVERIFIED


def test_a_seeding_is_paid_only_when_rights_are_given(transactions: Transactions, people: People, enter: Enter) -> None:
    partnership_id = enter("seed-ambassador")
    task = deliverable_called(transactions, people, partnership_id, "rights-request")
    assert payment_states(transactions, people, partnership_id) == ["planned"]

    with transactions.begin(people.manager) as work:
        dropping.waive(work, task, "No asset was chosen.")

    assert payment_states(transactions, people, partnership_id) == ["planned"]


def test_a_feast_is_paid_by_the_parcel_by_a_closed_stage_and_by_a_post(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people, anchor_on=TODAY + timedelta(days=56), template_key="ramadan")
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    with transactions.begin(people.manager) as work:
        sending.send(work, partnership_id, sent_on=TODAY)
    assert payment_states(transactions, people, partnership_id) == ["planned"] * 3

    with transactions.begin(people.creator) as work:
        receiving.receive_refill(work, partnership_id, TODAY)

    assert payment_states(transactions, people, partnership_id) == ["earned", "planned", "planned"]
    clock.advance(days=48)
    watching.tick(transactions)
    with transactions.looking(people.manager) as reading:
        states = [payment.state for payment in list_payments(reading, partnership_id)]
        assert reading.get(Partnership, partnership_id).anchor_on == TODAY + timedelta(days=56)
    assert states == [PaymentState.EARNED, PaymentState.EARNED, PaymentState.PLANNED]


def test_the_pages_speak_of_a_task_as_one(
    transactions: Transactions, people: People, enter: Enter, sign_in: SignIn
) -> None:
    partnership_id = enter("ugc-license")
    task = deliverable_called(transactions, people, partnership_id, "take-down-proof")
    manager, creator = sign_in(people.manager), sign_in(people.creator)
    for person in (manager, creator):
        person.post("/language", data={"locale": "en"})

    assert "Task: Proof that all paid use has stopped" in manager.get(f"/partnerships/{partnership_id}").text
    shown = manager.get(f"/deliverables/{task}").text
    assert "Mark as done" in shown
    assert "Add live link" not in shown
    assert "Nothing has to be posted." in creator.get(f"/me/deliverables/{task}").text
    missing = creator.post(f"/me/deliverables/{task}", data={"act": "task", "note": ""})
    assert (missing.status_code, "in a few words" in missing.text) == (422, True)
    creator.post(f"/me/deliverables/{task}", data={"act": "task", "note": "All ads are off."})
    assert "All ads are off." in creator.get(f"/me/deliverables/{task}").text
    assert "All ads are off." in manager.get(f"/deliverables/{task}").text


def test_a_manager_settles_a_task_on_its_page(
    transactions: Transactions, people: People, enter: Enter, sign_in: SignIn
) -> None:
    task = deliverable_called(transactions, people, enter("ugc-license"), "take-down-proof")

    answer = sign_in(people.manager).post(f"/deliverables/{task}/fulfil", data={"reason": "All ads are off."})

    assert answer.status_code == 303
    assert state_of(transactions, people, task) is S.DONE


def test_clips_are_reviewed_without_a_word_of_posting(
    transactions: Transactions, people: People, enter: Enter, sign_in: SignIn
) -> None:
    clips = deliverable_called(transactions, people, enter("ugc-license"), "raw-clips")
    creator, reviewer = sign_in(people.creator), sign_in(people.reviewer)
    for person in (creator, reviewer):
        person.post("/language", data={"locale": "en"})
    assert "I have posted it already" not in creator.get(f"/me/deliverables/{clips}").text

    send(transactions, people.creator, clips)

    assert "You need not post these clips." in creator.get(f"/me/deliverables/{clips}").text
    review(transactions, people, clips)
    assert reviewer.get(f"/review/{clips}").status_code == 200


def test_today_lists_a_task_for_the_team_and_not_for_the_creator(
    transactions: Transactions, people: People, enter: Enter, sign_in: SignIn, clock: ManualClock
) -> None:
    enter("seed-ambassador")
    clock.advance(days=46)
    manager, creator = sign_in(people.manager), sign_in(people.creator)
    for person in (manager, creator):
        person.post("/language", data={"locale": "en"})

    assert "Task: Rights request for the chosen assets" in manager.get("/").text
    mine = creator.get("/me").text
    assert "Rights request" not in mine
    assert "Any post of your own" not in mine


def test_an_invitation_counts_what_is_asked_and_says_when_it_starts(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    contexts, pages = [], []
    creator = sign_in(people.creator)
    creator.post("/language", data={"locale": "en"})
    for key in ("ugc-license", "seed-ambassador", "ramadan"):
        partnership_id = draft(transactions, people, anchor_on=TODAY + timedelta(days=60), template_key=key)
        move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
        pages.append(creator.get(f"/me/invitations/{partnership_id}").text)
        with transactions.looking(people.manager) as reading:
            newest = select(OutboxMail.context).where(OutboxMail.about == f"partnership:{partnership_id}")
            contexts.append(reading.session.scalars(newest).one())

    assert [context["deliverables"] for context in contexts] == [2, 0, 4]
    assert contexts[2]["starts_on"] == (TODAY + timedelta(days=4)).isoformat()
    assert "2 pieces" in pages[0]
    assert "nothing has to be posted" in pages[1]
    assert re.search(r"Any post of your own, link registered <span[^>]*>\(optional\)<", pages[1])


def test_an_invitation_asks_no_more_for_content_that_is_done_without(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    creator = sign_in(people.creator)
    creator.post("/language", data={"locale": "en"})
    partnership_id = draft(transactions, people)
    address, gone = f"/me/invitations/{partnership_id}", "TikTok/Reel: two weeks in"

    def without(key: str) -> None:
        content = deliverable_called(transactions, people, partnership_id, key)
        with transactions.begin(people.manager) as work:
            dropping.waive(work, content, "Agreed on the phone")

    without("live-answers")
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    invited = creator.get(address).text
    with transactions.looking(people.manager) as reading:
        context = reading.session.scalars(select(OutboxMail.context)).one()
    without("two-weeks-in")
    without("six-weeks-in")
    page = creator.get(address).text

    assert "4 pieces" in invited
    assert gone in invited
    assert (context["deliverables"], context["check_ins"]) == (4, 8)
    assert "Ask Rina when it is paid instead." not in invited
    assert "2 pieces" in page
    assert gone not in page
    paid_for = page.partition("When you are paid")[2].partition("</ul>")[0].split("<li>")
    assert ["Ask Rina when it is paid instead." in line for line in paid_for[1:]] == [False, True, False]


def test_an_invitation_asks_for_nothing_that_was_over_before_it_was_planned(
    transactions: Transactions, people: People, sign_in: SignIn, clock: ManualClock
) -> None:
    clock.advance(days=74)
    creator = sign_in(people.creator)
    creator.post("/language", data={"locale": "en"})
    partnership_id = draft(transactions, people, anchor_on=clock.now().date() - timedelta(days=53))
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    page = creator.get(f"/me/invitations/{partnership_id}").text
    with transactions.looking(people.manager) as reading:
        context = reading.session.scalars(select(OutboxMail.context)).one()

    assert (context["check_ins"], context["deliverables"]) == (3, 3)
    assert "3, two minutes each" in page
    assert "3 pieces" in page
    dates, _, promised = page.partition("What you agree to")
    assert "TikTok/Reel: two weeks in" not in promised
    lines = [line for line in dates.split("<li>") if "TikTok/Reel: two weeks in" in line]
    assert ["Before Sahabat" in line for line in lines] == [True, True]
    assert "Ask Rina when it is paid instead." not in page


def test_an_optional_post_that_was_not_found_lapses_when_its_stage_is_over(
    transactions: Transactions, people: People, enter: Enter, clock: ManualClock
) -> None:
    optional = deliverable_called(transactions, people, enter("seed-ambassador"), "organic-post")
    clock.advance(days=41)
    post(transactions, people.creator, optional)
    clock.advance(days=2)
    watching.tick(transactions)

    look(transactions, people, optional, found=False, note="It leads nowhere.")

    assert state_of(transactions, people, optional) is S.WAIVED


def test_a_feast_planned_late_leaves_out_what_is_past_and_pays_for_no_stage_that_was_over(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people, anchor_on=TODAY + timedelta(days=5), template_key="ramadan")
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    watching.tick(transactions)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        stages = [stage.state.value for stage in partnership.stages]
        reminders = reading.session.scalars(select(OutboxMail).where(OutboxMail.kind == "reminder")).all()
        content = reading.session.scalars(select(Deliverable.state).order_by(Deliverable.number)).all()
    assert stages == ["closed", "closed", "closed", "open", "upcoming", "upcoming"]
    assert content == [S.WITHDRAWN, S.WITHDRAWN, S.WITHDRAWN, S.PLANNED]
    assert reminders == []
    assert payment_states(transactions, people, partnership_id) == ["planned"] * 3
    clock.advance(days=27)
    watching.tick(transactions)
    with transactions.looking(people.manager) as reading:
        assert [stage.state.value for stage in reading.get(Partnership, partnership_id).stages] == ["closed"] * 6


def test_a_review_knows_the_day_of_a_parcel_that_no_date_counts_from(
    transactions: Transactions, people: People
) -> None:
    partnership_id = agree(transactions, people, template_key="ambassador-6m")
    ship(transactions, people.manager, partnership_id)
    content = deliverable_called(transactions, people, partnership_id, "month-1")
    send(transactions, people.creator, content)
    review(transactions, people, content)
    with transactions.looking(people.reviewer) as reading:
        before = gathering.lay_out(reading, content).received_on

    with transactions.begin(people.creator) as work:
        receiving.receive_refill(work, partnership_id, TODAY)

    with transactions.looking(people.reviewer) as reading:
        after = gathering.lay_out(reading, content).received_on
    assert (before, after) == (None, TODAY)


def test_a_feast_is_named_beside_the_day_on_which_its_plan_starts(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    partnership_id = draft(transactions, people, anchor_on=date(2026, 3, 20), template_key="ramadan")
    manager = sign_in(people.manager)
    manager.post("/language", data={"locale": "en"})

    page = manager.get(f"/partnerships/{partnership_id}").text

    assert "Fri, 23 Jan 2026, counted from the feast on Fri, 20 Mar 2026" in page
