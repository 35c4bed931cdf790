"""What a move makes of a plan, and how it comes into force: for those who move, and for creators who agree to it."""

from dataclasses import replace
from datetime import datetime

from partnerships.database.work import Work

from .rules.dates import on_day, weekdays
from .rules.moves import Bent, Move, MoveKind, bend
from .tables import Partnership, PlanMove, PlanVersion, quieting_of


def enforce(work: Work, move: PlanMove, bent: Bent, last_number: int) -> None:
    """Give the plan the days of `bent` and write down its new version; `last_number` is that of the one before."""
    partnership = move.partnership
    if move.kind is MoveKind.ANCHOR:
        partnership.move_anchor(int(move.wanted["days"]))
    partnership.bend(bent, work.now)
    move.number = PlanVersion.keep(work, partnership, str(move.kind), note=move.note, number=last_number)


def bend_plan(partnership: Partnership, move: Move, now: datetime) -> Bent:
    """Return what `move` makes of a plan. With the anchor go the months: what a weekday decides is looked for anew."""
    if move.kind is MoveKind.ANCHOR:
        anchor_on = on_day(partnership.anchor_on, move.days)
        ruled = weekdays(partnership.template, partnership.anchor_on, anchor_on)
        found = {step.name: ruled.get((step.kind, step.key, step.due_on)) for step in partnership.steps}
        move = replace(move, dates={name: day.isoformat() for name, day in found.items() if day})
    return bend(partnership.as_plan(now), move, quieting_of(partnership))
