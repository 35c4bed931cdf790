"""Know which partnerships of the timeline are ticked at once, to move the dates of all that match."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from partnerships.database.work import Reading
from partnerships.plans.rules.partnerships import OVER
from partnerships.plans.tables import Partnership

from .finding import Narrowing, Place, after_place, narrowed


@dataclass(frozen=True, slots=True)
class Ticks:
    """Which rows of a page are ticked as it opens, and which stand further down and come along with it.

    `is_too_many`: more match than can be moved at once, so that none is ticked.
    """

    here: Collection[int] = ()
    below: Sequence[int] = ()
    is_too_many: bool = False

    @property
    def total(self) -> int:
        """Return how many are ticked."""
        return len(self.here) + len(self.below)


def tick_all(reading: Reading, narrowing: Narrowing, shown: Collection[int], ends: Place | None, most: int) -> Ticks:
    """Return every partnership that matches and is not over as ticked, unless they are more than `most`.

    `shown` are those of the page, which ends at a place, or (None) is the last one.
    """
    matching = _open(reading, narrowing, None, most + 1)
    if len(matching) > most:
        return Ticks(is_too_many=True)
    return Ticks(set(shown) & set(matching), _open(reading, narrowing, ends, most) if ends else ())


def _open(reading: Reading, narrowing: Narrowing, after: Place | None, most: int) -> Sequence[int]:
    """Return partnerships that are not over, in the order of the timeline."""
    matching = narrowed(select(Partnership.id), narrowing, reading.now).where(Partnership.state.not_in(OVER))
    return reading.session.scalars(after_place(matching, after).limit(most)).all()
