"""Find what waits for the brand and what waits for the creator, as rows of columns: never one query a row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Label,
    ScalarSelect,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.creators.tables import Creator
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import LIVE, DeliverableState
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import ContentMessage, Deliverable, Payment
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import CLOCKS, StepKind
from partnerships.plans.rules.gates import NOTICED_AFTER_DAYS
from partnerships.plans.rules.partnerships import OVER, STANDING_STILL, PartnershipState
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.tables import Partnership, PlanMove, Shipment, Stage, Step
from partnerships.reminders.waits import STILL_ASKED

from .finding import is_asked, is_asked_for
from .listing import ROWS, Listing, Wait, listing
from .rules.marks import AWAITED, TO_POST
from .rules.waits import SOON_DAYS, WaitKind

ASKED = 200  # check-ins, and as many pieces of content, that somebody may remind of by hand on one day
UNANSWERED = (CheckInState.OPEN, CheckInState.LATE)
COMING = (*UNANSWERED, CheckInState.SCHEDULED)
OWED = (PaymentState.EARNED, PaymentState.APPROVED, PaymentState.DISPUTED)
BRAND_MOVES = (PartnershipState.DRAFT, PartnershipState.NEGOTIATING, PartnershipState.ACCEPTED)
# What is left to the creator is never waited for, and a task is a matter of the team.
CREATORS = (Course.POST, Course.CLIPS)
TEAMS = (*CREATORS, Course.TASK)
CREATOR_MOVES = (PartnershipState.PREPARING, PartnershipState.INVITED)


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that Today shows."""

    messages: Listing
    reviews: Listing
    posts: Listing
    persons: Listing
    moves: Listing
    payments: Listing
    missed: Listing
    overdue: Listing
    soon: Listing
    numbers: Listing
    answers: Listing
    risks: Listing

    @property
    def is_empty(self) -> bool:
        """Say whether nobody waits for anybody."""
        return not any(getattr(self, name).total for name in self.__slots__)


def look_at_today(reading: Reading) -> Board:
    """Return the board; the number of statements does not grow with the number of partnerships."""
    held = _partnerships(reading, Partnership.state == PartnershipState.ON_HOLD)
    persons = _answers(reading, WaitKind.NEEDS_PERSON, CheckIn.waits_for_person())
    return Board(
        messages=_messages(reading, ContentMessage.by_creator.is_(True)),
        reviews=_content(
            reading,
            (DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW),
            WaitKind.REVIEW,
            Partnership.state != PartnershipState.ON_HOLD,  # nobody decides then
        ),
        posts=_posts(reading),
        persons=_together(held, persons),
        moves=_brands_turn(reading),
        payments=_payments(reading),
        missed=_check_ins(reading, CheckIn.state == CheckInState.MISSED),
        overdue=_by_day(
            _check_ins(reading, CheckIn.state.in_(COMING), Step.due_at < reading.now),
            _deliverables(reading, TEAMS, Step.due_at < reading.now),
        ),
        soon=_by_day(
            _check_ins(reading, CheckIn.state.in_(COMING), Step.due_at >= reading.now),
            _deliverables(reading, TEAMS, Step.due_at >= reading.now),
        ),
        numbers=_numbers(reading, reading.now + timedelta(days=SOON_DAYS)),
        answers=_creators_turn(reading),
        risks=_risks(reading),
    )


def list_asked_today(reading: Reading) -> list[Wait]:
    """Return what creators are reminded of today: what is due, the longest overdue first; three statements."""
    by_tonight = Step.due_at <= reading.now + timedelta(days=1)  # "due" means 23:59 where the creator lives
    waits = (
        *_check_ins(reading, CheckIn.state.in_(UNANSWERED), by_tonight, rows=ASKED).rows,
        *_deliverables(reading, CREATORS, by_tonight, rows=ASKED).rows,
    )
    return sorted((wait for wait in waits if wait.on <= wait.today), key=lambda wait: (wait.on, wait.thing_id))


