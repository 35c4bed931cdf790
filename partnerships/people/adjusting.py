"""Let a person say who they are and how they want to read."""

from dataclasses import dataclass

from sqlalchemy import select

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import is_zone
from partnerships.database.work import Work

from .tables import Account, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person's own settings, the same in every organisation."""

    name: str
    locale: str
    zone: str
    theme: str
    each_alone: bool = False  # in the organisation where they act: every reminder by itself, not one mail a day


def adjust_profile(work: Work, profile: Profile) -> Account:
    """Change the actor's own account; dates that are planned already stay in the zone they were planned in."""
    if not is_zone(profile.zone):
        raise Refused(N_("Please choose a time zone from the list, such as WIB (Jakarta)."), field="zone")
    account = work.session.scalars(select(Account).where(Account.id == work.actor.person_id)).one()
    account.name, account.locale = profile.name, profile.locale
    account.zone, account.theme = profile.zone, profile.theme
    membership = work.session.scalars(select(Membership).where(Membership.account_id == account.id)).one()
    membership.each_alone = profile.each_alone
    return account
