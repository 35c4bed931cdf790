"""Open a stage by hand: somebody answers for it although its gate is not met."""

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Work

from .finding import get_for
from .keeping import lock_and_reread
from .rules.dates import StepKind
from .rules.stages import StageAction
from .tables import Stage


def open_stage(work: Work, partnership_id: int, stage_id: int, note: str) -> Stage:
    """Open a stage that waits at its gate, for a reason that stays in the history; its content is due from now on.

    Raise `Refused` for a stage that does not wait, or without a reason.
    """
    partnership, stage = get_for(work, partnership_id), work.get(Stage, stage_id)
    if stage.partnership_id != partnership.id:
        raise NotFound(N_("There is nothing here."))
    if stage.waits_since is None or not partnership.is_running:
        raise Refused(N_("This stage does not wait any more."))
    if not note.strip():
        raise Refused(N_("Please say in a few words why."), field="note")
    lock_and_reread(work, partnership_id)
    waited_days = max((day_in(partnership.zone, work.now) - stage.starts_on).days, 0)
    waited_since = stage.waits_since
    stage.move(StageAction.OPEN_BY_HAND, work.actor.role)
    for step in partnership.steps:
        if step.stage_id == stage.id and step.kind is StepKind.STAGE_OPENS:
            step.finish(work.now)
        elif step.stage_id == stage.id:
            step.wake(work.now)
    work.session.flush()
    work.emit(stage.moved(waited_days=waited_days, waited_since=waited_since, note=note.strip()))
    return stage
