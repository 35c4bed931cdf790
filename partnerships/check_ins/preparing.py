"""Prepare the check-ins of a new partnership: one for each step that asks."""

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipDrafted
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.tables import Partnership

from .tables import CheckIn


def prepare(work: Work, event: Event) -> None:
    """Listen for a partnership that was drafted, and add its check-ins."""
    if not isinstance(event, PartnershipDrafted):
        return
    partnership = work.get(Partnership, event.partnership_id)
    steps = [step for step in partnership.steps if step.kind is StepKind.CHECK_IN]
    work.session.add_all(
        CheckIn(
            org_id=partnership.org_id,
            partnership=partnership,
            step=step,
            number=number,
            key=step.key,
            moved_at=work.now,
        )
        for number, step in enumerate(sorted(steps, key=lambda step: step.day), start=1)
    )
    work.session.flush()
