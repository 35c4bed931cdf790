"""The life of a stage: it opens and closes on its days, once the anchor is known."""

from enum import StrEnum

from partnerships.core.actor import MANAGING, Role
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_


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
