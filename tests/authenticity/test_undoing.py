"""A decision can be taken back for ten seconds: nobody hears of it, everything stands as before, nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from partnerships.authenticity import undoing
from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.tables import Review
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables import publishing, submitting
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.requests import Wish
from partnerships.deliverables.tables import ChangeRequest, Deliverable
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans.rules.proposals import UNDO_FOR
from partnerships.plans.tables import PlanVersion
from tests.authenticity.stories import Sent, decide, film, rate_blind, send
from tests.conftest import SignIn
from tests.deliverables.scenes import POST_URL, state_of
from tests.stories import USED, People

LATE = timedelta(days=60)  # so late that a decision moves the days
WISHES = [Wish("Show the label", "medium-1", "0:12"), Wish("Say it in your own words")]
OF_DECISIONS = ["approved", "changes", "rejected", "plan_moved"]
PAPERS: dict[Outcome, dict[str, Any]] = {
    Outcome.APPROVED: {},
    Outcome.CHANGES_REQUESTED: {"wishes": WISHES},
    Outcome.REJECTED: {"blockers": {"B2": "0:12"}},
}


@pytest.fixture
def sent(transactions: Transactions, people: People, clock: ManualClock) -> Sent:
    waiting = send(transactions, people, answered=2)
    clock.set(clock.now() + LATE)
    return waiting


def standing(transactions: Transactions, people: People, sent: Sent) -> dict[str, Any]:
    """Return all that a decision changes."""
    with transactions.looking(people.reviewer) as reading:
        deliverable = reading.get(Deliverable, sent.deliverable_id)
        steps = [deliverable.draft_step, deliverable.publish_step]
        return {
            "state": deliverable.state,
            "waits": deliverable.waiting_since,
            "moved": deliverable.moved_at,
            "days": [(step.due_on, step.rung, step.done_at) for step in steps if step],
            "asked": len(ChangeRequest.list_of(reading, sent.deliverable_id)),
            "version": PlanVersion.dates_at(reading, sent.partnership_id, reading.now),
        }


def waiting_mails(transactions: Transactions, people: People) -> list[str]:
    with transactions.looking(people.manager) as reading:
        rows = reading.session.scalars(
            select(OutboxMail).where(OutboxMail.template.in_(OF_DECISIONS), OutboxMail.state == MailState.QUEUED)
        )
        return [row.template for row in rows]


def undo(transactions: Transactions, people: People, review_id: int) -> None:
    with transactions.begin(people.reviewer) as work:
        undoing.undo(work, review_id)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_for_ten_seconds_a_decision_can_be_taken_back_and_everything_stands_as_before(
    transactions: Transactions, people: People, sent: Sent, clock: ManualClock, outcome: Outcome
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    before = standing(transactions, people, sent)
    decide(transactions, people.reviewer, review_id, outcome, **PAPERS[outcome])
    after, queued = standing(transactions, people, sent), waiting_mails(transactions, people)
    clock.set(clock.now() + UNDO_FOR)

    undo(transactions, people, review_id)
    undo(transactions, people, review_id)  # pressed twice

    assert after["state"] is not before["state"]
    assert after["days"] != before["days"]
    assert queued
    assert standing(transactions, people, sent) == before
    assert waiting_mails(transactions, people) == []


def test_both_decisions_and_what_came_between_stay_in_the_history(
    transactions: Transactions, people: People, sent: Sent, clock: ManualClock
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED, wishes=WISHES)
    undo(transactions, people, review_id)
    clock.advance(minutes=1)
    decide(transactions, people.reviewer, review_id)

    with transactions.looking(people.manager) as reading:
        names = ["RevisionDecided", "DecisionTakenBack"]
        told = reading.session.scalars(
            select(HistoryEntry).where(HistoryEntry.name.in_(names)).order_by(HistoryEntry.id)
        ).all()
        assert [(one.name, one.facts["outcome"]) for one in told] == [
            ("RevisionDecided", "changes_requested"),
            ("DecisionTakenBack", "changes_requested"),
            ("RevisionDecided", "approved"),
        ]
        assert told[1].facts["levels"]["C1"] == 3
        review = reading.get(Review, review_id)
        assert review.outcome is Outcome.APPROVED
        assert len(review.levels(blind=False)) == 7
        assert ChangeRequest.list_of(reading, sent.deliverable_id) == []
    assert state_of(transactions, people, sent.deliverable_id) is DeliverableState.APPROVED
    assert waiting_mails(transactions, people).count("approved") == 1


def test_the_creator_never_reads_of_a_decision_that_was_taken_back(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent, clock: ManualClock
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    clock.advance(minutes=1)
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED, message="Kata yang ditarik")
    undo(transactions, people, review_id)
    clock.advance(minutes=1)
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED, message="Kata yang berlaku")

    own = sign_in(people.creator).get(f"/me/partnerships/{sent.partnership_id}/history").text
    team = sign_in(people.manager).get(f"/partnerships/{sent.partnership_id}/history").text

    assert "Kata yang berlaku" in own
    assert "Kata yang ditarik" not in own
    assert "Kata yang ditarik" in team


def test_the_mail_goes_after_ten_seconds_and_then_nothing_is_taken_back(
    transactions: Transactions, people: People, sent: Sent, clock: ManualClock
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id)
    with transactions.looking(people.manager) as reading:
        (mail,) = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "approved"))
        assert mail.send_after == reading.now + UNDO_FOR
    clock.set(clock.now() + UNDO_FOR + timedelta(seconds=1))

    with pytest.raises(Refused, match="too late"):
        undo(transactions, people, review_id)

    assert state_of(transactions, people, sent.deliverable_id) is DeliverableState.APPROVED


def test_what_is_being_sent_already_is_not_taken_back(
    transactions: Transactions, people: People, sent: Sent, clock: ManualClock
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id)
    with transactions.begin(people.manager) as work:
        (mail,) = work.session.scalars(select(OutboxMail).where(OutboxMail.template == "approved"))
        mail.lease("somebody", clock.now())

    with pytest.raises(Refused, match="the creator is being told"):
        undo(transactions, people, review_id)

    assert state_of(transactions, people, sent.deliverable_id) is DeliverableState.APPROVED


def test_what_the_creator_has_acted_on_is_not_taken_back(
    transactions: Transactions, people: People, sent: Sent
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id)
    with transactions.begin(people.creator) as work:
        publishing.add_post(work, sent.deliverable_id, url=POST_URL, label_on=True)

    with pytest.raises(Refused, match="Something has happened since"):
        undo(transactions, people, review_id)


def test_what_the_creator_has_sent_anew_is_not_taken_back(
    transactions: Transactions, people: People, sent: Sent
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED)
    with transactions.begin(people.creator) as work:
        submitting.submit(
            work,
            sent.deliverable_id,
            caption="Anew",
            note="",
            files=[film("two")],
            statement="draft-1",
            attestation=USED,
        )

    with pytest.raises(Refused, match="Something has happened since"):
        undo(transactions, people, review_id)


def test_nobody_takes_back_what_somebody_else_decided_or_what_is_not_decided(
    transactions: Transactions, people: People, sent: Sent
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    with pytest.raises(Refused, match="too late"):
        undo(transactions, people, review_id)
    decide(transactions, people.reviewer, review_id)

    with transactions.begin(people.owner) as work, pytest.raises(NotFound):
        undoing.undo(work, review_id)


@pytest.mark.parametrize("locale", ["id", "en"])
def test_the_banner_takes_it_back_and_what_was_filled_in_is_there(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent, locale: str
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    reviewer = sign_in(people.reviewer)
    with reviewer.session_transaction() as session:
        session["locale"] = locale
    levels = {f"C{number}": "3" for number in range(1, 8)}
    row = {"change-4-what": "Lebih dekat", "change-4-where": "medium-1", "change-4-exactly": "0:12"}
    typed = {"step": "decide", "review_id": review_id, "outcome": "changes_requested", "message": "Halo Dewi"}
    more = {"reasons": "agreed_part_missing", "C2-note": "Di detik ketiga"}

    decided = reviewer.post(
        f"/review/{sent.deliverable_id}", data={**typed, **levels, **more, **row}, follow_redirects=True
    )
    back = reviewer.post(f"/review/decisions/{review_id}/undo", follow_redirects=True)

    assert f'action="/review/decisions/{review_id}/undo"' in decided.text
    assert "Lebih dekat" in back.text
    assert 'value="0:12"' in back.text
    assert "Halo Dewi" in back.text
    assert "Di detik ketiga" in back.text
    assert 'name="C2" value="3" checked' in back.text
    assert 'value="agreed_part_missing" checked' in back.text
    assert state_of(transactions, people, sent.deliverable_id) is DeliverableState.IN_REVIEW
