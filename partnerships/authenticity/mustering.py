"""Bring together what analysers see of one version."""

from partnerships.database.work import Reading
from partnerships.deliverables.tables import Deliverable, Revision
from partnerships.plans.finding import find_received_on

from .rules.signals import Material, Medium


def muster(reading: Reading, revision: Revision) -> Material:
    """Return what analysers see of this version."""
    deliverable = reading.get(Deliverable, revision.deliverable_id)
    partnership = deliverable.partnership
    return Material(
        caption=revision.caption,
        category=partnership.campaign.product.category,
        received_on=find_received_on(reading, partnership),
        submitted_at=revision.submitted_at,
        media=tuple(
            Medium(one.file_id, position, one.file.kind, one.file.taken_at, one.file.camera)
            for position, one in enumerate(revision.media, start=1)
            if one.file.is_ready
        ),
    )
