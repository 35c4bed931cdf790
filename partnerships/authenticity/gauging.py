"""How well reviewing goes: how far reviewers agree, what becomes of decisions, and what signals are worth."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from partnerships.database.work import Reading
from partnerships.people.tables import Account

from .rules import versions
from .rules.agreement import Agreement, agree
from .rules.rounds import Round
from .rules.rubric import Criterion, Outcome, load
from .rules.signals import Response, Strength
from .rules.worth import Worth
from .tables import Rating, Review, Signal, SignalRun

WINDOW = timedelta(days=90)

_Rated = defaultdict[str, defaultdict[int, dict[int, int]]]
"""Levels by criterion, revision and reviewer."""


@dataclass(frozen=True, slots=True)
class Record:
    """One reviewer's first decisions: how many, how many of them others looked at again, and decided otherwise."""

    name: str
    decided: int
    looked_at_again: int
    overturned: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far reviewers agree with one version of the rubric: other anchors are another question."""

    version: str
    criteria: tuple[tuple[Criterion, Agreement], ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What the last 90 days say."""

    since: datetime
    agreements: tuple[Agreed, ...]  # a version of the rubric each, the newest first
    records: tuple[Record, ...]
    worths: tuple[Worth, ...]  # of every version of an analyser that found something


def gauge(reading: Reading) -> Quality:
    """Return how well reviewing has gone, in four statements however many reviews there were."""
    since = reading.now - WINDOW
    rated = _levels(reading, since)
    newest = sorted(rated, key=lambda name: (versions.number_in(name) or 0, name), reverse=True) or [load().version]
    agreements = tuple(Agreed(name, _agree(rated[name])) for name in newest)
    fates = _fates(_decisions(reading, since))
    return Quality(since, agreements, tuple(_records(fates.values())), _worths(reading, since, fates))


def _agree(rated: _Rated) -> tuple[tuple[Criterion, Agreement], ...]:
    """Return every criterion with how far reviewers agree; what it asks is the same in every version."""
    return tuple((each, agree([*rated[each.key].values()])) for each in load().criteria)


def _levels(reading: Reading, since: datetime) -> Mapping[str, _Rated]:
    """Return levels by version, criterion, revision and reviewer. A blind one counts: nothing was shown yet."""
    rows = reading.session.execute(
        select(Review.rubric, Rating.criterion, Review.revision_id, Review.reviewer_id, Rating.level)
        .join(Rating.review)
        .where(Review.decided_at >= since)
        .order_by(Rating.blind, Rating.id)  # a blind one comes last, and stays
    )
    found: dict[str, _Rated] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    for version, criterion, revision_id, reviewer_id, level in rows:
        if level is not None:
            found[version][criterion][revision_id][reviewer_id] = level
    return found


@dataclass(frozen=True, slots=True)
class _Decided:
    revision_id: int
    name: str
    round: Round
    outcome: Outcome | None


def _decisions(reading: Reading, since: datetime) -> Sequence[_Decided]:
    rows = reading.session.execute(
        select(Review.revision_id, Account.name, Review.round, Review.outcome)
        .join(Review.reviewer)
        .where(Review.decided_at >= since)
        .order_by(Review.decided_at, Review.id)
    )
    return [_Decided(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of the first decision on one version of content; the last one is what stands."""

    name: str
    looked_at_again: bool
    overturned: bool


def _fates(decisions: Iterable[_Decided]) -> Mapping[int, _Fate]:
    """Return what became of first decisions, by revision; those whose first is older than these days are left out."""
    by_revision: dict[int, list[_Decided]] = defaultdict(list)
    for decision in decisions:
        by_revision[decision.revision_id].append(decision)
    return {
        revision_id: _Fate(first.name, bool(later), bool(later) and later[-1].outcome != first.outcome)
        for revision_id, (first, *later) in by_revision.items()
        if first.round is Round.FIRST
    }


def _records(fates: Iterable[_Fate]) -> Iterable[Record]:
    """Yield what became of each reviewer's first decisions."""
    decided: Counter[str] = Counter()
    again: Counter[str] = Counter()
    overturned: Counter[str] = Counter()
    for fate in fates:
        decided[fate.name] += 1
        again[fate.name] += fate.looked_at_again
        overturned[fate.name] += fate.overturned
    for name in sorted(decided):
        yield Record(name, decided[name], again[name], overturned[name])


_Edition = tuple[str, str]
"""An analyser's name and its version."""


def _worths(reading: Reading, since: datetime, fates: Mapping[int, _Fate]) -> tuple[Worth, ...]:
    """Return what signals were worth. Answers count however old they are: another version begins anew."""
    answers = _answers(reading)
    decided: Counter[_Edition] = Counter()
    overturned: Counter[_Edition] = Counter()
    for edition, revision_id in _found(reading, since):
        if revision_id in fates:
            decided[edition] += 1
            overturned[edition] += fates[revision_id].overturned
    return tuple(
        Worth(
            *edition,
            relevant=answers[edition, Response.RELEVANT],
            explained=answers[edition, Response.EXPLAINED],
            wrong=answers[edition, Response.WRONG],
            decided=decided[edition],
            overturned=overturned[edition],
        )
        for edition in sorted({*decided, *(edition for edition, _ in answers)})
    )


def _answers(reading: Reading) -> Counter[tuple[_Edition, Response]]:
    rows = reading.session.execute(
        select(SignalRun.analyser, SignalRun.analyser_version, Signal.response, func.count())
        .join(Signal.run)
        .where(Signal.response.is_not(None))
        .group_by(SignalRun.analyser, SignalRun.analyser_version, Signal.response)
    )
    return Counter({((name, version), response): count for name, version, response, count in rows if response})


def _found(reading: Reading, since: datetime) -> Iterable[tuple[_Edition, int]]:
    """Yield the analysers that found something in content that was decided on, each once for each version of it."""
    decided_since = select(Review.revision_id).where(Review.decided_at >= since)
    rows = reading.session.execute(
        select(SignalRun.analyser, SignalRun.analyser_version, SignalRun.revision_id)
        .join(Signal.run)
        .where(Signal.strength != Strength.INFO, SignalRun.revision_id.in_(decided_since))
        .distinct()
    )
    for name, version, revision_id in rows:
        yield (name, version), revision_id
