"""Tell one partnership whole: its stages and what stands in them, its money, its dates as agreed, its history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, select
from sqlalchemy.orm import joinedload

from partnerships.authenticity.events import DecisionTakenBack
from partnerships.check_ins.finding import count_evidence
from partnerships.check_ins.rules.check_ins import MAY_BE_ANSWERED
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.creators.tables import Handle
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.deliverables.finding import list_payments, list_proofs
from partnerships.deliverables.rules.deliverables import LIVE, DeliverableState
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.files.tables import StoredFile
from partnerships.mail.finding import MOMENT, Gone, list_gone, went_out
from partnerships.people.tables import Account, Membership
from partnerships.plans.events import PartnershipMoved
from partnerships.plans.finding import (
    Agreement,
    find_clock,
    find_terms,
    find_wishes,
    get_for,
    list_agreements,
    list_shipments,
    list_skips,
    list_versions,
)
from partnerships.plans.rules.differences import Skip
from partnerships.plans.rules.gates import StageStand, stand
from partnerships.plans.rules.templates import StageGate
from partnerships.plans.tables import Partnership, PlanVersion, Shipment, Stage, Step, Terms

from .rules.stories import StoryKind, names_of

MOMENTS = 40  # in which something happened, on one page of the history; a whole partnership has about a hundred
OF_DECISIONS = ("DeliverableMoved", "RevisionDecided", "ContentPutOff")  # what a decision leaves in the history
NEWEST = 25  # that the partnership's own page shows; ending one takes about twenty


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the page of one partnership shows, loaded while the unit of work is open."""

    partnership: Partnership
    stages: Sequence[Stage]
    check_ins: Sequence[CheckIn]
    deliverables: Sequence[Deliverable]
    payments: Sequence[Payment]
    proofs: Mapping[int, StoredFile]  # pictures of receipts, by the payment's id
    shipments: Sequence[Shipment]  # the newest first
    clock: Step | None  # that runs before day 0
    terms: Terms | None
    evidence: int  # check-ins that are answered and confirmed
    wishes: str  # what somebody wants to talk about, while terms are talked about

    @property
    def abouts(self) -> list[str]:
        """Return what mails of this partnership are about."""
        content = (one.about for one in self.deliverables)
        return [self.partnership.about, *(one.about for one in self.check_ins), *content]

    @property
    def missing_answers(self) -> list[date]:
        """Return when those check-ins are due that may still count as evidence, as `list_missing` asks for them."""
        return [one.step.due_on for one in self.check_ins if one.state in MAY_BE_ANSWERED or _is_unconfirmed(one)]

    def stand_of(self, gate: StageGate) -> StageStand:
        """Return how the gate of one of the stages stands."""
        approved = [one.key for one in self.deliverables if one.state is DeliverableState.APPROVED]
        return stand(gate, self.evidence, approved, [one.key for one in self.deliverables if one.state in LIVE])


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What happened, the newest first, with the names of who did it, and the mails that went out meanwhile.

    `next` is before when the page after it begins. Versions of the plan that were made from `since` on and before
    `until` belong to this page (None: no bound).
    """

    entries: Sequence[HistoryEntry]
    names: Mapping[int, str]
    versions: Sequence[PlanVersion]
    agreements: Mapping[int, Agreement]  # which versions were agreed, by number
    skips: Sequence[Skip]
    mails: Sequence[Gone] = ()
    next: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    shows_versions: bool = False

    def holds(self, made_at: datetime) -> bool:
        """Say whether a version of the plan that was made then stands on this page."""
        is_here = (self.since is None or self.since <= made_at) and (self.until is None or made_at < self.until)
        return self.shows_versions and is_here


def _is_unconfirmed(check_in: CheckIn) -> bool:
    return check_in.answer is not None and check_in.answer.confirmed_at is None


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
        proofs=list_proofs(reading, partnership_id),
        shipments=list_shipments(reading, partnership_id),
        clock=find_clock(reading, partnership_id),
        terms=find_terms(reading, partnership_id),
        evidence=count_evidence(reading, partnership_id),
        wishes=find_wishes(reading, partnership),
    )


def tell_newest(reading: Reading, partnership: Partnership) -> Chronicle:
    """Return what happened last, and every version of the plan, for the partnership's own page."""
    return _chronicle(reading, partnership, _newest_first(HistoryEntry.about == partnership.about).limit(NEWEST))


