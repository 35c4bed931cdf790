"""Found an organisation, and bring people into it."""

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import is_zone
from partnerships.database.work import Sweep, Work

from .events import MemberAdded, OrganisationFounded
from .tables import Account, Membership, Organisation


def found_organisation(
    sweep: Sweep,
    *,
    name: str,
    owner_name: str,
    owner_email: str,
    password_hash: str | None,
    zone: str,
    locale: str = "id",
    is_demo: bool = False,
) -> Membership:
    """Return the owner of a new organisation; what others give to a new one comes along.

    An account that stands already keeps its password: to know an address is not to own it. Raise `Refused` for an
    unknown zone or a name that is taken.
    """
    session, now = sweep.session, sweep.now
    if not is_zone(zone):
        raise Refused(N_("Please choose a time zone from the list, such as WIB (Jakarta)."), field="zone")
    if session.scalars(select(Organisation.id).where(Organisation.name == name)).first() is not None:
        raise Refused(N_("There is an organisation of this name already."), field="organisation")
    organisation = Organisation(name=name, zone=zone, is_demo=is_demo, created_at=now)
    session.add(organisation)
    session.flush()
    account = Account.known_by(session, owner_email, name=owner_name, locale=locale, zone=zone, now=now)
    if password_hash and account.password is None:
        account.take_password(password_hash)
    owner = Membership(
        org_id=organisation.id,
        account_id=account.id,
        account=account,
        organisation=organisation,
        role=Role.OWNER,
        created_at=now,
    )
    session.add(owner)
    session.flush()
    with sweep.work_in(organisation.id) as work:
        about = f"organisation:{organisation.id}"
        work.emit(OrganisationFounded(key=f"{about}:founded", about=about))
    return owner


def add_member(work: Work, *, name: str, email: str, role: Role, locale: str, zone: str) -> Membership:
    """Return the new member; whether the address had an account already is nobody's business here.

    Raise `Refused` for somebody who belongs to the organisation already, or for an unknown zone.
    """
    if not is_zone(zone):
        raise Refused(N_("Please choose a time zone from the list, such as WIB (Jakarta)."), field="zone")
    account = Account.known_by(work.session, email, name=name, locale=locale, zone=zone, now=work.now)
    membership = Membership.joined(work.session, account, work.actor.org_id, role, work.now)
    if membership is None:
        raise Refused(N_("This person belongs to your organisation already."), field="email")
    work.emit(
        MemberAdded(
            key=f"membership:{membership.id}:added:{work.now.isoformat()}",
            about=f"membership:{membership.id}",
            account_id=account.id,
            member_role=role,
        )
    )
    return membership
