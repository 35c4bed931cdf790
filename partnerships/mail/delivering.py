"""Get due mail out of the outbox: at least once, never by two senders at the same time, never after it is done."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from partnerships.clockwork.engine import Job
from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Conflict
from partnerships.database.claiming import claim, skip_locked
from partnerships.database.work import Reading, Transactions

from .letters import Attachment, envelope, word
from .mailers import Mailer, MailFailed
from .rules.retries import MAX_ATTEMPTS, Outcome, next_try
from .rules.suppressions import Reason
from .suppressing import find_stop, suppress
from .tables import NOT_NEEDED, OUT_OF_DATE, DeliveryEvent, DeliveryEventName, MailState, OutboxMail, token_of

LEASE = timedelta(seconds=120)  # by the machine's clock
BATCH = 100
ROUND = timedelta(seconds=40)  # no new mail after this: the tick should come again, and long before a lease ends
SIGN_OF_LIFE = timedelta(seconds=10)  # by the machine's clock, between two of them: a slow server is no dead tick
SENT_PAUSES = (0.1, 0.5, 2.0)  # seconds between tries to write down that a mail is out
TOLD = 500  # characters of an error that are kept
TOLD_OF = {
    "sent": DeliveryEventName.SENT,
    "retried": DeliveryEventName.RETRIED,
    "dead": DeliveryEventName.DEAD,
    "suppressed": DeliveryEventName.SUPPRESSED,
}

log = logging.getLogger(__name__)

# Asked at the last moment: True to send now, a moment (business clock) to send later, None when it is done or over.
StillWanted = Callable[[Reading, OutboxMail], bool | datetime | None]
Attach = Callable[[Reading, OutboxMail], Attachment | None]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many mails went which way. `paused` says why the whole channel stopped, or is None."""

    sent: int = 0
    retried: int = 0
    dead: int = 0
    cancelled: int = 0
    suppressed: int = 0
    postponed: int = 0
    given_back: int = 0
    paused: str | None = None

    @property
    def failed(self) -> int:
        """How many could not be sent just now, or ever."""
        return self.retried + self.dead


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to send one mail until LEASE is over."""

    mail_id: int
    org_id: int
    attempts: int
    expires_at: datetime | None
    was_tried: bool
    token: str
    address: str


@dataclass(slots=True)
class _Round:
    """One call of `deliver`: what it works with, and what came of it."""

    transactions: Transactions
    mailer: Mailer
    still_wanted: StillWanted
    jitter: Callable[[], float]
    show_life: Callable[[], None]
    attach: Attach
    stopping: Callable[[], bool]
    shown_at: datetime
    outcomes: Counter[str] = field(default_factory=Counter)
    paused: str | None = None

    def may_send(self, until: datetime) -> bool:
        """Say whether to begin another mail: the channel is open, there is time, and nobody asked us to stop."""
        return self.paused is None and self.transactions.machine.now() <= until and not self.stopping()

    def go_on(self) -> None:
        """Show between two mails that somebody is at work, when the last sign of life is a while ago."""
        now = self.transactions.machine.now()
        if now - self.shown_at >= SIGN_OF_LIFE:
            self.show_life()
            self.shown_at = now

    def finish(self, lease: _Lease, outcome: str, *, gone: str | None = None, **values: Any) -> None:
        """Write down how it went, unless the lease ran out and somebody else holds it now.

        `gone`: the address, when nobody is there.
        """
        with self.transactions.begin(Actor(None, lease.org_id, Role.SYSTEM)) as work:
            given_back = {"lease_token": None, "lease_until": None, **values}
            if not claim(work.session, OutboxMail, lease.mail_id, OutboxMail.held_by(lease.token), given_back):
                return
            self.outcomes[outcome] += 1
            told = values.get("last_error") or ""
            if outcome in TOLD_OF:
                work.session.add(_event(lease, work.now, TOLD_OF[outcome], values.get("smtp_code"), told))
            if gone:
                suppress(work, gone, Reason.UNREACHABLE, told)


def deliver(
    transactions: Transactions,
    mailer: Mailer,
    still_wanted: StillWanted,
    jitter: Callable[[], float] = random.random,
    *,
    show_life: Callable[[], None] = lambda: None,
    attach: Attach = lambda _reading, _mail: None,
    stopping: Callable[[], bool] = lambda: False,
    holder: str = "",
) -> DeliveryReport:
    """Send what is due, and call `show_life` now and then meanwhile; end after the mail in hand once `stopping`.

    `holder` names who sends, so that its leases can be freed when it is known to be gone. Raise nothing for a single
    mail; a broken channel is in the report.
    """
    began_at = transactions.machine.now()
    this = _Round(transactions, mailer, still_wanted, jitter, show_life, attach, stopping, began_at)
    until = began_at + ROUND
    try:
        while this.may_send(until):
            leases = _lease_batch(transactions, holder)
            if not leases:
                break
            _send_batch(this, leases, until)
    finally:
        mailer.close()
    if this.paused:
        log.error("mail is paused: %s", this.paused)
    return DeliveryReport(**this.outcomes, paused=this.paused)


def _lease_batch(transactions: Transactions, holder: str) -> Sequence[_Lease]:
    """Take the right to send at most BATCH mails, the abandoned ones first, and count their attempts."""
    token, machine_now = token_of(holder), transactions.machine.now()
    with transactions.sweeping() as sweep:
        mails: list[OutboxMail] = []
        for due in (OutboxMail.abandoned(machine_now), OutboxMail.waiting(sweep.now)):
            statement = select(OutboxMail).where(due).order_by(OutboxMail.send_after, OutboxMail.id)
            statement = statement.options(joinedload(OutboxMail.recipient, innerjoin=True))
            mails += sweep.session.scalars(skip_locked(statement.limit(BATCH - len(mails)), OutboxMail)).all()
        leases = []
        for mail in mails:
            was_abandoned = mail.state is MailState.SENDING
            mail.lease(token, machine_now + LEASE)
            lease = _Lease(
                mail.id, mail.org_id, mail.attempts, mail.expires_at, mail.attempts > 1, token, mail.recipient.email
            )
            leases.append(lease)
            if was_abandoned:
                sweep.session.add(_event(lease, sweep.now, DeliveryEventName.LEASE_EXPIRED))
        if len(leases) == BATCH:
            sweep.ask_for(Job.MAIL)  # there may be more, for whoever has nothing to do
        return leases


def _event(
    lease: _Lease, at: datetime, name: DeliveryEventName, code: int | None = None, told: str = ""
) -> DeliveryEvent:
    return DeliveryEvent(
        org_id=lease.org_id, mail_id=lease.mail_id, at=at, name=name, attempt=lease.attempts, smtp_code=code, told=told
    )


def _send_batch(this: _Round, leases: Sequence[_Lease], until: datetime) -> None:
    """Send one after the other; give back what the channel or the time does not allow."""
    for lease in leases:
        if this.may_send(until):
            _handle(this, lease)
            this.go_on()
        else:
            _give_back(this, lease)


def _handle(this: _Round, lease: _Lease) -> None:
    """Send one mail if it is still wanted, and write down how it went."""
    now = this.transactions.clock.now()
    if lease.attempts > MAX_ATTEMPTS:  # none of them came back to say how it went: this mail kills its senders
        this.finish(lease, "dead", state=MailState.DEAD, last_error="gave up: sending it never came to an end")
        return
    if lease.expires_at is not None and lease.expires_at <= now:
        this.finish(lease, "cancelled", state=MailState.CANCELLED, last_error=OUT_OF_DATE)
        return
    try:
        message = _prepare(this, lease)
    except Exception as error:  # one mail that cannot be worded must not hold up the others
        log.exception("mail %s cannot be worded", lease.mail_id)
        _retry(this, lease, repr(error))
        return
    if isinstance(message, EmailMessage):
        _send(this, lease, message)
    elif isinstance(message, Reason):
        this.finish(lease, "suppressed", state=MailState.SUPPRESSED, last_error=str(message))
    elif message is None:
        this.finish(lease, "cancelled", state=MailState.CANCELLED, last_error=NOT_NEEDED)
    else:
        waits: dict[str, Any] = {"send_after": message, "due_at": message, "attempts": lease.attempts - 1}
        this.finish(lease, "postponed", state=MailState.QUEUED, **waits)


def _prepare(this: _Round, lease: _Lease) -> EmailMessage | datetime | Reason | None:
    """Return the finished mail, or when to look again, or None when nobody needs it any more.

    Return the reason when its address gets no such mail.
    """
    with this.transactions.looking(Actor(None, lease.org_id, Role.SYSTEM)) as reading:
        mail = reading.session.scalars(
            select(OutboxMail)
            .where(OutboxMail.id == lease.mail_id)
            .options(joinedload(OutboxMail.recipient), joinedload(OutboxMail.link))
        ).one()
        if stop := find_stop(reading, mail):
            return stop.reason
        wanted = this.still_wanted(reading, mail)
        if isinstance(wanted, datetime):
            return wanted
        if not wanted:
            return None
        first, attachment = _first_about(reading, mail), this.attach(reading, mail)
        return envelope(mail, word(mail), first, reading.now, attachment)


def _first_about(reading: Reading, mail: OutboxMail) -> str | None:
    """Return the Message-ID of the first mail that this person got about the same thing."""
    return reading.session.scalars(
        select(OutboxMail.message_id)
        .where(
            OutboxMail.about == mail.about,
            OutboxMail.recipient_id == mail.recipient_id,
            OutboxMail.state == MailState.SENT,
        )
        .order_by(OutboxMail.id)
        .limit(1)
    ).one_or_none()


def _send(this: _Round, lease: _Lease, message: EmailMessage) -> None:
    try:
        this.mailer.send(message)
    except MailFailed as failed:
        match failed.outcome:
            case Outcome.PAUSE:
                this.paused = failed.text
                _give_back(this, lease, failed.text, failed.code)
            case Outcome.DEAD | Outcome.GONE:
                told, gone = failed.text[:TOLD], lease.address if failed.outcome is Outcome.GONE else None
                this.finish(lease, "dead", gone=gone, state=MailState.DEAD, smtp_code=failed.code, last_error=told)
            case Outcome.RETRY:
                _retry(this, lease, failed.text, failed.code)
    except OSError as error:
        _retry(this, lease, str(error) or repr(error))
    except Exception as error:  # one mail that breaks the mailer must not hold up the others
        log.exception("mail %s broke the mailer", lease.mail_id)
        _retry(this, lease, repr(error))
    else:
        _write_down_sent(this, lease)


def _write_down_sent(this: _Round, lease: _Lease) -> None:
    """Write down that the mail is out, again while the database is busy: forgotten, it would go out a second time."""
    sent_at = this.transactions.clock.now()
    for pause in (*SENT_PAUSES, None):
        try:
            this.finish(lease, "sent", state=MailState.SENT, sent_at=sent_at, last_error=None, smtp_code=None)
        except (Conflict, SQLAlchemyError):
            if pause is None:
                raise
            log.warning("mail %s is out, but this could not be written down yet", lease.mail_id, exc_info=True)
            time.sleep(pause)
        else:
            return


def _retry(this: _Round, lease: _Lease, error: str, code: int | None = None) -> None:
    """Try again later, or give up after enough attempts or when it would come too late."""
    again = next_try(lease.attempts, this.transactions.clock.now(), lease.expires_at, this.jitter())
    facts: dict[str, Any] = {"last_error": error[:TOLD], "smtp_code": code}
    if again is None:
        this.finish(lease, "dead", state=MailState.DEAD, **facts)
    else:
        this.finish(lease, "retried", state=MailState.RETRY, send_after=again, **facts)


def _give_back(this: _Round, lease: _Lease, error: str | None = None, code: int | None = None) -> None:
    """Let the mail wait as if nobody had touched it: the attempt does not count."""
    state = MailState.RETRY if lease.was_tried else MailState.QUEUED
    facts: dict[str, Any] = {"last_error": error[:TOLD], "smtp_code": code} if error else {}
    this.finish(lease, "given_back", state=state, attempts=lease.attempts - 1, **facts)
