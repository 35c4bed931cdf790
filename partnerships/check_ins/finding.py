"""Find check-ins and what was answered, each person what is theirs to see."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading

from .events import CheckInMoved
from .rules.check_ins import CheckInState
from .tables import Answer, CheckIn


def get_for(reading: Reading, check_in_id: int) -> CheckIn:
    """Return the check-in with its answer, or raise `NotFound`: also for a creator whose partnership it is not."""
    check_in = reading.session.scalars(
        select(CheckIn).where(CheckIn.id == check_in_id).options(joinedload(CheckIn.answer))
    ).one_or_none()
    if check_in is None or not _is_open_to(reading, check_in):
        raise NotFound(N_("There is nothing here."))
    return check_in


def get_with_photos(reading: Reading, check_in_id: int) -> CheckIn:
    """Return the check-in with its answer and the photos of it, as `get_for` does."""
    check_in = get_for(reading, check_in_id)
    if check_in.answer is not None:
        len(check_in.answer.photos)  # loaded while the session is open
    return check_in


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


def count_evidence(reading: Reading, partnership_id: int) -> int:
    """Return how many check-ins count as evidence: answered, and the answer is the creator's own word."""
    return int(
        reading.session.scalar(
            select(func.count(Answer.id))
            .join(CheckIn, Answer.check_in_id == CheckIn.id)
            .where(
                CheckIn.partnership_id == partnership_id,
                CheckIn.state == CheckInState.ANSWERED,
                Answer.confirmed_at.is_not(None),
            )
        )
        or 0
    )


def _is_open_to(reading: Reading, check_in: CheckIn) -> bool:
    is_creator = reading.actor.role is Role.CREATOR
    return not is_creator or check_in.partnership.creator.account_id == reading.actor.account_id
