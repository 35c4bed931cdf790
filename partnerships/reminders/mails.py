"""What goes into the outbox: to whom of a partnership, about which thing, with which link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from partnerships.check_ins.rules.check_ins import LINK_DAYS_AFTER_COMPLETION
from partnerships.core.actor import Role
from partnerships.core.zones import day_in, end_of, moment
from partnerships.database.work import Work
from partnerships.mail.queueing import NewMail, queue_all
from partnerships.mail.suppressing import unreminded
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.plans.rules.courses import count_asked, still_asked
from partnerships.plans.rules.dates import StepKind, left_in
from partnerships.plans.rules.templates import AnchorKind, Text
from partnerships.plans.tables import Partnership, Stage, quiet_days_of, quiet_hours_of
from partnerships.web.linking import Grant, grant, grant_all
from partnerships.web.tables import MailedLink

from .rules.ladder import Rung, Side
from .tables import policy_of

# What one mail a day tells, by its wording: all that the team is reminded of, and what a creator is on other days than
# the day itself.
OF_TEAM = frozenset(
    {"overdue", "at_risk", "task", "review_waits", "review_waits_long", "payment_waits", "payment_waits_long"}
    | {"unanswered", "terms_wait", "terms_wait_long", "parcel_waits", "parcel_waits_long", "unconfirmed"}
)
ESCALATIONS = frozenset({"overdue", "at_risk"})  # that a creator is late
OF_CREATORS = frozenset({"check_in", "draft", "publish", "numbers"})


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell. `purpose` and `thing_id` make the creator's link; `path` is the page for those who sign in."""

    template: str
    key: str
    about: str
    context: Mapping[str, Any] = field(default_factory=dict)
    purpose: str | None = None
    thing_id: int = 0
    path: str | None = None

    @property
    def is_told_together(self) -> bool:
        """Say whether its reader's mail of the day tells it."""
        on_another_day = self.template in OF_CREATORS and self.context.get("rung") != Rung.DUE
        return on_another_day or self.template in OF_TEAM

    def to(self, side: Side, rung: Rung) -> "Message":
        """Return this as the reminder of `rung` to `side`; colleagues are told in words of their own."""
        words = {Side.CREATOR: self.template, Side.MANAGER: "overdue", Side.OWNER: "at_risk"}
        template = self.template if rung is Rung.DUE else words[side]  # on its day nothing is overdue
        return replace(self, template=template, key=f"{self.key}:{rung}", context={**self.context, "rung": str(rung)})


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that is to be queued, for one of a partnership's people; later than `expires_at` it would confuse."""

    partnership: Partnership
    recipient: Account
    message: Message
    expires_at: datetime | None

    @property
    def grant(self) -> Grant | None:
        """Return the right that its link gives, when it goes to the creator."""
        creator_id = self.partnership.creator.account_id
        if not self.message.purpose or self.recipient.id != creator_id:
            return None
        return Grant(self.message.purpose, self.message.thing_id, creator_id)


def standing(partnership: Partnership, *, note: str = "", reason: str = "") -> dict[str, Any]:
    """Return what wordings about a partnership as a whole may use; `note` is in somebody's own words."""
    template, steps = partnership.template, left_in(partnership.steps, partnership.planned_on)
    months, weeks = template.length
    # A feast is in the middle of its plan, which starts weeks before it.
    is_feast = template.anchor is AnchorKind.CALENDAR_EVENT
    first = min(stage.starts_on for stage in partnership.stages) if is_feast else partnership.anchor_on
    return {
        "note": note,
        "reason": reason,
        "anchor_on": partnership.anchor_on.isoformat(),
        "waits_for_parcel": partnership.waits_for_parcel,
        "check_ins": sum(step.kind is StepKind.CHECK_IN for step in steps),
        "deliverables": count_asked(still_asked(template, steps)),
        "starts_on": first.isoformat(),
        "months": months,
        "weeks": weeks,
    }


def both(text: Text) -> dict[str, str]:
    """Return words that exist in both languages as the mail's context keeps them."""
    return {"id": text.id, "en": text.en}


def person(work: Work, partnership: Partnership, side: Side) -> Account:
    """Return the account of that side. For who is away stands the one they named, or else the campaign's owner.

    For an owner who has left or is away stands the first owner of the organisation who is there.
    """
    if side is Side.CREATOR:
        return partnership.creator.membership.account
    found = _present(work, partnership.manager) if side is Side.MANAGER else None
    if found is not None:
        return found
    owner = partnership.campaign.owner  # asked for only now: it is not loaded with the partnership
    return _present(work, owner) or _find_owner(work) or owner.account


