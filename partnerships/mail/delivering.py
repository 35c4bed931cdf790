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

from sqlalchemy.exc import SQLAlchemyError

from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Conflict
from partnerships.database.claiming import append, claim
from partnerships.database.work import Reading, Transactions

from .leasing import Lease, LeaseLost, Thread, event_of, give_back, stop_of, take
from .letters import Attachment, envelope, word
from .mailers import Mailer, MailFailed
from .pausing import crowd, pause, resume
from .rules.pauses import CROWDED
from .rules.retries import MAX_ATTEMPTS, Outcome, next_try
from .rules.suppressions import Reason
from .suppressing import suppress
from .tables import NOT_NEEDED, OUT_OF_DATE, DeliveryEvent, DeliveryEventName, MailState, OutboxMail

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
    ends_at: float = field(default_factory=lambda: time.monotonic() + ROUND.total_seconds())  # whatever the clock says
    paused: str | None = None
    crowded: bool = False  # the server wants fewer connections: this one ends
    was_paused: bool = False  # and we are the one that tries again
    firsts: dict[Thread, str] = field(default_factory=dict)  # the first mails of threads, since the batch was leased

    def may_send(self, until: datetime) -> bool:
        """Say whether to begin another mail: the channel is open, there is time, and nobody asked us to stop."""
        if self.paused is not None or self.crowded or self.stopping():
            return False
        return self.transactions.machine.now() <= until and time.monotonic() <= self.ends_at

    def go_on(self) -> None:
        """Show between two mails that somebody is at work, when the last sign of life is a while ago."""
        now = self.transactions.machine.now()
        if abs(now - self.shown_at) >= SIGN_OF_LIFE:  # also when the clock was set back
            self.show_life()
            self.shown_at = now

    def talked(self) -> None:
        """Take note that a server has talked to us: whatever it said, the channel works."""
        if self.was_paused:
            resume(self.transactions)
            self.was_paused = False

    def finish(self, lease: Lease, outcome: str, *, gone: bool = False, **values: Any) -> None:
        """Write down how it went, unless the lease ran out and somebody else holds it now.

        `gone`: nobody is at its address.
        """
        with self.transactions.begin(Actor(None, lease.mail.org_id, Role.SYSTEM)) as work:
            given_back = {"lease_token": None, "lease_until": None, **values}
            if not claim(work.session, OutboxMail, lease.mail.id, OutboxMail.held_by(lease.token), given_back):
                return
            self.outcomes[outcome] += 1
            told = values.get("last_error") or ""
            if outcome in TOLD_OF:
                append(
                    work.session,
                    DeliveryEvent,
                    event_of(lease.mail, work.now, TOLD_OF[outcome], values.get("smtp_code"), told),
                )
            if gone:
                suppress(work, lease.mail.recipient.email, Reason.UNREACHABLE, told)

    def give_back(self, leases: Sequence[Lease], failed: MailFailed | None = None) -> None:
        """Let mails wait as if nobody had touched them; `failed` says why, if the server did."""
        error, code = (failed.text[:TOLD], failed.code) if failed else (None, None)
        self.outcomes["given_back"] += give_back(self.transactions, leases, error, code)


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
    catch_up: int | None = None,
) -> DeliveryReport:
    """Send what is due, and call `show_life` now and then meanwhile; end after the mail in hand once `stopping`.

    `holder` names who sends, so that its leases can be freed when it is known to be gone. `catch_up` is how many late
    mails go out in a minute, of all senders together; None sends them as fast as they go. Raise nothing for a single
    mail; a broken channel is in the report.
    """
    began_at = transactions.machine.now()
    this = _Round(transactions, mailer, still_wanted, jitter, show_life, attach, stopping, began_at)
    until = began_at + ROUND
    try:
        while this.may_send(until):
            batch = take(transactions, holder, catch_up)
            if not batch.leases:
                break
            this.was_paused = batch.is_trial
            _send_batch(this, batch.leases, until)
    finally:
        mailer.close()
    return DeliveryReport(**this.outcomes, paused=this.paused)


def _send_batch(this: _Round, leases: Sequence[Lease], until: datetime) -> None:
    """Send one after the other; give back what the channel or the time does not allow."""
    for position, lease in enumerate(leases):
        if not this.may_send(until):
            this.give_back(leases[position:])
            return
        try:
            _handle(this, lease)
            this.go_on()
        except Exception:  # such as a database that is busy: it costs the mail in hand its lease, and no other
            this.give_back(leases[position + 1 :])
            raise


