"""Turn what happened into mail, in the same transaction; and say at the last moment whether a mail is still wanted."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, exists, select, union_all
from sqlalchemy.orm.attributes import set_committed_value

from partnerships.check_ins.events import AnswerGiven, AnswerNeedsPerson, AnswerReplaced, CheckInMoved
from partnerships.check_ins.rules.check_ins import UNSETTLED
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.deliverables.events import ContentPutOff, DeliverableMoved, PaymentMoved
from partnerships.deliverables.rules.deliverables import UNDOABLE, DeliverableAction, DeliverableState
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.rules.waiting import PutOff
from partnerships.deliverables.tables import ChangeRequest, Deliverable, Payment
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.plans.events import DatesMoved, PartnershipMoved, ReactionReported, ReceiptConfirmed
from partnerships.plans.renewing import is_renewal
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.partnerships import HoldCause, PartnershipAction, PartnershipState
from partnerships.plans.rules.proposals import UNDO_FOR, MoveState
from partnerships.plans.rules.quiet import QuietDays, QuietHours
from partnerships.plans.rules.templates import Meaning
from partnerships.plans.tables import CalendarHours, CalendarRule, Partnership, PlanMove, Step, quiet_days_of

from .mails import Message, both, notify, notify_team, person, standing
from .rules.ladder import NO_DAYS, Rung, Side
from .urging import OF_BRANDS, reviewers
from .waits import AWAITING_DRAFT, AWAITING_POST, awaits_draft, find_awaited, rest_of

_P, _D, _M = PartnershipAction, DeliverableAction, PaymentState
_CREATOR, _MANAGER = Side.CREATOR, Side.MANAGER

# Which wording goes to whom; whoever did it is not told of their own doing.
OF_PARTNERSHIPS: Mapping[PartnershipAction, tuple[tuple[Side, str], ...]] = {
    _P.INVITE: ((_CREATOR, "invitation"),),
    _P.NEGOTIATE: ((_CREATOR, "negotiating_creator"), (_MANAGER, "negotiating")),
    _P.ACCEPT: ((_MANAGER, "accepted"),),
    _P.DECLINE: ((_MANAGER, "declined"),),
    _P.HOLD: ((_CREATOR, "held_creator"), (_MANAGER, "held")),
    _P.RESUME: ((_CREATOR, "resumed"),),
    _P.END_EARLY: ((_CREATOR, "ended_creator"), (_MANAGER, "ended")),
    _P.COMPLETE: ((_CREATOR, "completed_creator"), (_MANAGER, "completed")),
}
LINKS = {_P.INVITE: "invitation", _P.NEGOTIATE: "invitation"}
OF_DELIVERABLES: Mapping[DeliverableAction, tuple[str, str | None]] = {
    _D.APPROVE: ("approved", "post"),
    _D.REQUEST_CHANGES: ("changes", "deliverable"),
    _D.REJECT: ("rejected", "deliverable"),
    _D.REVOKE_APPROVAL: ("revoked", "deliverable"),
    _D.MISS_POST: ("not_found", "post"),
    _D.MISS_SESSION: ("not_found", "post"),
    _D.VERIFY: ("verified", None),
    _D.WAIVE: ("waived", None),
    _D.FULFIL: ("task_done", None),
}
OF_PAYMENTS: Mapping[tuple[PaymentState, Side], str] = {
    (_M.DISPUTED, _MANAGER): "disputed",
    (_M.DISPUTED, _CREATOR): "disputed_creator",
    (_M.WAIVED, _CREATOR): "payment_waived",
    (_M.EARNED, _CREATOR): "payment_earned",
}
COMING_IN = frozenset({_D.SUBMIT, _D.PUBLISH, _D.WAIVE, _D.TAKE_DOWN, _D.FULFIL})
BY_CREATOR = {_D.TAKE_DOWN: "taken_down", _D.FULFIL: "task_done_by_creator"}


def tell(work: Work, event: Event) -> None:
    """Listen to everything and queue the mail that it calls for."""
    told = _TELLERS.get(type(event))
    if told is not None:
        told(work, event)


def _partnership_moved(work: Work, event: PartnershipMoved) -> None:
    partnership = work.get(Partnership, event.partnership_id)
    if partnership.is_discarded:  # nobody has been asked
        return
    is_reaction = event.hold_cause is HoldCause.REACTION  # the manager is told by `ReactionReported`
    is_again = event.action is _P.INVITE and event.was is not PartnershipState.DRAFT
    is_renewed = event.action is _P.INVITE and not is_again and is_renewal(work, partnership)
    for side, template in OF_PARTNERSHIPS.get(event.action, ()):
        recipient = person(work, partnership, side)
        if recipient.id == work.actor.account_id or (is_reaction and side is _MANAGER):
            continue
        message = Message(
            template="renewed" if is_renewed else template,
            key=event.key,
            about=partnership.about,
            context=standing(
                partnership,
                note=event.note or (partnership.invitation_note if event.action is _P.INVITE else ""),
                reason=str(event.reason or ""),
            )
            | {"again": is_again},
            purpose=LINKS.get(event.action),
            thing_id=partnership.id,
            path=f"/partnerships/{partnership.id}",
        )
        waits = UNDO_FOR if event.action is _P.RESUME else None  # until nobody can take it back any more
        notify(work, partnership, recipient, message, after=waits)


def _received(work: Work, event: ReceiptConfirmed) -> None:
    partnership = work.get(Partnership, event.partnership_id)
    side, template = (_MANAGER, "received") if work.actor.role is Role.CREATOR else (_CREATOR, "started")
    message = Message(
        template=template,
        key=event.key,
        about=partnership.about,
        context={"received_on": event.received_on.isoformat(), "moved_days": event.moved_days}
        | {"waits_for_parcel": partnership.waits_for_parcel},
        path=f"/partnerships/{partnership.id}",
    )
    notify(work, partnership, person(work, partnership, side), message)


def _reaction(work: Work, event: ReactionReported) -> None:
    partnership = work.get(Partnership, event.partnership_id)
    message = Message(
        template="reaction",
        key=event.key,
        about=partnership.about,
        context={"description": event.description},
        path=f"/partnerships/{partnership.id}",
    )
    _tell_manager_and_owner(work, partnership, message)


def _answer_needs_person(work: Work, event: AnswerNeedsPerson) -> None:
    if event.meaning == Meaning.REACTION:  # told as what it is, by `ReactionReported`
        return
    check_in = work.get(CheckIn, event.check_in_id)
    message = Message(
        template="answer_needs_person",
        key=event.key,
        about=check_in.about,
        context={"meaning": str(event.meaning), "title": both(check_in.spec.title)},
        path=f"/check-ins/{check_in.id}",
    )
    _tell_manager_and_owner(work, check_in.partnership, message)


def _tell_manager_and_owner(work: Work, partnership: Partnership, message: Message) -> None:
    people = {account.id: account for account in (person(work, partnership, side) for side in (_MANAGER, Side.OWNER))}
    notify_team(work, partnership, [*people.values()], message)


def _answered(work: Work, event: AnswerGiven | AnswerReplaced) -> None:
    """Ask the creator to confirm what a manager wrote down, each time; what the creator sent needs no mail."""
    if isinstance(event, AnswerGiven) and event.confirmed:
        return
    check_in = work.get(CheckIn, event.check_in_id)
    message = Message(
        template="confirm_answer",
        key=event.key,
        about=check_in.about,
        context={"title": both(check_in.spec.title)},
        purpose="check_in",
        thing_id=check_in.id,
    )
    notify(work, check_in.partnership, person(work, check_in.partnership, _CREATOR), message)


def _check_in_moved(work: Work, event: CheckInMoved) -> None:
    if work.actor.role is not Role.SYSTEM:
        _calm(work, work.session.get_one(Partnership, event.partnership_id))  # at hand: no statement


def _deliverable_moved(work: Work, event: DeliverableMoved) -> None:
    if event.action not in OF_DELIVERABLES and event.action not in COMING_IN:
        return
    deliverable = work.get(Deliverable, event.deliverable_id)
    context = {
        "title": both(deliverable.spec.title),
        "note": event.note,
        "unapproved": event.unapproved,
        "due_on": _awaited_step(deliverable).due_on.isoformat(),
        "min_days_live": deliverable.spec.min_days_live,
        "put_off": _put_off(work, deliverable),
        "label_off": event.action is _D.VERIFY and bool(deliverable.unlabelled),
        "requests": ChangeRequest.told_of(work, deliverable.id) if event.action is _D.REQUEST_CHANGES else [],
    }
    if event.action in COMING_IN:
        _came_in(work, deliverable, event, context)
    _tell_creator(work, deliverable, event, context)
    _calm(work, deliverable.partnership)


def _tell_creator(work: Work, deliverable: Deliverable, event: DeliverableMoved, context: Mapping[str, Any]) -> None:
    """Tell the creator what was decided; what they did themselves, and what lapsed without blame, needs no mail."""
    is_clips = event.action is _D.APPROVE and deliverable.course is Course.CLIPS
    is_lapsed = event.action is _D.WAIVE and deliverable.course is Course.OPTIONAL_POST and not event.note
    is_own = event.action is _D.FULFIL and work.actor.role is Role.CREATOR
    is_skipped = event.action is _D.WAIVE and _skips(work)  # its stage is: relaying.py says so, once for all of it
    is_secret = not deliverable.partnership.is_shown_to_creator  # they have not been asked yet
    if event.action in OF_DELIVERABLES and not (is_lapsed or is_own or is_skipped or is_secret):
        template, purpose = ("clips_approved", None) if is_clips else OF_DELIVERABLES[event.action]
        message = Message(template, event.key, deliverable.about, context, purpose=purpose, thing_id=deliverable.id)
        waits = UNDO_FOR if event.action in UNDOABLE and not is_clips else None
        notify(work, deliverable.partnership, person(work, deliverable.partnership, _CREATOR), message, after=waits)


def _skips(work: Work) -> bool:
    """Say whether this very unit of work skips a stage."""
    return any(entry.name == DatesMoved.__name__ and entry.facts["kind"] == MoveKind.SKIP for entry in work.told)


def _awaited_step(deliverable: Deliverable) -> Step:
    """Return the step that is awaited next: the draft's while another one is asked for."""
    draft = deliverable.draft_step
    return draft if draft is not None and awaits_draft(deliverable) else deliverable.publish_step


