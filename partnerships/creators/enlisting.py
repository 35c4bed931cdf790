"""Take a creator into the organisation's file, and keep what it says right."""

from dataclasses import dataclass

from sqlalchemy import select, tuple_

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import is_zone
from partnerships.database.work import Work
from partnerships.people.rules.addresses import plain_address
from partnerships.people.tables import Account, Membership

from .events import CreatorEnlisted, CreatorReaddressed
from .finding import has_acted
from .rules.contacts import handle_name, whatsapp_digits
from .tables import Creator, Handle, Platform

HERE_ALREADY = N_("This person belongs to your organisation already.")
USED = N_("Somebody has answered from this address already, so it cannot be changed here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleFacts:
    """One account on a platform, as it was typed."""

    platform: Platform
    name: str
    followers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorFacts:
    """What an organisation notes about a creator."""

    name: str
    handles: tuple[HandleFacts, ...]
    niche: str = ""
    whatsapp: str = ""
    note: str = ""


def enlist(work: Work, facts: CreatorFacts, *, email: str, locale: str, zone: str) -> Creator:
    """Return a new creator's file; an account that stands for this address is used, and keeps its own settings.

    Raise `Refused` beside the field that is wrong, also for somebody who is in the team or in the file already.
    """
    if not is_zone(zone):
        raise Refused(N_("Please choose a time zone from the list, such as WIB (Jakarta)."), field="zone")
    account = Account.known_by(work.session, email, name=facts.name, locale=locale, zone=zone, now=work.now)
    membership = Membership.joined(work.session, account, work.actor.org_id, Role.CREATOR, work.now)
    if membership is None:
        raise Refused(HERE_ALREADY, field="email")
    creator = work.session.scalars(select(Creator).where(Creator.account_id == account.id)).one_or_none()
    if creator is None:
        creator = Creator(org_id=work.actor.org_id, account_id=account.id, created_at=work.now, membership=membership)
    _fill(work, creator, facts)
    work.session.add(creator)
    work.session.flush()
    work.emit(
        CreatorEnlisted(
            key=f"creator:{creator.id}:enlisted:{work.now.isoformat()}",
            about=f"creator:{creator.id}",
            creator_id=creator.id,
            account_id=account.id,
        )
    )
    return creator


def revise(work: Work, creator_id: int, facts: CreatorFacts, *, email: str = "") -> Creator:
    """Change a creator's file, and with `email` a mistyped address as long as nobody has used it here.

    No account is moved to another mailbox: the file goes to the account of the new address, and whoever reads mail at
    the old one belongs to the organisation no longer. Raise `Refused` beside the field that is wrong.
    """
    creator = work.get(Creator, creator_id)
    if email and plain_address(email) != creator.membership.account.email:
        _readdress(work, creator, email)
    _fill(work, creator, facts)
    work.session.flush()
    return creator


def _readdress(work: Work, creator: Creator, email: str) -> None:
    if has_acted(work, creator):
        raise Refused(USED, field="email")
    was = creator.membership
    account = Account.known_by(
        work.session, email, name=creator.name, locale=was.account.locale, zone=was.account.zone, now=work.now
    )
    known = work.session.scalars(select(Creator.id).where(Creator.account_id == account.id)).first()
    membership = None if known else Membership.joined(work.session, account, work.actor.org_id, Role.CREATOR, work.now)
    if membership is None:
        raise Refused(HERE_ALREADY, field="email")
    was.ended_at, creator.membership = work.now, membership
    work.session.flush()
    work.emit(
        CreatorReaddressed(
            key=f"creator:{creator.id}:readdressed:{account.id}:{work.now.isoformat()}",
            about=f"creator:{creator.id}",
            creator_id=creator.id,
            was_account_id=was.account_id,
            account_id=account.id,
        )
    )


def _fill(work: Work, creator: Creator, facts: CreatorFacts) -> None:
    creator.name, creator.niche, creator.note = facts.name, facts.niche, facts.note
    creator.whatsapp = whatsapp_digits(facts.whatsapp)
    wanted = {(handle.platform, handle_name(handle.name)): handle.followers for handle in facts.handles}
    if not wanted:
        raise Refused(N_("Please give at least one account, so that posts can be found."), field="handles")
    _refuse_taken(work, creator, list(wanted))
    standing = {(handle.platform, handle.name): handle for handle in creator.handles}
    for key in standing.keys() - wanted.keys():
        creator.handles.remove(standing[key])
    for (platform, name), followers in wanted.items():
        handle = standing.get((platform, name))
        if handle is None:
            handle = Handle(org_id=work.actor.org_id, platform=platform, name=name)
            creator.handles.append(handle)
        handle.followers = followers


def _refuse_taken(work: Work, creator: Creator, wanted: list[tuple[Platform, str]]) -> None:
    with work.session.no_autoflush:
        taken = work.session.scalars(
            select(Handle).where(
                tuple_(Handle.platform, Handle.name).in_(wanted),
                Handle.creator_id != (creator.id or 0),
            )
        ).first()
    if taken is not None:
        raise Refused(N_("@%(handle)s is in another creator's file already."), field="handles", handle=taken.name)
