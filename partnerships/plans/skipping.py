"""Skip a stage with a reason: nothing of it is asked for any more, and the others keep their days."""

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import get_for
from .rules.dates import STAGE_STEPS
from .rules.moves import SKIPPED
from .rules.partnerships import GOING_ON
from .rules.stages import StageAction
from .tables import PlanVersion, Stage


def skip_stage(work: Work, partnership_id: int, stage_id: int, note: str) -> Stage:
    """Leave out a stage that is not over, for a reason that stays with the version and in the history.

    Whoever listens settles what belongs to it, or refuses because something of it has been sent. Raise `Refused`
    without a reason, and while the partnership is not agreed, on hold or over.
    """
    partnership, stage = get_for(work, partnership_id), work.get(Stage, stage_id)
    if stage.partnership_id != partnership.id:
        raise NotFound(N_("There is nothing here."))
    if not note.strip():
        raise Refused(N_("Please say in a few words why."), field="note")
    if partnership.state not in GOING_ON:
        raise Refused(N_("No stage can be skipped now."))
    stage.move(StageAction.SKIP, work.actor.role)
    for step in partnership.steps:
        if step.stage_id == stage.id and step.kind in STAGE_STEPS and step.done_at is None:
            step.finish(work.now)
    PlanVersion.keep(work, partnership, SKIPPED, note=note.strip())
    work.session.flush()
    work.emit(stage.moved(note=note.strip()))
    return stage
