"""Let a creator say once more that the product is still used: rights to content ask for it while they last."""

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Work

from .events import UseAttested
from .finding import get_for
from .rules.attestations import Attestation, Frequency, Source
from .rules.licences import IN_USE, Cause, LicenceAction
from .tables import AttestedAgain, Deliverable, Licence


def attest(work: Work, deliverable_id: int, attestation: Attestation) -> AttestedAgain:
    """Keep the word.

    Raise `Refused` with the field of what is missing.
    """
    deliverable = get_for(work, deliverable_id)
    attestation.check(day_in(deliverable.partnership.zone, work.now))
    given = AttestedAgain(
        org_id=deliverable.org_id,
        deliverable_id=deliverable.id,
        at=work.now,
        given_by=work.actor.person_id,
        attested=attestation.written(),
    )
    work.session.add(given)
    work.session.flush()
    work.emit(
        UseAttested(
            key=f"attestation:{given.id}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            source=Source.ASKED,
            **attestation.written(),
        )
    )
    return given


def stop_use(work: Work, event: Event) -> None:
    """Listen for the word that the use has ended: what is in use of the partnership's content is suspended at once.

    It is one product, and one word about it, given with a draft or when asked again.
    """
    if not isinstance(event, UseAttested) or event.frequency != Frequency.STOPPED:
        return
    in_use = (
        select(Licence)
        .join(Licence.deliverable)
        .where(Deliverable.partnership_id == event.partnership_id, Licence.state.in_(IN_USE))
        .order_by(Licence.id)
    )
    for licence in work.session.scalars(in_use).all():
        licence.go(work, LicenceAction.SUSPEND, Role.SYSTEM, cause=Cause.NOT_USED)