def _put_off(work: Work, deliverable: Deliverable) -> str:
    """Return why this very unit of work put its days off (see `PutOff`); "" when they stay as they are."""
    told = (entry.facts for entry in work.told if entry.name == ContentPutOff.__name__)
    return next((str(facts["reason"]) for facts in told if facts["deliverable_id"] == deliverable.id), "")


def _content_put_off(work: Work, event: ContentPutOff) -> None:
    """Tell the manager that a post is due later; the creator reads it in the mail about the approval itself."""
    if event.reason in {PutOff.SENT_BACK, PutOff.GATE}:  # nobody had been asked for it yet
        return
    deliverable = work.get(Deliverable, event.deliverable_id)
    context = {
        "title": both(deliverable.spec.title),
        "due_on": deliverable.publish_step.due_on.isoformat(),
        "put_off": event.reason,
        "sent_back": awaits_draft(deliverable),
    }
    message = Message("plan_moved", event.key, deliverable.about, context, path=f"/deliverables/{deliverable.id}")
    manager = person(work, deliverable.partnership, _MANAGER)
    notify(work, deliverable.partnership, manager, message, after=UNDO_FOR)  # the decision behind it may be taken back


def _dates_moved(work: Work, event: DatesMoved) -> None:
    """Look anew at what is overdue: something may have been given another day. What is said stands in relaying.py."""
    partnership = work.session.get_one(Partnership, event.partnership_id)
    if event.now is MoveState.UNDONE:
        partnership.at_risk_since = partnership.at_risk_since or work.get(PlanMove, event.move_id).at_risk_since
    _calm(work, partnership)


