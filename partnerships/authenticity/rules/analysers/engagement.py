"""Engagement: posts whose rate lies far from the same creator's other ones, and a usual rate far from that of others.

Never a word about followers.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from partnerships.authenticity.rules.signals import Analyser, Finding, Material, NotChecked, Strength, Words
from partnerships.core.words import N_
from partnerships.deliverables.rules.metrics import FORMULAS

MOST_POSTS = 12
FEWEST_POSTS = 5
FEWEST_OTHERS = 5
FAR = 3.5
TO_SIGMA = 1.4826
"""The median of absolute deviations times this is the standard deviation of a normal sample; a modified score above 3.5
is worth a look (Iglewicz and Hoaglin, "How to detect and handle outliers", 1993).
"""
TOO_FEW = "too_few"
LABELS = {formula.key: formula.label for formula in FORMULAS}


def examine(material: Material) -> Iterator[Finding]:
    """Compare the last posts with each other by the one formula that most of them have."""
    known = Counter(formula for post in material.posts for formula in post.rates)
    if not known or known.most_common(1)[0][1] < FEWEST_POSTS:
        raise NotChecked(TOO_FEW)
    formula = known.most_common(1)[0][0]
    posts = [post for post in material.posts if formula in post.rates][:MOST_POSTS]
    rates = [post.rates[formula] for post in posts]
    yield from _beside_cohort(median(rates), material.cohort.get(formula, ()), LABELS.get(formula, formula))
    middle, spread = _spread(rates)
    if not spread:
        yield Finding("no_spread", Strength.INFO, {"posts": len(posts), "formula": LABELS.get(formula, formula)})
        return
    for post, rate in zip(posts, rates, strict=True):
        if abs(rate - middle) / spread > FAR:
            data: dict[str, Any] = {"rate": round(rate * 100, 2), "usual": round(middle * 100, 2)}
            data |= {
                "formula": LABELS.get(formula, formula),
                "url": post.url,
                "on": post.on.isoformat(),
                "deliverable_id": post.deliverable_id,
            }
            yield Finding("higher" if rate > middle else "lower", Strength.WEAK, data)


def _spread(rates: Sequence[float]) -> tuple[float, float]:
    """Return the middle rate, and the standard deviation as the median of absolute deviations tells it."""
    middle = median(rates)
    return middle, TO_SIGMA * median(abs(rate - middle) for rate in rates)


def _beside_cohort(usual: float, others: Sequence[float], formula: str) -> Iterator[Finding]:
    """Hold the creator's usual rate against that of the campaign's other creators, where there are enough of them."""
    if len(others) < FEWEST_OTHERS:
        return
    middle, spread = _spread(others)
    if spread and abs(usual - middle) / spread > FAR:
        data = {
            "rate": round(usual * 100, 2),
            "usual": round(middle * 100, 2),
            "others": len(others),
            "formula": formula,
        }
        yield Finding("above_others" if usual > middle else "below_others", Strength.WEAK, data)


ENGAGEMENT = Analyser(
    name="engagement",
    version="2",
    params={"posts": MOST_POSTS, "fewest": FEWEST_POSTS, "others": FEWEST_OTHERS, "far": FAR},
    examine=examine,
    words=Words(
        title=N_("Engagement beside own posts and those of others"),
        cannot_show=N_("Why a post did better or worse, or who the followers are."),
        sentences={
            "higher": N_("One post has a rate of %(rate)s %%, far above this creator's usual %(usual)s %%."),
            "lower": N_("One post has a rate of %(rate)s %%, far below this creator's usual %(usual)s %%."),
            "above_others": N_(
                "This creator's usual rate is %(rate)s %%, far above the %(usual)s %% of %(others)s others here."
            ),
            "below_others": N_(
                "This creator's usual rate is %(rate)s %%, far below the %(usual)s %% of %(others)s others here."
            ),
            "no_spread": N_("The rates of the last %(posts)s posts are too alike to say what would be far from them."),
        },
        nothing=N_("No post stands out among this creator's last measured ones."),
        reasons={TOO_FEW: N_("Fewer than five posts of this creator have been measured.")},
    ),
)
