"""What happens to a creator's file."""

from dataclasses import dataclass

from partnerships.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorEnlisted(Event):
    """An organisation knows a creator now."""

    creator_id: int
    account_id: int
