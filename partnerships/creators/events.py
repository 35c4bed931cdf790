"""What happens to a creator's file."""

from dataclasses import dataclass

from partnerships.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorEnlisted(Event):
    """An organisation knows a creator now."""

    creator_id: int
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorReaddressed(Event):
    """A creator is reached at another address, before they had done anything here: the first one was mistyped."""

    creator_id: int
    was_account_id: int
    account_id: int
