"""Take note of an answer that needed a person."""

from partnerships.database.work import Work

from .finding import get_for
from .tables import CheckIn


def see(work: Work, check_in_id: int) -> CheckIn:
    """Write down who has looked at it, so that it leaves everybody's list; the first to look stays on record."""
    check_in = get_for(work, check_in_id)
    if check_in.needs_person is not None and check_in.seen_by is None:
        check_in.seen_by = work.actor.person_id
    return check_in
