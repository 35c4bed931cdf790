"""What is settled about reminders and about reaching a creator, told to whoever listens."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnerships.core.events import Event


class Contact(StrEnum):
    """What has changed about reaching somebody by mail. Stands in the history."""

    UNREACHABLE = "unreachable"
    RESTING = "resting"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(Event):
    """The creator of a partnership is reached by mail no longer, or not by reminders, or again."""

    partnership_id: int
    contact: Contact
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindingChanged(Event):
    """An organisation reminds on other days, or at another hour, from now on."""

    soon_days: int
    again_days: int
    manager_days: int
    owner_days: int
    sends_at: str
    period: str  # "2026-02-18/2026-03-19 13:00", or nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindedByHand(Event):
    """Somebody of the team sent a creator a reminder of a check-in or a deliverable in another way than by mail."""

    partnership_id: int
    thing: str  # such as "check_in:12"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSnoozed(Event):
    """A creator wants to be reminded of a check-in or a deliverable again on `until`, and said why."""

    partnership_id: int
    thing: str  # such as "check_in:12"
    until: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreTimeAsked(Event):
    """A creator needs longer than a snooze lasts, and asked the manager for another day."""

    partnership_id: int
    thing: str
    note: str
