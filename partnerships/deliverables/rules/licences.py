"""The life of a content licence: the brand's right to use what a creator made, for a time, while the use goes on."""

from enum import StrEnum

from partnerships.core.actor import MANAGING, Role
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_


class LicenceState(StrEnum):
    """Stored in the database: rename only with a migration."""

    DRAFT = "draft"
    GRANTED = "granted"
    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"


class LicenceAction(StrEnum):
    """What people and the clock do to a licence."""

    GRANT = "grant"
    BEGIN = "begin"
    NEAR_END = "near_end"
    EXPIRE = "expire"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"


STATE_LABELS = {
    LicenceState.DRAFT: N_("Draft"),
    LicenceState.GRANTED: N_("Granted"),
    LicenceState.ACTIVE: N_("In use"),
    LicenceState.EXPIRING: N_("Runs out soon"),
    LicenceState.EXPIRED: N_("Run out"),
    LicenceState.SUSPENDED: N_("Suspended"),
    LicenceState.REVOKED: N_("Revoked"),
}

_S, _A = LicenceState, LicenceAction
_CLOCK, _CREATOR = frozenset({Role.SYSTEM}), frozenset({Role.CREATOR})
_IN_USE = some(_S.ACTIVE, _S.EXPIRING)

LICENCE: Machine[LicenceState, LicenceAction] = Machine(
    "licence",
    Transition(_A.GRANT, some(_S.DRAFT), _S.GRANTED, _CREATOR, N_("Grant")),
    Transition(_A.BEGIN, some(_S.GRANTED), _S.ACTIVE, _CLOCK, N_("Begin")),
    Transition(_A.NEAR_END, some(_S.ACTIVE), _S.EXPIRING, _CLOCK, N_("Near its end")),
    Transition(_A.EXPIRE, some(_S.ACTIVE, _S.EXPIRING, _S.SUSPENDED), _S.EXPIRED, _CLOCK, N_("Expire")),
    # By a hold, or when the creator no longer uses the product (16 CFR 255.1: a user while the advertisement runs).
    Transition(_A.SUSPEND, _IN_USE, _S.SUSPENDED, _CLOCK | MANAGING, N_("Suspend")),
    Transition(_A.RESTORE, some(_S.SUSPENDED), _S.ACTIVE, MANAGING, N_("Restore")),
    Transition(_A.REVOKE, _IN_USE | some(_S.GRANTED, _S.SUSPENDED), _S.REVOKED, MANAGING | _CREATOR, N_("Revoke")),
)