def look_back(reading: Reading, told: Told, kind: StoryKind | None = None, before: datetime | None = None) -> Chronicle:
    """Return one page of what happened before that moment, with the versions of the plan that belong to it.

    What happened in one moment is never torn apart. Creators read what is theirs, from the day they were asked on.
    """
    partnership, is_creator = told.partnership, reading.actor.role is Role.CREATOR
    first = _asked_at(reading, partnership) if is_creator else None
    story = [HistoryEntry.about == partnership.about, HistoryEntry.name.in_(names_of(kind, for_creator=is_creator))]
    if is_creator:
        story.append(~and_(HistoryEntry.at.in_(_unheard(reading, partnership)), HistoryEntry.name.in_(OF_DECISIONS)))
    stretch = _Stretch(first, before)
    mails = went_out(told.abouts, reading.actor.account_id if is_creator else None)
    found = _moments(reading, HistoryEntry.at, *story, *stretch.holding(HistoryEntry.at))
    if kind in {None, StoryKind.MAIL}:
        found = sorted({*found, *_moments(reading, MOMENT, *mails, *stretch.holding(MOMENT))}, reverse=True)
    ends = found[MOMENTS - 1] if len(found) > MOMENTS else None
    stretch = _Stretch(ends or first, before)
    chronicle = _chronicle(reading, partnership, _newest_first(*story, *stretch.holding(HistoryEntry.at)))
    return replace(
        chronicle,
        mails=list_gone(reading, *mails, *stretch.holding(MOMENT)) if kind in {None, StoryKind.MAIL} else (),
        next=ends,
        since=ends or first,
        until=before,
        shows_versions=kind in {None, StoryKind.PLAN},
    )


def look_through(reading: Reading, told: Told, names: Collection[str], deliverable_id: int | None = None) -> Chronicle:
    """Return everything of these names that ever happened, the newest first.

    Given a piece of content, only what is about it or about no content at all.
    """
    story = HistoryEntry.about == told.partnership.about, HistoryEntry.name.in_(names)
    chronicle = _chronicle(reading, told.partnership, _newest_first(*story))
    if deliverable_id is None:
        return chronicle
    about = {None, deliverable_id}
    return replace(chronicle, entries=[one for one in chronicle.entries if one.facts.get("deliverable_id") in about])


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some time: from `since` on, and before `until` (None: no bound)."""

    since: datetime | None
    until: datetime | None

    def holding(self, moment: SQLColumnExpression[datetime]) -> list[ColumnElement[bool]]:
        """Return the conditions that `moment` lies inside."""
        begun = [] if self.since is None else [moment >= self.since]
        return begun if self.until is None else [*begun, moment < self.until]


def _moments(
    reading: Reading, moment: SQLColumnExpression[datetime], *conditions: ColumnElement[bool]
) -> Sequence[datetime]:
    """Return the newest moments, as many as tell whether there is another page."""
    moments = select(moment).where(*conditions).distinct().order_by(moment.desc())
    return reading.session.scalars(moments.limit(MOMENTS + 1)).all()


def _newest_first(*conditions: ColumnElement[bool]) -> Select[HistoryEntry]:
    return select(HistoryEntry).where(*conditions).order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())


def _asked_at(reading: Reading, partnership: Partnership) -> datetime | None:
    """Return when its creator was first asked: the first thing that a plan can do is to invite."""
    moved = HistoryEntry.about == partnership.about, HistoryEntry.name == PartnershipMoved.__name__
    return reading.session.scalar(select(func.min(HistoryEntry.at)).where(*moved))


def _unheard(reading: Reading, partnership: Partnership) -> set[datetime]:
    """Return when something was decided that was taken back before its creator heard of it, and when it was."""
    taken_back = HistoryEntry.about == partnership.about, HistoryEntry.name == DecisionTakenBack.__name__
    rows = reading.session.execute(select(HistoryEntry.at, HistoryEntry.facts).where(*taken_back)).all()
    return {at for at, _ in rows} | {datetime.fromisoformat(facts["decided_at"]) for _, facts in rows}


def _chronicle(reading: Reading, partnership: Partnership, story: Select[HistoryEntry]) -> Chronicle:
    entries = reading.session.scalars(story).all()
    versions = list_versions(reading, partnership.id)
    agreements = list_agreements(reading, versions)
    people = {row.account_id for row in entries} | {version.made_by for version in versions}
    people |= {agreed.account_id for agreed in agreements.values()}
    names = reading.session.execute(
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Account.id.in_({person for person in people if person is not None}))
    )
    return Chronicle(entries, {row.id: row.name for row in names}, versions, agreements, list_skips(reading, versions))


def list_handles(reading: Reading, creator_id: int) -> Sequence[Handle]:
    """Return where the creator's community is."""
    return reading.session.scalars(select(Handle).where(Handle.creator_id == creator_id).order_by(Handle.id)).all()
