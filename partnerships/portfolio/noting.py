"""Write down that somebody was reminded by hand, so that no colleague does it again on the same day."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.zones import day_in
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading, Work
from partnerships.deliverables.tables import Deliverable
from partnerships.reminders.events import RemindedByHand

Thing = CheckIn | Deliverable


def note(work: Work, table: type[CheckIn] | type[Deliverable], thing_id: int) -> bool:
    """Write it down and return True; False when it has been today. Raise `NotFound` for what is not ours."""
    thing: Thing = work.get(table, thing_id)
    if noted_today(work, [thing]):
        return False
    partnership = thing.partnership
    work.emit(
        RemindedByHand(
            key=_key(thing, work.now),
            about=partnership.about,
            partnership_id=partnership.id,
            thing=thing.about,
        )
    )
    return True


def noted_today(reading: Reading, things: Iterable[Thing]) -> dict[str, datetime]:
    """Return when each of `things` was reminded of by hand today, where its creator lives; one statement."""
    keys = {_key(thing, reading.now): thing.about for thing in things}
    rows = reading.session.execute(select(HistoryEntry.key, HistoryEntry.at).where(HistoryEntry.key.in_(keys)))
    return {keys[key]: at for key, at in rows}


def _key(thing: Thing, now: datetime) -> str:
    return f"{thing.about}:by hand:{day_in(thing.partnership.zone, now).isoformat()}"
