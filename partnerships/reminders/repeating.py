"""After a pause, let the reminders wait again that it called off: nobody is reminded twice, and nobody not at all.

When the partnership stands still again after all, they are as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.plans.events import DatesMoved, PartnershipMoved
from partnerships.plans.finding import find_resumption
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.tables import Partnership, PlanMove, Step, quiet_hours_of, reminderless_days_of

from .mails import remind_again
from .rules.ladder import keeps_until, next_look
from .tables import policy_of
from .waits import abouts_of

MAILS = "mails"  # under which the move keeps how they stood before
QUEUED = frozenset({MailState.QUEUED, MailState.RETRY})
NOT_OUT = QUEUED | {MailState.CANCELLED}  # what is being sent goes its own way


def repeat(work: Work, event: Event) -> None:
    """Listen for a partnership that goes on: what its last rungs queued and did not send is due again.

    The step has climbed that rung and does not climb it again, so it is the mail itself that waits once more: the same
    row, whose key tells nothing twice. What was sent stays sent.
    """
    if isinstance(event, DatesMoved) and event.kind is MoveKind.PAUSE and event.now is MoveState.UNDONE:
        _restore(work, work.get(PlanMove, event.move_id))
    elif isinstance(event, PartnershipMoved) and event.action is PartnershipAction.RESUME:
        _repeat(work, work.get(Partnership, event.partnership_id))


def _repeat(work: Work, partnership: Partnership) -> None:
    waiting = [step for step in partnership.steps if step.done_at is None and step.rung is not None]
    abouts = abouts_of(work, waiting)
    reminders = work.session.scalars(
        select(OutboxMail)
        .where(OutboxMail.kind == MailKind.REMINDER, OutboxMail.about.in_(abouts.values()))
        .order_by(OutboxMail.id)
        .with_for_update()
    ).all()
    stood = {str(mail.id): mail.standing for mail in reminders if mail.state in NOT_OUT}
    digests = _digests_of(work, reminders)
    for step in waiting:
        look = next_look(
            step.kind,
            step.due_on,
            step.zone,
            work.now,
            step.rung,
            days=reminderless_days_of(work.session, partnership),
            policy=policy_of(work.session),
            hours=quiet_hours_of(work.session),
            due_by=step.due_by,
        )
        if look.rung is not None:  # a later rung has come meanwhile: nobody wants two reminders at once
            continue
        for mail in _last(reminders, step, abouts[step.id]):
            if mail.state in NOT_OUT and not _tells(digests.get(mail.digest), mail, step.due_on):
                remind_again(work, partnership, mail, step.due_on, keeps_until(look, work.now))
    due = {(abouts[step.id], str(step.kind)): step.due_on.isoformat() for step in waiting}
    for mail in reminders:
        day = due.get((mail.about, mail.context["waits_for"]))
        if mail.state in QUEUED and day not in {None, mail.context["due_on"]}:
            mail.call_off("a later reminder has taken its place")
    changed = {str(mail.id) for mail in reminders if stood.get(str(mail.id), mail.standing) != mail.standing}
    move = find_resumption(work, partnership.id) if changed else None
    if move is not None:
        move.let_go({MAILS: {mail_id: stood[mail_id] for mail_id in sorted(changed)}})


def _restore(work: Work, move: PlanMove) -> None:
    """Let the reminders stand as they did that went out of the pause with it; what is out is out."""
    stood = move.stood.get(MAILS, {})
    for mail in work.session.scalars(
        select(OutboxMail).where(OutboxMail.id.in_(int(mail_id) for mail_id in stood)).with_for_update()
    ).all():
        if mail.state in NOT_OUT:
            mail.stand_again(stood[str(mail.id)])


def _digests_of(work: Work, reminders: Iterable[OutboxMail]) -> Mapping[str | None, OutboxMail]:
    """Return by key the mails of the day that were to tell these reminders."""
    keys = {mail.digest for mail in reminders} - {None}
    if not keys:
        return {}
    return {
        mail.idem_key: mail for mail in work.session.scalars(select(OutboxMail).where(OutboxMail.idem_key.in_(keys)))
    }


def _tells(digest: OutboxMail | None, mail: OutboxMail, due_on: date) -> bool:
    """Say whether a mail of the day has told what `mail` was to tell, or will: what has another day is left out."""
    if digest is None or digest.state not in {MailState.SENT, MailState.SENDING, *QUEUED}:
        return False
    holds = any((one["about"], one["template"]) == (mail.about, mail.template) for one in digest.context["items"])
    return holds and (digest.state is MailState.SENT or mail.context["due_on"] == due_on.isoformat())


def _last(reminders: Iterable[OutboxMail], step: Step, about: str) -> Sequence[OutboxMail]:
    """Return what was queued when the step climbed its last rung: an earlier day may have had the same one."""
    of_step = [mail for mail in reminders if (mail.about, mail.context["waits_for"]) == (about, step.kind)]
    climbed = [mail.created_at for mail in of_step if mail.context["rung"] == step.rung]
    return [mail for mail in of_step if mail.created_at == climbed[-1]] if climbed else []