def look_at_mine(reading: Reading) -> list[Wait]:
    """Return what waits for the creator who asks, the most urgent first; among it what opens this week."""
    selves = select(Creator.id).where(Creator.account_id == reading.actor.account_id)
    mine = and_(Partnership.creator_id.in_(selves), is_asked())
    waits = [
        *_check_ins(reading, mine, CheckIn.state.in_(COMING)).rows,
        *_deliverables(reading, CREATORS, mine).rows,
        *_numbers(reading, reading.now + timedelta(days=1), mine).rows,  # what is read off before its day counts little
        *_messages(reading, ContentMessage.by_creator.is_(False), mine).rows,
        *_moves_of_creators(reading, mine).rows,
        *_answers(reading, WaitKind.CONFIRMATION, Answer.confirmed_at.is_(None), mine).rows,
    ]
    return sorted(waits, key=lambda wait: (not wait.is_overdue, wait.on, wait.thing_id))


def _brands_turn(reading: Reading) -> Listing:
    """Return the partnerships that the brand moves next.

    Also those whose last parcel came damaged or not at all, and those that have begun without one: where dates do not
    count from the parcel, nothing else asks for it.
    """
    is_troubled = and_(Shipment.partnership_id == Partnership.id, Shipment.troubles_brand())
    sent = select(Shipment.id).where(Shipment.partnership_id == Partnership.id).correlate(Partnership)
    never_sent = and_(Partnership.state == PartnershipState.ACTIVE, ~sent.exists())
    statement = (
        select(Partnership.id.label("thing_id"), Partnership.state, Partnership.hold_cause, _clock())
        .add_columns(Shipment.damaged_at, Shipment.missing_at)
        .add_columns(func.coalesce(Shipment.damaged_at, Shipment.missing_at, Partnership.moved_at).label("since"))
        .outerjoin(Shipment, is_troubled)
        .where(or_(Partnership.state.in_(BRAND_MOVES), Shipment.id.is_not(None), never_sent))
        .where(Partnership.state.not_in(OVER))
    )
    return listing(reading, statement, None)


def _creators_turn(reading: Reading) -> Listing:
    troubled = select(Shipment.partnership_id).where(Shipment.troubles_brand())
    moves = _moves_of_creators(reading, Partnership.id.not_in(troubled))
    recorded = _answers(reading, WaitKind.CONFIRMATION, Answer.confirmed_at.is_(None))
    return _together(moves, recorded)


def _moves_of_creators(reading: Reading, *conditions: ColumnElement[bool]) -> Listing:
    """Return the partnerships that their creators move next, and earlier dates that wait for their yes: those twice."""
    which = union_all(select(literal(0).label("is_dates")), select(literal(1))).subquery()
    is_proposed = and_(which.c.is_dates == 1, PlanMove.partnership_id == Partnership.id)
    statement = (
        select(func.coalesce(PlanMove.id, Partnership.id).label("thing_id"), Partnership.state, Partnership.hold_cause)
        .add_columns(case((PlanMove.id.is_(None), _clock())).label("until"), PlanMove.made_at.label("proposed_at"))
        .add_columns(func.coalesce(PlanMove.made_at, Partnership.moved_at).label("since"))
        .select_from(Partnership)
        .join(which, true())
        .outerjoin(PlanMove, and_(is_proposed, PlanMove.state == MoveState.PROPOSED))
        .where(*conditions)
    )
    is_next = and_(which.c.is_dates == 0, Partnership.state.in_(CREATOR_MOVES))
    is_open = and_(PlanMove.id.is_not(None), Partnership.state.not_in(STANDING_STILL))
    return listing(reading, statement.where(or_(is_next, is_open)), None)


def _together(*listings: Listing) -> Listing:
    """Return one list after the other."""
    rows = tuple(wait for listing in listings for wait in listing.rows)
    return Listing(rows, sum(listing.total for listing in listings))


