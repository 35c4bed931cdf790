"""Go on with a creator after a partnership that was completed: the next about the product points back to it."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, or_, select

from partnerships.creators.tables import Creator
from partnerships.database.work import Reading, Work

from .rules.partnerships import PartnershipState
from .tables import Campaign, Partnership, Renewal


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a partnership goes on from, and what goes on from it; drafts that were discarded do not."""

    before: Partnership | None = None
    after: Partnership | None = None


def last_completed(campaign: Campaign) -> ScalarSelect[int]:
    """Return, for a question about creators, the id of the last partnership about this product that each completed."""
    return (
        select(Partnership.id)
        .join(Campaign, Partnership.campaign_id == Campaign.id)
        .where(
            Partnership.creator_id == Creator.id,
            Partnership.state == PartnershipState.COMPLETED,
            Campaign.product_id == campaign.product_id,
        )
        .order_by(Partnership.moved_at.desc(), Partnership.id.desc())
        .limit(1)
        .correlate(Creator)
        .scalar_subquery()
    )


def is_renewal(work: Work, partnership: Partnership) -> bool:
    """Say whether `partnership` goes on from another."""
    found = select(Renewal.id).where(Renewal.partnership_id == partnership.id)
    return work.session.scalars(found).first() is not None


def find_neighbours(reading: Reading, partnership_id: int) -> Neighbours:
    """Return what the partnership goes on from, and the newest that goes on from it."""
    linked = select(Renewal).where(or_(Renewal.partnership_id == partnership_id, Renewal.renews_id == partnership_id))
    before, after = None, None
    for renewal in reading.session.scalars(linked.order_by(Renewal.id)):
        if renewal.partnership_id == partnership_id:
            before = reading.get(Partnership, renewal.renews_id)
        elif not (newer := reading.get(Partnership, renewal.partnership_id)).is_discarded:
            after = newer
    return Neighbours(before, after)
