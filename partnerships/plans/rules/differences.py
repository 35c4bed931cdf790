"""What changed between two versions of a plan's dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .dates import AFTER_POST_STEPS, StepKind

_ORDER = list(StepKind)


@dataclass(frozen=True, slots=True)
class Change:
    """One date that is not the same in both versions. `old_on` None: it came; `new_on` None: it went."""

    key: str  # of the stage, check-in or deliverable in the template
    kind: StepKind
    old_on: date | None
    new_on: date | None

    @property
    def days(self) -> int:
        """Return by how many days it is later now: earlier, when negative; 0 when it came or went."""
        return (self.new_on - self.old_on).days if self.old_on and self.new_on else 0

    @property
    def on(self) -> date:
        """Return the day under which people look for it: the new one, as long as there is one."""
        return self.new_on or self.old_on or date.min


@dataclass(frozen=True, slots=True)
class Skip:
    """A stage that was left out: no date tells of it. It was from the version that it made until it was taken back."""

    stage: str
    why: str
    made: int
    taken_back: int | None = None

    def is_in(self, number: int) -> bool:
        """Say whether the stage is left out in the version of this number."""
        return self.made <= number and (self.taken_back is None or number < self.taken_back)


def skips_between(skips: Iterable[Skip], old: int, new: int) -> tuple[list[Skip], list[Skip]]:
    """Return what is left out in version `new` and not in `old`, and the other way round."""
    differ = [skip for skip in skips if skip.is_in(old) != skip.is_in(new)]
    return [skip for skip in differ if skip.is_in(new)], [skip for skip in differ if skip.is_in(old)]


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Return what is not the same in `new` as in `old`, by day; both as `PlanVersion.dates` keeps them."""
    changes = [
        Change(key, StepKind(kind), _day(old.get(name)), _day(new.get(name)))
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name)
        for kind, _, key in (name.partition(":"),)
    ]
    return sorted(changes, key=lambda change: (change.on, _ORDER.index(change.kind), change.key))


def moved(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Return what a move has made another day: what counts from a post comes with the post, and no move moves it."""
    return [change for change in difference(old, new) if change.days and change.kind not in AFTER_POST_STEPS]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
