"""The outbox: mail is queued in the transaction that causes it, and sent later; and what came of sending it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, bindparam, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.core.actor import Role
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.web.tables import MailedLink

from .rules.deliveries import DeliveryEventName
from .rules.states import MAIL, MailAction, MailState
from .rules.suppressions import MailKind, Reason

__all__ = [
    "NOT_NEEDED",
    "OUT_OF_DATE",
    "TOGETHER",
    "UNSENT",
    "DeliveryEvent",
    "DeliveryEventName",
    "MailChannel",
    "MailKind",
    "MailState",
    "OutboxMail",
    "Person",
    "Suppression",
]


OUT_OF_DATE = "out of date before it could be sent"  # stands in `last_error` of what was called off for that
TOGETHER = "told in the one mail of the day"  # stands in `last_error` of what a digest tells
NOT_NEEDED = "no longer needed"  # and of what nobody waited for when it was to be sent
UNSENT = frozenset({MailState.QUEUED, MailState.SENDING, MailState.RETRY})

Moment = datetime | BindParameter[datetime]


class Person(Protocol):
    """What mail needs to know of the account it goes to; the table itself stands higher up, in people/."""

    id: Any
    email: Any
    name: Any
    locale: Any
    zone: Any  # an IANA name
    active: Any


class OutboxMail(Owned, Base):
    """One mail to one person. It is worded when it is sent, so that no link stands in the database in clear."""

    __tablename__ = "outbox_mail"
    __table_args__ = owned(
        UniqueConstraint("org_id", "idem_key"),
        belongs_to("mailed_link", "link_id"),
        UniqueConstraint("message_id"),
        Index(
            "ix_outbox_mail_waiting",
            "send_after",
            postgresql_where=text("state IN ('queued', 'retry')"),
            sqlite_where=text("state IN ('queued', 'retry')"),
        ),
        Index(
            "ix_outbox_mail_leased",
            "lease_until",
            postgresql_where=text("state = 'sending'"),
            sqlite_where=text("state = 'sending'"),
        ),
        Index(None, "org_id", "about"),
        Index(None, "org_id", "state", "id"),
        Index(None, "sent_at"),
    )

    kind: Mapped[MailKind] = mapped_column(word_column(MailKind))
    idem_key: Mapped[str]  # thing:rung:recipient:due date, so that nothing is told twice
    message_id: Mapped[str]  # without the angle brackets; the same at every attempt (RFC 5322, 3.6.4)
    about: Mapped[str]  # the thing, such as "check_in:12": mails about one thing make one thread
    recipient_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    link_id: Mapped[int | None]
    template: Mapped[str]  # the name of the wording in templates/mail/<locale>/
    context: Mapped[dict[str, Any]]  # plain values for the wording; dates as ISO text
    reply_to: Mapped[str | None]
    send_after: Mapped[datetime]  # business clock
    due_at: Mapped[datetime | None]  # business clock: when it should be out, whatever fails; quiet hours move it
    expires_at: Mapped[datetime | None]  # business clock: later than this it would only confuse
    for_digest: Mapped[bool] = mapped_column(default=False)  # nobody sends it before its reader's mail of the day knows
    state: Mapped[MailState] = mapped_column(word_column(MailState), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]  # machine clock
    smtp_code: Mapped[int | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    recipient: Mapped[Person] = relationship("Account")
    link: Mapped[MailedLink | None] = relationship()

    def lease(self, token: str, until: datetime) -> None:
        """Give the right to send it to the holder of `token`, and count the attempt before it is made."""
        self.state, self.lease_token, self.lease_until = MailState.SENDING, token, until
        self.attempts += 1

    def call_off(self, why: str) -> None:
        """Do not send what nobody has tried to send yet, or not with success."""
        self.state, self.last_error = MailState.CANCELLED, why

    def put_off(self, until: datetime) -> None:
        """Let it wait until then."""
        self.send_after = self.due_at = until

    def go_alone(self) -> None:
        """Let it be sent by itself: no mail of the day is going to tell it."""
        self.for_digest = False

    def leave_to(self, digest: str) -> None:
        """Let the mail that stands under the key `digest` tell it."""
        self.state, self.last_error = MailState.CANCELLED, f"{TOGETHER}: {digest}"

    @property
    def digest(self) -> str | None:
        """Return the key of the mail that tells this one too, or None when it is told by itself."""
        told, _, key = (self.last_error or "").partition(": ")
        return key if told == TOGETHER else None

    def take_up(self) -> None:
        """Let wait as before what was called off a moment ago."""
        self.state, self.last_error = MailState.RETRY if self.attempts else MailState.QUEUED, None

    def wait_again(self, context: Mapping[str, Any], *, send_after: datetime, expires_at: datetime | None) -> None:
        """Let it go out after all, worded anew: it was called off, or has not been sent yet. It stays the same mail."""
        self.context, self.expires_at = dict(context), expires_at
        if self.state is MailState.CANCELLED:
            self.state, self.send_after, self.last_error = MailState.QUEUED, send_after, None
            self.due_at = send_after
            self.attempts = max(self.attempts - 1, 0)  # nobody had tried to send it

    @property
    def standing(self) -> dict[str, Any]:
        """Return how it waits, or was called off, as plain values: `stand_again` takes them."""
        due_at, expires_at = (at.isoformat() if at else None for at in (self.due_at, self.expires_at))
        ends = {"due_at": due_at, "expires_at": expires_at, "send_after": self.send_after.isoformat()}
        facts = {"context": self.context, "attempts": self.attempts, "last_error": self.last_error}
        return facts | ends | {"state": str(self.state)}

    def stand_again(self, stood: Mapping[str, Any]) -> None:
        """Wait, or be called off, as it was: what let it wait otherwise was taken back."""
        self.context, self.attempts, self.last_error = stood["context"], stood["attempts"], stood["last_error"]
        self.state, self.send_after = MailState(stood["state"]), datetime.fromisoformat(stood["send_after"])
        due_at, expires_at = stood["due_at"], stood["expires_at"]
        self.due_at = datetime.fromisoformat(due_at) if due_at else None
        self.expires_at = datetime.fromisoformat(expires_at) if expires_at else None

    def check(self, action: MailAction, role: Role) -> None:
        """Raise `IllegalTransition` or `NotAllowed` unless `role` may do this to the mail now."""
        MAIL.advance(self.state, action, role)

    def take_back(self, role: Role, why: str) -> None:
        """Do not send it, because somebody says so."""
        self.state, self.last_error = MAIL.advance(self.state, MailAction.CANCEL, role), why

    def wait_once_more(self, role: Role, now: datetime) -> None:
        """Let it go out after all, as if nobody had tried; it is asked again whether it is still needed."""
        self.state = MAIL.advance(self.state, MailAction.RESEND, role)
        self.for_digest = False
        self.send_after = self.due_at = now
        self.attempts, self.expires_at, self.last_error, self.smtp_code = 0, None, None, None

    @classmethod
    def waiting(cls, now: Moment) -> ColumnElement[bool]:
        """Return the condition of mails that nobody is sending and whose time has come."""
        return and_(cls.state.in_(_written_out("waiting", MailState.QUEUED, MailState.RETRY)), cls.send_after <= now)

    @classmethod
    def sendable(cls, now: Moment) -> ColumnElement[bool]:
        """Return the condition of those among them that are sent by themselves."""
        return and_(cls.waiting(now), cls.for_digest.is_(False))

    @classmethod
    def abandoned(cls, machine_now: Moment) -> ColumnElement[bool]:
        """Return the condition of mails whose sender took the lease and did not come back."""
        return and_(cls.state == _written_out("leased", MailState.SENDING), cls.lease_until <= machine_now)

    @classmethod
    def being_sent(cls, machine_now: datetime) -> ColumnElement[bool]:
        """Return the condition of mails that somebody has the right to send now."""
        return and_(cls.state == _written_out("leased", MailState.SENDING), cls.lease_until > machine_now)

    @classmethod
    def held_by(cls, token: str | BindParameter[str]) -> ColumnElement[bool]:
        """Return the condition under which the holder of `token` may still send it, and write down how it went."""
        return and_(cls.lease_token == token, cls.state == MailState.SENDING)

    @classmethod
    def leased_by(cls, holder: str) -> ColumnElement[bool]:
        """Return the condition of mails that `holder` has the right to send, under whatever token."""
        leased = cls.state == _written_out("leased", MailState.SENDING)
        return and_(leased, cls.lease_token.startswith(f"{holder}.", autoescape=True))


def token_of(holder: str) -> str:
    """Return a new token for a lease, which tells who holds it."""
    return f"{holder}.{uuid4().hex}"


class DeliveryEvent(Owned, Base):
    """One thing that happened to a mail on its way. Rows are added, never changed."""

    __tablename__ = "delivery_event"
    __table_args__ = owned(belongs_to("outbox_mail", "mail_id"), Index(None, "org_id", "mail_id"), Index(None, "at"))

    mail_id: Mapped[int]
    at: Mapped[datetime]  # business clock
    name: Mapped[DeliveryEventName] = mapped_column(word_column(DeliveryEventName))
    attempt: Mapped[int]
    smtp_code: Mapped[int | None]
    told: Mapped[str]  # what the server said, "" when it was content


class Suppression(Owned, Base):
    """An address that gets no mail from one organisation, or none of a kind."""

    __tablename__ = "suppression"
    __table_args__ = owned(UniqueConstraint("org_id", "address", "reason"))

    address: Mapped[str]  # in lower case, as accounts have it
    reason: Mapped[Reason] = mapped_column(word_column(Reason))
    since: Mapped[datetime]
    until: Mapped[datetime | None]  # None: until somebody lifts it
    told: Mapped[str]  # what the server said

    person: Mapped[Person | None] = relationship(
        "Account", primaryjoin="foreign(Suppression.address) == Account.email", viewonly=True
    )

    def is_holding(self, now: datetime) -> bool:
        """Say whether it holds at `now`."""
        return self.until is None or self.until > now

    @classmethod
    def holds(cls, now: Moment) -> ColumnElement[bool]:
        """Return the condition of those that hold at `now`."""
        return or_(cls.until.is_(None), cls.until > now)


class MailChannel(Base):
    """How the one way out for mail does: of the installation, not of an organisation. No row: it never failed."""

    __tablename__ = "mail_channel"

    name: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]  # pauses in a row; 0 while it works
    paused_at: Mapped[datetime | None]  # machine clock: since when it does not work
    paused_until: Mapped[datetime | None]  # machine clock: the next try
    why: Mapped[str]  # what the server said
    smtp_code: Mapped[int | None]
    crowded_until: Mapped[datetime | None]  # machine clock: as long only a few connections at once

    @property
    def is_paused(self) -> bool:
        """Say whether no mail gets out: until one does, senders only try now and then."""
        return self.failures > 0

    def is_crowded(self, machine_now: datetime) -> bool:
        """Say whether its server wants few connections."""
        return self.crowded_until is not None and machine_now < self.crowded_until


def _written_out(name: str, *states: MailState) -> Any:
    """Return `states` as they stand in the partial indexes: a database compares with their text, not with a value."""
    if len(states) == 1:
        return bindparam(name, states[0], literal_execute=True)
    return bindparam(name, list(states), expanding=True, literal_execute=True)
