"""Who is acting, and inside which organisation."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is to an organisation. Stored in the database: rename only with a migration."""

    OWNER = "owner"
    MANAGER = "manager"
    REVIEWER = "reviewer"
    CREATOR = "creator"
    SYSTEM = "system"  # the clock itself: nobody signs in as this


STAFF = frozenset({Role.OWNER, Role.MANAGER, Role.REVIEWER})
MANAGING = frozenset({Role.OWNER, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind one request or command. The clock acts as `SYSTEM` without an account."""

    account_id: int | None
    org_id: int
    role: Role
    name: str = ""
    org_name: str = ""

    @property
    def person_id(self) -> int:
        """Return the account of the person who acts; raise `ValueError` for the clock."""
        if self.account_id is None:
            raise ValueError("the clock has no account")
        return self.account_id