def _came_in(work: Work, deliverable: Deliverable, event: DeliverableMoved, context: Mapping[str, Any]) -> None:
    """Tell those who have to look: a new draft goes to the reviewers too, a post that comes or goes to the manager."""
    manager = person(work, deliverable.partnership, _MANAGER)
    if event.action is _D.SUBMIT and event.was is not DeliverableState.SUBMITTED:
        message = Message("submitted", event.key, deliverable.about, context, path=f"/review/{deliverable.id}")
        recipients = {manager.id: manager, **{account.id: account for account in reviewers(work)}}
        notify_team(work, deliverable.partnership, [*recipients.values()], message)
    elif event.action is _D.PUBLISH and manager.id != work.actor.account_id:
        message = Message("posted", event.key, deliverable.about, context, path=f"/deliverables/{deliverable.id}/live")
        notify(work, deliverable.partnership, manager, message)
    elif event.action in BY_CREATOR and work.actor.role is Role.CREATOR:
        message = Message(
            BY_CREATOR[event.action], event.key, deliverable.about, context, path=f"/deliverables/{deliverable.id}"
        )
        notify(work, deliverable.partnership, manager, message)


def _payment_moved(work: Work, event: PaymentMoved) -> None:
    """Tell the other side what somebody decided about the money; what follows from an end, the end's own mail tells."""
    side = _MANAGER if work.actor.role is Role.CREATOR else _CREATOR
    template = OF_PAYMENTS.get((event.now, side))
    if template is None or not event.note:
        return
    payment = work.get(Payment, event.payment_id)
    partnership = payment.partnership
    day = event.pay_by.isoformat() if event.pay_by else ""
    context = {"title": both(payment.spec.label), "note": event.note, "pay_by": day}
    path = f"/partnerships/{partnership.id}#payments"
    message = Message(template, event.key, partnership.about, context, path=path)
    notify(work, partnership, person(work, partnership, side), message)


