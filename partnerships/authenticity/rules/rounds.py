"""Who else looks: when a decision stands by itself, and when a second, a third or an appeal's reviewer comes after it.

Source of the figures: the project's review design (second review, adjudication and appeal of rubric AR-1).
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from partnerships.core.words import N_

from .rubric import Outcome

FULL_TEAM = 3  # people who could judge independently: below, the rules of second reviews are recorded, not enforced
NEWCOMER_REVIEWS = 5  # the first so many decisions of a person are looked at once more
SAMPLED_PERCENT = 15  # of approvals
CONFLICT_LEVELS = 2  # so far apart, two reviewers have not seen the same thing
APPEAL_DAYS = 14


class Round(StrEnum):
    """Which look at a revision a review is. Stored in the database: rename only with a migration."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"
    APPEAL = "appeal"


class Cause(StrEnum):
    """Why a second person looks. Stored in the database: rename only with a migration."""

    BLOCKER = "blocker"
    REJECTION = "rejection"
    NEWCOMER = "newcomer"
    SAMPLE = "sample"


ROUND_LABELS = {
    Round.FIRST: N_("First review"),
    Round.SECOND: N_("Second review"),
    Round.ADJUDICATION: N_("Third review"),
    Round.APPEAL: N_("Appeal"),
}
CAUSE_SENTENCES = {
    Cause.BLOCKER: N_("A blocker was found: somebody else looks too."),
    Cause.REJECTION: N_("It was rejected: somebody else looks too."),
    Cause.NEWCOMER: N_("It is one of this reviewer's first five decisions: somebody else looks too."),
    Cause.SAMPLE: N_("It was drawn before the decision, as 15 in 100 are: somebody else looks too."),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision that was taken on one revision. Levels by criterion; None is "not applicable"."""

    reviewer_id: int
    round: Round
    outcome: Outcome
    levels: Mapping[str, int | None] = field(default_factory=dict)


def is_drawn(seed: str, revision_sha256: str) -> bool:
    """Say whether a revision is in the sample: anybody can draw again from the seed, nobody could know it before."""
    drawn = hashlib.sha256(f"{seed}:{revision_sha256}".encode()).digest()
    return int.from_bytes(drawn[:8]) * 100 < SAMPLED_PERCENT << 64


def cause_of(outcome: Outcome, *, has_blocker: bool, decided_before: int, drawn: bool) -> Cause | None:
    """Return why a first decision needs a second look, or None. `decided_before` counts the reviewer's decisions."""
    if has_blocker:
        return Cause.BLOCKER
    if outcome is Outcome.REJECTED:
        return Cause.REJECTION
    if decided_before < NEWCOMER_REVIEWS:
        return Cause.NEWCOMER
    return Cause.SAMPLE if drawn and outcome is Outcome.APPROVED else None


def differ(one: Judgement, other: Judgement) -> bool:
    """Say whether two people judged so differently that a third one decides."""
    shared = one.levels.keys() & other.levels.keys()
    pairs = [(one.levels[key], other.levels[key]) for key in shared]
    far = any(a is not None and b is not None and abs(a - b) >= CONFLICT_LEVELS for a, b in pairs)
    return far or one.outcome is not other.outcome


def next_round(
    judged: Sequence[Judgement], cause: Cause | None, *, is_full_team: bool, is_appealed: bool
) -> Round | None:
    """Return which look comes next at a revision, or None when what was decided last stands.

    `judged` are its decisions, the oldest first; `cause` is why the first needs a second look.
    """
    rounds = {judgement.round for judgement in judged}
    if is_appealed:
        return None if Round.APPEAL in rounds else Round.APPEAL
    if Round.FIRST not in rounds:
        return Round.FIRST
    if not is_full_team or cause is None or Round.ADJUDICATION in rounds:
        return None
    if Round.SECOND not in rounds:
        return Round.SECOND
    first, second = (next(one for one in judged if one.round is each) for each in (Round.FIRST, Round.SECOND))
    return Round.ADJUDICATION if differ(first, second) else None


def may_look(account_id: int | None, independent: Collection[int], due: Round | None, *, is_full_team: bool) -> bool:
    """Say whether this person may take the look that is due. A small team does with whom it has, and records it.

    `independent` are those who neither manage the creator nor have judged this version.
    """
    if account_id in independent or not independent:
        return True
    return due is Round.FIRST and not is_full_team


def appeal_until(decided_on: date) -> date:
    """Return the last day on which a creator may appeal against what was decided on this day."""
    return decided_on + timedelta(days=APPEAL_DAYS)
