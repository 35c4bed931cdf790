"""Find deliverables, their versions and payments, each person what is theirs to see."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.plans.tables import Partnership

from .events import DeliverableMoved
from .rules.deliverables import DECISIONS
from .tables import Deliverable, LivePost, Payment, Revision


def get_for(reading: Reading, deliverable_id: int) -> Deliverable:
    """Return the deliverable, or raise `NotFound`: also for a creator whose partnership it is not."""
    deliverable = reading.get(Deliverable, deliverable_id)
    check_open_to(reading, deliverable.partnership)
    return deliverable


def get_whole(reading: Reading, deliverable_id: int) -> Deliverable:
    """Return the deliverable with its revisions, their media and its posts, as `get_for` does."""
    deliverable = reading.session.scalars(
        select(Deliverable)
        .where(Deliverable.id == deliverable_id)
        .options(
            selectinload(Deliverable.revisions).selectinload(Revision.media),
            selectinload(Deliverable.posts),
        )
    ).one_or_none()
    if deliverable is None:
        raise NotFound(N_("There is nothing here."))
    check_open_to(reading, deliverable.partnership)
    return deliverable


def get_payment(reading: Reading, payment_id: int) -> Payment:
    """Return the milestone, or raise `NotFound`: also for a creator whose partnership it is not."""
    payment = reading.get(Payment, payment_id)
    check_open_to(reading, payment.partnership)
    return payment


def list_of(reading: Reading, partnership_id: int) -> Sequence[Deliverable]:
    """Return a partnership's deliverables in order, with their posts."""
    return reading.session.scalars(
        select(Deliverable)
        .where(Deliverable.partnership_id == partnership_id)
        .order_by(Deliverable.number)
        .options(selectinload(Deliverable.posts))
    ).all()


def list_payments(reading: Reading, partnership_id: int) -> Sequence[Payment]:
    """Return a partnership's milestones in order."""
    return reading.session.scalars(
        select(Payment).where(Payment.partnership_id == partnership_id).order_by(Payment.number)
    ).all()


def find_last_revision(reading: Reading, deliverable_id: int) -> Revision | None:
    """Return the newest version with its media, if anything has been sent."""
    return reading.session.scalars(
        select(Revision)
        .where(Revision.deliverable_id == deliverable_id)
        .order_by(Revision.number.desc())
        .options(selectinload(Revision.media))
        .limit(1)
    ).one_or_none()


def find_last_words(reading: Reading, deliverable: Deliverable) -> str:
    """Return what the creator was told with the newest decision about this deliverable; "" if nothing."""
    told = reading.session.scalars(
        select(HistoryEntry.facts)
        .where(HistoryEntry.about == deliverable.partnership.about, HistoryEntry.name == DeliverableMoved.__name__)
        .order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())
    )
    decided = (facts for facts in told if facts["deliverable_id"] == deliverable.id and facts["action"] in DECISIONS)
    return str(next((facts.get("note") for facts in decided), None) or "")


def find_post(reading: Reading, url: str) -> LivePost | None:
    """Return the post that stands at the canonical address `url`, if somebody has added it."""
    return reading.session.scalars(select(LivePost).where(LivePost.url == url)).one_or_none()


def check_open_to(reading: Reading, partnership: Partnership) -> None:
    """Raise `NotFound` for a creator whose partnership it is not."""
    if reading.actor.role is Role.CREATOR and partnership.creator.account_id != reading.actor.account_id:
        raise NotFound(N_("There is nothing here."))
