"""Keep reminders in line with a plan that somebody has moved: none goes out for a day that is none any more."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.mail.tables import NOT_NEEDED, MailKind, MailState, OutboxMail
from partnerships.plans.events import DatesMoved
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.proposals import MoveState, undo_ends
from partnerships.plans.tables import PlanMove, Step

from .waits import SNOOZED, abouts_of


def realign(work: Work, event: Event) -> None:
    """Listen for moved dates: call off what waits for the old days, and let it wait again when the move is undone.

    For the new days the ladder begins anew. What is being sent in this moment is looked at once more before it goes: it
    may be called off then, and waits again too when the move is undone.
    """
    if not isinstance(event, DatesMoved) or event.now not in {MoveState.APPLIED, MoveState.UNDONE}:
        return
    move = work.get(PlanMove, event.move_id)
    if event.now is MoveState.APPLIED and move.kind is MoveKind.SKIP:
        _let_go(work, move)
    reminded = move.rungs.keys() | move.snoozed.keys()  # of the others nothing was queued
    steps = [step for step in move.partnership.steps if step.name in reminded]
    if not steps or move.kind is MoveKind.PAUSE:  # repeating.py looks after what waits again after a pause
        return
    mark = f"its day was moved ({move.id})"
    for mail, step in _reminders(work, steps):
        is_of_day = mail.context["due_on"] == step.due_on.isoformat()
        if event.now is MoveState.UNDONE:
            rungs = {move.rungs.get(step.name), SNOOZED}
            came_between = mail.last_error == NOT_NEEDED and mail.context["rung"] in rungs and is_of_day
            if (mail.last_error == mark or came_between) and step.done_at is None:  # what is done since waits no more
                mail.take_up()
        elif mail.state in {MailState.QUEUED, MailState.RETRY} and (step.done_at is not None or not is_of_day):
            mail.call_off(mark)


def _let_go(work: Work, move: PlanMove) -> None:
    """Look anew at what a quiet stage held back that is skipped, once that cannot be taken back any more.

    What somebody wants to be reminded of on a day of their own choice waits for that day.
    """
    partnership = move.partnership
    if move.stage.key not in partnership.template.resting:
        return
    mails = [mail for mail, _ in _reminders(work, [step for step in partnership.steps if step.rung is not None])]
    held = or_(OutboxMail.id.in_([mail.id for mail in mails]), OutboxMail.idem_key.in_({mail.digest for mail in mails}))
    waiting = OutboxMail.state == MailState.QUEUED, OutboxMail.send_after > work.now, OutboxMail.template != SNOOZED
    for mail in work.session.scalars(select(OutboxMail).where(held, *waiting)).all():
        mail.put_off(undo_ends(work.now) + timedelta(seconds=1))


def _reminders(work: Work, steps: Sequence[Step]) -> list[tuple[OutboxMail, Step]]:
    """Return what has been queued about these steps and not been sent, each with its step."""
    abouts = abouts_of(work, steps)
    about = {(abouts[step.id], str(step.kind)): step for step in steps if step.id in abouts}
    mails = work.session.scalars(
        select(OutboxMail)
        .where(
            OutboxMail.kind == MailKind.REMINDER,
            OutboxMail.about.in_({thing for thing, _ in about}),
            OutboxMail.state.in_([MailState.QUEUED, MailState.RETRY, MailState.CANCELLED]),
        )
        .order_by(OutboxMail.id)
        .with_for_update()
    )
    found = ((mail, about.get((mail.about, mail.context["waits_for"]))) for mail in mails)
    return [(mail, step) for mail, step in found if step is not None]