def _present(work: Work, member: Membership) -> Account | None:
    """Return who gets what `member` should get today; None for who has left, or is away and is not stood in for."""
    if member.ended_at is not None or not member.account.active:
        return None
    if not member.is_away(work.now):
        return member.account
    if member.stand_in_id is None:
        return None
    standing_in = work.session.scalars(select(Membership).where(Membership.account_id == member.stand_in_id)).first()
    is_there = standing_in is not None and standing_in.ended_at is None and standing_in.account.active
    return standing_in.account if standing_in and is_there and not standing_in.is_away(work.now) else None


def _find_owner(work: Work) -> Account | None:
    """Return the first owner of the organisation who is there."""
    owning = select(Membership).where(Membership.role == Role.OWNER, Membership.ended_at.is_(None))
    owners = work.session.scalars(owning.order_by(Membership.id)).all()
    there = (owner.account for owner in owners if owner.account.active and not owner.is_away(work.now))
    return next(there, None)


def notify(
    work: Work,
    partnership: Partnership,
    recipient: Account,
    message: Message,
    *,
    after: timedelta | None = None,
    at_once: bool = False,
) -> None:
    """Queue a notice of what a person did that goes out now, or `after` a while, at whatever hour.

    What happened by itself is told when it is not quiet, unless somebody waits for it and has to know `at_once`.
    """
    at = work.now + (after or timedelta())
    _queue(work, partnership, {recipient: at if at_once else tells_at(work, recipient, at)}, message)


def notify_team(work: Work, partnership: Partnership, team: Sequence[Account], message: Message) -> None:
    """Queue the same notice to several of the team, in one statement."""
    _queue(work, partnership, {account: tells_at(work, account, work.now) for account in team}, message)


def tells_at(work: Work, recipient: Account, at: datetime) -> datetime:
    """Return when a notice due `at` then goes out: of what the clock does, nobody hears when it is quiet for them."""
    if work.actor.role is not Role.SYSTEM:
        return at
    return quiet_hours_of(work.session).lets_go(at, recipient.zone, quiet_days_of(work.session)) or at


def remind_all(work: Work, reminders: Sequence[Reminder]) -> int:
    """Queue each for this morning where the person lives; return how many were new, or wait again.

    However many they are, it takes a handful of statements.
    """
    if not reminders:
        return 0
    links, reminders = _links_of(work, reminders), _with_unreminded(work, reminders)
    mails = [_worded(work, reminder, links) for reminder in reminders]
    new = queue_all(work, mails)
    return len(new) + _revive(work, [mail for mail in mails if mail.key not in new])


def _with_unreminded(work: Work, reminders: Sequence[Reminder]) -> Sequence[Reminder]:
    """Let those who are told that a creator is late know, too, when that creator gets no reminders, and why."""
    escalated = [one for one in reminders if one.message.template in ESCALATIONS]
    stops = unreminded(work, {one.partnership.creator.membership.account.email for one in escalated})
    if not stops:
        return reminders
    return [
        replace(one, message=replace(one.message, context={**one.message.context, "unreminded": stops[email]}))
        if one.message.template in ESCALATIONS and (email := one.partnership.creator.membership.account.email) in stops
        else one
        for one in reminders
    ]


def _worded(work: Work, reminder: Reminder, links: Mapping[Grant, int]) -> NewMail:
    """Return what stands in the outbox for `reminder`: with a link for its creator, with a path for the team."""
    partnership, message = reminder.partnership, reminder.message
    recipient, granted = reminder.recipient, reminder.grant
    return NewMail(
        key=_key(message, recipient),
        kind=MailKind.REMINDER,
        about=message.about,
        template=message.template,
        context=_common(work, partnership) | dict(message.context) | _path(partnership, [recipient], message),
        recipient=recipient,
        send_after=_morning(work, partnership, recipient.zone),
        expires_at=reminder.expires_at,
        link_id=links[granted] if granted else None,
        reply_to=person(work, partnership, Side.MANAGER).email,
        for_digest=message.is_told_together,
    )


def remind_at(work: Work, reminder: Reminder, at: datetime) -> None:
    """Queue one reminder for a moment that somebody has chosen."""
    mail = replace(_worded(work, reminder, _links_of(work, [reminder])), send_after=at)
    if not queue_all(work, [mail]):
        _revive(work, [mail])


