"""Let a person say who they are and how they want to read."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from partnerships.core.actor import MANAGING, STAFF
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import is_zone
from partnerships.database.work import Work

from .tables import Account, Membership


@dataclass(frozen=True, slots=True)
class Away:
    """When somebody of the team is away, both days included, and who gets their mail; None: whoever owns the campaign.

    Raise `Refused` when the days do not fit.
    """

    since: date
    until: date
    stand_in_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse days in the wrong order."""
        if self.until < self.since:
            raise Refused(N_("The last day cannot be before the first."), field="away_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person's own settings, the same in every organisation."""

    name: str
    locale: str
    zone: str
    theme: str
    # In the organisation where they act:
    each_alone: bool = False  # every reminder by itself, not one mail a day
    away: Away | None = None


def adjust_profile(work: Work, profile: Profile) -> Account:
    """Change the actor's own account; dates that are planned already stay in the zone they were planned in."""
    if not is_zone(profile.zone):
        raise Refused(N_("Please choose a time zone from the list, such as WIB (Jakarta)."), field="zone")
    account = work.session.scalars(select(Account).where(Account.id == work.actor.person_id)).one()
    account.name, account.locale = profile.name, profile.locale
    account.zone, account.theme = profile.zone, profile.theme
    membership = work.session.scalars(select(Membership).where(Membership.account_id == account.id)).one()
    membership.each_alone = profile.each_alone
    if membership.role in STAFF:
        _go_away(work, membership, profile.away)
    return account


def _go_away(work: Work, membership: Membership, away: Away | None) -> None:
    """Keep when this person is away, or that they are not; only who manages can stand in for somebody."""
    if away is not None and away.stand_in_id is not None:
        standing_in = select(Membership).where(
            Membership.account_id == away.stand_in_id, Membership.ended_at.is_(None), Membership.role.in_(MANAGING)
        )
        if away.stand_in_id == membership.account_id or work.session.scalars(standing_in).first() is None:
            raise Refused(N_("Please choose a colleague who manages partnerships."), field="stand_in_id")
    membership.away_from, membership.away_until = (away.since, away.until) if away else (None, None)
    membership.stand_in_id = away.stand_in_id if away else None
