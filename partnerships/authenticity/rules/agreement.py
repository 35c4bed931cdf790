"""How far reviewers agree: Krippendorff's alpha for ordered levels, with an interval from resampling.

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), sections C and E; the ordinal difference
of two levels counts how many values lie between them. 1 is perfect agreement, 0 is what chance gives, below is worse.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .rubric import LEVELS

SHOWN_FROM_PAIRS = 30
SHOWN_FROM_REVIEWERS = 3
RESAMPLES = 1000
INTERVAL = 0.95
SEED = 1  # the same ratings give the same interval on every page

Coincidences = Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is known about one criterion. `alpha` is None while it says nothing: too few pairs, or no variation."""

    pairs: int
    reviewers: int
    alpha: float | None
    low: float | None
    high: float | None

    @property
    def is_enough(self) -> bool:
        """Say whether there are enough pairs and reviewers for a figure to mean something."""
        return self.pairs >= SHOWN_FROM_PAIRS and self.reviewers >= SHOWN_FROM_REVIEWERS


def agree(rated: Sequence[Mapping[int, int]]) -> Agreement:
    """Return how far reviewers agree. Each of `rated` is one revision's levels, by reviewer."""
    units = [levels for levels in rated if len(levels) > 1]
    pairs = sum(len(levels) * (len(levels) - 1) // 2 for levels in units)
    reviewers = len({person for levels in units for person in levels})
    known = Agreement(pairs, reviewers, None, None, None)
    if not known.is_enough:
        return known
    patterns = [tuple(sorted(levels.values())) for levels in units]
    found = alpha(patterns)
    if found is None:
        return known
    low, high = _interval(patterns)
    return Agreement(pairs, reviewers, found, low, high)


def alpha(units: Iterable[Sequence[int]]) -> float | None:
    """Return Krippendorff's ordinal alpha of levels by unit, or None when no two values could have differed."""
    return _alpha(Counter(tuple(unit) for unit in units))


def _alpha(patterns: Mapping[tuple[int, ...], int]) -> float | None:
    coincidences: Counter[tuple[int, int]] = Counter()
    for values, times in patterns.items():
        for pair, weight in _coincide(values).items():
            coincidences[pair] += weight * times  # type: ignore[assignment]  # weights are fractions
    totals = [sum(coincidences[level, other] for other in LEVELS) for level in LEVELS]
    n = sum(totals)
    apart = {(c, k): _difference(totals, c, k) for c in LEVELS for k in LEVELS if c < k}
    expected = sum(totals[c] * totals[k] * gap for (c, k), gap in apart.items())
    if n <= 1 or expected == 0:
        return None
    observed = sum(coincidences[pair] * gap for pair, gap in apart.items())
    return float(1 - (n - 1) * observed / expected)


def _coincide(values: Sequence[int]) -> Coincidences:
    """Return how often each two levels meet in one unit; a unit of m values counts as m."""
    if len(values) < 2:
        return {}
    counted = Counter(values)
    return {
        (c, k): counted[c] * (counted[k] - (c == k)) / (len(values) - 1)
        for c in counted
        for k in counted
        if c != k or counted[c] > 1
    }


def _difference(totals: Sequence[float], low: int, high: int) -> float:
    """Return the ordinal metric's squared difference of two levels."""
    between = sum(totals[low : high + 1]) - (totals[low] + totals[high]) / 2
    return between * between


def _interval(patterns: Sequence[tuple[int, ...]]) -> tuple[float, float]:
    """Return the bounds between which alpha lies in 95 of 100 samples drawn from the units with replacement."""
    drawing = random.Random(SEED)  # noqa: S311 - a statistic, not a secret
    drawn = (_alpha(Counter(drawing.choices(patterns, k=len(patterns)))) for _ in range(RESAMPLES))
    found = sorted(1.0 if value is None else value for value in drawn)  # a sample of one value disagrees on nothing
    cut = round(RESAMPLES * (1 - INTERVAL) / 2)
    return found[cut], found[-cut - 1]