def _handle(this: _Round, lease: Lease) -> None:
    """Send one mail if it is still wanted, and write down how it went."""
    now, mail = this.transactions.clock.now(), lease.mail
    if lease.attempts > MAX_ATTEMPTS:  # none of them came back to say how it went: this mail kills its senders
        this.finish(lease, "dead", state=MailState.DEAD, last_error="gave up: sending it never came to an end")
    elif mail.expires_at is not None and mail.expires_at <= now:
        this.finish(lease, "cancelled", state=MailState.CANCELLED, last_error=OUT_OF_DATE)
    else:
        _send_if_wanted(this, lease)


def _send_if_wanted(this: _Round, lease: Lease) -> None:
    try:
        message = _prepare(this, lease)
    except LeaseLost:
        return  # whoever took it sends it
    except Exception as error:  # one mail that cannot be worded must not hold up the others
        log.exception("mail %s cannot be worded", lease.mail.id)
        _retry(this, lease, repr(error))
        return
    match message:
        case EmailMessage():
            _send(this, lease, message)
        case Reason():
            this.finish(lease, "suppressed", state=MailState.SUPPRESSED, last_error=str(message))
        case datetime():
            waits: dict[str, Any] = {"send_after": message, "due_at": message, "attempts": lease.attempts - 1}
            this.finish(lease, "postponed", state=MailState.QUEUED, **waits)
        case None:
            this.finish(lease, "cancelled", state=MailState.CANCELLED, last_error=NOT_NEEDED)


def _prepare(this: _Round, lease: Lease) -> EmailMessage | Reason | datetime | None:
    """Return the finished mail, or why its address gets none, or when to look again, or None when nobody needs it.

    Raise `LeaseLost` when somebody else took it meanwhile: this sender's clock or its leases were thought to be over.
    """
    mail, first = lease.mail, this.firsts.get(lease.thread, lease.first)
    with this.transactions.looking(Actor(None, mail.org_id, Role.SYSTEM)) as reading:
        stop = stop_of(reading, lease)
        if stop is not None:
            return stop
        wanted = this.still_wanted(reading, mail)
        if isinstance(wanted, datetime):
            return wanted
        return envelope(mail, word(mail), first, reading.now, this.attach(reading, mail)) if wanted else None


def _send(this: _Round, lease: Lease, message: EmailMessage) -> None:
    try:
        this.mailer.send(message)
    except MailFailed as failed:
        _take_no(this, lease, failed)
    except OSError as error:
        _retry(this, lease, str(error) or repr(error))
    except Exception as error:  # one mail that breaks the mailer must not hold up the others
        log.exception("mail %s broke the mailer", lease.mail.id)
        _retry(this, lease, repr(error))
    else:
        _write_down_sent(this, lease)
        this.firsts.setdefault(lease.thread, lease.first or lease.mail.message_id)
        this.talked()


def _take_no(this: _Round, lease: Lease, failed: MailFailed) -> None:
    """Write down what the server's refusal means: for this mail, for its address, or for the whole channel."""
    match failed.outcome:
        case Outcome.PAUSE:
            this.paused = failed.text
            pause(this.transactions, failed.text[:TOLD], failed.code, has_tried=this.was_paused)
            this.give_back([lease], failed)
            return
        case Outcome.CROWDED:
            this.crowded = True
            this.give_back([lease], failed)
        case Outcome.DEAD | Outcome.GONE:
            told, gone = failed.text[:TOLD], failed.outcome is Outcome.GONE
            this.finish(lease, "dead", gone=gone, state=MailState.DEAD, smtp_code=failed.code, last_error=told)
        case Outcome.RETRY:
            _retry(this, lease, failed.text, failed.code)
    if failed.code in CROWDED:
        crowd(this.transactions)
    this.talked()


def _write_down_sent(this: _Round, lease: Lease) -> None:
    """Write down that the mail is out, again while the database is busy: forgotten, it would go out a second time."""
    # The context too: a digest may have left out what did not wait any more.
    told: dict[str, Any] = {"context": lease.mail.context, "last_error": None, "smtp_code": None}
    sent_at = this.transactions.clock.now()
    for wait in (*SENT_PAUSES, None):
        try:
            this.finish(lease, "sent", state=MailState.SENT, sent_at=sent_at, **told)
        except (Conflict, SQLAlchemyError):
            if wait is None:
                raise
            log.warning("mail %s is out, but this could not be written down yet", lease.mail.id, exc_info=True)
            time.sleep(wait)
        else:
            return


def _retry(this: _Round, lease: Lease, error: str, code: int | None = None) -> None:
    """Try again later, or give up after enough attempts or when it would come too late."""
    again = next_try(lease.attempts, this.transactions.clock.now(), lease.mail.expires_at, this.jitter())
    facts: dict[str, Any] = {"last_error": error[:TOLD], "smtp_code": code}
    if again is None:
        this.finish(lease, "dead", state=MailState.DEAD, **facts)
    else:
        this.finish(lease, "retried", state=MailState.RETRY, send_after=again, **facts)
