"""Let a person stop the reminders of one organisation, and take that back. What they agreed to stays as it is."""

from sqlalchemy import select

from partnerships.database.work import Reading, Work
from partnerships.mail.keeping import find_standing, suppress
from partnerships.mail.rules.suppressions import Reason

from .events import RemindersStopped, RemindersWanted
from .tables import Membership


def is_stopped(reading: Reading) -> bool:
    """Say whether the actor wants no reminders."""
    return find_standing(reading, _own(reading).account.email, Reason.UNSUBSCRIBED) is not None


def stop_reminders(work: Work) -> None:
    """Remind the actor of nothing any more; whoever works with them is told. A second time changes nothing."""
    member = _own(work)
    if find_standing(work, member.account.email, Reason.UNSUBSCRIBED) is None:
        suppress(work, member.account.email, Reason.UNSUBSCRIBED, "")
        work.emit(
            RemindersStopped(
                key=f"membership:{member.id}:stopped:{work.now.isoformat()}",
                about=f"membership:{member.id}",
                account_id=member.account_id,
            )
        )


def want_reminders(work: Work) -> None:
    """Remind the actor again."""
    member = _own(work)
    standing = find_standing(work, member.account.email, Reason.UNSUBSCRIBED)
    if standing is not None:
        standing.lift(work.now)
        work.emit(
            RemindersWanted(
                key=f"membership:{member.id}:wanted:{work.now.isoformat()}",
                about=f"membership:{member.id}",
                account_id=member.account_id,
            )
        )


def _own(reading: Reading) -> Membership:
    return reading.session.scalars(select(Membership).where(Membership.account_id == reading.actor.person_id)).one()
