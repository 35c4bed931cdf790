"""What a post has reached: its numbers, what is wrong with some, and the named formulas that are made of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnerships.core.errors import Refused
from partnerships.core.words import N_

MEASURED_AFTER_DAYS = 7  # since somebody saw the post live: by then most of what a post reaches is in
REPLY_HOURS = 72
MOST_DIGITS = 12
WHY_LENGTH = 500

_COUNT = re.compile(r"[0-9]+|[0-9]{1,3}(?P<by>[., ])[0-9]{3}(?:(?P=by)[0-9]{3})*")


class Metric(StrEnum):
    """A number of one post, as its platform counts it. The names of columns, in the database and in files."""

    REACH = "reach"  # accounts that saw it, each once
    IMPRESSIONS = "impressions"  # how often it was shown
    VIEWS = "views"
    LIKES = "likes"
    COMMENTS = "comments"
    SAVES = "saves"
    SHARES = "shares"
    REPLIES = "replies"  # comments that the creator answered within 72 hours


class Source(StrEnum):
    """Who brought a number. Stored in the database: rename only with a migration."""

    CREATOR = "creator"
    MANAGER = "manager"
    CSV = "csv"


METRIC_LABELS: Mapping[Metric, str] = {
    Metric.REACH: N_("Reach"),
    Metric.IMPRESSIONS: N_("Impressions"),
    Metric.VIEWS: N_("Views"),
    Metric.LIKES: N_("Likes"),
    Metric.COMMENTS: N_("Comments"),
    Metric.SAVES: N_("Saves"),
    Metric.SHARES: N_("Shares"),
    Metric.REPLIES: N_("Comments answered within 72 hours"),
}
SOURCE_LABELS: Mapping[Source, str] = {
    Source.CREATOR: N_("from the creator"),
    Source.MANAGER: N_("written down by the team"),
    Source.CSV: N_("from a CSV file"),
}

Figures = Mapping[Metric, int]  # what was read off; what the platform does not show is missing


@dataclass(frozen=True, slots=True)
class Known:
    """A number that is on record, and the day on which it was read off."""

    count: int
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a post on the newest day on which somebody looked: days are not mixed in one rate."""

    on: date
    figures: Figures
    followers: int | None

    @property
    def rates(self) -> "Mapping[Formula, float | None]":
        """Return what each formula makes of it."""
        return {formula: formula.of(self.figures, self.followers) for formula in FORMULAS}


@dataclass(frozen=True, slots=True)
class Formula:
    """A named rate: the sum of `parts`, divided by `by` (None: by the account's followers)."""

    key: str
    label: str
    written: str
    parts: tuple[Metric, ...]
    by: Metric | None

    def of(self, figures: Figures, followers: int | None) -> float | None:
        """Return the rate, 1.0 for 100 %; None when a part or the divisor is missing or nothing: none is invented."""
        divisor = followers if self.by is None else figures.get(self.by)
        if not divisor or any(part not in figures for part in self.parts):
            return None
        return sum(figures[part] for part in self.parts) / divisor


_ALL = (Metric.LIKES, Metric.COMMENTS, Metric.SAVES, Metric.SHARES)
FORMULAS: tuple[Formula, ...] = (
    Formula(
        "engagement_by_reach",
        N_("Engagement rate by reach"),
        N_("(likes + comments + saves + shares) ÷ reach"),
        _ALL,
        Metric.REACH,
    ),
    Formula(
        "engagement_by_views",
        N_("Engagement rate by views"),
        N_("(likes + comments + saves + shares) ÷ views"),
        _ALL,
        Metric.VIEWS,
    ),
    Formula(
        "engagement_by_followers",
        N_("Engagement rate by followers"),
        N_("(likes + comments) ÷ followers"),
        (Metric.LIKES, Metric.COMMENTS),
        None,
    ),
    Formula("save_rate", N_("Save rate"), N_("saves ÷ reach"), (Metric.SAVES,), Metric.REACH),
    Formula(
        "reply_rate",
        N_("Reply rate"),
        N_("comments answered within 72 hours ÷ comments"),
        (Metric.REPLIES,),
        Metric.COMMENTS,
    ),
)
"""By reach and by views: all engagements of a post over those who saw it (Hootsuite, "How to calculate engagement
rate": ERR and ER by views). By followers: the two numbers that everybody can see (GRIN, "How are engagement rates
calculated?"). The save rate and the reply rate are this product's own; what each is made of stands beside it.
"""


def read_count(typed: str) -> int | None:
    """Return a number as people write it, "12500" or "12.500"; None when nothing was written.

    Raise `Refused` for anything else: what "1.5" or "12k" means is not guessed.
    """
    typed = typed.strip()
    if not typed:
        return None
    if typed.startswith(("-", "\N{MINUS SIGN}")):
        raise Refused(N_("A number of these is never below 0."))
    if not _COUNT.fullmatch(typed):
        raise Refused(N_("Please write the number in digits, such as 12500."))
    digits = re.sub(r"[., ]", "", typed).lstrip("0") or "0"
    if len(digits) > MOST_DIGITS:
        raise Refused(N_("No post has so many. Please write the number in digits, such as 12500."))
    return int(digits)


def check_figures(figures: Figures) -> None:
    """Refuse numbers that cannot all be true, with the field of the one that is too large."""
    if not figures:
        raise Refused(N_("Please fill in at least one number."))
    for part, whole, sentence in (
        (Metric.REACH, Metric.IMPRESSIONS, N_("Reach counts each account once, so it is never above the impressions.")),
        (Metric.REPLIES, Metric.COMMENTS, N_("These are more than there are comments.")),
    ):
        if part in figures and whole in figures and figures[part] > figures[whole]:
            raise Refused(sentence, field=part)


def check_day(measured_on: date, today: date, first: date) -> None:
    """Refuse a day that is still to come, or from before there was anything to measure."""
    if measured_on > today:
        raise Refused(N_("This day is still to come."), field="measured_on")
    if measured_on < first:
        raise Refused(N_("That was before the post."), field="measured_on")


def check_growth(figures: Figures, before: Mapping[Metric, Known], after: Mapping[Metric, Known]) -> None:
    """Refuse what runs backwards: less than was known `before` that day, or more than was read off `after` it."""
    for metric, count in figures.items():
        if metric in before and count < before[metric].count:
            sentence = N_(
                "It was %(count)s on %(day)s already, and this does not shrink. Look again, or say below why."
            )
            raise Refused(sentence, field=metric, count=before[metric].count, day=before[metric].on)
        if metric in after and count > after[metric].count:
            sentence = N_("It was only %(count)s on %(day)s, and this does not shrink. Look again, or say below why.")
            raise Refused(sentence, field=metric, count=after[metric].count, day=after[metric].on)


def known_on(readings: Sequence[tuple[date, Figures]], measured_on: date) -> tuple[dict[Metric, Known], ...]:
    """Return what was known of each metric up to `measured_on`, the last word of each, and the first after it.

    `readings` stand in the order in which they were read off, and on one day in which they were written down: a later
    one that had its reason to be smaller is the word that counts.
    """
    before: dict[Metric, Known] = {}
    after: dict[Metric, Known] = {}
    for on, figures in readings:
        for metric, count in figures.items():
            if on <= measured_on:
                before[metric] = Known(count, on)
            else:
                after.setdefault(metric, Known(count, on))
    return before, after
