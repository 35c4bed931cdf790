"""What the team has to know about reaching a creator."""

from dataclasses import dataclass
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