def _links_of(work: Work, reminders: Sequence[Reminder]) -> Mapping[Grant, int]:
    """Return the creators' links, each good until a month after its plan's last day."""
    asked = {reminder.grant: reminder.partnership for reminder in reminders if reminder.grant}
    if not asked:
        return {}
    lasting = select(Stage.partnership_id, func.max(Stage.ends_on)).group_by(Stage.partnership_id)
    ids = {partnership.id for partnership in asked.values()}
    last_days = dict(work.session.execute(lasting.where(Stage.partnership_id.in_(ids))).all())
    ends = {right: _link_ends(work, one, last_days[one.id]) for right, one in asked.items()}
    return grant_all(work, ends)


def _revive(work: Work, mails: Sequence[NewMail]) -> int:
    """Let reminders wait again that were called off when their day was moved away, and back; return how many."""
    if not mails:
        return 0
    anew = {mail.key: mail for mail in mails}
    called_off = select(OutboxMail).where(OutboxMail.idem_key.in_(anew), OutboxMail.state == MailState.CANCELLED)
    found = work.session.scalars(called_off.order_by(OutboxMail.id).with_for_update())
    rows = [row for row in found if row.digest is None]  # what a digest tells is told
    for row in rows:
        mail = anew[row.idem_key]
        row.wait_again(row.context, send_after=mail.send_after, expires_at=mail.expires_at)
    return len(rows)


def _key(message: Message, recipient: Account) -> str:
    """Return what names this fact to this person once and for all."""
    return f"{message.key}:{message.template}:{recipient.id}"


def remind_again(work: Work, partnership: Partnership, mail: OutboxMail, due_on: date, expires_at: datetime) -> None:
    """Let a reminder that has not gone out wait once more, for what is now due on `due_on`."""
    mail.wait_again(
        {**mail.context, "due_on": due_on.isoformat()},
        send_after=_morning(work, partnership, mail.recipient.zone),
        expires_at=expires_at,
    )


def _morning(work: Work, partnership: Partnership, zone: str) -> datetime:
    """Return when reminders go out today in `zone`, or now when that has passed."""
    today = day_in(partnership.zone, work.now)
    return max(work.now, moment(today, policy_of(work.session).hour_on(today), zone))


def link_to(work: Work, partnership: Partnership, purpose: str, thing_id: int) -> MailedLink:
    """Return the creator's link to one thing, good until a month after the plan's last day, which a pause moves."""
    last_day = max(stage.ends_on for stage in partnership.stages)
    return grant(
        work,
        purpose=purpose,
        thing_id=thing_id,
        account_id=partnership.creator.account_id,
        expires_at=_link_ends(work, partnership, last_day),
    )


def _link_ends(work: Work, partnership: Partnership, last_day: date) -> datetime:
    return max(end_of(last_day, partnership.zone), work.now) + timedelta(days=LINK_DAYS_AFTER_COMPLETION)


def _queue(work: Work, partnership: Partnership, recipients: Mapping[Account, datetime], message: Message) -> None:
    """Queue a notice for the creator, with a link, or for some of the team, with the page's path; each at its time."""
    for_creator = any(recipient.id == partnership.creator.account_id for recipient in recipients)
    context = _common(work, partnership) | dict(message.context) | _path(partnership, [*recipients], message)
    link = link_to(work, partnership, message.purpose, message.thing_id) if message.purpose and for_creator else None
    reply_to = person(work, partnership, Side.MANAGER).email
    mails = [
        NewMail(
            key=_key(message, recipient),
            kind=MailKind.NOTICE,
            about=message.about,
            template=message.template,
            context=context,
            recipient=recipient,
            send_after=at,
            link_id=link.id if link else None,
            reply_to=reply_to,
        )
        for recipient, at in recipients.items()
    ]
    queue_all(work, mails)


def _path(partnership: Partnership, recipients: Sequence[Account], message: Message) -> dict[str, str]:
    """Return the page for those who sign in; a creator gets a link instead."""
    for_creator = any(recipient.id == partnership.creator.account_id for recipient in recipients)
    return {"path": message.path} if message.path and not for_creator else {}


def _common(work: Work, partnership: Partnership) -> dict[str, Any]:
    """Return what every wording may use."""
    return {
        "brand": partnership.campaign.brand.name,
        "product": partnership.campaign.product.name,
        "creator": partnership.creator.name,
        "manager": person(work, partnership, Side.MANAGER).name,
    }
