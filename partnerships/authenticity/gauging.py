"""How well reviewing goes: how far reviewers agree, and how often a second look or an appeal changes a decision."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from partnerships.database.work import Reading
from partnerships.people.tables import Account

from .rules import versions
from .rules.agreement import Agreement, agree
from .rules.rounds import Round
from .rules.rubric import Criterion, Outcome, load
from .tables import Rating, Review

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


def gauge(reading: Reading) -> Quality:
    """Return how well reviewing has gone, in two statements however many reviews there were."""
    since = reading.now - WINDOW
    rated = _levels(reading, since)
    newest = sorted(rated, key=lambda name: (versions.number_in(name) or 0, name), reverse=True) or [load().version]
    agreements = tuple(Agreed(name, _agree(rated[name])) for name in newest)
    return Quality(since, agreements, tuple(_records(_decisions(reading, since))))


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


def _records(decisions: Iterable[_Decided]) -> Iterable[Record]:
    """Yield what became of each reviewer's first decisions; the last one on a version is what stands."""
    by_revision: dict[int, list[_Decided]] = defaultdict(list)
    for decision in decisions:
        by_revision[decision.revision_id].append(decision)
    decided: Counter[str] = Counter()
    again: Counter[str] = Counter()
    overturned: Counter[str] = Counter()
    for first, *later in by_revision.values():
        if first.round is Round.FIRST:  # else it was taken before these 90 days
            decided[first.name] += 1
            again[first.name] += bool(later)
            overturned[first.name] += bool(later) and later[-1].outcome != first.outcome
    for name in sorted(decided):
        yield Record(name, decided[name], again[name], overturned[name])
