"""Put a move into force: for those who move, and for creators who agree to be asked earlier."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select

from partnerships.database.work import Reading, Work

from .rules.dates import StepKind, check_anchor, check_receipt, on_day
from .rules.moves import Bent, Move, MoveKind
from .rules.proposals import undo_ends
from .rules.stages import StageAction
from .tables import Partnership, PlanMove, PlanVersion, Step


def check_start(partnership: Partnership, move: Move, today: date) -> None:
    """Refuse a move after which the plan would count from a day that is none to count from on `today`."""
    if move.kind is not MoveKind.ANCHOR:
        return
    anchor_on = on_day(partnership.anchor_on, move.days)
    if partnership.anchor_confirmed_at is None:
        check_anchor(anchor_on, today, partnership.template)
    elif partnership.waits_for_parcel:
        check_receipt(anchor_on, today, partnership.planned_on)


def lock_plans(reading: Reading, ids: Collection[int]) -> None:
    """Let nobody else move these plans, answer to them or climb their rungs until this unit of work is over.

    Without their steps a tick that is at work would leave a rung behind under the new day, where it counts as climbed.
    """
    steps = select(Partnership.id).join(Step, Step.partnership_id == Partnership.id).where(Partnership.id.in_(ids))
    in_order = steps.order_by(Partnership.id, Step.id)
    reading.session.execute(in_order.with_for_update(key_share=True, of=[Partnership, Step])).all()


def lock_and_reread(work: Work, partnership_id: int) -> None:
    """Lock one plan whose steps may be loaded already, and read them anew: somebody may have moved it since."""
    lock_plans(work, [partnership_id])
    steps = select(Step).where(Step.partnership_id == partnership_id)
    work.session.scalars(steps, execution_options={"populate_existing": True}).all()


def enforce(work: Work, move: PlanMove, bent: Bent, last_number: int) -> None:
    """Give the plan the days of `bent` and write down its new version; `last_number` is that of the one before."""
    partnership = move.partnership
    if move.kind is MoveKind.SKIP:
        _skip(work, move)
    if move.kind is MoveKind.ANCHOR:
        partnership.move_anchor(int(move.wanted["days"]))
    partnership.bend(bent, work.now)
    move.number = PlanVersion.keep(
        work, partnership, str(move.kind), note=move.note, number=last_number, by=move.made_by
    )


def _skip(work: Work, move: PlanMove) -> None:
    """Leave out a stage. Its last day stays until nobody can take that back: then the tick looks what is left to do.

    What a quiet stage held back is looked at then too.
    """
    stage, settled_at = move.stage, undo_ends(work.now) + timedelta(seconds=1)
    is_quiet = stage.key in move.partnership.template.resting
    move.leave(stage)
    stage.move(StageAction.SKIP, work.actor.role)
    for step in move.partnership.steps:
        if is_quiet and step.next_action_at is not None:
            step.next_action_at = min(step.next_action_at, settled_at)
        if step.stage_id != stage.id or step.done_at is not None:
            continue
        if step.kind is StepKind.STAGE_OPENS:
            step.finish(work.now)
        elif step.kind is StepKind.STAGE_CLOSES:
            step.next_action_at = settled_at
    work.session.flush()
    work.emit(stage.moved())
