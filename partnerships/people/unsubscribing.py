"""Let a person stop the reminders of one organisation, and take that back. What they agreed to stays as it is."""

from partnerships.database.work import Reading, Work
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.suppressing import find_standing, lift, suppress

from .finding import get_account


def is_stopped(reading: Reading) -> bool:
    """Say whether the actor wants no reminders."""
    return find_standing(reading, get_account(reading).email, Reason.UNSUBSCRIBED) is not None


def stop_reminders(work: Work) -> None:
    """Remind the actor of nothing any more; whoever works with them is told. A second time changes nothing."""
    suppress(work, get_account(work).email, Reason.UNSUBSCRIBED, "")


def want_reminders(work: Work) -> None:
    """Remind the actor again; whoever works with them is told."""
    standing = find_standing(work, get_account(work).email, Reason.UNSUBSCRIBED)
    if standing is not None:
        lift(work, standing.id)
