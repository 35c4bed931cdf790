"""Find campaigns and partnerships, each person what is theirs to see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.files.keeping import used_bytes
from partnerships.people.tables import Account, Membership

from .events import DatesMoved, PartnershipMoved, ReceiptConfirmed
from .rules.dates import CLOCKS
from .rules.differences import Skip
from .rules.moves import BY_DAYS, SKIPPED, MoveKind
from .rules.partnerships import AGREED, DRAFTED, RECEIVED, PartnershipAction, PartnershipState
from .rules.proposals import MoveState
from .rules.templates import Template
from .rules.terms import TERM_LABELS
from .tables import (
    CalendarRule,
    Campaign,
    Edition,
    OwnTemplate,
    Partnership,
    PlanMove,
    PlanningRun,
    PlanVersion,
    Shipment,
    Stage,
    Step,
    TemplateVersion,
    Terms,
    newest,
    templates_of,
)
from .tables.templates import is_as_published

UNFINISHED = 3  # plans that were begun, offered to be gone on with
UNFINISHED_FOR = timedelta(days=14)


def get_for(reading: Reading, partnership_id: int) -> Partnership:
    """Return the partnership, or raise `NotFound`: also for a creator whose it is not, or who is not invited yet."""
    partnership = reading.get(Partnership, partnership_id)
    check_open_to(reading, partnership)
    return partnership


def check_open_to(reading: Reading, partnership: Partnership) -> None:
    """Raise `NotFound` for a creator whose partnership it is not, or who has not been asked yet."""
    is_theirs = partnership.creator.account_id == reading.actor.account_id
    if reading.actor.role is Role.CREATOR and not (is_theirs and partnership.is_shown_to_creator):
        raise NotFound(N_("There is nothing here."))


def get_campaign(reading: Reading, campaign_id: int) -> Campaign:
    """Return the campaign, or raise `NotFound`."""
    return reading.get(Campaign, campaign_id)


def find_proposed(reading: Reading, partnership_id: int) -> PlanMove | None:
    """Return the move that waits for the creator's word, if there is one; another takes its place."""
    return reading.session.scalars(
        select(PlanMove)
        .where(PlanMove.partnership_id == partnership_id, PlanMove.state == MoveState.PROPOSED)
        .order_by(PlanMove.id.desc())
        .limit(1)
    ).first()


def find_resumption(reading: Reading, partnership_id: int) -> PlanMove | None:
    """Return the move by which it went on after its last pause, if it has."""
    return reading.session.scalars(
        select(PlanMove)
        .where(PlanMove.partnership_id == partnership_id, PlanMove.kind == MoveKind.PAUSE)
        .order_by(PlanMove.id.desc())
        .limit(1)
    ).first()


def list_first_days(reading: Reading, editions: Mapping[int, Edition]) -> dict[int, date]:
    """Return the first day of the stage that each partnership starts with, by id; `editions` are their templates'.

    One statement, and one where own templates are among them.
    """
    templates = templates_of(reading.session, editions.values())
    firsts = {partnership_id: templates[edition].starts_with for partnership_id, edition in editions.items()}
    stages = select(Stage.partnership_id, Stage.key, Stage.starts_on).where(Stage.partnership_id.in_(firsts))
    return {
        row.partnership_id: row.starts_on
        for row in reading.session.execute(stages)
        if row.key == firsts[row.partnership_id]
    }


def list_asked(reading: Reading, versions: Sequence[PlanVersion]) -> dict[int, int]:
    """Return by how many days those of the plan's `versions` were to move that moves by days have made, by number.

    One that came with the parcel was to move by the days that the parcel was late: what was confirmed later still, and
    made way for today, is nothing of the parcel.
    """
    by_days = [version for version in versions if version.reason in BY_DAYS]
    asked = {version.number: _days_of_parcel(reading, version) for version in versions if version.reason == RECEIVED}
    if not by_days:
        return asked
    moves = reading.session.execute(
        select(PlanMove.number, PlanMove.wanted).where(
            PlanMove.partnership_id == by_days[0].partnership_id,
            PlanMove.number.in_([version.number for version in by_days]),
        )
    )
    return asked | {row.number: int(row.wanted["days"]) for row in moves}


