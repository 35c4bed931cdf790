"""Recognise the person behind a request. Until this has answered, they act in no organisation."""

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session, contains_eager

from partnerships.core.actor import Role

from .rules.addresses import plain_address
from .tables import Account, Membership, Organisation


def recognise(everywhere: Session, uniquifier: str, org_id: int | None) -> Membership | None:
    """Return what the person of a full session is in `org_id`, else in the first organisation that still has them.

    Work comes before being a creator. None when the account is gone or closed, or its sessions were ended.
    """
    statement = _standing().where(Account.fs_uniquifier == uniquifier)
    return everywhere.scalars(_first(statement, org_id)).first()


def recognise_creator(everywhere: Session, account_id: int, org_id: int) -> Membership | None:
    """Return the membership that a mailed link opened, if it still stands and is a creator's."""
    membership = recognise_member(everywhere, account_id, org_id)
    return membership if membership is not None and membership.role is Role.CREATOR else None


def recognise_member(everywhere: Session, account_id: int, org_id: int) -> Membership | None:
    """Return what `account_id` is in `org_id`, or None when that has ended."""
    statement = _standing().where(Membership.account_id == account_id, Membership.org_id == org_id)
    return everywhere.scalars(statement).one_or_none()


def recognise_address(everywhere: Session, email: str) -> Membership | None:
    """Return where to reach the person of this address, for whoever has forgotten a password."""
    statement = _standing().where(Account.email == plain_address(email))
    return everywhere.scalars(_first(statement, None)).first()


def _standing() -> Select[Membership]:
    """Select the memberships that have not ended, of accounts that are not closed, with all that an actor is."""
    return (
        select(Membership)
        .join(Membership.account)
        .join(Membership.organisation)
        .where(Membership.ended_at.is_(None), Account.active.is_(True))
        .options(contains_eager(Membership.account), contains_eager(Membership.organisation))
    )


def _first(statement: Select[Membership], org_id: int | None) -> Select[Membership]:
    return statement.order_by(
        case((Organisation.id == (org_id or 0), 0), else_=1),
        case((Membership.role == Role.CREATOR, 1), else_=0),
        Membership.id,
    ).limit(1)
