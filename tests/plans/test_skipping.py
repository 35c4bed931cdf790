"""A stage is skipped with a reason: what belonged to it is let go, what was done stays, and the rest keeps its days."""

from datetime import date

import pytest
from sqlalchemy import select

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.errors import DomainError, NotAllowed, NotFound, Refused
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.plans import skipping
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Partnership
from partnerships.reminders.watching import tick
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called
from tests.plans.bending import days, mails, versions
from tests.stories import People, draft, move, start

WHY = "She is on the road for five weeks"


@pytest.fixture
def running(transactions: Transactions, people: People) -> int:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    tick(transactions)
    return partnership_id


def stage_called(transactions: Transactions, people: People, partnership_id: int, key: str) -> int:
    with transactions.looking(people.manager) as reading:
        return next(stage.id for stage in reading.get(Partnership, partnership_id).stages if stage.key == key)


def skip(transactions: Transactions, actor: Actor, people: People, partnership_id: int, key: str, why: str) -> None:
    stage_id = stage_called(transactions, people, partnership_id, key)
    with transactions.begin(actor) as work:
        skipping.skip_stage(work, partnership_id, stage_id, why)


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

    skip(transactions, people.manager, people, running, "habit", WHY)

    changed = {
        "habit": StageState.SKIPPED,
        "two-weeks": CheckInState.EXCUSED,
        "four-weeks": CheckInState.EXCUSED,
        "two-weeks-in": DeliverableState.WAIVED,
    }
    assert states(transactions, people, running) == before | changed
    assert days(transactions, people, running) == dates
    assert versions(transactions, people, running)[-1][1:] == ("skipped", WHY)
    assert [mail.context["note"] for mail in mails(transactions, people, "waived")] == [WHY]


def test_a_skipped_stage_never_opens_and_asks_nothing(transactions: Transactions, people: People, running: int) -> None:
    skip(transactions, people.manager, people, running, "first", WHY)

    tick(transactions)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, running)
        stage = next(stage for stage in partnership.stages if stage.key == "first")
        waiting = [step.name for step in partnership.steps if step.stage_id == stage.id and step.done_at is None]
    assert (stage.state, waiting) == (StageState.SKIPPED, [])


def test_work_that_was_sent_has_to_be_decided_on_first(
    transactions: Transactions, people: People, running: int
) -> None:
    content = deliverable_called(transactions, people, running, "two-weeks-in")
    with transactions.begin(people.manager) as work:
        work.get(Deliverable, content).state = DeliverableState.CHANGES_REQUESTED
    before = states(transactions, people, running)

    with pytest.raises(Refused, match="has been sent"):
        skip(transactions, people.manager, people, running, "habit", WHY)

    assert states(transactions, people, running) == before


@pytest.mark.parametrize(
    ("who", "key", "why", "kind"),
    [
        ("manager", "habit", "  ", Refused),
        ("manager", "fit", WHY, Refused),
        ("creator", "habit", WHY, NotAllowed),
        ("stranger", "habit", WHY, NotFound),
    ],
)
def test_a_skip_that_may_not_be_changes_nothing(
    transactions: Transactions, people: People, running: int, who: str, key: str, why: str, kind: type[DomainError]
) -> None:
    before = states(transactions, people, running)

    with pytest.raises(kind):
        skip(transactions, getattr(people, who), people, running, key, why)

    assert states(transactions, people, running) == before


@pytest.mark.parametrize("action", [None, PartnershipAction.HOLD])
def test_before_it_is_agreed_and_while_it_stands_still_nothing_is_skipped(
    transactions: Transactions, people: People, action: PartnershipAction | None
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5)) if action else draft(transactions, people)
    if action:
        move(transactions, people.creator, partnership_id, action)

    with pytest.raises(Refused, match="now"):
        skip(transactions, people.manager, people, partnership_id, "habit", WHY)


def test_a_stage_of_another_partnership_is_none_of_this_one(
    transactions: Transactions, people: People, running: int
) -> None:
    other = stage_called(transactions, people, start(transactions, people, date(2026, 1, 5)), "habit")

    with pytest.raises(NotFound), transactions.begin(people.manager) as work:
        skipping.skip_stage(work, running, other, WHY)


def test_an_early_end_is_no_skip(transactions: Transactions, people: People, running: int) -> None:
    move(transactions, people.creator, running, PartnershipAction.END_EARLY)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, running).end_reason is EndReason.NOT_FOR_ME
    assert CheckInState.EXCUSED not in states(transactions, people, running).values()
    assert mails(transactions, people, "waived") == []


def test_the_page_offers_it_and_says_why_not(
    sign_in: SignIn, transactions: Transactions, people: People, running: int
) -> None:
    manager = sign_in(people.manager)
    manager.post("/language", data={"locale": "en"})
    address = f"/partnerships/{running}/stages/{stage_called(transactions, people, running, 'habit')}/skip"

    offered = manager.get(f"/partnerships/{running}").text
    refused = manager.post(address, data={"note": ""}, follow_redirects=True).text
    skipped = manager.post(address, data={"note": WHY}, follow_redirects=True).text

    assert address in offered
    assert "Please say in a few words why." in refused
    assert "Skipped: nothing of this stage is asked for any more." in skipped
    assert WHY in skipped
    assert address not in skipped
