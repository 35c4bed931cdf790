"""Tell both sides of rights to content: that they are asked for, granted, near their end, or stopped.

And ask the creator for a new word on the use, while they last.
"""

from collections.abc import Mapping

from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.deliverables.events import LicenceMoved, UseAsked
from partnerships.deliverables.rules.attestations import HOLDS_DAYS
from partnerships.deliverables.rules.licences import Cause, LicenceAction, LicenceState
from partnerships.deliverables.tables import Deliverable, Licence
from partnerships.people.tables import Account

from .mails import Message, both, notify, person
from .rules.ladder import Side

ENDS = "licence_ends"
STOPPED = frozenset({LicenceAction.SUSPEND, LicenceAction.RESTORE, LicenceAction.REVOKE})
BY_TEAM: Mapping[LicenceAction, str] = dict.fromkeys(STOPPED, "licence_changed_creator")
BY_CREATOR: Mapping[LicenceAction, str] = {
    LicenceAction.GRANT: "licence_granted",
    **dict.fromkeys(STOPPED, "licence_changed"),
}


def warn(work: Work, event: Event) -> None:
    """Listen for licences. Of what the clock does, their ends are told and what a creator's answer stops."""
    if isinstance(event, UseAsked):
        _ask(work, event)
    if not isinstance(event, LicenceMoved):
        return
    licence = work.get(Licence, event.licence_id)
    if event.action is LicenceAction.NEAR_END:
        for side in (Side.CREATOR, Side.MANAGER):
            _tell(work, licence, event, side, ENDS if side is Side.CREATOR else f"{ENDS}_team")
    elif event.now is LicenceState.DRAFT:
        _tell(work, licence, event, Side.CREATOR, "licence_asked")
    elif work.actor.role is not Role.SYSTEM or event.cause is Cause.NOT_USED:
        _tell_other_side(work, licence, event)


def _ask(work: Work, event: UseAsked) -> None:
    deliverable = work.get(Deliverable, event.deliverable_id)
    context = {"title": both(deliverable.spec.title), "days": HOLDS_DAYS}
    message = Message("use_asked", event.key, deliverable.about, context, "deliverable", deliverable.id)
    notify(work, deliverable.partnership, person(work, deliverable.partnership, Side.CREATOR), message)


def _tell_other_side(work: Work, licence: Licence, event: LicenceMoved) -> None:
    by_creator = work.actor.role is Role.CREATOR or event.cause is Cause.NOT_USED
    template = (BY_CREATOR if by_creator else BY_TEAM).get(event.action) if event.action else None
    if template is not None:
        _tell(work, licence, event, Side.MANAGER if by_creator else Side.CREATOR, template)


def _tell(work: Work, licence: Licence, event: LicenceMoved, side: Side, template: str) -> None:
    deliverable = licence.deliverable
    recipient: Account = person(work, deliverable.partnership, side)
    context = {
        "title": both(deliverable.spec.title),
        "note": event.note,
        "use": str(licence.use),
        "whitelisting": licence.whitelisting,
        "places": licence.places,
        "from_on": licence.from_on.isoformat(),
        "to_on": licence.to_on.isoformat(),
        "standing": str(event.now),
        "not_used": event.cause is Cause.NOT_USED,
    }
    path = f"/deliverables/{deliverable.id}"
    message = Message(
        template, event.key, deliverable.about, context, purpose="deliverable", thing_id=deliverable.id, path=path
    )
    notify(work, deliverable.partnership, recipient, message)
