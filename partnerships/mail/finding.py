"""Find mail: what went out, what waits, what could not be delivered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.work import Reading

from .rules.bounces import COUNTED_FOR
from .rules.states import TOGETHER_LABEL
from .rules.suppressions import Reason
from .tables import TOGETHER, DeliveryEvent, DeliveryEventName, MailState, OutboxMail, Suppression

PAGE = 50
# What nobody has tried to send may still be called off.
TRIED = (MailState.SENT, MailState.RETRY, MailState.DEAD, MailState.SUPPRESSED)
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


_digest = aliased(OutboxMail)
_tells = and_(
    _digest.org_id == OutboxMail.org_id,
    OutboxMail.state == MailState.CANCELLED,
    OutboxMail.last_error == literal(f"{TOGETHER}: ") + _digest.idem_key,
    _digest.state.in_(TRIED),
)
_told_at = select(func.coalesce(_digest.sent_at, _digest.created_at)).where(_tells).correlate(OutboxMail)
MOMENT = func.coalesce(OutboxMail.sent_at, _told_at.scalar_subquery(), OutboxMail.created_at)
"""When a mail went out, by itself or in the one mail of the day, or else when it was written."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A mail that went out: by itself, or told in `digest`, the one mail of the day."""

    mail: OutboxMail
    digest: OutboxMail | None

    @property
    def at(self) -> datetime:
        """Return when it went out, or else when it was written."""
        sent = self.digest or self.mail
        return sent.sent_at or sent.created_at

    @property
    def state(self) -> MailState:
        """Return how what went out stands."""
        return (self.digest or self.mail).state