def _by_day(*listings: Listing) -> Listing:
    """Return the first rows of several lists as one list, the oldest day first."""
    whole = _together(*listings)
    return Listing(tuple(sorted(whole.rows, key=lambda wait: (wait.on, wait.thing_id))[:ROWS]), whole.total)


def _content(
    reading: Reading, states: Sequence[DeliverableState], kind: WaitKind, *conditions: ColumnElement[bool]
) -> Listing:
    statement = (
        select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number)
        .add_columns(Deliverable.waiting_since.label("since"))
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(Deliverable.state.in_(states), *conditions)
    )
    return listing(reading, statement, kind)


def _posts(reading: Reading) -> Listing:
    """Return the posts that nobody has seen yet, and those that somebody is to look at again."""
    is_due = and_(
        Deliverable.state == DeliverableState.KEEPING_LIVE,
        Deliverable.look_again_at <= reading.now,
        Partnership.state.in_(STILL_ASKED),
    )
    statement = (
        select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number, Deliverable.look_again_at)
        .add_columns(func.coalesce(Deliverable.waiting_since, Deliverable.look_again_at).label("since"))
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(or_(Deliverable.state == DeliverableState.PUBLISHED_UNVERIFIED, is_due))
    )
    return listing(reading, statement, WaitKind.CHECK_LIVE)


def _answers(reading: Reading, kind: WaitKind, *conditions: ColumnElement[bool]) -> Listing:
    statement = (
        select(CheckIn.id.label("thing_id"), CheckIn.key, CheckIn.number)
        .add_columns(CheckIn.needs_person.label("meaning"), Answer.answered_at.label("since"))
        .join(Answer, Answer.check_in_id == CheckIn.id)
        .join(Partnership, CheckIn.partnership_id == Partnership.id)
        .where(CheckIn.state == CheckInState.ANSWERED, *conditions)
    )
    return listing(reading, statement, kind)


def _partnerships(reading: Reading, *conditions: ColumnElement[bool]) -> Listing:
    statement = select(
        Partnership.id.label("thing_id"),
        Partnership.moved_at.label("since"),
        Partnership.state,
        Partnership.hold_cause,
        _clock(),
    ).where(*conditions)
    return listing(reading, statement, None)


def _risks(reading: Reading) -> Listing:
    """Return what is overdue by a week, and which stages have waited at their gates for days: first of all those."""
    noticed = reading.now - timedelta(days=NOTICED_AFTER_DAYS)
    has_waited = and_(Stage.partnership_id == Partnership.id, Stage.waits_since <= noticed)
    statement = (
        select(Partnership.id.label("thing_id"), Stage.key, Stage.waits_since)
        .add_columns(func.coalesce(Stage.waits_since, Partnership.at_risk_since).label("since"))
        .outerjoin(Stage, has_waited)
        .where(or_(Partnership.at_risk_since.is_not(None), Stage.id.is_not(None)))
    )
    return listing(reading, statement.where(Partnership.state == PartnershipState.ACTIVE), WaitKind.AT_RISK)


def _clock() -> Label[datetime]:
    """Return until when the clock lets whoever moves next before day 0 take their time."""
    running = select(Step.due_at).where(
        Step.partnership_id == Partnership.id, Step.kind.in_(CLOCKS), Step.done_at.is_(None)
    )
    return running.scalar_subquery().label("until")


def _payments(reading: Reading) -> Listing:
    is_disputed = Payment.state == PaymentState.DISPUTED
    statement = (
        select(Payment.id.label("thing_id"), Payment.number, Payment.state.label("stands"), Payment.pay_by)
        .add_columns(case((is_disputed, null()), else_=Payment.pay_by).label("owed_by"))
        .add_columns(func.coalesce(_disputed_at(), Payment.earned_at).label("since"))
        .join(Partnership, Payment.partnership_id == Partnership.id)
        .where(Payment.state.in_(OWED))
    )
    return listing(reading, statement, None, by="pay_by")


