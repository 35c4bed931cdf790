"""Tell one partnership whole: its stages and what stands in them, its money, its dates as agreed, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from partnerships.check_ins.finding import count_evidence
from partnerships.check_ins.tables import CheckIn
from partnerships.creators.tables import Handle
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.deliverables.finding import list_payments
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.people.tables import Account, Membership
from partnerships.plans.finding import find_clock, get_for, list_shipments, list_versions
from partnerships.plans.tables import Partnership, PlanVersion, Shipment, Stage, Step

HISTORY_ROWS = 200  # the newest; a whole partnership has about a hundred


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the page of one partnership shows, loaded while the unit of work is open."""

    partnership: Partnership
    stages: Sequence[Stage]
    check_ins: Sequence[CheckIn]
    deliverables: Sequence[Deliverable]
    payments: Sequence[Payment]
    shipments: Sequence[Shipment]  # the newest first
    clock: Step | None  # that runs before day 0
    evidence: int  # check-ins that are answered and confirmed

    def earned(self, payment: Payment) -> int | None:
        """Return a milestone's share of the fee in rupiah, if there is a fee."""
        fee = self.partnership.fee
        return None if fee is None else fee * payment.percent // 100


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What happened, the newest first, with the names of who did it."""

    entries: Sequence[HistoryEntry]
    names: Mapping[int, str]
    versions: Sequence[PlanVersion]


def tell(reading: Reading, partnership_id: int) -> Told:
    """Return one partnership with its parts, or raise `NotFound`: also for a creator whose it is not."""
    partnership = get_for(reading, partnership_id)
    session = reading.session
    return Told(
        partnership=partnership,
        stages=session.scalars(
            select(Stage).where(Stage.partnership_id == partnership_id).order_by(Stage.position)
        ).all(),
        check_ins=session.scalars(
            select(CheckIn)
            .where(CheckIn.partnership_id == partnership_id)
            .options(joinedload(CheckIn.answer))
            .order_by(CheckIn.number)
        ).all(),
        deliverables=session.scalars(
            select(Deliverable).where(Deliverable.partnership_id == partnership_id).order_by(Deliverable.number)
        ).all(),
        payments=list_payments(reading, partnership_id),
        shipments=list_shipments(reading, partnership_id),
        clock=find_clock(reading, partnership_id),
        evidence=count_evidence(reading, partnership_id),
    )


def tell_history(reading: Reading, partnership: Partnership) -> Chronicle:
    """Return what happened to the partnership, and its dates as they were agreed."""
    entries = reading.session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.about == partnership.about)
        .order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())
        .limit(HISTORY_ROWS)
    ).all()
    versions = list_versions(reading, partnership.id)
    people = {row.account_id for row in entries} | {version.made_by for version in versions}
    names = reading.session.execute(
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Account.id.in_({person for person in people if person is not None}))
    )
    return Chronicle(entries, {row.id: row.name for row in names}, versions)


def list_handles(reading: Reading, creator_id: int) -> Sequence[Handle]:
    """Return where the creator's community is."""
    return reading.session.scalars(select(Handle).where(Handle.creator_id == creator_id).order_by(Handle.id)).all()
