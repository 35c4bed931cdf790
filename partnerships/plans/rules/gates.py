"""What stands between a stage and its opening: a template's gate, and how much of it has been met."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from .problems import Problem
from .templates import PaymentSpec, StageGate

NOTICED_AFTER_DAYS = 2  # that a stage waits at its gate: then the team is told


@dataclass(frozen=True, slots=True)
class Counted:
    """The check-ins of a plan that gates count: answered, and due `before` Sahabat knew of it, so never asked for."""

    given: int
    before: int = 0

    @property
    def answered(self) -> int:
        """Return how many that are together."""
        return self.given + self.before


@dataclass(frozen=True, slots=True)
class StageStand:
    """How a stage's gate stands. `unapproved` and `not_live` are the keys of the content that is still missing."""

    answered: int  # with those that were due before Sahabat
    needed: int
    unapproved: tuple[str, ...] = ()
    not_live: tuple[str, ...] = ()
    before: int = 0  # of those that count as answered

    @property
    def is_open(self) -> bool:
        """Say whether nothing is missing."""
        return self.answered >= self.needed and not self.unapproved and not self.not_live


def stand(gate: StageGate, counted: Counted, approved: Collection[str], live: Collection[str]) -> StageStand:
    """Return how `gate` stands with these check-ins and this content approved (or public) and seen live."""
    return StageStand(
        answered=counted.answered,
        needed=gate.answered,
        unapproved=tuple(key for key in gate.approved if key not in approved and key not in live),
        not_live=tuple(key for key in gate.live if key not in live),
        before=counted.before,
    )


def reached_on(answered: int, needed: int, due: Iterable[date]) -> date | None:
    """Return when the last answer that is still needed is due, of check-ins due on these days; None if never, or met.

    What is answered by then is enough: each check-in counts as answered on the day on which it is due.
    """
    missing = needed - answered
    days = sorted(due)
    return days[missing - 1] if 0 < missing <= len(days) else None


@dataclass(frozen=True, slots=True)
class LostGate:
    """A gate that does not open in time any more; `line` is the name of the post, or of the stage's opening."""

    line: str
    opens_on: date | None  # at the earliest; None: never
    by: date


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a move means beyond the dates: what has to be decided first, and the gates it puts out of reach.

    `unearned` are the payments that no fact would release any more.
    """

    problems: tuple[Problem, ...] = ()
    lost: tuple[LostGate, ...] = ()
    unearned: tuple[PaymentSpec, ...] = ()
