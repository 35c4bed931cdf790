"""Whose delay it was that dates of a plan became later, by the reason of each of its versions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from partnerships.core.words import N_
from partnerships.deliverables.rules.waiting import PutOff
from partnerships.plans.rules.differences import difference
from partnerships.plans.rules.moves import DATED, UNDONE, MoveKind
from partnerships.plans.rules.partnerships import AGREED, RECEIVED


class Whose(StrEnum):
    """Who or what made a date later, in the order in which it is told."""

    PARCEL = "parcel"
    START = "start"
    BRAND = "brand"
    CREATOR = "creator"
    CHANGES = "changes"
    GATE = "gate"
    PAUSE = "pause"
    HAND = "hand"


WHOSE_LABELS: Mapping[Whose, str] = {
    Whose.PARCEL: N_("the parcel"),
    Whose.START: N_("the late yes"),
    Whose.BRAND: N_("the brand's review"),
    Whose.CREATOR: N_("the creator's draft"),
    Whose.CHANGES: N_("changes asked for"),
    Whose.GATE: N_("a stage that waited"),
    Whose.PAUSE: N_("a pause"),
    Whose.HAND: N_("moved by hand"),
}
_BY_REASON: Mapping[str, Whose] = {
    RECEIVED: Whose.PARCEL,
    AGREED: Whose.START,
    PutOff.BRAND_LATE: Whose.BRAND,
    PutOff.APPROVED_LATE: Whose.CREATOR,
    PutOff.SENT_BACK: Whose.CHANGES,
    PutOff.GATE: Whose.GATE,
    MoveKind.PAUSE: Whose.PAUSE,
    MoveKind.REST: Whose.HAND,
    MoveKind.ANCHOR: Whose.HAND,
    MoveKind.STAGE: Whose.HAND,
    MoveKind.STEP: Whose.HAND,
}


class Version(Protocol):
    """A version of a plan, as far as delays matter to it."""

    @property
    def number(self) -> int:
        """Return its number in the plan."""

    @property
    def reason(self) -> str:
        """Why it was made."""

    @property
    def dates(self) -> Mapping[str, str]:
        """Return its dates by their names."""


def delays_of(versions: Iterable[Version], asked: Mapping[int, int] | None = None) -> list[tuple[Whose, int]]:
    """Return by how many days something made dates later, all its times together; `versions` are in order.

    Of each time it is the days that were `asked` for, by the version they made: what went farther made way for a quiet
    day, or for the day on which a parcel was confirmed. Where no days were, it is the date that became later by most.
    A move that was taken back delayed nothing.
    """
    days: Counter[Whose] = Counter()
    last: tuple[Whose | None, int] = (None, 0)
    for before, version in pairwise(versions):
        whose, taken_back = _BY_REASON.get(version.reason), version.reason == UNDONE
        if taken_back and last[0] is not None:
            days[last[0]] -= last[1]
        moved = (change.days for change in difference(before.dates, version.dates) if change.kind in DATED)
        most = max(0, *moved, 0)
        last = (whose, max(0, (asked or {}).get(version.number, most)) if most else 0)
        if whose is not None:
            days[whose] += last[1]
    return [(whose, days[whose]) for whose in Whose if days[whose] > 0]
