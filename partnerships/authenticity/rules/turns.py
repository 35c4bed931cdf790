"""Whose turn a review is: of those who may take it, whoever has least to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may take a look. `open` counts what waits for them already."""

    account_id: int
    is_reviewer: bool  # reviewing is what they are here for; owners and managers come after
    is_away: bool
    open: int


def next_in_turn(candidates: Iterable[Candidate]) -> int | None:
    """Return whose turn it is, or None without anybody; of two with as much to do, who has been here longer."""
    ranked = sorted(candidates, key=lambda one: (one.is_away, not one.is_reviewer, one.open, one.account_id))
    return ranked[0].account_id if ranked else None
