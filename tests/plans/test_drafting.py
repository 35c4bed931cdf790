from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import DomainError, NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.plans import drafting, finding
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.templates import load
from partnerships.plans.tables import Partnership, PlanVersion, Stage, Step
from partnerships.reminders import watching
from tests.stories import ANCHOR_ON, People, draft


def draft_as(transactions: Transactions, actor: Actor, campaign_id: int, creator_id: int, **more: object) -> int:
    values = {"template_key": "usage-3m", "anchor_on": ANCHOR_ON} | more
    with transactions.begin(actor) as work:
        return drafting.draft(work, campaign_id=campaign_id, creator_id=creator_id, **values).id  # type: ignore[arg-type]  # values are as above


def test_a_draft_has_every_date_of_its_template(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    template = load("usage-3m")
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        numbers = {
            table: reading.session.scalar(select(func.count(table.id)))
            for table in (Stage, CheckIn, Deliverable, Payment)
        }
        steps = reading.session.scalars(select(Step)).all()
        assert [stage.key for stage in partnership.stages] == [spec.key for spec in template.stages]
    assert (partnership.state, partnership.manager_id) == (PartnershipState.DRAFT, people.manager.account_id)
    assert partnership.anchor_confirmed_at is None
    assert numbers == {
        Stage: len(template.stages),
        CheckIn: len(template.check_ins),
        Deliverable: len(template.deliverables),
        Payment: len(template.payments),
    }
    assert all(step.next_action_at is None and step.done_at is None for step in steps)
    assert all((step.due_on - ANCHOR_ON).days == step.day for step in steps)


def test_dates_are_days_where_the_creator_lives(transactions: Transactions, people: People) -> None:
    partnership_id = draft_as(transactions, people.manager, people.campaign_id, people.other_creator_id)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        local = {step.due_at.astimezone(ZoneInfo("Asia/Jayapura")).time().isoformat() for step in partnership.steps}
    assert partnership.zone == "Asia/Jayapura"
    assert local == {"23:59:00"}


def test_the_first_agreement_on_dates_is_written_down(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    with transactions.looking(people.manager) as reading:
        (version,) = finding.list_versions(reading, partnership_id)
        steps = reading.get(Partnership, partnership_id).steps
        assert version.dates == {f"{step.kind}:{step.key}": step.due_on.isoformat() for step in steps}
    assert (version.number, version.reason, version.made_by) == (1, "drafted", people.manager.account_id)


def test_nothing_of_a_draft_wakes_by_itself(transactions: Transactions, people: People, clock: ManualClock) -> None:
    draft(transactions, people)

    clock.advance(days=200)
    report = watching.tick(transactions)

    assert report.looked_at == 0


@pytest.mark.parametrize(
    ("field", "sentence"), [("campaign_id", "Please choose a campaign."), ("creator_id", "Please choose a creator.")]
)
@pytest.mark.parametrize("kind", ["foreign", "unknown"])
def test_a_foreign_and_an_unknown_choice_are_refused_alike(
    transactions: Transactions, people: People, field: str, sentence: str, kind: str
) -> None:
    foreign = {"campaign_id": people.stranger_campaign_id, "creator_id": people.stranger_creator_id}[field]
    own = {"campaign_id": people.campaign_id, "creator_id": people.creator_id}
    chosen = own | {field: foreign if kind == "foreign" else 999_999}

    with pytest.raises(Refused, match=sentence) as refusal:
        draft_as(transactions, people.manager, **chosen)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"anchor_on": date(2025, 9, 1)}, Refused),
        ({"anchor_on": date(2028, 1, 1)}, Refused),
        ({"anchor_on": date.max}, Refused),
        ({"template_key": "../secrets"}, NotFound),
    ],
)
def test_a_draft_that_is_refused_leaves_nothing_behind(
    transactions: Transactions, people: People, more: dict[str, object], kind: type[DomainError]
) -> None:
    with pytest.raises(kind):
        draft_as(transactions, people.manager, people.campaign_id, people.creator_id, **more)

    with transactions.looking(people.manager) as reading:
        for table in (Partnership, Step, Stage, PlanVersion, CheckIn, HistoryEntry):
            assert reading.session.scalars(select(table.id)).all() == []


def test_a_draft_is_told_once_in_the_history(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    with transactions.looking(people.owner) as reading:
        entry = reading.session.scalars(select(HistoryEntry)).one()
    assert (entry.name, entry.about) == ("PartnershipDrafted", f"partnership:{partnership_id}")
