"""The life of a content licence: the brand's right to use what a creator made, for a time, while the use goes on."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from partnerships.core.actor import MANAGING, Role
from partnerships.core.errors import Refused
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_
from partnerships.core.zones import moment

NOTICE_DAYS = 14  # before its last day both sides are told
PLACES_LENGTH = 200
LOOKED_AT = time(9)  # where the creator lives: nobody is told at midnight


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


class Use(StrEnum):
    """For what the content may be used. Stored in the database."""

    ORGANIC = "organic"
    PAID = "paid"


class Cause(StrEnum):
    """Why a licence is suspended. Stored in the database."""

    HOLD = "hold"
    NOT_USED = "not_used"  # the creator no longer uses the product
    PERSON = "person"


USE_LABELS = {
    Use.ORGANIC: N_("On the brand's own channels"),
    Use.PAID: N_("On the brand's own channels and in advertisements"),
}
WHITELISTING_LABELS = {
    True: N_("Ads from the creator's account (whitelisting): yes"),
    False: N_("Ads from the creator's account (whitelisting): no"),
}
CAUSE_LABELS = {
    Cause.HOLD: N_("the partnership is on hold"),
    Cause.NOT_USED: N_("the product is not used any more"),
    Cause.PERSON: N_("somebody suspended it"),
}
STATE_LABELS = {
    LicenceState.DRAFT: N_("Asked for"),
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
    Transition(_A.RESTORE, some(_S.SUSPENDED), _S.ACTIVE, _CLOCK | MANAGING, N_("Restore")),
    Transition(_A.REVOKE, _IN_USE | some(_S.GRANTED, _S.SUSPENDED), _S.REVOKED, MANAGING | _CREATOR, N_("Revoke")),
)
REASONED = frozenset({_A.SUSPEND, _A.REVOKE, _A.RESTORE})  # nobody does these without saying why
BY_BUTTON = (_A.GRANT, _A.SUSPEND, _A.RESTORE, _A.REVOKE)
IN_USE = _IN_USE
MARKS = {
    _S.DRAFT: "due",
    _S.GRANTED: "planned",
    _S.ACTIVE: "approved",
    _S.EXPIRING: "changes",
    _S.EXPIRED: "waived",
    _S.SUSPENDED: "overdue",
    _S.REVOKED: "waived",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What the clock does with a licence now, if anything, and when it looks again, if ever."""

    action: LicenceAction | None
    again_at: datetime | None


def look(state: LicenceState, from_on: date, to_on: date, zone: str, now: datetime) -> Look:
    """Return what is due for a licence of these days, of which `to_on` is the last."""
    due: dict[LicenceState, tuple[LicenceAction, date]] = {
        _S.GRANTED: (_A.BEGIN, from_on),
        _S.ACTIVE: (_A.NEAR_END, to_on - timedelta(days=NOTICE_DAYS)),
        _S.EXPIRING: (_A.EXPIRE, to_on + timedelta(days=1)),
        _S.SUSPENDED: (_A.EXPIRE, to_on + timedelta(days=1)),
    }
    if state not in due:
        return Look(None, None)
    action, on = due[state]
    at = moment(on, LOOKED_AT, zone) if action is _A.NEAR_END else moment(on, time(0), zone)
    return Look(action, now) if now >= at else Look(None, at)


def check_term(from_on: date, to_on: date, today: date) -> None:
    """Raise `Refused` for days that make no sense; `today` is where the creator lives."""
    if to_on < from_on:
        raise Refused(N_("It cannot end before it begins."), field="to_on")
    if to_on < today:
        raise Refused(N_("This day has passed already."), field="to_on")


def check_whitelisting(use: Use, *, whitelisting: bool) -> None:
    """Raise `Refused` for ads from the creator's account under a right that covers no advertisements."""
    if whitelisting and use is not Use.PAID:
        sentence = N_("Ads from the creator's account need the use in advertisements: choose it above.")
        raise Refused(sentence, field="whitelisting")


def last_day(published_on: date, days: int) -> date:
    """Return the last day of rights for so many days, the day of publishing being the first."""
    return published_on + timedelta(days=days - 1)
