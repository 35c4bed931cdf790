"""The last thing that is settled ends a partnership, whoever is faster."""

import pytest
from sqlalchemy import update

from partnerships.check_ins import answering
from partnerships.check_ins import finding as check_ins
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions, Work
from partnerships.deliverables import dropping
from partnerships.deliverables import finding as deliverables
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import load
from partnerships.plans.tables import Partnership, Stage
from partnerships.story.answers import answers_to
from tests.check_ins.scenes import opened, running, system
from tests.stories import People

MONTH_AFTER = answers_to(load("usage-3m").check_in("month-after"))


@pytest.mark.parametrize("days", [0, 125])
def test_the_last_answer_completes_a_partnership_also_while_the_tick_closes_its_last_stage(
    transactions: Transactions, people: People, clock: ManualClock, days: int
) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "month-after")
    with transactions.begin(people.manager) as work:
        for deliverable in deliverables.list_of(work, partnership_id):
            dropping.waive(work, deliverable.id, "Not needed for this test")
    with transactions.begin(system(people)) as work:
        others = (CheckIn.partnership_id == partnership_id, CheckIn.id != check_in_id)
        work.session.execute(update(CheckIn).where(*others).values(state=CheckInState.MISSED))
    clock.advance(days=days)  # 125: the last day of the last stage

    def answer_while_stages_close(work: Work) -> None:
        seen = check_ins.get_for(work, check_in_id) if days else None  # with its stage, which is open still
        close = update(Stage).where(Stage.partnership_id == partnership_id).values(state=StageState.CLOSED)
        work.session.execute(close, execution_options={"synchronize_session": False})
        answering.answer(work, check_in_id, MONTH_AFTER, {}, statement="answers-1")
        assert seen is None or seen.step.stage.state is StageState.UPCOMING

    with transactions.begin(people.creator) as work:
        answer_while_stages_close(work)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).state is PartnershipState.COMPLETED
