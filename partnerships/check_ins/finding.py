"""Find check-ins and what was answered, each person what is theirs to see."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.files.keeping import used_bytes
from partnerships.plans.finding import check_open_to
from partnerships.plans.rules.gates import Counted
from partnerships.plans.rules.partnerships import OVER
from partnerships.plans.tables import Partnership, Step

from .events import CheckInMoved
from .rules.check_ins import MAY_BE_ANSWERED, CheckInState
from .tables import Answer, CheckIn


def get_for(reading: Reading, check_in_id: int) -> CheckIn:
    """Return the check-in with its answer, or raise `NotFound`: also for a creator whose partnership it is not."""
    statement = select(CheckIn).where(CheckIn.id == check_in_id).options(*_with_answer_and_stage())
    return _insist(reading, reading.session.scalars(statement).one_or_none())


def get_with_used_bytes(reading: Reading, check_in_id: int) -> tuple[CheckIn, int]:
    """Return the check-in as `get_with_photos` does, and how many bytes the organisation keeps.

    One statement, and one more when there is an answer already.
    """
    statement = select(CheckIn, used_bytes()).where(CheckIn.id == check_in_id).options(*_with_answer_and_stage())
    check_in, used = reading.session.execute(statement).one_or_none() or (None, 0)
    return _with_photos(_insist(reading, check_in)), int(used)


def get_with_photos(reading: Reading, check_in_id: int) -> CheckIn:
    """Return the check-in with its answer and the photos of it, as `get_for` does."""
    return _with_photos(get_for(reading, check_in_id))


def list_of(reading: Reading, partnership_id: int) -> Sequence[CheckIn]:
    """Return a partnership's check-ins in order, with answers and photos."""
    return reading.session.scalars(
        select(CheckIn)
        .where(CheckIn.partnership_id == partnership_id)
        .order_by(CheckIn.number)
        .options(selectinload(CheckIn.answer).selectinload(Answer.photos))
    ).all()


def states_of(reading: Reading, partnership_id: int) -> list[CheckInState]:
    """Return how a partnership's check-ins stand, in order: the dots of progress."""
    return list(
        reading.session.scalars(
            select(CheckIn.state).where(CheckIn.partnership_id == partnership_id).order_by(CheckIn.number)
        )
    )


def find_reason(reading: Reading, check_in: CheckIn) -> str:
    """Return what was said when the check-in was moved last, such as why it was excused; "" if nothing."""
    told = select(HistoryEntry.facts).where(
        HistoryEntry.about == check_in.partnership.about,
        HistoryEntry.name == CheckInMoved.__name__,
        HistoryEntry.key.startswith(f"check_in:{check_in.id}:v{check_in.version}:", autoescape=True),
    )
    facts = reading.session.scalars(told).first()
    return str(facts.get("note") or "") if facts else ""


def find_next(reading: Reading, partnership_id: int) -> CheckIn | None:
    """Return the first check-in that is still to be answered, if there is one."""
    return reading.session.scalars(
        select(CheckIn)
        .where(
            CheckIn.partnership_id == partnership_id,
            CheckIn.state.in_([CheckInState.SCHEDULED, CheckInState.OPEN, CheckInState.LATE]),
        )
        .order_by(CheckIn.number)
        .limit(1)
    ).one_or_none()


def count_evidence(reading: Reading, partnership_id: int) -> Counted:
    """Return which check-ins count as evidence: answered, and the answer is the creator's own word.

    So do those that were due before Sahabat knew of the partnership: nobody can be asked for them any more.
    """
    given = and_(CheckIn.state == CheckInState.ANSWERED, Answer.confirmed_at.is_not(None))
    left_out = and_(CheckIn.state == CheckInState.CANCELLED, Partnership.state.not_in(OVER))
    counted = (
        select(func.count(case((given, 1))), func.count(case((left_out, 1))))
        .join(Partnership, CheckIn.partnership_id == Partnership.id)
        .outerjoin(Answer, Answer.check_in_id == CheckIn.id)
        .where(CheckIn.partnership_id == partnership_id, or_(given, left_out))
    )
    answered, before = reading.session.execute(counted).one()
    return Counted(answered, before)


def list_missing(reading: Reading, partnership_id: int) -> Mapping[str, date]:
    """Return when those check-ins are due, by key, that may become evidence: to be answered, or to be confirmed."""
    unconfirmed = and_(CheckIn.state == CheckInState.ANSWERED, Answer.confirmed_at.is_(None))
    found = reading.session.execute(
        select(CheckIn.key, Step.due_on)
        .join(CheckIn, CheckIn.step_id == Step.id)
        .outerjoin(Answer, Answer.check_in_id == CheckIn.id)
        .where(CheckIn.partnership_id == partnership_id, or_(CheckIn.state.in_(MAY_BE_ANSWERED), unconfirmed))
    )
    return dict(found.all())


def _with_photos(check_in: CheckIn) -> CheckIn:
    if check_in.answer is not None:
        len(check_in.answer.photos)  # loaded while the session is open
    return check_in


def _with_answer_and_stage() -> tuple[ExecutableOption, ...]:
    return joinedload(CheckIn.answer), joinedload(CheckIn.step).joinedload(Step.stage, innerjoin=True)


def _insist(reading: Reading, check_in: CheckIn | None) -> CheckIn:
    """Return the check-in if it is there and open to the actor, else raise `NotFound`."""
    if check_in is None:
        raise NotFound(N_("There is nothing here."))
    check_open_to(reading, check_in.partnership)
    return check_in
