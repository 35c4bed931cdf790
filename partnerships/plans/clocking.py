"""Turn the one clock that runs before day 0: whatever moves the partnership on stops it, and may start the next."""

from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Work

from .events import PartnershipMoved
from .finding import find_clock
from .rules.clocks import CLOCK_OF, OF_BRAND, runs_out_on
from .rules.dates import StepKind
from .tables import Partnership, Step, quiet_days_of


def turn(work: Work, event: Event) -> None:
    """Listen for partnerships that move on before they start: nobody is reminded of what has happened."""
    if not isinstance(event, PartnershipMoved) or CLOCK_OF.keys().isdisjoint({event.was, event.now}):
        return
    running = find_clock(work, event.partnership_id)
    if running is not None:
        running.finish(work.now)
    partnership, kind = work.get(Partnership, event.partnership_id), CLOCK_OF.get(event.now)
    if kind is None or (kind is StepKind.PARCEL and not partnership.waits_for_parcel):
        return
    zone = partnership.manager.account.zone if kind in OF_BRAND else partnership.zone
    step = Step(
        org_id=partnership.org_id,
        partnership_id=partnership.id,
        stage_id=partnership.stages[0].id,
        kind=kind,
        key=kind.value,
        day=0,
        zone=zone,
        waiting_since=work.now,
    )
    step.place(runs_out_on(kind, day_in(zone, work.now), quiet_days_of(work.session)))
    step.wake(work.now)
    work.session.add(step)
