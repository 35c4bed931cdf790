"""Prepare what a new partnership promises: content with its dates, and the milestones that pay for it."""

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipDrafted
from partnerships.plans.rules.courses import course_of
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.tables import Partnership

from .tables import Deliverable, Payment


def prepare(work: Work, event: Event) -> None:
    """Listen for a partnership that was drafted, and add its deliverables and payments."""
    if not isinstance(event, PartnershipDrafted):
        return
    partnership = work.get(Partnership, event.partnership_id)
    steps = {(step.kind, step.key): step for step in partnership.steps}
    work.session.add_all(
        Deliverable(
            org_id=partnership.org_id,
            partnership=partnership,
            draft_step=steps.get((StepKind.DRAFT, spec.key)),
            publish_step=steps[StepKind.PUBLISH, spec.key],
            number=number,
            key=spec.key,
            course=course_of(spec.kind),
            moved_at=work.now,
        )
        for number, spec in enumerate(partnership.template.deliverables, start=1)
    )
    work.session.add_all(
        Payment(org_id=partnership.org_id, partnership=partnership, number=number, percent=spec.percent)
        for number, spec in enumerate(partnership.template.payments, start=1)
    )
    work.session.flush()
