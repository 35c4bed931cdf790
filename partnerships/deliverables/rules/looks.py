"""When somebody looks for a post, what they see, and when the next look is due."""

from datetime import date, timedelta
from enum import StrEnum

from partnerships.core.errors import Refused
from partnerships.core.words import N_

FOLLOWED_UP_DAYS = 3  # after a post was found changed
NOTE_LENGTH = 500


class Sight(StrEnum):
    """What a person saw. Stored in the database: rename only with a migration."""

    LIVE = "live"
    CHANGED = "changed"  # up, but not as it was: the caption, the label
    GONE = "gone"


SIGHT_LABELS = {
    Sight.LIVE: N_("seen live"),
    Sight.CHANGED: N_("seen live, but changed"),
    Sight.GONE: N_("not found"),
}
TELL = N_("Please tell the creator what you saw instead.")
ONE_PHOTO = N_("Please add one screenshot, as a photo.")


def read_note(sight: Sight, note: str) -> str:
    """Return what is noted beside `sight`, or raise `Refused`: the creator reads what was not as agreed."""
    note = note.replace("\r\n", "\n").strip()[:NOTE_LENGTH]
    if sight is not Sight.LIVE and not note:
        raise Refused(TELL, field="note")
    return note


def again_on(sight: Sight, looked_on: date, verified_on: date, days: int) -> date | None:
    """Return the day of the next look at a post that has to stay up so many `days`, None when there is none.

    It is looked at in the middle of its days and on the last of them, and soon after it was found changed.
    """
    last = verified_on + timedelta(days=days)
    soon = looked_on + timedelta(days=FOLLOWED_UP_DAYS)
    ahead = [verified_on + timedelta(days=days // 2), last]
    if sight is Sight.CHANGED:
        ahead.append(min(soon, last))
    return min((day for day in ahead if day > looked_on), default=None)