def _days_of_parcel(reading: Reading, received: PlanVersion) -> int:
    """Return by how many days the plan moved when its parcel came."""
    told = select(HistoryEntry.facts).where(
        HistoryEntry.about == f"partnership:{received.partnership_id}",
        HistoryEntry.name == ReceiptConfirmed.__name__,
    )
    return int(reading.session.scalars(told).one()["moved_days"])


@dataclass(frozen=True, slots=True)
class Agreement:
    """That the creator has said yes to a version of the plan."""

    at: datetime
    account_id: int | None


def list_agreements(reading: Reading, versions: Sequence[PlanVersion]) -> dict[int, Agreement]:
    """Return which of the plan's `versions` were agreed, by number: with the invitation, and with earlier dates since.

    What was agreed once stays so, whatever was agreed later.
    """
    told = reading.session.scalars(
        select(HistoryEntry)
        .where(
            HistoryEntry.about.in_({f"partnership:{version.partnership_id}" for version in versions}),
            HistoryEntry.name.in_((PartnershipMoved.__name__, DatesMoved.__name__)),
            HistoryEntry.role == Role.CREATOR,
        )
        .order_by(HistoryEntry.at, HistoryEntry.id)
    )
    agreed: dict[int, Agreement] = {}
    for entry in told:
        number = entry.facts.get("version") if entry.facts["now"] == MoveState.APPLIED else None
        if entry.facts.get("action") == PartnershipAction.ACCEPT:
            number = max(version.number for version in versions if _stood(version, entry.at))
        if number is not None:
            agreed[number] = Agreement(entry.at, entry.account_id)
    return agreed


def _stood(version: PlanVersion, accepted_at: datetime) -> bool:
    """Say whether the version was there when the invitation was accepted, or came of that; a move may be as fast."""
    return version.made_at < accepted_at or (version.made_at == accepted_at and version.reason in {DRAFTED, AGREED})


def list_skips(reading: Reading, versions: Sequence[PlanVersion]) -> list[Skip]:
    """Return which stages were left out by those of the plan's `versions` that skips have made."""
    made = {version.number: version.partnership_id for version in versions if version.reason == SKIPPED}
    if not made:
        return []
    moves = reading.session.scalars(
        select(PlanMove).where(PlanMove.partnership_id.in_(made.values()), PlanMove.number.in_(made))
    )
    return [
        Skip(move.wanted["key"], move.note, number, number + 1 if move.state is MoveState.UNDONE else None)
        for move in moves
        for number in (move.number or 0,)
    ]


def list_movers(reading: Reading, versions: Sequence[PlanVersion]) -> dict[int, str]:
    """Return the names of who made `versions`, by account; of who has left, none."""
    people = {version.made_by for version in versions if version.made_by is not None}
    names = select(Account.id, Account.name).join(Membership, Membership.account_id == Account.id)
    return {row.id: row.name for row in reading.session.execute(names.where(Account.id.in_(people)))}


def get_template(reading: Reading, key: str) -> Template:
    """Return the template that plans are made from now, or raise `NotFound`: also for another organisation's."""
    return newest(reading.session, key)


def find_feast(reading: Reading, key: str, after: date) -> date | None:
    """Return the next day after `after` on which the feast called `key` falls in the organisation's calendar."""
    falls = CalendarRule.key == key, CalendarRule.removed_at.is_(None), CalendarRule.on > after
    return reading.session.scalar(select(func.min(CalendarRule.on)).where(*falls))


def get_own_template(reading: Reading, template_id: int) -> OwnTemplate:
    """Return an own template with its working copy, or raise `NotFound`."""
    return reading.get(OwnTemplate, template_id)


def can_be_published(reading: Reading, own: OwnTemplate) -> bool:
    """Say whether there is anything in an own template that plans are not made from yet."""
    return own.archived_at is None and not is_as_published(reading.session, own)


def list_template_versions(reading: Reading, template_id: int) -> Sequence[tuple[TemplateVersion, str]]:
    """Return the versions of an own template with who published each, the newest first."""
    rows = reading.session.execute(
        select(TemplateVersion, Account.name)
        .join(Account, TemplateVersion.made_by == Account.id)
        .where(TemplateVersion.own_template_id == template_id)
        .order_by(TemplateVersion.number.desc())
    )
    return [(version, name) for version, name in rows]


def list_versions(reading: Reading, partnership_id: int) -> Sequence[PlanVersion]:
    """Return the dates as they were agreed, the first agreement first."""
    return reading.session.scalars(
        select(PlanVersion).where(PlanVersion.partnership_id == partnership_id).order_by(PlanVersion.number)
    ).all()


