"""The lives of deliverables and payments, state by state, action by action, role by role."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.actor import Role
from partnerships.core.errors import IllegalTransition, NotAllowed, Refused
from partnerships.deliverables.rules.deliverables import (
    BRAND_OWES,
    DELIVERABLE,
    DRAFT_OWED,
    MARKS,
    SETTLED,
    SHUT,
    STATE_LABELS,
    SUBMITTABLE,
    UNPOSTED,
    DeliverableAction,
    DeliverableState,
    Door,
    door,
)
from partnerships.deliverables.rules.gates import Evidence
from partnerships.deliverables.rules.payments import (
    PAYMENT,
    PaymentAction,
    PaymentState,
    covering,
    pay_by,
    released,
)
from partnerships.deliverables.rules.revisions import check_draft, fingerprint
from partnerships.deliverables.rules.stages import current_stage
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Fact, load

S, A, R = DeliverableState, DeliverableAction, Role
STAFF, MANAGING = {R.OWNER, R.MANAGER, R.REVIEWER}, {R.OWNER, R.MANAGER}
UNPOSTED_STATES = [S.PLANNED, S.DRAFTING, S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED]
POSTED_STATES = [S.PUBLISHED_UNVERIFIED, S.LIVE_VERIFIED, S.KEEPING_LIVE]
EXPECTED: dict[tuple[DeliverableState, DeliverableAction], tuple[DeliverableState, set[Role]]] = {
    (S.PLANNED, A.BEGIN): (S.DRAFTING, {R.SYSTEM}),
    (S.PLANNED, A.SUBMIT): (S.SUBMITTED, {R.CREATOR}),
    (S.DRAFTING, A.SUBMIT): (S.SUBMITTED, {R.CREATOR}),
    (S.SUBMITTED, A.SUBMIT): (S.SUBMITTED, {R.CREATOR}),
    (S.CHANGES_REQUESTED, A.SUBMIT): (S.SUBMITTED, {R.CREATOR}),
    (S.SUBMITTED, A.PULL_BACK): (S.DRAFTING, {R.CREATOR}),
    (S.DRAFTING, A.APPEAL): (S.IN_REVIEW, {R.CREATOR}),
    (S.CHANGES_REQUESTED, A.APPEAL): (S.IN_REVIEW, {R.CREATOR}),
    (S.SUBMITTED, A.START_REVIEW): (S.IN_REVIEW, STAFF),
    (S.IN_REVIEW, A.REQUEST_CHANGES): (S.CHANGES_REQUESTED, STAFF),
    (S.IN_REVIEW, A.REJECT): (S.DRAFTING, STAFF),
    (S.IN_REVIEW, A.APPROVE): (S.APPROVED, STAFF),
    (S.APPROVED, A.REVOKE_APPROVAL): (S.CHANGES_REQUESTED, MANAGING),
    (S.APPROVED, A.UNDO_DECISION): (S.IN_REVIEW, STAFF),
    (S.CHANGES_REQUESTED, A.UNDO_DECISION): (S.IN_REVIEW, STAFF),
    (S.DRAFTING, A.UNDO_DECISION): (S.IN_REVIEW, STAFF),
    (S.PUBLISHED_UNVERIFIED, A.MISS_POST): (S.APPROVED, STAFF),
    (S.PUBLISHED_UNVERIFIED, A.MISS_EARLY_POST): (S.DRAFTING, STAFF),
    (S.PUBLISHED_UNVERIFIED, A.MISS_SESSION): (S.PLANNED, STAFF),
    (S.PUBLISHED_UNVERIFIED, A.VERIFY): (S.LIVE_VERIFIED, STAFF),
    (S.LIVE_VERIFIED, A.KEEP_LIVE): (S.KEEPING_LIVE, STAFF | {R.SYSTEM}),
    (S.KEEPING_LIVE, A.FINISH): (S.DONE, {R.SYSTEM}),
    (S.APPROVED, A.HAND_OVER): (S.DONE, {R.SYSTEM}),
    (S.PLANNED, A.FULFIL): (S.DONE, MANAGING | {R.CREATOR}),
    **{(state, A.PUBLISH): (S.PUBLISHED_UNVERIFIED, MANAGING | {R.CREATOR}) for state in UNPOSTED_STATES},
    **{(state, A.WITHDRAW): (S.WITHDRAWN, MANAGING | {R.CREATOR, R.SYSTEM}) for state in UNPOSTED_STATES},
    **{(state, A.WAIVE): (S.WAIVED, MANAGING | {R.SYSTEM}) for state in UNPOSTED_STATES},
    (S.WAIVED, A.RESTORE): (S.PLANNED, {R.SYSTEM}),
    **{(state, A.TAKE_DOWN): (S.TAKEN_DOWN, STAFF | {R.CREATOR}) for state in POSTED_STATES},
}
P, PA = PaymentState, PaymentAction
PAYMENTS: dict[tuple[PaymentState, PaymentAction], tuple[PaymentState, set[Role]]] = {
    (P.PLANNED, PA.EARN): (P.EARNED, set(R)),
    (P.PLANNED, PA.WAIVE): (P.WAIVED, MANAGING | {R.SYSTEM, R.CREATOR}),
    (P.EARNED, PA.APPROVE): (P.APPROVED, MANAGING),
    (P.APPROVED, PA.PAY): (P.PAID, MANAGING),
    (P.DISPUTED, PA.PAY): (P.PAID, MANAGING),
    **{(state, PA.DISPUTE): (P.DISPUTED, MANAGING | {R.CREATOR}) for state in (P.EARNED, P.APPROVED, P.PAID)},
    (P.DISPUTED, PA.SETTLE): (P.APPROVED, MANAGING),
}
TEMPLATE = load("usage-3m")


@pytest.mark.parametrize(("state", "action", "role"), list(product(S, A, R)))
def test_every_state_action_and_role_of_a_deliverable_does_what_the_design_says(
    state: DeliverableState, action: DeliverableAction, role: Role
) -> None:
    target, roles = EXPECTED.get((state, action), (None, set()))

    if target is None:
        with pytest.raises(IllegalTransition):
            DELIVERABLE.advance(state, action, role)
    elif role not in roles:
        with pytest.raises(NotAllowed):
            DELIVERABLE.advance(state, action, role)
    else:
        assert DELIVERABLE.advance(state, action, role) is target


@pytest.mark.parametrize(("state", "action", "role"), list(product(P, PA, R)))
def test_every_state_action_and_role_of_a_payment_does_what_the_design_says(
    state: PaymentState, action: PaymentAction, role: Role
) -> None:
    target, roles = PAYMENTS.get((state, action), (None, set()))

    if target is None:
        with pytest.raises(IllegalTransition):
            PAYMENT.advance(state, action, role)
    elif role not in roles:
        with pytest.raises(NotAllowed):
            PAYMENT.advance(state, action, role)
    else:
        assert PAYMENT.advance(state, action, role) is target


def test_the_groups_of_states_fit_together() -> None:
    assert set(UNPOSTED) == set(UNPOSTED_STATES)
    assert set(UNPOSTED) | set(POSTED_STATES) | set(SETTLED) == set(S)
    assert set(SUBMITTABLE) == set(DRAFT_OWED) | {S.SUBMITTED}
    assert not BRAND_OWES & DRAFT_OWED
    assert set(STATE_LABELS) == set(MARKS) == set(S)


@pytest.mark.parametrize(("state", "has_draft", "is_over"), list(product(S, (True, False), (True, False))))
def test_a_running_partnership_asks_for_a_draft_or_a_link_and_an_ended_one_for_nothing(
    state: DeliverableState,
    has_draft: bool,  # noqa: FBT001 - a case of the table
    is_over: bool,  # noqa: FBT001
) -> None:
    met = door(state, has_draft=has_draft, is_running=not is_over, is_held=False, is_over=is_over)

    asks_for_draft = state in DRAFT_OWED and has_draft and not is_over
    asks_for_link = (state is S.APPROVED or (state in DRAFT_OWED and not has_draft)) and not is_over
    assert (met is Door.DRAFT, met is Door.POST) == (asks_for_draft, asks_for_link)
    assert met in SHUT or met in {Door.DRAFT, Door.SENT}


def test_before_the_start_and_while_paused_nothing_is_awaited() -> None:
    before = door(S.PLANNED, has_draft=True, is_running=False, is_held=False, is_over=False)
    paused = door(S.APPROVED, has_draft=True, is_running=False, is_held=True, is_over=False)

    assert (before, paused) == (Door.NOT_YET, Door.PAUSED)


def test_a_draft_needs_a_file_and_texts_of_a_bearable_length() -> None:
    check_draft("x" * 5000, "x" * 2000, 10)

    for field, arguments in (
        ("files", ("", "", 0)),
        ("files", ("", "", 11)),
        ("caption", ("x" * 5001, "", 1)),
        ("note", ("", "x" * 2001, 1)),
    ):
        with pytest.raises(Refused) as refused:
            check_draft(*arguments)
        assert refused.value.field == field


@given(st.text(), st.lists(st.text()), st.text(), st.lists(st.text()))
def test_two_versions_have_the_same_fingerprint_only_when_they_are_the_same(
    caption: str, hashes: list[str], other_caption: str, other_hashes: list[str]
) -> None:
    is_same = (caption, hashes) == (other_caption, other_hashes)

    assert (fingerprint(caption, hashes) == fingerprint(other_caption, other_hashes)) == is_same


def test_the_evidence_gate_opens_at_exactly_as_many_as_are_needed() -> None:
    assert Evidence(0, 0).is_open
    assert Evidence(2, 2).is_open
    assert not Evidence(1, 2).is_open


def test_each_fact_releases_its_milestone_at_once_or_after_its_days() -> None:
    assert released(TEMPLATE, Fact.CHECK_IN_ANSWERED, "received") == [1]
    assert released(TEMPLATE, Fact.CHECK_IN_ANSWERED, "first-days") == []
    assert released(TEMPLATE, Fact.LIVE_VERIFIED, "six-weeks-in") == [2]
    assert released(TEMPLATE, Fact.LIVE_VERIFIED, "honest-review") == []
    assert released(TEMPLATE, Fact.LIVE_VERIFIED, "honest-review", at_once=False) == [3]


@pytest.mark.parametrize(
    ("stage", "planned", "expected"),
    [("first", [1, 2, 3], 1), ("habit", [2, 3], 2), ("change", [2, 3], 2), ("verdict", [3], 3), ("close", [3], None)],
)
def test_a_milestone_pays_for_everything_up_to_the_stage_of_its_fact(
    stage: str, planned: list[int], expected: int | None
) -> None:
    assert covering(TEMPLATE, stage, planned) == expected


def test_what_is_earned_is_paid_within_fourteen_days_of_the_creators_calendar() -> None:
    late_evening = datetime(2026, 1, 5, 18, tzinfo=UTC)  # already the sixth in Jakarta

    assert pay_by(late_evening, "Asia/Jakarta") == date(2026, 1, 20)


def test_the_current_stage_is_the_last_open_one_else_the_next_else_the_last() -> None:
    closed, open_, upcoming = StageState.CLOSED, StageState.OPEN, StageState.UPCOMING

    assert current_stage([("a", closed), ("b", open_), ("c", upcoming)]) == "b"
    assert current_stage([("a", open_), ("b", open_), ("c", upcoming)]) == "b"
    assert current_stage([("a", closed), ("b", upcoming), ("c", upcoming)]) == "b"
    assert current_stage([("a", closed), ("b", closed)]) == "b"
