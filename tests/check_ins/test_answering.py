"""Answering, recording, confirming, excusing and ending, on a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from partnerships.check_ins import answering, excusing, finding, recording, seeing
from partnerships.check_ins.rules.answers import Incomplete
from partnerships.check_ins.rules.check_ins import Channel, CheckInAction, CheckInState
from partnerships.check_ins.tables import Answer, CheckIn, EvidencePhoto
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import IllegalTransition, NotAllowed, NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.files.tables import StoredFile
from partnerships.plans import moving
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction, PartnershipState
from partnerships.plans.tables import Partnership
from tests.check_ins.scenes import (
    FIRST_DAYS,
    RECEIVED,
    check_in_called,
    move_check_in,
    opened,
    received,
    running,
)
from tests.stories import People, draft

PHOTOS = {"package_photo": [received(b"one")], "angle_photo": [received(b"two")]}


def answer_first_days(transactions: Transactions, actor: Actor, check_in_id: int, **changed: str) -> Answer:
    with transactions.begin(actor) as work:
        return answering.answer(work, check_in_id, {**FIRST_DAYS, **changed}, {}, statement="answers-1")


def events_called(transactions: Transactions, people: People, name: str) -> int:
    with transactions.looking(people.manager) as reading:
        return (
            reading.session.scalar(select(func.count()).select_from(HistoryEntry).where(HistoryEntry.name == name)) or 0
        )


def test_a_new_partnership_has_a_check_in_for_each_of_the_template_bound_to_its_step(
    transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)

    with transactions.looking(people.manager) as reading:
        check_ins = finding.list_of(reading, partnership_id)
        assert [one.key for one in check_ins] == [one.step.key for one in check_ins]
        assert [one.number for one in check_ins] == list(range(1, 9))
        assert {one.state for one in check_ins} == {CheckInState.SCHEDULED}


def test_an_answer_is_stored_with_its_photos_and_the_step_is_done(transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")

    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, RECEIVED, PHOTOS, statement="answers-1")

    with transactions.looking(people.manager) as reading:
        check_in = finding.get_with_photos(reading, check_in_id)
        assert check_in.state is CheckInState.ANSWERED
        assert check_in.step.done_at == reading.now
        assert check_in.step.next_action_at is None
        assert check_in.answer is not None
        assert check_in.answer.data == {"patch_test": "done"}
        assert check_in.answer.confirmed_at == reading.now
        assert [photo.question for photo in check_in.answer.photos] == ["package_photo", "angle_photo"]
        assert {photo.file.account_id for photo in check_in.answer.photos} == {people.creator.account_id}
        assert finding.count_evidence(reading, check_in.partnership_id).answered == 1


def test_the_second_press_of_the_button_finds_the_first_ones_answer(transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")

    with transactions.begin(people.creator) as work:
        first = answering.answer(work, check_in_id, RECEIVED, PHOTOS, statement="answers-1").id
    with transactions.begin(people.creator) as work:
        second = answering.answer(work, check_in_id, {}, {}, statement="answers-1").id

    assert first == second
    assert events_called(transactions, people, "AnswerGiven") == 1
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalar(select(func.count(Answer.id))) == 1
        assert reading.session.scalar(select(func.count(EvidencePhoto.id))) == 2


def test_an_incomplete_answer_leaves_nothing_behind(transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")

    with pytest.raises(Incomplete) as incomplete, transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, {}, {"package_photo": [received()]}, statement="answers-1")

    assert set(incomplete.value.problems) == {"patch_test", "angle_photo"}
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalar(select(func.count(StoredFile.id))) == 0
        assert reading.get(CheckIn, check_in_id).state is CheckInState.OPEN


def test_a_file_that_was_refused_on_the_way_is_told_beside_its_question(
    transactions: Transactions, people: People
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")
    spoilt = {"angle_photo": Refused("The file is empty.")}

    with pytest.raises(Incomplete) as incomplete, transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, RECEIVED, {"package_photo": [received()]}, statement="s", spoilt=spoilt)

    assert incomplete.value.problems["angle_photo"].sentence == "The file is empty."


def test_before_it_opens_the_creator_is_told_the_date(transactions: Transactions, people: People) -> None:
    check_in_id = check_in_called(transactions, people, running(transactions, people), "received")

    with pytest.raises(answering.Shut, match="opens on 2026-01-06"), transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, RECEIVED, PHOTOS, statement="answers-1")


@pytest.mark.parametrize("actions", [(CheckInAction.LAPSE,), (CheckInAction.MISS,)])
def test_an_answer_after_the_stage_closed_is_kept_and_marked_late(
    transactions: Transactions, people: People, clock: ManualClock, actions: tuple[CheckInAction, ...]
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "first-days")
    move_check_in(transactions, people, check_in_id, *actions)
    clock.advance(days=40)

    given = answer_first_days(transactions, people.creator, check_in_id)

    assert given.late


@pytest.mark.parametrize("reason", [EndReason.NOT_FOR_ME, EndReason.BRAND_STOPPED])
def test_after_the_end_nothing_is_asked_and_nothing_taken(
    transactions: Transactions, people: People, reason: EndReason
) -> None:
    partnership_id = running(transactions, people)
    open_one = opened(transactions, people, partnership_id, "received")
    missed = opened(transactions, people, partnership_id, "first-days")
    move_check_in(transactions, people, missed, CheckInAction.MISS)

    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=reason)

    with transactions.looking(people.manager) as reading:
        states = [one.state for one in finding.list_of(reading, partnership_id)]
    assert states == [CheckInState.CANCELLED, CheckInState.MISSED, *[CheckInState.CANCELLED] * 6]
    for check_in_id in (open_one, missed):
        with pytest.raises(answering.Shut, match="closed"):
            answer_first_days(transactions, people.creator, check_in_id)


def test_a_declined_invitation_cancels_every_check_in(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    for actor, action in ((people.manager, PartnershipAction.INVITE), (people.creator, PartnershipAction.DECLINE)):
        with transactions.begin(actor) as work:
            moving.move(work, partnership_id, action)

    with transactions.looking(people.manager) as reading:
        assert {one.state for one in finding.list_of(reading, partnership_id)} == {CheckInState.CANCELLED}


@pytest.mark.parametrize(
    ("key", "text", "meaning"),
    [("still_using", "stopped", "still_using"), ("reaction", "yes", "reaction"), ("reaction", "no", None)],
)
def test_answers_that_need_a_person_are_marked_and_told(
    transactions: Transactions, people: People, key: str, text: str, meaning: str | None
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "first-days")

    answer_first_days(transactions, people.creator, check_in_id, **{key: text})

    with transactions.looking(people.manager) as reading:
        assert reading.get(CheckIn, check_in_id).needs_person == meaning
    assert events_called(transactions, people, "AnswerNeedsPerson") == (meaning is not None)


def test_a_reaction_told_in_a_check_in_pauses_everything(transactions: Transactions, people: People) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    other = opened(transactions, people, partnership_id, "two-weeks")

    answer_first_days(transactions, people.creator, check_in_id, reaction="yes", reaction_detail="Itchy since Monday")

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).state is PartnershipState.ON_HOLD
        facts = reading.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.name == "ReactionReported")).one()
        assert facts["description"] == "Itchy since Monday"
    with pytest.raises(answering.Shut, match="paused"):
        answer_first_days(transactions, people.creator, other)


def test_what_a_manager_wrote_down_counts_once_the_creator_confirms_it(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "received")

    with transactions.begin(people.manager) as work:
        recording.record(
            work, check_in_id, RECEIVED, {}, channel=Channel.WHATSAPP, note="Dewi by WhatsApp, this morning"
        )
    with transactions.looking(people.manager) as reading:
        before = finding.count_evidence(reading, partnership_id).answered
    clock.advance(days=1)
    for _ in range(2):
        with transactions.begin(people.creator) as work:
            recording.confirm(work, check_in_id)

    with transactions.looking(people.manager) as reading:
        answer = finding.get_for(reading, check_in_id).answer
        assert answer is not None
        assert answer.given_by == people.manager.account_id
        assert answer.confirmed_at == reading.now
        assert (before, finding.count_evidence(reading, partnership_id).answered) == (0, 1)
    assert events_called(transactions, people, "AnswerConfirmed") == 1


def test_recording_needs_somebody_who_sent_something(transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")

    with pytest.raises(Refused, match="who sent it"), transactions.begin(people.manager) as work:
        recording.record(work, check_in_id, RECEIVED, {}, channel=Channel.PHONE, note="  ")
    with pytest.raises(Refused, match="at least one"), transactions.begin(people.manager) as work:
        recording.record(work, check_in_id, {}, {}, channel=Channel.PHONE, note="Dewi")
    with pytest.raises(Incomplete), transactions.begin(people.manager) as work:
        recording.record(work, check_in_id, {"patch_test": "?"}, {}, channel=Channel.PHONE, note="Dewi")


def test_recording_twice_keeps_the_first_and_an_early_one_is_refused(
    transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "received")
    early = check_in_called(transactions, people, partnership_id, "two-weeks")

    ids = set()
    for _ in range(2):
        with transactions.begin(people.manager) as work:
            ids.add(recording.record(work, check_in_id, RECEIVED, {}, channel=Channel.EMAIL, note="Dewi").id)

    assert len(ids) == 1
    with pytest.raises(Refused, match="opens on"), transactions.begin(people.manager) as work:
        recording.record(work, early, {"refill": "no"}, {}, channel=Channel.EMAIL, note="Dewi")


def test_an_answer_may_be_written_down_anew_until_it_is_confirmed_and_the_history_keeps_both(
    transactions: Transactions, people: People
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "first-days")
    with transactions.begin(people.manager) as work:
        recording.record(
            work, check_in_id, FIRST_DAYS, {"photo": [received()]}, channel=Channel.WHATSAPP, note="Dewi, 10.00"
        )
        seen = finding.get_for(work, check_in_id).answer

    with transactions.begin(people.manager) as work:
        again = recording.record(
            work,
            check_in_id,
            FIRST_DAYS | {"days_used": "3", "still_using": "stopped"},
            {},
            channel=Channel.PHONE,
            note="Dewi, by phone",
        )

    assert seen is not None
    assert (again.data["days_used"], again.channel, again.note) == (3, Channel.PHONE, "Dewi, by phone")
    with pytest.raises(Refused, match="written it down anew"), transactions.begin(people.creator) as work:
        recording.confirm(work, check_in_id, "what stood there before")
    with transactions.begin(people.creator) as work:
        recording.confirm(work, check_in_id, finding.get_with_photos(work, check_in_id).answer.edition)  # type: ignore[union-attr]  # there is one
    with pytest.raises(Refused, match="has been answered"), transactions.begin(people.manager) as work:
        recording.record(work, check_in_id, FIRST_DAYS, {}, channel=Channel.PHONE, note="Dewi")
    with transactions.looking(people.manager) as reading:
        told = reading.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.name == "AnswerReplaced")).one()
        assert (told["was_data"]["days_used"], told["data"]["days_used"]) == (4, 3)
        assert (told["was_channel"], told["was_note"]) == ("whatsapp", "Dewi, 10.00")
        assert reading.get(CheckIn, check_in_id).needs_person == "still_using"
    assert events_called(transactions, people, "AnswerNeedsPerson") == 1


def test_photos_stay_when_an_answer_is_written_down_anew_unless_others_come(
    transactions: Transactions, people: People
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "four-weeks")

    def record(days: str, *contents: bytes) -> list[str]:
        files = {"angle_photo": [received(content) for content in contents]} if contents else {}
        with transactions.begin(people.manager) as work:
            values = {"days_used": days} if days else {}
            given = recording.record(work, check_in_id, values, files, channel=Channel.EMAIL, note="Dewi")
            work.session.flush()
            return [photo.file.sha256 for photo in given.photos]

    first = record("9", b"one")
    kept = record("8")
    wordless = record("")
    other = record("7", b"two")

    assert first == kept == wordless
    assert other == [received(b"two").sha256]


def test_only_the_creator_confirms_and_only_what_there_is(transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")

    with pytest.raises(NotFound), transactions.begin(people.creator) as work:
        recording.confirm(work, check_in_id)
    with pytest.raises(NotAllowed), transactions.begin(people.manager) as work:
        recording.confirm(work, check_in_id)


def test_excusing_needs_a_reason_and_stops_the_step(transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")

    with pytest.raises(Refused, match="reason"), transactions.begin(people.manager) as work:
        excusing.excuse(work, check_in_id, " ")
    with transactions.begin(people.manager) as work:
        check_in = excusing.excuse(work, check_in_id, "Was ill")
        assert (check_in.state, check_in.step.next_action_at) == (CheckInState.EXCUSED, None)
    with pytest.raises(IllegalTransition), transactions.begin(people.manager) as work:
        excusing.excuse(work, check_in_id, "Again")


def test_who_looked_first_stays_on_record(transactions: Transactions, people: People) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    plain = opened(transactions, people, partnership_id, "two-weeks")
    answer_first_days(transactions, people.creator, check_in_id, still_using="stopped")

    for actor in (people.reviewer, people.manager):
        with transactions.begin(actor) as work:
            seeing.see(work, check_in_id)
            seeing.see(work, plain)

    with transactions.looking(people.manager) as reading:
        assert reading.get(CheckIn, check_in_id).seen_by == people.reviewer.account_id
        assert reading.get(CheckIn, plain).seen_by is None


@pytest.mark.parametrize("who", ["other_creator", "stranger", "stranger_creator"])
def test_somebody_elses_check_in_looks_like_one_that_is_not_there(
    transactions: Transactions, people: People, who: str
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "first-days")

    with pytest.raises(NotFound) as foreign:
        answer_first_days(transactions, getattr(people, who), check_in_id)
    with pytest.raises(NotFound) as unknown:
        answer_first_days(transactions, getattr(people, who), 987654)

    assert str(foreign.value) == str(unknown.value)


def test_the_next_check_in_is_the_first_that_is_still_to_come(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "received")
    clock.current += timedelta(hours=2)

    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, RECEIVED, PHOTOS, statement="answers-1")

    with transactions.looking(people.creator) as reading:
        next_one = finding.find_next(reading, partnership_id)
        assert next_one is not None
        assert next_one.key == "first-days"
        assert finding.states_of(reading, partnership_id)[0] is CheckInState.ANSWERED
