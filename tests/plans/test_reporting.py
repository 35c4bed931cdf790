from datetime import date

import pytest
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.plans import reporting
from partnerships.plans.rules.partnerships import HoldCause, PartnershipAction, PartnershipState
from partnerships.plans.tables import Partnership
from partnerships.reminders import watching
from tests.stories import People, move, prepare, start

TODAY = date(2026, 1, 5)


def told(transactions: Transactions, people: People) -> list[str]:
    with transactions.looking(people.manager) as reading:
        return [
            facts["description"]
            for facts in reading.session.scalars(
                select(HistoryEntry.facts).where(HistoryEntry.name == "ReactionReported").order_by(HistoryEntry.id)
            )
        ]


def test_a_reaction_pauses_everything_at_once(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = start(transactions, people, TODAY)

    with transactions.begin(people.creator) as work:
        reporting.report_reaction(work, partnership_id, "Pipi memerah")
    clock.advance(days=30)
    report = watching.tick(transactions)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
    assert (partnership.state, partnership.hold_cause) == (PartnershipState.ON_HOLD, HoldCause.REACTION)
    assert report.looked_at == 0
    assert told(transactions, people) == ["Pipi memerah"]


def test_telling_more_only_adds_to_the_record(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = start(transactions, people, TODAY)

    for words in ("Memerah", "Sekarang gatal juga"):
        with transactions.begin(people.creator) as work:
            reporting.report_reaction(work, partnership_id, words)
        clock.advance(minutes=1)

    assert told(transactions, people) == ["Memerah", "Sekarang gatal juga"]


def test_pressing_twice_in_the_same_moment_breaks_nothing(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, TODAY)

    for _ in range(2):
        with transactions.begin(people.creator) as work:
            reporting.report_reaction(work, partnership_id, "Memerah")

    assert told(transactions, people) == ["Memerah"]


def test_the_same_words_after_going_on_pause_it_again(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, TODAY)

    for _ in range(2):
        with transactions.begin(people.creator) as work:
            reporting.report_reaction(work, partnership_id, "Memerah")
        clock.advance(days=1)
        move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    assert told(transactions, people) == ["Memerah", "Memerah"]


def test_a_reaction_before_the_clock_runs_is_kept_without_a_hold(transactions: Transactions, people: People) -> None:
    partnership_id = prepare(transactions, people)

    with transactions.begin(people.creator) as work:
        reporting.report_reaction(work, partnership_id, "Dari sampel")

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).state is PartnershipState.PREPARING
    assert told(transactions, people) == ["Dari sampel"]


@pytest.mark.parametrize("who", ["other_creator", "stranger", "stranger_creator"])
def test_nobody_reports_for_somebody_else(transactions: Transactions, people: People, who: str) -> None:
    partnership_id = start(transactions, people, TODAY)

    with pytest.raises(NotFound), transactions.begin(getattr(people, who)) as work:
        reporting.report_reaction(work, partnership_id, "x")

    assert told(transactions, people) == []