def went_out(abouts: Collection[str], recipient_id: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of mails about these things that somebody has tried to send; to one person, if named."""
    gone = or_(OutboxMail.state.in_(TRIED), _told_at.exists())
    tried = (OutboxMail.about.in_(abouts), gone)
    return tried if recipient_id is None else (*tried, OutboxMail.recipient_id == recipient_id)


def list_gone(reading: Reading, *conditions: ColumnElement[bool]) -> list[Gone]:
    """Return mails with whom they went to, the newest first; nothing of them is left to load.

    What had been done before the mail of the day went out is not among them: that mail left it out.
    """
    mails = select(OutboxMail, _digest).outerjoin(_digest, _tells).where(*conditions)
    mails = mails.options(joinedload(OutboxMail.recipient), joinedload(OutboxMail.link))
    rows = reading.session.execute(mails.order_by(MOMENT.desc(), OutboxMail.id.desc()))
    return [Gone(mail, digest) for mail, digest in rows if digest is None or _is_told(mail, digest)]


def _is_told(mail: OutboxMail, digest: OutboxMail) -> bool:
    told = {(item["about"], item["template"]) for item in digest.context["items"]}
    return (mail.about, mail.template) in told


def _visible(reading: Reading, since: datetime | None = None) -> Select[OutboxMail]:
    mails = select(OutboxMail).options(joinedload(OutboxMail.recipient), joinedload(OutboxMail.link))
    if reading.actor.role is Role.CREATOR:
        mails = mails.where(OutboxMail.recipient_id == reading.actor.account_id)
    return mails if since is None else mails.where(OutboxMail.sent_at >= since)


class Filter(StrEnum):
    """What the queue shows. Stands in addresses."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    TOGETHER = "together"
    CANCELLED = "cancelled"


FILTER_LABELS = {
    Filter.WAITING: N_("Waiting"),
    Filter.SENT: N_("Sent"),
    Filter.FAILED: N_("Not delivered"),
    Filter.TOGETHER: TOGETHER_LABEL,
    Filter.CANCELLED: N_("Called off"),
}
STATES: Mapping[Filter, frozenset[MailState]] = {
    Filter.WAITING: frozenset({MailState.QUEUED, MailState.SENDING, MailState.RETRY}),
    Filter.SENT: frozenset({MailState.SENT}),
    Filter.FAILED: UNDELIVERED_STATES,
    Filter.TOGETHER: frozenset({MailState.CANCELLED}),
    Filter.CANCELLED: frozenset({MailState.CANCELLED}),
}


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue; `next` is before which mail the page after it begins, or None."""

    mails: Sequence[OutboxMail]
    next: int | None


def list_queue(reading: Reading, chosen: Filter | None, words: str, before: int | None) -> QueuePage:
    """Return a page of the queue, the newest mail first, older than the mail `before`; `words` narrow it by person."""
    mails = _visible(reading)
    if chosen is not None:
        mails = mails.where(OutboxMail.state.in_(STATES[chosen]))
    if chosen in {Filter.TOGETHER, Filter.CANCELLED}:
        is_told = func.coalesce(OutboxMail.last_error, "").startswith(f"{TOGETHER}: ", autoescape=True)
        mails = mails.where(is_told if chosen is Filter.TOGETHER else ~is_told)
    if words:
        person = OutboxMail.recipient.entity.class_
        is_meant = or_(person.name.icontains(words, autoescape=True), person.email.icontains(words, autoescape=True))
        mails = mails.where(OutboxMail.recipient.has(is_meant))
    if before is not None:
        mails = mails.where(OutboxMail.id < before)
    found = reading.session.scalars(mails.order_by(OutboxMail.id.desc()).limit(PAGE + 1)).all()
    return QueuePage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def find_digest(reading: Reading, mail: OutboxMail) -> OutboxMail | None:
    """Return the mail of the day that tells `mail`, or None when it is told by itself."""
    if mail.digest is None:
        return None
    return reading.session.scalars(_visible(reading).where(OutboxMail.idem_key == mail.digest)).one_or_none()


def list_events(reading: Reading, mail_id: int) -> Sequence[DeliveryEvent]:
    """Return what happened to a mail on its way, in order."""
    events = select(DeliveryEvent).where(DeliveryEvent.mail_id == mail_id).order_by(DeliveryEvent.id)
    return reading.session.scalars(events).all()


def list_suppressed(reading: Reading) -> Sequence[Suppression]:
    """Return the addresses that get no mail or no reminders, the newest first, with who has them."""
    holding = select(Suppression).where(Suppression.holds(reading.now)).options(joinedload(Suppression.person))
    return reading.session.scalars(holding.order_by(Suppression.since.desc(), Suppression.id.desc())).all()


@dataclass(frozen=True, slots=True)
class Unreached:
    """By name, who is to be reached in another way: mail to them fails, or they have asked for no reminders lately."""

    failing: Sequence[str]
    unwilling: Sequence[str]


def list_unreached(reading: Reading) -> Unreached:
    """Return whom mail does not reach, and apart from them who wants no reminders; nobody who has left.

    A wish stands here for as long as a mail that was given up.
    """
    person = Suppression.person.entity.class_
    stopped = reading.session.execute(
        select(person.name, Suppression.reason)
        .join(Suppression, Suppression.address == person.email)
        .where(
            Suppression.holds(reading.now),
            or_(Suppression.reason != Reason.UNSUBSCRIBED, Suppression.since >= reading.now - UNDELIVERED),
            person.memberships.any(ended_at=None, org_id=reading.actor.org_id),
        )
    ).all()
    unwilling = {name for name, reason in stopped if reason is Reason.UNSUBSCRIBED}
    failing = {name for name, reason in stopped if reason is not Reason.UNSUBSCRIBED}
    # That somebody asked for no reminders is no failure of theirs.
    given_up = [mail for mail in list_undelivered(reading) if mail.last_error != Reason.UNSUBSCRIBED]
    return Unreached(sorted(failing | {mail.recipient.name for mail in given_up}), sorted(unwilling))


def get_suppression(reading: Reading, suppression_id: int) -> Suppression:
    """Return one that holds, or raise `NotFound`."""
    wanted = select(Suppression).where(Suppression.id == suppression_id, Suppression.holds(reading.now))
    row = reading.session.scalars(wanted.options(joinedload(Suppression.person))).one_or_none()
    if row is None:
        raise NotFound(N_("There is nothing here."))
    return row


@dataclass(frozen=True, slots=True)
class CameBack:
    """How many mails to somebody came back lately."""

    name: str
    email: str
    count: int


def count_bounces(reading: Reading) -> Sequence[CameBack]:
    """Return from whom mail came back lately although their address still gets some, the most first."""
    person = OutboxMail.recipient.entity.class_
    stopped = select(Suppression.address).where(Suppression.holds(reading.now))
    count = func.count(DeliveryEvent.mail_id.distinct())
    found = reading.session.execute(
        select(person.name, person.email, count)
        .join(OutboxMail, OutboxMail.recipient_id == person.id)
        .join(DeliveryEvent, DeliveryEvent.mail_id == OutboxMail.id)
        .where(DeliveryEvent.name == DeliveryEventName.BOUNCED, DeliveryEvent.at > reading.now - COUNTED_FOR)
        .where(person.email.not_in(stopped))
        .group_by(person.id, person.name, person.email)
        .order_by(count.desc(), person.name)
        .limit(PAGE)
    )
    return [CameBack(name, email, number) for name, email, number in found]
