"""Analysers look at what was sent; whatever becomes of them, a person can decide."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from partnerships.authenticity import answering, examining, explaining
from partnerships.authenticity.finding import reviews_of
from partnerships.authenticity.listing import Standing, cards_of
from partnerships.authenticity.rules.analysers import ANALYSERS, BY_NAME
from partnerships.authenticity.rules.decision import Outcome as Decision
from partnerships.authenticity.rules.rubric import load
from partnerships.authenticity.rules.signals import (
    Analyser,
    Finding,
    Material,
    Medium,
    NotChecked,
    Outcome,
    Response,
    RunStatus,
    Strength,
    outcome_from_json,
    outcome_to_json,
)
from partnerships.authenticity.rules.signals import examine as examine_one
from partnerships.authenticity.tables import Signal, SignalRun
from partnerships.core.errors import NotFound
from partnerships.database.work import Reading, Transactions
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable, Revision
from partnerships.files.tables import FileState
from tests.authenticity.stories import Sent, decide, examined, rate_blind, send, send_version
from tests.stories import People

MATERIAL = Material(
    caption="Minggu kedua #iklan “aduh”",
    category="cosmetics",
    received_on=date(2026, 1, 5),
    submitted_at=datetime(2026, 1, 20, 3, tzinfo=UTC),
    media=(Medium(7, 1, "video", "2026-01-01T08:00:00", "Telepon X", {"capture": {"offset": None}}),),
)
NAMES = [analyser.name for analyser in ANALYSERS]


def last_revision(reading: Reading, sent: Sent) -> Revision:
    revision = find_last_revision(reading, sent.deliverable_id)
    assert revision is not None
    return revision


def standings(transactions: Transactions, people: People, sent: Sent) -> set[Standing]:
    with transactions.looking(people.reviewer) as reading:
        return {card.standing for card in cards_of(reading, last_revision(reading, sent))}


def program(folder: Path, text: str) -> list[str]:
    """Return how to start a process of our own in the place of the one that analysers run in."""
    path = folder / "looker.py"
    path.write_text(text, "utf-8")
    return [sys.executable, "-s", str(path)]


def test_what_crosses_into_another_process_comes_out_as_it_went_in() -> None:
    outcome = Outcome("capture", RunStatus.OK, (Finding("earlier", Strength.WEAK, {"position": 1}),))

    assert Material.from_json(MATERIAL.to_json()) == MATERIAL
    assert Material.from_json(replace(MATERIAL, received_on=None, media=()).to_json()).received_on is None
    assert outcome_from_json(outcome_to_json(outcome)) == outcome


def test_in_a_process_of_its_own_every_analyser_reports() -> None:
    outcomes = examining.look(MATERIAL, ANALYSERS)

    assert [outcome.analyser for outcome in outcomes] == NAMES
    assert {outcome.status for outcome in outcomes} <= {RunStatus.OK, RunStatus.SKIPPED}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("death", "status"),
    [
        ("os.kill(os.getpid(), 11)", RunStatus.ERROR),
        ("os._exit(3)", RunStatus.ERROR),
        ("print('no JSON')", RunStatus.ERROR),
        ("time.sleep(60)", RunStatus.TIMEOUT),
    ],
)
def test_an_analyser_that_is_killed_hangs_or_talks_nonsense_harms_no_other(
    tmp_path: Path, name: str, death: str, status: RunStatus
) -> None:
    looker = program(
        tmp_path,
        f"import os, sys, time\nif {name!r} in sys.argv: {death}\n"
        "else:\n for one in sys.argv[2:]:\n"
        '  print(\'{"analyser": "%s", "status": "ok", "findings": [], "reason": ""}\' % one)\n',
    )

    outcomes = examining.look(MATERIAL, ANALYSERS, looker=looker, wall_seconds=1.0)

    assert {outcome.analyser: outcome.status for outcome in outcomes} == dict.fromkeys(NAMES, RunStatus.OK) | {
        name: status
    }


@pytest.mark.parametrize(
    ("trouble", "status", "reason"),
    [
        (RuntimeError("a bug"), RunStatus.ERROR, ""),
        (RecursionError(), RunStatus.ERROR, ""),
        (ModuleNotFoundError("c2pa"), RunStatus.SKIPPED, "library_missing"),
        (NotChecked("no_media"), RunStatus.SKIPPED, "no_media"),
    ],
)
def test_trouble_inside_an_analyser_becomes_a_status(trouble: Exception, status: RunStatus, reason: str) -> None:
    def stumble(_material: Material) -> list[Finding]:
        raise trouble

    outcome = examine_one(replace(ANALYSERS[0], examine=stumble), MATERIAL)

    assert (outcome.status, outcome.reason, outcome.findings) == (status, reason, ())


def test_every_analyser_has_words_for_all_it_finds(transactions: Transactions, people: People) -> None:
    assert len(BY_NAME) == len(ANALYSERS)
    for outcome in examining.look(MATERIAL, ANALYSERS):
        assert {finding.code for finding in outcome.findings} <= set(BY_NAME[outcome.analyser].words.sentences)


def test_other_parameters_have_another_hash_whatever_their_order() -> None:
    one, two = (replace(ANALYSERS[0], params=params) for params in ({"a": 1, "b": 2}, {"b": 2, "a": 1}))

    assert one.params_hash == two.params_hash != ANALYSERS[0].params_hash


def test_what_was_sent_is_examined_once_and_kept(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    assert standings(transactions, people, sent) == {Standing.NOT_CHECKED}

    reports = [examined(transactions) for _ in range(2)]

    assert [report.examined for report in reports] == [1, 0]
    with transactions.looking(people.reviewer) as reading:
        runs = reading.session.scalars(select(SignalRun)).all()
        assert {run.analyser for run in runs} == set(NAMES)
        assert reading.get(Deliverable, sent.deliverable_id).examine_after is None


def test_an_analyser_that_looks_differently_looks_anew_and_only_that(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examined(transactions, RunStatus.OK)
    newer = (replace(ANALYSERS[0], version="99"), *ANALYSERS[1:])
    with transactions.begin(people.reviewer) as work:
        work.get(Deliverable, sent.deliverable_id).examine_after = work.now
    asked: list[str] = []

    def noting(_material: Material, analysers: Sequence[Analyser]) -> Sequence[Outcome]:
        asked.extend(analyser.version for analyser in analysers)
        return [Outcome(analyser.name, RunStatus.OK) for analyser in analysers]

    examining.examine(transactions, analysers=newer, look=noting)

    assert asked == ["99"]


def test_what_waits_for_a_decision_is_examined_again_once_an_analyser_has_changed_and_the_rest_is_not(
    transactions: Transactions, people: People
) -> None:
    waiting, decided = send(transactions, people), send(transactions, people)
    finding = Finding("earlier", Strength.WEAK, {"position": 1})
    examined(transactions, RunStatus.OK, finding)
    review_id = rate_blind(transactions, people.reviewer, decided)
    decide(transactions, people.reviewer, review_id, Decision.CHANGES_REQUESTED)
    with transactions.looking(people.creator) as reading:
        ids = [signal.id for card in cards_of(reading, last_revision(reading, waiting)) for signal in card.signals]
    with transactions.begin(people.creator) as work:
        explaining.explain(work, waiting.deliverable_id, {ids[0]: "My clock was wrong."})
    same, newer = examining.Relook(), examining.Relook((replace(ANALYSERS[0], version="99"), *ANALYSERS[1:]))

    unchanged = same.look(transactions)
    asked = [newer.look(transactions) for _ in range(2)]

    def looked(_material: Material, analysers: Sequence[Analyser]) -> Sequence[Outcome]:
        return [Outcome(analyser.name, RunStatus.OK, (finding,)) for analyser in analysers]

    report = examining.examine(transactions, analysers=newer.analysers, look=looked)
    assert (unchanged, same.is_done) == (0, True)
    assert (asked, newer.is_done, report.examined) == ([1, 0], True, 1)
    with transactions.looking(people.reviewer) as reading:
        first = cards_of(reading, last_revision(reading, waiting))[0]
        assert first.run is not None
        assert (first.run.analyser_version, first.signals[0].explanation) == ("99", "My clock was wrong.")
        before = cards_of(reading, last_revision(reading, decided))[0].run
        assert before is not None
        assert before.analyser_version == ANALYSERS[0].version


def test_a_change_of_analysers_is_taken_up_in_portions(transactions: Transactions, people: People) -> None:
    for _ in range(3):
        send(transactions, people)
    examined(transactions, RunStatus.OK)
    newer = examining.Relook((replace(ANALYSERS[0], version="99"), *ANALYSERS[1:]))

    asked = [newer.look(transactions, most=2) for _ in range(3)]

    assert asked == [2, 1, 0]


def test_nothing_is_examined_while_its_media_are_being_prepared(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    with transactions.begin(people.creator) as work:
        last_revision(work, sent).media[0].file.state = FileState.PREPARING

    assert examined(transactions).examined == 0


def test_a_version_that_kills_whoever_looks_at_it_is_given_up(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    with transactions.begin(people.reviewer) as work:
        work.get(Deliverable, sent.deliverable_id).examinations = examining.MOST_ATTEMPTS

    report = examined(transactions, RunStatus.OK)

    assert report.given_up == 1
    assert standings(transactions, people, sent) == {Standing.COULD_NOT_CHECK}


def test_two_who_examine_the_same_version_do_no_harm(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)

    def meanwhile(_material: Material, analysers: Sequence[Analyser]) -> Sequence[Outcome]:
        with transactions.begin(people.reviewer) as work:
            work.get(Deliverable, sent.deliverable_id).examine_after = work.now
        examined(transactions, RunStatus.OK)
        return [Outcome(analyser.name, RunStatus.ERROR) for analyser in analysers]

    report = examining.examine(transactions, look=meanwhile)

    assert report.taken == 1
    assert Standing.COULD_NOT_CHECK not in standings(transactions, people, sent)


@pytest.mark.parametrize("status", RunStatus)
def test_whatever_becomes_of_analysers_a_person_can_decide(
    transactions: Transactions, people: People, status: RunStatus
) -> None:
    sent = send(transactions, people, answered=2)
    examined(transactions, status)
    review_id = rate_blind(transactions, people.reviewer, sent)

    review = decide(transactions, people.reviewer, review_id)

    assert review.score == 75


@given(
    found=st.lists(
        st.builds(
            Finding,
            code=st.text(min_size=1, max_size=20).filter(lambda code: "\0" not in code),
            strength=st.sampled_from(Strength),
            data=st.dictionaries(st.sampled_from(["score", "level", "position"]), st.integers(0, 100)),
        ),
        max_size=5,
    ),
    levels=st.fixed_dictionaries({criterion.key: st.integers(0, 4) for criterion in load().criteria}),
)
def test_no_finding_changes_what_levels_add_up_to(found: list[Finding], levels: dict[str, int]) -> None:
    before = load().score(levels)

    outcomes = [Outcome(analyser.name, RunStatus.OK, tuple(found)) for analyser in ANALYSERS]

    assert load().score(levels) == before
    assert all(outcome_from_json(outcome_to_json(outcome)) == outcome for outcome in outcomes)


def test_findings_and_answers_change_no_state_no_level_and_no_score(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people, answered=2)
    found = Finding("earlier", Strength.STRONG, {"position": 1, "taken_at": "2026-01-01T08:00:00", "camera": None})
    examined(transactions, RunStatus.OK, found)
    review_id = rate_blind(transactions, people.reviewer, sent)

    with transactions.begin(people.reviewer) as work:
        signals = work.session.scalars(select(Signal)).all()
        answering.respond(work, review_id, {signal.id: Response.RELEVANT for signal in signals})

    with transactions.looking(people.reviewer) as reading:
        (review,) = reviews_of(reading, sent.deliverable_id)
        assert reading.get(Deliverable, sent.deliverable_id).state is DeliverableState.IN_REVIEW
        assert (review.score, review.outcome) == (None, None)
        assert {rating.level for rating in review.ratings} == {2}
        assert {signal.response for signal in reading.session.scalars(select(Signal))} == {Response.RELEVANT}
    assert decide(transactions, people.reviewer, review_id).score == 75


def test_only_the_reviewer_answers_and_only_about_the_version_under_review(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examined(transactions, RunStatus.OK, Finding("earlier", Strength.WEAK))
    send_version(transactions, people, sent.deliverable_id, "two")
    examined(transactions, RunStatus.OK, Finding("earlier", Strength.WEAK))
    review_id = rate_blind(transactions, people.reviewer, sent)
    with transactions.looking(people.reviewer) as reading:
        newest = {one.id for card in cards_of(reading, last_revision(reading, sent)) for one in card.signals}
        every = {signal.id for signal in reading.session.scalars(select(Signal))}

    with pytest.raises(NotFound), transactions.begin(people.manager) as work:
        answering.respond(work, review_id, dict.fromkeys(every, Response.WRONG))
    with transactions.begin(people.reviewer) as work:
        answering.respond(work, review_id, dict.fromkeys(every, Response.EXPLAINED))

    with transactions.looking(people.reviewer) as reading:
        answered = {signal.id for signal in reading.session.scalars(select(Signal)) if signal.response}
    assert answered == newest < every


def test_the_process_that_does_everything_looks_anew_by_itself(
    app: Flask, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    with transactions.begin(people.reviewer) as work:  # as an update finds it that brings analysers along
        work.get(Deliverable, sent.deliverable_id).examine_after = None

    app.extensions["beat"]()

    with transactions.looking(people.reviewer) as reading:
        assert len(reading.session.scalars(select(SignalRun)).all()) == len(ANALYSERS)
