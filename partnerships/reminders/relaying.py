"""Tell those whom moved dates concern: the creator once it cannot be undone any more, the manager what was answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from partnerships.authenticity.events import DecisionTakenBack
from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans.events import DatesMoved
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.differences import Change
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.proposals import UNDO_FOR, MoveState
from partnerships.plans.tables import Partnership, PlanMove

from .mails import Message, both, notify, person, standing
from .rules.ladder import Side

MOVED, PROPOSED, ANSWERED, SKIPPED = "dates_moved", "dates_proposed", "dates_answered", "stage_skipped"
RESUMED = "resumed"
OF_DECISIONS = ("approved", "changes", "rejected", "plan_moved")
TOLD = N_("It is too late to take this back: the creator is being told of it.")
TAKEN_BACK = "the move was taken back"  # stands in `last_error` of what is not said any more


def relay(work: Work, event: Event) -> None:
    """Listen for moved dates and queue what is to be said of them; say nothing of a decision that is taken back."""
    if isinstance(event, DecisionTakenBack):
        _unsay(work, event)
    if not isinstance(event, DatesMoved):
        return
    move = work.get(PlanMove, event.move_id)
    if move.kind is MoveKind.PAUSE:
        _hush(work, move, event)
    elif event.now in {MoveState.UNDONE, MoveState.WITHDRAWN}:
        _take_back(work, move, event)
    elif move.kind is MoveKind.SKIP:
        _tell_skip(work, move, event)
    elif work.actor.role is Role.CREATOR:
        _tell(work, move, event, ANSWERED, Side.MANAGER)
    else:
        _tell(work, move, event, MOVED if event.now is MoveState.APPLIED else PROPOSED, Side.CREATOR)


def _tell(work: Work, move: PlanMove, event: DatesMoved, template: str, side: Side, *, is_back: bool = False) -> None:
    """Tell that side of the days that somebody is asked for; of a draft, and of other days, nobody need hear."""
    partnership = move.partnership
    if not move.asked or not partnership.is_shown_to_creator:
        return
    message = Message(
        template=template,
        key=event.key,
        about=partnership.about,
        context={
            "move_id": move.id,
            "changes": [_said(partnership, change, is_back=is_back) for change in move.asked],
            "agreed": event.now is MoveState.APPLIED,
            "note": move.note,
            "by": work.actor.name,
        },
        purpose="dates" if side is Side.CREATOR else None,
        thing_id=move.id,
        path=f"/partnerships/{partnership.id}",
    )
    waits = UNDO_FOR if side is Side.CREATOR and not is_back else None
    notify(work, partnership, person(work, partnership, side), message, after=waits)


def _said(partnership: Partnership, change: Change, *, is_back: bool) -> Mapping[str, Any]:
    template = partnership.template
    is_question = change.kind is StepKind.CHECK_IN
    spec = template.check_in(change.key) if is_question else template.deliverable(change.key)
    was, now = (change.new_on, change.old_on) if is_back else (change.old_on, change.new_on)
    return {
        "kind": str(change.kind),
        "title": both(spec.title),
        "was": was.isoformat() if was else "",
        "now": now.isoformat() if now else "",
    }


def _tell_skip(work: Work, move: PlanMove, event: DatesMoved, *, is_back: bool = False) -> None:
    """Tell the creator what falls away with a stage, or is asked for after all; of an empty one nobody need hear."""
    partnership, template = move.partnership, move.partnership.template
    asked = [step for step in partnership.steps if step.name in move.stood]
    if not asked:
        return
    specs = [
        template.check_in(step.key) if step.kind is StepKind.CHECK_IN else template.deliverable(step.key)
        for step in asked
    ]
    message = Message(
        template=SKIPPED,
        key=event.key,
        about=partnership.about,
        context={
            "move_id": move.id,
            "stage": both(template.stage(move.stage.key).title),
            "things": [
                {"kind": str(step.kind), "title": both(spec.title)} for step, spec in zip(asked, specs, strict=True)
            ],
            "note": move.note,
            "by": work.actor.name,
            "is_back": is_back,
        },
    )
    notify(work, partnership, person(work, partnership, Side.CREATOR), message, after=None if is_back else UNDO_FOR)


def _hush(work: Work, move: PlanMove, event: DatesMoved) -> None:
    """Say nothing of a pause that has not ended after all; who has heard that it has is told that it goes on."""
    partnership = move.partnership
    waiting = _unsent(work, partnership, RESUMED)
    for mail in waiting:
        mail.call_off(TAKEN_BACK)
    if not waiting:
        context = standing(partnership, note=partnership.hold_note)
        message = Message("held_creator", event.key, partnership.about, context)
        notify(work, partnership, person(work, partnership, Side.CREATOR), message)


def _unsent(work: Work, partnership: Partnership, *templates: str) -> Sequence[OutboxMail]:
    """Return what nobody has tried to send yet, or not with success, of these wordings about the partnership."""
    return work.session.scalars(
        select(OutboxMail)
        .where(
            OutboxMail.about == partnership.about,
            OutboxMail.template.in_(templates),
            OutboxMail.state.in_([MailState.QUEUED, MailState.RETRY]),
        )
        .with_for_update()
    ).all()


def _unsay(work: Work, event: DecisionTakenBack) -> None:
    """Call off what that decision had to say; raise `Refused` when somebody has heard, or is just hearing, of it."""
    about = work.get(Deliverable, event.deliverable_id).about
    mails = work.session.scalars(
        select(OutboxMail)
        .where(
            OutboxMail.about == about, OutboxMail.created_at == event.decided_at, OutboxMail.template.in_(OF_DECISIONS)
        )
        .with_for_update()
    ).all()
    if any(mail.state not in {MailState.QUEUED, MailState.RETRY} for mail in mails):
        raise Refused(TOLD)
    for mail in mails:
        mail.call_off(TAKEN_BACK)


def _take_back(work: Work, move: PlanMove, event: DatesMoved) -> None:
    """Say nothing of what nobody has heard of; who has heard of it is told that the old days hold again."""
    waiting = _unsent(work, move.partnership, MOVED, PROPOSED, SKIPPED)
    unheard = [mail for mail in waiting if mail.context["move_id"] == move.id]
    for mail in unheard:
        mail.call_off(TAKEN_BACK)
    if unheard or event.now is not MoveState.UNDONE:
        return
    if move.kind is MoveKind.SKIP:
        _tell_skip(work, move, event, is_back=True)
    else:
        _tell(work, move, event, MOVED, Side.CREATOR, is_back=True)
