"""Which stage the work stands in."""

from collections.abc import Sequence

from partnerships.plans.rules.stages import StageState


def current_stage(stages: Sequence[tuple[str, StageState]]) -> str:
    """Return the key of the last open stage, of the next upcoming one, or of the last: `stages` are in order."""
    for wanted, order in ((StageState.OPEN, reversed(stages)), (StageState.UPCOMING, stages)):
        for key, state in order:
            if state is wanted:
                return key
    return stages[-1][0]
