"""What is settled about reminders, told to whoever listens."""

from dataclasses import dataclass

from partnerships.core.events import Event


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
