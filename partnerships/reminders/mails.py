"""What goes into the outbox: to whom of a partnership, about which thing, with which link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from partnerships.check_ins.rules.check_ins import LINK_DAYS_AFTER_COMPLETION
from partnerships.core.actor import Role
from partnerships.core.zones import day_in, end_of, moment
from partnerships.database.work import Work
from partnerships.mail.queueing import queue
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.plans.rules.courses import count_asked
from partnerships.plans.rules.templates import AnchorKind, Text
from partnerships.plans.tables import Partnership
from partnerships.web.linking import grant
from partnerships.web.tables import MailedLink

from .rules.ladder import Rung, Side
from .tables import policy_of


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

    def to(self, side: Side, rung: Rung) -> "Message":
        """Return this as the reminder of `rung` to `side`; colleagues are told in words of their own."""
        words = {Side.CREATOR: self.template, Side.MANAGER: "overdue", Side.OWNER: "at_risk"}
        template = self.template if rung is Rung.DUE else words[side]  # on its day nothing is overdue
        return replace(self, template=template, key=f"{self.key}:{rung}", context={**self.context, "rung": str(rung)})


def standing(partnership: Partnership, *, note: str = "", reason: str = "") -> dict[str, Any]:
    """Return what wordings about a partnership as a whole may use; `note` is in somebody's own words."""
    template = partnership.template
    months, weeks = template.length
    # A feast is in the middle of its plan, which starts weeks before it.
    is_feast = template.anchor is AnchorKind.CALENDAR_EVENT
    first = min(stage.starts_on for stage in partnership.stages) if is_feast else partnership.anchor_on
    return {
        "note": note,
        "reason": reason,
        "anchor_on": partnership.anchor_on.isoformat(),
        "waits_for_parcel": partnership.waits_for_parcel,
        "check_ins": len(template.check_ins),
        "deliverables": count_asked(template),
        "starts_on": first.isoformat(),
        "months": months,
        "weeks": weeks,
    }


def both(text: Text) -> dict[str, str]:
    """Return words that exist in both languages as the mail's context keeps them."""
    return {"id": text.id, "en": text.en}


def person(partnership: Partnership, side: Side) -> Account:
    """Return the account of that side; for who has left stands the campaign's owner, then the organisation's."""
    if side is Side.CREATOR:
        return partnership.creator.membership.account
    if side is Side.MANAGER and _is_there(partnership.manager):
        return partnership.manager.account
    owner = partnership.campaign.owner  # asked for only now: it is not loaded with the partnership
    return owner.account if _is_there(owner) else _find_owner(partnership) or owner.account


def _is_there(member: Membership) -> bool:
    return member.ended_at is None and member.account.active


def _find_owner(partnership: Partnership) -> Account | None:
    """Return the first owner of the organisation who is still there."""
    owning = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.org_id == partnership.org_id,
            Membership.role == Role.OWNER,
            Membership.ended_at.is_(None),
            Account.active,
        )
    )
    session = object_session(partnership)
    return session.scalars(owning.order_by(Membership.id).limit(1)).first() if session else None


def notify(
    work: Work, partnership: Partnership, recipient: Account, message: Message, *, after: timedelta | None = None
) -> None:
    """Queue a notice that goes out at once, or `after` a while, at whatever hour."""
    send_after = work.now + (after or timedelta())
    _queue(work, partnership, [recipient], message, kind=MailKind.NOTICE, send_after=send_after)


def notify_team(work: Work, partnership: Partnership, team: Sequence[Account], message: Message) -> None:
    """Queue the same notice to several of the team, in one statement."""
    _queue(work, partnership, team, message, kind=MailKind.NOTICE, send_after=work.now)


def remind(work: Work, partnership: Partnership, side: Side, message: Message, expires_at: datetime | None) -> bool:
    """Queue a reminder for nine in the morning of today where the person lives; say whether it was new."""
    return remind_person(work, partnership, person(partnership, side), message, expires_at)


def remind_person(
    work: Work, partnership: Partnership, recipient: Account, message: Message, expires_at: datetime | None
) -> bool:
    """Queue a reminder as `remind` does, for somebody of the team or the creator."""
    send_after = _morning(work, partnership, recipient.zone)
    is_new = _queue(
        work, partnership, [recipient], message, kind=MailKind.REMINDER, send_after=send_after, expires_at=expires_at
    )
    return is_new or _revive(work, _key(message, recipient), send_after, expires_at)


def _revive(work: Work, key: str, send_after: datetime, expires_at: datetime | None) -> bool:
    """Let a reminder wait again that was called off when its day was moved away, and back; say if there was one."""
    mail = work.session.scalars(
        select(OutboxMail).where(OutboxMail.idem_key == key, OutboxMail.state == MailState.CANCELLED).with_for_update()
    ).one_or_none()
    if mail is None:
        return False
    mail.wait_again(mail.context, send_after=send_after, expires_at=expires_at)
    return True


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
    after = timedelta(days=LINK_DAYS_AFTER_COMPLETION)
    return grant(
        work,
        purpose=purpose,
        thing_id=thing_id,
        account_id=partnership.creator.account_id,
        expires_at=max(end_of(last_day, partnership.zone), work.now) + after,
    )


def _queue(
    work: Work,
    partnership: Partnership,
    recipients: Sequence[Account],
    message: Message,
    *,
    kind: MailKind,
    send_after: datetime,
    expires_at: datetime | None = None,
) -> bool:
    """Queue it for the creator, with a link, or for some of the team, with the page's path; say if any was new."""
    for_creator = any(recipient.id == partnership.creator.account_id for recipient in recipients)
    link = link_to(work, partnership, message.purpose, message.thing_id) if message.purpose and for_creator else None
    path = {"path": message.path} if message.path and not for_creator else {}
    queued = queue(
        work,
        kind=kind,
        about=message.about,
        template=message.template,
        context=_common(partnership) | dict(message.context) | path,
        recipients={_key(message, recipient): recipient for recipient in recipients},
        send_after=send_after,
        expires_at=expires_at,
        link=link,
        reply_to=person(partnership, Side.MANAGER).email,
    )
    return bool(queued)


def _common(partnership: Partnership) -> dict[str, Any]:
    """Return what every wording may use."""
    return {
        "brand": partnership.campaign.brand.name,
        "product": partnership.campaign.product.name,
        "creator": partnership.creator.name,
        "manager": person(partnership, Side.MANAGER).name,
        "plan": both(partnership.template.title),
    }
