"""What happens to people in an organisation."""

from dataclasses import dataclass

from partnerships.core.actor import Role
from partnerships.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFounded(Event):
    """There is a new organisation, with its owner and nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(Event):
    """Somebody belongs to the organisation now, or again."""

    account_id: int
    member_role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipEnded(Event):
    """Somebody may not act in the organisation any more."""

    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChosen(Event):
    """Somebody has a new password; every earlier session of theirs is over."""

    account_id: int