def _calm(work: Work, partnership: Partnership) -> None:
    """Lower the flag "at risk" once nothing is overdue by a week any more."""
    if partnership.at_risk_since is None:
        return
    work.session.flush()
    escalated = select(Step.id).where(Step.partnership_id == partnership.id, Step.rung == Rung.OWNER)
    asked = select(CheckIn.id).where(CheckIn.step_id.in_(escalated), CheckIn.state.in_(UNSETTLED))
    drafts = select(Deliverable.id).where(
        Deliverable.draft_step_id.in_(escalated), Deliverable.state.in_(AWAITING_DRAFT)
    )
    posts = select(Deliverable.id).where(Deliverable.publish_step_id.in_(escalated), AWAITING_POST)
    if work.session.scalars(union_all(asked, drafts, posts).limit(1)).first() is None:
        partnership.at_risk_since = None


_TELLERS: Mapping[type[Event], Callable[[Work, Any], None]] = {
    PartnershipMoved: _partnership_moved,
    ReceiptConfirmed: _received,
    ReactionReported: _reaction,
    AnswerNeedsPerson: _answer_needs_person,
    AnswerGiven: _answered,
    AnswerReplaced: _answered,
    CheckInMoved: _check_in_moved,
    DeliverableMoved: _deliverable_moved,
    ContentPutOff: _content_put_off,
    DatesMoved: _dates_moved,
    PaymentMoved: _payment_moved,
}


def still_wanted(reading: Reading, mail: OutboxMail) -> bool | datetime | None:
    """Return True to send now, a moment to wait for, or None when nobody needs the mail any more.

    Notices go out in any case. Reminders only while the thing still waits, and not on quiet days, in a
    quiet stage or in quiet hours.
    """
    person = _find_person(reading, mail)
    if person is None or person.ended_at is not None or not person.active:
        return None
    if mail.kind is MailKind.NOTICE:
        return True
    rest = _rest_of_digest(reading, mail) if "items" in mail.context else _rest(reading, mail)
    if rest is None:
        return None
    hours, zone = QuietHours(person.begins, person.ends) if person.begins else QuietHours(), mail.recipient.zone
    if not person.is_quiet_today and not rest and hours.lets_go(reading.now, zone, NO_DAYS) is None:
        return True
    return hours.lets_go(reading.now, zone, {**rest, **quiet_days_of(reading.session)}) or True


def _find_person(reading: Reading, mail: OutboxMail) -> Row[*tuple[Any, ...]] | None:
    """Return whether the recipient still belongs here with an open account, and what is quiet for them today.

    All in one statement: this is asked for every mail, right before it goes.
    """
    today = reading.now.astimezone(ZoneInfo(mail.recipient.zone)).date()
    return reading.session.execute(_PERSON, {"account_id": mail.recipient_id, "today": today}).one_or_none()


_PERSON = (  # written once: to write a statement takes as long as to ask it
    select(
        Membership.ended_at,
        Account.active,
        CalendarHours.begins,
        CalendarHours.ends,
        exists()
        .where(
            CalendarRule.org_id == Membership.org_id,
            CalendarRule.on == bindparam("today"),
            CalendarRule.removed_at.is_(None),
        )
        .label("is_quiet_today"),
    )
    .join(Account, Account.id == Membership.account_id)
    .outerjoin(CalendarHours, CalendarHours.org_id == Membership.org_id)
    .where(Membership.account_id == bindparam("account_id"))
)


def _rest(reading: Reading, mail: OutboxMail) -> QuietDays | None:
    """Return the days of the quiet stages of what `mail` reminds of; None when it waits no more.

    It waits while it is open, still due on that day, and in a partnership that runs.
    """
    if mail.context["waits_for"] in OF_BRANDS:
        return NO_DAYS if OF_BRANDS[mail.context["waits_for"]](reading, mail) else None
    awaited = find_awaited(reading, mail)
    if awaited is None or awaited.due_on.isoformat() != mail.context["due_on"]:
        return None
    return rest_of(reading, awaited)


def _rest_of_digest(reading: Reading, mail: OutboxMail) -> QuietDays | None:
    """Return the days on which everything that a digest tells rests; None when nothing of it waits.

    What does not wait is left out of it, and what rests while other things do not, if its ladder reminds of it again.
    """
    waiting = []
    for item in mail.context["items"]:
        told = OutboxMail(about=item["about"], template=item["template"], context=item["context"])
        if (rest := _rest(reading, told)) is not None:
            waiting.append((item, rest))
    today = day_in(mail.recipient.zone, reading.now)
    awake = [item for item, rest in waiting if today not in rest or item["context"]["rung"] == Rung.OWNER]
    items = awake or [item for item, _ in waiting]
    set_committed_value(mail, "context", {**mail.context, "items": items})  # kept when it has been sent: this was told
    if not waiting:
        return None
    first = waiting[0][1]
    return {day: name for day, name in first.items() if all(day in rest for _, rest in waiting)}
