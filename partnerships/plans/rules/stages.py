"""The life of a stage: it opens and closes on its days, once the anchor is known."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Any, Protocol

from partnerships.core.actor import MANAGING, Role
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_

from .dates import on_day


class StageState(StrEnum):
    """Stored in the database: rename only with a migration."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"
    SKIPPED = "skipped"


class StageAction(StrEnum):
    """What the clock and managers do to a stage."""

    OPEN = "open"
    OPEN_BY_HAND = "open_by_hand"
    CLOSE = "close"
    SKIP = "skip"
    RESTORE = "restore"


LEFT = some(StageState.UPCOMING, StageState.OPEN)  # there is something of it to come
_CLOCK = frozenset({Role.SYSTEM})
_SKIPPING = MANAGING | _CLOCK  # the end of a partnership skips what had not begun

STAGE: Machine[StageState, StageAction] = Machine(
    "stage",
    Transition(StageAction.OPEN, some(StageState.UPCOMING), StageState.OPEN, _CLOCK, N_("Open")),
    # Somebody answers for it, with a reason, although its gate is not met.
    Transition(StageAction.OPEN_BY_HAND, some(StageState.UPCOMING), StageState.OPEN, MANAGING, N_("Open it anyway")),
    Transition(StageAction.CLOSE, some(StageState.UPCOMING, StageState.OPEN), StageState.CLOSED, _CLOCK, N_("Close")),
    Transition(
        StageAction.SKIP,
        some(StageState.UPCOMING, StageState.OPEN),
        StageState.SKIPPED,
        _SKIPPING,
        N_("Skip"),
    ),
    # It follows by itself when a skip is taken back; what had begun begins again in the same moment.
    Transition(StageAction.RESTORE, some(StageState.SKIPPED), StageState.UPCOMING, _CLOCK, N_("Take the skip back")),
)

STATE_LABELS = {
    StageState.UPCOMING: N_("Upcoming"),
    StageState.OPEN: N_("Open"),
    StageState.CLOSED: N_("Closed"),
    StageState.SKIPPED: N_("Skipped"),
}

_A_DAY = timedelta(days=1)


class Stretch(Protocol):
    """A stage as it is dated now; both days belong to it."""

    key: Any
    starts_on: Any
    ends_on: Any
    state: Any


def shifted(stage: Stretch, days: int, today: date) -> tuple[date, date]:
    """Return first and last day of a stage when its plan counts from a day so many days later.

    A first day that has come stays, unless the stage would be over before it.
    """
    first, last = stage.starts_on, on_day(stage.ends_on, days)
    if stage.state is not StageState.UPCOMING and first <= today:
        return min(first, last), last
    return on_day(first, days), last


def shown_days(stages: Sequence[Stretch]) -> dict[str, tuple[date, date]]:
    """Return first and last day that each stage is shown with, by key; `stages` are all of a plan, in order.

    A skipped stage is dated no more: what stands around it may move. It is shown on the days that its neighbours leave,
    so that there is neither a gap nor an overlap, and not at all when they leave none.
    """
    shown: dict[str, tuple[date, date]] = {}
    ended_on: date | None = None
    for number, stage in enumerate(stages):
        first, last = stage.starts_on, stage.ends_on
        if stage.state is StageState.SKIPPED:
            first, last = _between(stages, number, ended_on)
        if first <= last:
            shown[stage.key] = first, last
            ended_on = last
    return shown


def _between(stages: Sequence[Stretch], number: int, ended_on: date | None) -> tuple[date, date]:
    """Return the days for a skipped stage; of several in a row the last one takes what is left."""
    stage, rest = stages[number], stages[number + 1 :]
    first = ended_on + _A_DAY if ended_on else stage.starts_on
    last = first + (stage.ends_on - stage.starts_on)
    skipped_too = len(list(takewhile(lambda one: one.state is StageState.SKIPPED, rest)))
    if skipped_too == len(rest):
        return first, last
    until = rest[skipped_too].starts_on - _A_DAY
    return first, min(last, until) if skipped_too else until
