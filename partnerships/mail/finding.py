"""Find mail: what went out, what waits, what could not be delivered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.work import Reading

from .tables import MailState, OutboxMail

PAGE = 50
UNDELIVERED_STATES = frozenset({MailState.DEAD, MailState.SUPPRESSED})
UNDELIVERED = timedelta(days=14)  # so long a mail that was given up is worth a word


def list_mail(reading: Reading, page: int = 1, since: datetime | None = None) -> Sequence[OutboxMail]:
    """Return one page of mail, the newest first; creators see what was sent to them.

    `since`: only what was sent after that moment.
    """
    newest = _visible(reading, since).order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
    return reading.session.scalars(newest.limit(PAGE).offset((page - 1) * PAGE)).all()


def count_mail(reading: Reading, since: datetime | None = None) -> int:
    """Return how many mails `list_mail` would show on all its pages."""
    return reading.session.scalar(select(func.count()).select_from(_visible(reading, since).subquery())) or 0


def get_mail(reading: Reading, mail_id: int) -> OutboxMail:
    """Return the mail, or raise `NotFound`: also for a creator to whom it was not sent."""
    mail = reading.session.scalars(_visible(reading).where(OutboxMail.id == mail_id)).one_or_none()
    if mail is None:
        raise NotFound(N_("There is nothing here."))
    return mail


def list_undelivered(reading: Reading) -> Sequence[OutboxMail]:
    """Return mails lately given up or suppressed, the newest first: these people should be reached in another way."""
    lately = OutboxMail.send_after >= reading.now - UNDELIVERED
    given_up = _visible(reading).where(OutboxMail.state.in_(UNDELIVERED_STATES), lately)
    return reading.session.scalars(given_up.order_by(OutboxMail.id.desc()).limit(PAGE)).all()


def _visible(reading: Reading, since: datetime | None = None) -> Select[OutboxMail]:
    mails = select(OutboxMail).options(joinedload(OutboxMail.recipient), joinedload(OutboxMail.link))
    if reading.actor.role is Role.CREATOR:
        mails = mails.where(OutboxMail.recipient_id == reading.actor.account_id)
    return mails if since is None else mails.where(OutboxMail.sent_at >= since)
