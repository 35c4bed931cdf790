"""The life of a check-in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from partnerships.core.actor import MANAGING, Role
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_

GRACE_DAYS = 2  # after the due day; then it is late
MISSED_AFTER_DAYS = 14  # after the due day, or when its stage closes, whichever is later
LINK_DAYS_AFTER_COMPLETION = 30


class CheckInState(StrEnum):
    """Stored in the database: rename only with a migration."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    LATE = "late"
    ANSWERED = "answered"
    MISSED = "missed"
    EXCUSED = "excused"
    CANCELLED = "cancelled"


class CheckInAction(StrEnum):
    """What people and the clock do to a check-in."""

    OPEN = "open"
    LAPSE = "lapse"
    REOPEN = "reopen"
    MISS = "miss"
    ANSWER = "answer"
    EXCUSE = "excuse"
    CANCEL = "cancel"
    RESTORE = "restore"


class Channel(StrEnum):
    """Where an answer was received."""

    WEB = "web"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    PHONE = "phone"
    OTHER = "other"


STATE_LABELS = {
    CheckInState.SCHEDULED: N_("Planned"),
    CheckInState.OPEN: N_("Due"),
    CheckInState.LATE: N_("Late"),
    CheckInState.ANSWERED: N_("Answered"),
    CheckInState.MISSED: N_("Missed"),
    CheckInState.EXCUSED: N_("Excused"),
    CheckInState.CANCELLED: N_("Cancelled"),
}
MARKS = {
    CheckInState.SCHEDULED: "planned",
    CheckInState.OPEN: "due",
    CheckInState.LATE: "overdue",
    CheckInState.ANSWERED: "approved",
    CheckInState.MISSED: "overdue",
    CheckInState.EXCUSED: "waived",
    CheckInState.CANCELLED: "waived",
}
CHANNEL_LABELS = {
    Channel.WEB: N_("Sahabat"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.EMAIL: N_("E-mail"),
    Channel.PHONE: N_("Phone"),
    Channel.OTHER: N_("Another way"),
}

_S, _A = CheckInState, CheckInAction
_CLOCK, _ANSWERING = frozenset({Role.SYSTEM}), MANAGING | {Role.CREATOR}
MAY_BE_ANSWERED = frozenset({_S.SCHEDULED, _S.OPEN, _S.LATE, _S.MISSED})  # now or later
ANSWERABLE = frozenset({_S.OPEN, _S.LATE, _S.MISSED})
UNSETTLED = frozenset({_S.SCHEDULED, _S.OPEN, _S.LATE})  # a partnership does not complete while one is left

CHECK_IN: Machine[CheckInState, CheckInAction] = Machine(
    "check-in",
    Transition(_A.OPEN, some(_S.SCHEDULED), _S.OPEN, _CLOCK, N_("Open")),
    Transition(_A.LAPSE, some(_S.OPEN), _S.LATE, _CLOCK, N_("Mark late")),
    Transition(_A.REOPEN, some(_S.LATE), _S.OPEN, _ANSWERING, N_("Give another day")),
    Transition(_A.MISS, some(_S.OPEN, _S.LATE), _S.MISSED, _CLOCK, N_("Mark missed")),
    Transition(_A.ANSWER, ANSWERABLE, _S.ANSWERED, _ANSWERING, N_("Answer")),
    Transition(_A.EXCUSE, some(_S.SCHEDULED, _S.OPEN, _S.LATE, _S.MISSED), _S.EXCUSED, MANAGING, N_("Excuse")),
    # It follows by itself when the skip of its stage is taken back.
    Transition(_A.RESTORE, some(_S.EXCUSED), _S.SCHEDULED, _CLOCK, N_("Ask for it after all")),
    Transition(_A.CANCEL, UNSETTLED, _S.CANCELLED, _CLOCK | _ANSWERING, N_("Cancel")),
)


def progress_of(states: Sequence[CheckInState], *, is_over: bool) -> tuple[int, int, int]:
    """Return how many check-ins are answered, of how many, and how many were due before Sahabat: not asked for.

    What is cancelled once all `is_over` was asked for until then.
    """
    before = 0 if is_over else states.count(CheckInState.CANCELLED)
    return states.count(CheckInState.ANSWERED), len(states) - before, before


LEADS_TO: Mapping[CheckInState, tuple[CheckInAction, ...]] = {
    _S.SCHEDULED: (),
    _S.OPEN: (_A.OPEN,),
    _S.LATE: (_A.OPEN, _A.LAPSE),
}
"""What brings a check-in that is planned to where it stood before it was excused."""


class Door(StrEnum):
    """How a check-in meets someone who wants to answer it."""

    ASKING = "asking"
    NOT_YET = "not_yet"
    PAUSED = "paused"
    GIVEN = "given"
    CLOSED = "closed"


SHUT: dict[Door, str] = {
    Door.NOT_YET: N_("This check-in opens on %(date)s. You do not have to do anything before."),
    Door.PAUSED: N_("Everything is paused for now. You do not have to send anything."),
    Door.GIVEN: N_("This check-in has been answered."),
    Door.CLOSED: N_("This check-in is closed. Nothing more has to be sent."),
}


def door(state: CheckInState, *, is_running: bool, is_over: bool) -> Door:
    """Return how a check-in meets an answer, given whether its partnership's clock runs or has ended for good."""
    if state is CheckInState.ANSWERED:
        return Door.GIVEN
    if is_over or state in {CheckInState.EXCUSED, CheckInState.CANCELLED}:
        return Door.CLOSED
    if state is CheckInState.SCHEDULED:
        return Door.NOT_YET
    return Door.ASKING if is_running else Door.PAUSED


def count_done(states: Sequence[CheckInState]) -> int:
    """Return how many of these check-ins need nothing more from the creator."""
    return sum(state in {CheckInState.ANSWERED, CheckInState.EXCUSED} for state in states)


def misses_at(due_at: datetime, stage_closes_at: datetime) -> datetime:
    """Return when an unanswered check-in counts as missed."""
    return max(due_at + timedelta(days=MISSED_AFTER_DAYS), stage_closes_at)


def is_late(answered_at: datetime, due_at: datetime) -> bool:
    """Say whether an answer came after the days of grace."""
    return answered_at > due_at + timedelta(days=GRACE_DAYS)