def _disputed_at() -> ScalarSelect[datetime]:
    """Return since when a payment has been disputed: its newest move is told under its version."""
    key = literal("payment:") + cast(Payment.id, String) + ":v" + cast(Payment.version, String) + ":disputed"
    return select(HistoryEntry.at).where(HistoryEntry.key == key).correlate(Payment).scalar_subquery()


def _check_ins(reading: Reading, *conditions: ColumnElement[bool], rows: int = ROWS) -> Listing:
    """Return check-ins whose day has passed or comes this week."""
    statement = (
        select(CheckIn.id.label("thing_id"), CheckIn.key, CheckIn.number, CheckIn.state.label("stands"))
        .add_columns(Step.due_on, Step.due_by, Step.due_at)
        .join(Step, CheckIn.step_id == Step.id)
        .join(Partnership, CheckIn.partnership_id == Partnership.id)
        .where(*_runs_until_soon(reading), *conditions)
    )
    return listing(reading, statement, None, by="due_at", rows=rows)


def _deliverables(
    reading: Reading, courses: Collection[Course], *conditions: ColumnElement[bool], rows: int = ROWS
) -> Listing:
    """Return drafts, posts and tasks whose day has passed or comes this week; each has one step that counts now."""
    is_post = or_(Deliverable.state.in_(TO_POST), Deliverable.draft_step_id.is_(None))
    step_id = case((is_post, Deliverable.publish_step_id), else_=Deliverable.draft_step_id)
    statement = (
        select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number, is_post.label("is_post"))
        .add_columns(Deliverable.course, Step.due_on, Step.due_by, Step.due_at)
        .join(Step, Step.id == step_id)
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(*_runs_until_soon(reading), Deliverable.state.in_(AWAITED), Deliverable.course.in_(courses))
        .where(is_asked_for(), *conditions)
    )
    return listing(reading, statement, None, by="due_at", rows=rows)


def _numbers(reading: Reading, until: datetime, *conditions: ColumnElement[bool]) -> Listing:
    """Return the posts that were seen live, and whose numbers are asked for by `until`."""
    statement = (
        select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number)
        .add_columns(Step.due_on, Step.due_by, Step.due_at)
        .join(Step, and_(Step.partnership_id == Deliverable.partnership_id, Step.key == Deliverable.key))
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(Step.kind == StepKind.METRICS, Step.done_at.is_(None), Step.due_at <= until)
        .where(Deliverable.state.in_(LIVE), Partnership.state.in_(STILL_ASKED), *conditions)
    )
    return listing(reading, statement, WaitKind.NUMBERS, by="due_at")


def _messages(reading: Reading, *conditions: ColumnElement[bool]) -> Listing:
    """Return the content about which something was said that nobody of the other side has seen."""
    named = Deliverable.key, Deliverable.number
    statement = (
        select(Deliverable.id.label("thing_id"), *named, func.min(ContentMessage.sent_at).label("since"))
        .join(ContentMessage, ContentMessage.deliverable_id == Deliverable.id)
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(ContentMessage.seen_at.is_(None), *conditions)
        .group_by(Deliverable.id, *named, Partnership.id)
    )
    return listing(reading, statement, WaitKind.MESSAGE)


def _runs_until_soon(reading: Reading) -> tuple[ColumnElement[bool], ...]:
    soon = reading.now + timedelta(days=SOON_DAYS)
    return Partnership.state == PartnershipState.ACTIVE, Step.due_at <= soon


def load_things(reading: Reading, waits: Sequence[Wait]) -> list[CheckIn | Deliverable]:
    """Return the check-ins and deliverables that `waits` are about, whole, to be worded: two statements."""
    by_kind = {kind: {wait.thing_id for wait in waits if wait.kind is kind} for kind in WaitKind}
    check_ins = select(CheckIn).where(CheckIn.id.in_(by_kind[WaitKind.CHECK_IN]))
    deliverables = select(Deliverable).where(Deliverable.id.in_(by_kind[WaitKind.DRAFT] | by_kind[WaitKind.POST]))
    return [*reading.session.scalars(check_ins), *reading.session.scalars(deliverables)]
