"""Know when something happens next, for clocks that are moved by hand."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans.tables import Step


def next_moment(everywhere: Session, after: datetime) -> datetime | None:
    """Return the first moment after `after` at which a step or a mail is due, over every organisation."""
    step = everywhere.scalar(select(func.min(Step.next_action_at)).where(Step.next_action_at > after))
    mail = everywhere.scalar(
        select(func.min(OutboxMail.send_after)).where(
            OutboxMail.send_after > after, OutboxMail.state.in_([MailState.QUEUED, MailState.RETRY])
        )
    )
    return min((moment for moment in (step, mail) if moment is not None), default=None)
