"""Take a move back within seconds: days, stages, rungs and the mail that waited are as they were; versions stay."""

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Reading, Work

from .keeping import lock_plans
from .rules.dates import STAGE_STEPS, StepKind
from .rules.moves import UNDONE, MoveKind
from .rules.proposals import MoveAction, MoveState, can_undo
from .rules.stages import StageAction, StageState
from .tables import Partnership, PlanMove, PlanVersion

TOO_LATE = {
    MoveKind.SKIP: N_("It is too late to take this back: the stage stays skipped, and the creator is told."),
    MoveKind.PAUSE: N_("It is too late to take this back unseen. You can put it on hold again instead."),
}
TOO_LATE_FOR_DATES = N_("It is too late to take this back unseen. You can move the dates back instead.")
MEANWHILE = N_("Somebody has moved this plan since. Please look at how it stands now.")


def undo(work: Work, move_id: int) -> Sequence[PlanMove]:
    """Take back everything that was moved with one press; what waits for a creator's word is withdrawn.

    A proposal that had to make way waits again: the creator is asked anew.
    Raise `Refused` when it is too late, when something has moved since or the creator has agreed to it, when a stage
    has begun or ended by it, and when the partnership is over.
    """
    first = work.get(PlanMove, move_id)
    if not can_undo(first.made_at, work.now):
        raise Refused(TOO_LATE.get(first.kind, TOO_LATE_FOR_DATES))
    lock_plans(work, work.session.scalars(select(PlanMove.partnership_id).where(PlanMove.batch == first.batch)).all())
    moves = list_batch(work, move_id)
    for move in moves:
        _take_back(work, move)
    work.session.flush()
    again = _propose_again(work, moves)
    for move in (*moves, *again):
        work.emit(move.moved())
    return moves


def list_batch(reading: Reading, move_id: int) -> Sequence[PlanMove]:
    """Return everything that was moved with the same press, with its plans."""
    first = reading.get(PlanMove, move_id)
    return reading.session.scalars(
        select(PlanMove)
        .where(PlanMove.batch == first.batch)
        .order_by(PlanMove.id)
        .options(
            selectinload(PlanMove.partnership).selectinload(Partnership.steps),
            selectinload(PlanMove.partnership).selectinload(Partnership.stages),
        )
    ).all()


def _propose_again(work: Work, moves: Sequence[PlanMove]) -> list[PlanMove]:
    """Propose what these had taken the place of once more, unless something else has been proposed since."""
    going_on = {move.replaced_id for move in moves if move.replaced_id is not None and not move.partnership.is_over}
    if not going_on:
        return []
    replaced = work.session.scalars(select(PlanMove).where(PlanMove.id.in_(going_on)).order_by(PlanMove.id)).all()
    plans, is_open = {one.partnership_id for one in replaced}, PlanMove.state == MoveState.PROPOSED
    asked = set(
        work.session.scalars(select(PlanMove.partnership_id).where(PlanMove.partnership_id.in_(plans), is_open))
    )
    batch = secrets.token_hex(8)
    again = [
        one.anew(PlanVersion.last_number(work, one.partnership_id), batch)
        for one in replaced
        if one.partnership_id not in asked
    ]
    work.session.add_all(again)
    work.session.flush()
    return again


def _take_back(work: Work, move: PlanMove) -> None:
    if move.state is MoveState.PROPOSED:
        move.move(MoveAction.WITHDRAW, work.actor.role, work.now)
        return
    has_agreed = move.decided_at is not None  # the creator: then it is what was agreed, and they have heard of it
    move.move(MoveAction.UNDO, work.actor.role, work.now)
    if move.partnership.is_over:
        raise Refused(N_("It is over: nothing of it moves any more."))
    last = PlanVersion.last_number(work, move.partnership_id)
    if last != (move.number or move.from_number) or has_agreed:
        raise Refused(MEANWHILE)
    match move.kind:
        case MoveKind.SKIP:
            _restore_stage(work, move)
        case MoveKind.PAUSE:
            _restore_hold(work, move)
        case _:
            _restore(work, move)
    if move.number is not None:
        PlanVersion.keep(work, move.partnership, UNDONE, note=move.note or None, number=last)


def _restore(work: Work, move: PlanMove) -> None:
    """Give what still waits its old day, rung and snooze, and stages their days; what was done since stays."""
    partnership = move.partnership
    was = {change["name"]: date.fromisoformat(change["was"]) for change in move.changes}
    for step in partnership.steps:
        if step.name not in was:
            continue
        if step.done_at is None:
            step.place(was[step.name])
            step.rung, step.snoozed_until = move.rungs.get(step.name), move.snoozed.get(step.name)
            if partnership.is_running:
                step.wake(work.now)
        elif step.kind in {StepKind.STAGE_OPENS, StepKind.STAGE_CLOSES}:
            raise Refused(N_("A stage has begun or ended since. Please move the dates by hand."))
    for stage in partnership.stages:
        stage.starts_on = was.get(f"{StepKind.STAGE_OPENS}:{stage.key}", stage.starts_on)
        stage.ends_on = was.get(f"{StepKind.STAGE_CLOSES}:{stage.key}", stage.ends_on)
    if move.kind is MoveKind.ANCHOR:
        partnership.move_anchor(-int(move.wanted["days"]))
    flag_modified(partnership, "anchor_on")  # counts the version up: who has read the moved days has read other terms


def _restore_hold(work: Work, move: PlanMove) -> None:
    """Let a partnership that went on stand still as before; refuse when somebody has held it otherwise since."""
    if not move.partnership.is_running:
        raise Refused(MEANWHILE)
    _restore(work, move)
    move.hold_again(work.actor.role, work.now)


def _restore_stage(work: Work, move: PlanMove) -> None:
    """Let a skipped stage be as it was; whoever listens asks again for what had been let go with it."""
    stage, (stood, waited_since) = move.stage, move.left
    stage.move(StageAction.RESTORE, Role.SYSTEM)
    if stood is StageState.OPEN:
        stage.move(StageAction.OPEN, Role.SYSTEM)
    stage.waits_since = waited_since
    still = {StepKind.STAGE_CLOSES} if stood is StageState.OPEN else STAGE_STEPS
    for step in move.partnership.steps:
        if step.stage_id == stage.id and step.kind in still:
            step.reopen(work.now)
    work.session.flush()
    work.emit(stage.moved())
