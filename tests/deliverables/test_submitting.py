"""Drafts: sent, replaced, taken back."""

import pytest
from sqlalchemy import func, select

from partnerships.core.clock import ManualClock
from partnerships.core.errors import IllegalTransition, NotFound, Refused
from partnerships.database.work import Transactions
from partnerships.deliverables import dropping, finding, submitting
from partnerships.deliverables.rules.deliverables import DeliverableAction, DeliverableState
from partnerships.deliverables.rules.revisions import fingerprint
from partnerships.deliverables.tables import Deliverable, Revision
from partnerships.plans import moving
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.check_ins.scenes import received, running
from tests.deliverables.scenes import approved, deliverable_called, post, review, send, state_of
from tests.stories import People, agree, draft

FIRST = "first-impression"
S, A = DeliverableState, DeliverableAction


@pytest.fixture
def deliverable_id(transactions: Transactions, people: People) -> int:
    return deliverable_called(transactions, people, running(transactions, people), FIRST)


def test_a_new_partnership_promises_what_the_template_says(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    with transactions.looking(people.manager) as reading:
        deliverables = finding.list_of(reading, partnership_id)
        payments = finding.list_payments(reading, partnership_id)
        assert [one.publish_step.key for one in deliverables] == [one.key for one in deliverables]
        assert [one.key for one in deliverables if one.draft_step is None] == ["live-answers"]
        assert [payment.percent for payment in payments] == [30, 40, 30]
        assert [payment.spec.key for payment in payments] == ["start", "middle", "final"]


def test_a_draft_becomes_an_immutable_version_bound_to_its_hash(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    files = [received(b"one"), received(b"two")]

    send(transactions, people.creator, deliverable_id, caption=" My first days\r\nwith it ", files=files)

    with transactions.looking(people.manager) as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        (revision,) = deliverable.revisions
        assert revision.caption == "My first days\nwith it"
        assert revision.sha256 == fingerprint(revision.caption, [file.sha256 for file in files])
        assert [media.file.key for media in revision.media] == [file.key for file in files]
        assert deliverable.draft_step is not None
        assert deliverable.draft_step.done_at == reading.now
        assert deliverable.waiting_since == reading.now
        assert deliverable.publish_step.done_at is None


def test_the_second_press_of_the_button_finds_the_first_ones_version(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    ids = {send(transactions, people.creator, deliverable_id, files=[received(b"same")]) for _ in range(2)}

    assert len(ids) == 1


def test_a_draft_is_replaced_until_the_review_begins_and_the_brands_clock_goes_on(
    transactions: Transactions, people: People, deliverable_id: int, clock: ManualClock
) -> None:
    send(transactions, people.creator, deliverable_id)
    sent_at = clock.now()
    clock.advance(days=1)

    send(transactions, people.creator, deliverable_id, caption="Better words", files=[])
    review(transactions, people, deliverable_id)

    with transactions.looking(people.manager) as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        first, second = deliverable.revisions
        assert (first.caption, second.caption) == ("My first days", "Better words")
        assert [one.file_id for one in first.media] == [one.file_id for one in second.media]
        assert deliverable.waiting_since == sent_at
    with pytest.raises(Refused, match="review has begun"):
        send(transactions, people.creator, deliverable_id, caption="Too late")


def test_a_draft_that_is_replaced_in_the_same_moment_is_a_move_of_its_own(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    for caption in ("One", "Two"):
        send(transactions, people.creator, deliverable_id, caption=caption)

    with transactions.looking(people.manager) as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        assert (len(deliverable.revisions), deliverable.version) == (2, 3)


def test_a_draft_without_a_file_or_with_a_refused_one_leaves_nothing(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    spoilt = Refused("The file is empty.", field="files")

    with pytest.raises(Refused, match="at least one") as refused:
        send(transactions, people.creator, deliverable_id, files=[])
    with pytest.raises(Refused, match="empty"), transactions.begin(people.creator) as work:
        submitting.submit(work, deliverable_id, caption="", note="", files=[], statement="s", spoilt=spoilt)

    assert refused.value.field == "files"
    assert state_of(transactions, people, deliverable_id) is S.PLANNED


def test_a_draft_that_is_taken_back_is_waited_for_again(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    send(transactions, people.creator, deliverable_id)

    with transactions.begin(people.creator) as work:
        deliverable = submitting.pull_back(work, deliverable_id)
        assert deliverable.draft_step is not None
        assert (deliverable.draft_step.done_at, deliverable.draft_step.next_action_at) == (None, work.now)
        assert deliverable.waiting_since is None
    with pytest.raises(IllegalTransition), transactions.begin(people.creator) as work:
        submitting.pull_back(work, deliverable_id)

    with transactions.looking(people.manager) as reading:
        assert reading.session.scalar(select(func.count(Revision.id))) == 1


@pytest.mark.parametrize("action", [A.REQUEST_CHANGES, A.REJECT])
def test_what_is_sent_back_is_waited_for_again_and_may_be_sent_again(
    transactions: Transactions, people: People, deliverable_id: int, action: DeliverableAction
) -> None:
    send(transactions, people.creator, deliverable_id)
    review(transactions, people, deliverable_id, action)

    with transactions.looking(people.manager) as reading:
        draft_step = reading.get(Deliverable, deliverable_id).draft_step
        assert draft_step is not None
        assert draft_step.done_at is None
    send(transactions, people.creator, deliverable_id, caption="Second version")

    assert state_of(transactions, people, deliverable_id) is S.SUBMITTED


def test_before_the_product_arrived_and_while_everything_is_paused_no_draft_is_taken(
    transactions: Transactions, people: People
) -> None:
    early = deliverable_called(transactions, people, agree(transactions, people), FIRST)
    partnership_id = running(transactions, people)
    paused = deliverable_called(transactions, people, partnership_id, FIRST)
    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.HOLD, note="A pause")

    with pytest.raises(Refused, match="begins when"):
        send(transactions, people.creator, early)
    with pytest.raises(Refused, match="paused"):
        send(transactions, people.creator, paused)


def test_a_live_session_has_no_draft(transactions: Transactions, people: People) -> None:
    live = deliverable_called(transactions, people, running(transactions, people), "live-answers")

    with pytest.raises(Refused, match="link to your post"):
        send(transactions, people.creator, live)


@pytest.mark.parametrize("who", ["other_creator", "stranger", "stranger_creator"])
def test_somebody_elses_deliverable_looks_like_one_that_is_not_there(
    transactions: Transactions, people: People, deliverable_id: int, who: str
) -> None:
    for key in (deliverable_id, 987654):
        with pytest.raises(NotFound, match="nothing here"):
            send(transactions, getattr(people, who), key)
        with pytest.raises(NotFound, match="nothing here"), transactions.looking(getattr(people, who)) as reading:
            finding.get_whole(reading, key)


def test_waiving_revoking_and_taking_down_need_a_reason_and_tell_it(transactions: Transactions, people: People) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    waived = deliverable_called(transactions, people, partnership_id, "two-weeks-in")

    for settle in (dropping.waive, dropping.revoke, dropping.take_down):
        with pytest.raises(Refused, match="reason"), transactions.begin(people.manager) as work:
            settle(work, deliverable_id, "  ")
    with transactions.begin(people.manager) as work:
        assert dropping.waive(work, waived, "Out of stock").draft_step.done_at == work.now  # type: ignore[union-attr] # it has one
        revoked = dropping.revoke(work, deliverable_id, "A claim slipped through")
        assert revoked.state is S.CHANGES_REQUESTED

    with transactions.looking(people.creator) as reading:
        assert finding.find_last_words(reading, revoked) == "A claim slipped through"


def test_an_approval_is_not_revoked_once_the_post_is_public(transactions: Transactions, people: People) -> None:
    deliverable_id = approved(transactions, people, running(transactions, people), FIRST)
    post(transactions, people.creator, deliverable_id)

    with pytest.raises(IllegalTransition), transactions.begin(people.manager) as work:
        dropping.revoke(work, deliverable_id, "Too late")
    with transactions.begin(people.manager) as work:
        taken_down = dropping.take_down(work, deliverable_id, "Deleted by mistake")

    assert taken_down.state is S.TAKEN_DOWN