def get_run(reading: Reading, run_id: int) -> PlanningRun:
    """Return the planning run, or raise `NotFound`."""
    return reading.get(PlanningRun, run_id)


def list_unfinished(reading: Reading) -> Sequence[PlanningRun]:
    """Return what the actor began to plan lately and has not started, with somebody or something chosen already."""
    return reading.session.scalars(
        select(PlanningRun)
        .where(
            PlanningRun.manager_id == reading.actor.person_id,
            PlanningRun.started_at.is_(None),
            PlanningRun.campaign_id.is_not(None),
            PlanningRun.created_at > reading.now - UNFINISHED_FOR,
        )
        .order_by(PlanningRun.id.desc())
        .limit(UNFINISHED)
    ).all()


def get_used_bytes(reading: Reading, partnership_id: int) -> int:
    """Return how many bytes the organisation keeps, once the partnership is one that `get_for` returns."""
    get_for(reading, partnership_id)
    asked = select(Partnership.id, used_bytes()).where(Partnership.id == partnership_id)
    return int(reading.session.execute(asked).one()[1])


def list_shipments(reading: Reading, partnership_id: int) -> Sequence[Shipment]:
    """Return the parcels of a partnership, the newest first."""
    return reading.session.scalars(
        select(Shipment).where(Shipment.partnership_id == partnership_id).order_by(Shipment.id.desc())
    ).all()


def find_last_shipment(reading: Reading, partnership_id: int) -> Shipment | None:
    """Return the parcel that was sent last, if any was: it is the one that people speak of."""
    newest = select(Shipment).where(Shipment.partnership_id == partnership_id).order_by(Shipment.id.desc())
    return reading.session.scalars(newest.limit(1)).first()


def find_received_on(reading: Reading, partnership: Partnership) -> date | None:
    """Return the day on which the product arrived, as far as anybody has said so."""
    if partnership.waits_for_parcel:
        return partnership.anchor_on if partnership.anchor_confirmed_at else None
    first = select(func.min(Shipment.received_on)).where(Shipment.partnership_id == partnership.id)
    return reading.session.scalar(first)


def find_awaited_shipment(reading: Reading, partnership_id: int) -> Shipment | None:
    """Return the parcel that was sent last while nobody has said that it arrived, or None."""
    last = find_last_shipment(reading, partnership_id)
    return last if last is not None and last.is_awaited else None


def find_clock(reading: Reading, partnership_id: int) -> Step | None:
    """Return the clock that runs before day 0, or None: there is never more than one."""
    running = select(Step).where(Step.partnership_id == partnership_id, Step.kind.in_(CLOCKS), Step.done_at.is_(None))
    return reading.session.scalars(running).one_or_none()


def find_terms(reading: Reading, partnership_id: int) -> Terms | None:
    """Return what has been agreed beside the plan and the fee, or None while nothing has been written down."""
    return reading.session.scalars(select(Terms).where(Terms.partnership_id == partnership_id)).one_or_none()


def find_wishes(reading: Reading, partnership: Partnership) -> str:
    """Return what somebody said they want to talk about, while terms are talked about; "" if nothing."""
    is_talking = partnership.state is PartnershipState.NEGOTIATING
    return list_wishes(reading, [partnership.id]).get(partnership.id, "") if is_talking else ""


def list_wishes(reading: Reading, partnership_ids: Collection[int]) -> dict[int, str]:
    """Return what was said with the last step of partnerships whose terms are talked about, by id; one statement."""
    abouts = [f"partnership:{partnership_id}" for partnership_id in partnership_ids]
    moved = (
        select(HistoryEntry.facts)
        .where(HistoryEntry.about.in_(abouts), HistoryEntry.name == PartnershipMoved.__name__)
        .order_by(HistoryEntry.at, HistoryEntry.id)
    )
    return {facts["partnership_id"]: facts["note"] for facts in reading.session.scalars(moved)}


def standing_terms(partnership: Partnership, terms: Terms | None) -> dict[str, str]:
    """Return the terms as they stand, by name; before any were written down, the number that the brand knows."""
    if terms is None:
        return dict.fromkeys(TERM_LABELS, "") | {"whatsapp": partnership.creator.whatsapp}
    return {name: getattr(terms, name) for name in TERM_LABELS}
