"""A stage waits at its gate: nothing of it is asked for, the team is told, and it opens once all it waits for is there.

The second stage of the story begins on day 14, a Monday; its first draft is due four days later.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from partnerships.authenticity.rules.rubric import Outcome
from partnerships.check_ins import answering
from partnerships.check_ins.finding import list_of as list_check_ins
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import OutboxMail
from partnerships.plans import copying, drafting, opening, publishing, receiving, ruling
from partnerships.plans.finding import list_versions
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import PHOTO_KINDS, StageGate, StageSpec, load, own_key
from partnerships.plans.tables import Partnership, Stage
from partnerships.reminders.watching import tick
from partnerships.story.answers import answers_to
from tests.authenticity.stories import Sent, decide, rate_blind
from tests.check_ins.scenes import received, running
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, deliverable_called, look, post, send, state_of
from tests.plans.bending import shift
from tests.stories import People, move

STORY = load("usage-3m")
HABIT, FIRST, VIDEO = "habit", "first-impression", "two-weeks-in"
BEGINS_ON = date(2026, 1, 19)
SENTENCE = "2 of 3 check-ins answered"


def with_gate(gate: StageGate) -> tuple[StageSpec, ...]:
    return tuple(replace(one, gate=gate) if one.key == HABIT else one for one in STORY.stages)


def gated(monkeypatch: pytest.MonkeyPatch, gate: StageGate) -> None:
    """Put a gate before the second stage of every plan."""
    template = replace(STORY, stages=with_gate(gate))
    monkeypatch.setattr(Partnership, "template", property(lambda _self: template))


@pytest.fixture
def partnership_id(
    transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> int:
    """A plan whose second stage waits for three answered check-ins; two are there when its day has come."""
    gated(monkeypatch, StageGate(answered=3))
    partnership_id = running(transactions, people)
    for day in (1, 4):
        advance(transactions, clock, days=day)
        answer(transactions, people, partnership_id)
    advance(transactions, clock, days=9)
    return partnership_id


def advance(transactions: Transactions, clock: ManualClock, days: float) -> None:
    """Let the days pass, with a tick in each half of them."""
    for _half in range(int(days * 2)):
        clock.advance(days=0.5)
        tick(transactions)


def answer(transactions: Transactions, people: People, partnership_id: int) -> None:
    """Answer the first check-in that is open."""
    with transactions.begin(people.creator) as work:
        check_in = next(one for one in list_check_ins(work, partnership_id) if one.is_answerable)
        photos = {one.key: [received(one.key.encode())] for one in check_in.spec.questions if one.kind in PHOTO_KINDS}
        answering.answer(work, check_in.id, answers_to(check_in.spec), photos, statement="answers-1")


def stage(transactions: Transactions, people: People, partnership_id: int, key: str = HABIT) -> Stage:
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(
            select(Stage).where(Stage.partnership_id == partnership_id, Stage.key == key)
        ).one()


def days_of(transactions: Transactions, people: People, deliverable_id: int) -> tuple[date | None, date]:
    """Return when draft and post of one piece of content are due."""
    with transactions.looking(people.manager) as reading:
        found = reading.get(Deliverable, deliverable_id)
        return found.draft_step.due_on if found.draft_step else None, found.publish_step.due_on


def told(transactions: Transactions, people: People, name: str) -> Sequence[dict[str, object]]:
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.name == name)).all()


def open_by_hand(transactions: Transactions, actor: Actor, partnership_id: int, stage_id: int, note: str) -> None:
    with transactions.begin(actor) as work:
        opening.open_stage(work, partnership_id, stage_id, note)


def test_a_stage_whose_gate_is_met_opens_on_its_day(
    transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    gated(monkeypatch, StageGate(answered=1))
    partnership_id = running(transactions, people)
    advance(transactions, clock, days=1)
    answer(transactions, people, partnership_id)

    advance(transactions, clock, days=13)

    assert stage(transactions, people, partnership_id).state is StageState.OPEN
    assert told(transactions, people, "StageWaits") == []
    assert told(transactions, people, "ContentPutOff") == []


def test_a_stage_waits_and_nothing_of_it_is_asked_for_but_check_ins_are(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    advance(transactions, clock, days=5)

    waiting = stage(transactions, people, partnership_id)
    assert (waiting.state, waiting.waits_since is not None) == (StageState.UPCOMING, True)
    (fact,) = told(transactions, people, "StageWaits")  # told once, however long it takes
    assert (fact["answered"], fact["needed"]) == (2, 3)
    video = deliverable_called(transactions, people, partnership_id, VIDEO)
    assert state_of(transactions, people, video) is DeliverableState.PLANNED
    with transactions.looking(people.manager) as reading:
        states = {one.key: one.state for one in list_check_ins(reading, partnership_id)}
        mails = reading.session.scalars(select(OutboxMail)).all()
    assert states["two-weeks"] is CheckInState.LATE
    asked = [mail.context["title"]["en"] for mail in mails if mail.template == "draft"]
    assert asked
    assert STORY.deliverable(VIDEO).title.en not in asked


def test_the_last_answer_opens_it_at_the_next_look_and_its_content_is_due_as_many_days_later(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    video = deliverable_called(transactions, people, partnership_id, VIDEO)
    first = deliverable_called(transactions, people, partnership_id, FIRST)
    before, other = days_of(transactions, people, video), days_of(transactions, people, first)
    advance(transactions, clock, days=3)
    answer(transactions, people, partnership_id)

    clock.advance(minutes=61)
    tick(transactions)

    late = timedelta(days=3)
    assert stage(transactions, people, partnership_id).state is StageState.OPEN
    assert stage(transactions, people, partnership_id).waits_since is None
    assert before[0] is not None
    assert days_of(transactions, people, video) == (before[0] + late, before[1] + late)
    assert days_of(transactions, people, first) == other
    with transactions.looking(people.manager) as reading:
        newest = list_versions(reading, partnership_id)[-1]
    assert (newest.reason, newest.dates[f"draft:{VIDEO}"]) == ("gate", (before[0] + late).isoformat())
    advance(transactions, clock, days=2)
    assert state_of(transactions, people, video) is DeliverableState.DRAFTING


@pytest.mark.parametrize(("days", "further"), [(7, 0), (3, 0), (1, 2)])
def test_what_was_moved_while_its_stage_waited_has_had_those_days_already(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock, days: int, further: int
) -> None:
    video = deliverable_called(transactions, people, partnership_id, VIDEO)
    before = days_of(transactions, people, video)
    advance(transactions, clock, days=2)
    shift(transactions, people.manager, partnership_id, Move(MoveKind.REST, days))
    advance(transactions, clock, days=1)
    answer(transactions, people, partnership_id)

    clock.advance(minutes=61)
    tick(transactions)

    late = timedelta(days=days + further)
    assert stage(transactions, people, partnership_id).state is StageState.OPEN
    assert before[0] is not None
    assert days_of(transactions, people, video) == (before[0] + late, before[1] + late)


def test_no_quiet_day_brings_a_draft_that_waited_nearer_to_its_post_than_six_days(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    video = deliverable_called(transactions, people, partnership_id, VIDEO)
    before, _ = days_of(transactions, people, video)
    assert before is not None
    waits_until = before + timedelta(days=3)
    with transactions.begin(people.manager) as work:
        for number in range(2):
            ruling.add_day(work, waits_until + timedelta(days=number), "Our feast")
    advance(transactions, clock, days=3)
    answer(transactions, people, partnership_id)

    clock.advance(minutes=61)
    tick(transactions)

    draft_on = waits_until + timedelta(days=2)
    assert days_of(transactions, people, video) == (draft_on, draft_on + timedelta(days=6))


@pytest.mark.parametrize("gate", [StageGate(approved=(FIRST,)), StageGate(live=(FIRST,))])
def test_content_can_be_what_a_stage_waits_for(
    transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch, clock: ManualClock, gate: StageGate
) -> None:
    gated(monkeypatch, gate)
    partnership_id = running(transactions, people)
    advance(transactions, clock, days=15)
    waited = stage(transactions, people, partnership_id).waits_since is not None
    content = approved(transactions, people, partnership_id, FIRST)
    clock.advance(minutes=61)
    tick(transactions)
    after_approval = stage(transactions, people, partnership_id).state

    post(transactions, people.creator, content)
    look(transactions, people, content)
    clock.advance(minutes=61)
    tick(transactions)

    assert waited
    assert after_approval is (StageState.OPEN if gate.approved else StageState.UPCOMING)
    assert stage(transactions, people, partnership_id).state is StageState.OPEN


def test_a_stage_that_waits_does_not_close_and_the_next_one_opens_on_its_day(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    advance(transactions, clock, days=29)

    assert stage(transactions, people, partnership_id).state is StageState.UPCOMING
    assert stage(transactions, people, partnership_id, "change").state is StageState.OPEN


def test_a_manager_opens_it_anyway_and_the_reason_stays(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    advance(transactions, clock, days=2)
    waiting = stage(transactions, people, partnership_id)
    with pytest.raises(Refused, match="why"):
        open_by_hand(transactions, people.manager, partnership_id, waiting.id, " ")

    open_by_hand(transactions, people.manager, partnership_id, waiting.id, "she was ill")

    assert stage(transactions, people, partnership_id).state is StageState.OPEN
    opened = [facts for facts in told(transactions, people, "StageMoved") if facts["stage_id"] == waiting.id]
    assert [(facts["note"], facts["waited_days"]) for facts in opened] == [("she was ill", 2)]
    with pytest.raises(Refused, match="does not wait"):
        open_by_hand(transactions, people.manager, partnership_id, waiting.id, "again")
    advance(transactions, clock, days=3)
    video = deliverable_called(transactions, people, partnership_id, VIDEO)
    assert state_of(transactions, people, video) is DeliverableState.DRAFTING


def test_a_gate_that_an_organisation_wrote_holds_for_the_plans_made_from_it(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    with transactions.begin(people.manager) as work:
        own = copying.copy_built_in(work, "usage-3m")
        own.write(replace(own.template, stages=with_gate(StageGate(answered=1))), people.manager.person_id, work.now)
        publishing.publish(work, own.id)
        partnership_id = drafting.draft(
            work,
            campaign_id=people.campaign_id,
            creator_id=people.creator_id,
            template_key=own_key(own.id),
            anchor_on=clock.now().date(),
        ).id
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, clock.now().date())

    advance(transactions, clock, days=15)

    waiting = stage(transactions, people, partnership_id)
    assert (waiting.state, waiting.waits_since is not None) == (StageState.UPCOMING, True)


def test_only_what_waits_in_this_partnership_can_be_opened(
    transactions: Transactions, people: People, partnership_id: int
) -> None:
    waiting = stage(transactions, people, partnership_id)
    other = running(transactions, people)

    with pytest.raises(NotFound):
        open_by_hand(transactions, people.manager, other, waiting.id, "wrong one")
    with pytest.raises(NotFound):
        open_by_hand(transactions, people.stranger, partnership_id, waiting.id, "not theirs")
    upcoming = stage(transactions, people, partnership_id, "change")
    with pytest.raises(Refused, match="does not wait"):
        open_by_hand(transactions, people.manager, partnership_id, upcoming.id, "too early")


def test_nothing_of_it_is_approved_before_it_has_opened_and_both_sides_read_so(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    video = deliverable_called(transactions, people, partnership_id, VIDEO)
    send(transactions, people.creator, video)  # early, which nobody forbids
    own = read(sign_in, people.creator, f"/me/deliverables/{video}")
    review_id = rate_blind(transactions, people.reviewer, Sent(partnership_id, video))

    asked = read(sign_in, people.reviewer, f"/review/{video}")

    assert "It cannot be approved yet: its stage has not opened" in asked[asked.index('id="decision"') :]
    assert "Its stage has not opened yet, so nobody asks for it." in own
    with pytest.raises(Refused, match="its stage has not opened"):
        decide(transactions, people.reviewer, review_id)

    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED)


def read(sign_in: SignIn, actor: Actor, address: str) -> str:
    client = sign_in(actor)
    client.post("/language", data={"locale": "en"})
    return client.get(address).text


def test_a_pause_lets_it_come_again_later(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD, "she travels")
    advance(transactions, clock, days=10)
    held = stage(transactions, people, partnership_id)

    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    again = stage(transactions, people, partnership_id)
    assert held.state is again.state is StageState.UPCOMING
    assert again.starts_on == BEGINS_ON + timedelta(days=10)
    tick(transactions)
    assert stage(transactions, people, partnership_id).waits_since is not None


def test_the_team_reads_of_it_on_today_after_two_days_and_on_the_partnerships_page_at_once(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    manager = sign_in(people.manager)
    manager.post("/language", data={"locale": "en"})
    address = f"/partnerships/{partnership_id}"
    early, page = manager.get("/").text, manager.get(address).text
    advance(transactions, clock, days=3)

    late = manager.get("/").text

    assert "Stage that waits" not in early
    assert late.count("Stage that waits: Daily habit") == 1
    assert STORY.deliverable(VIDEO).title.en not in late  # nobody owes it yet
    assert f"{SENTENCE}; it can open on Mon, 19 Jan 2026" in page
    assert "Open it anyway" in page
    assert SENTENCE in manager.get(f"{address}/panel").text
    assert "“Daily habit” waits: 2 of 3 check-ins answered" in manager.get(f"{address}/history?kind=plan").text


def test_the_manager_opens_it_on_the_page_and_the_creator_reads_what_it_waits_for(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    manager, creator = sign_in(people.manager), sign_in(people.creator)
    for client in (manager, creator):
        client.post("/language", data={"locale": "en"})
    waiting = stage(transactions, people, partnership_id)
    own = creator.get(f"/me/partnerships/{partnership_id}").text
    address = f"/partnerships/{partnership_id}/stages/{waiting.id}/open"

    without = manager.post(address, data={"note": ""}, follow_redirects=True).text
    with_reason = manager.post(address, data={"note": "she was ill"}, follow_redirects=True).text

    assert SENTENCE in own
    assert "Open it anyway" not in own
    assert "Please say in a few words why." in without
    assert "Open: what belongs to this stage is asked for now." in with_reason
    assert "she was ill" in with_reason
    assert "Open it anyway" not in with_reason
    assert creator.post(address, data={"note": "me too"}).status_code == 403
