"""Call in those who look at a version again: for a second or third look, or for an appeal."""

from collections.abc import Iterable

from partnerships.authenticity.events import AppealMade, LookAsked
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Account

from .mails import Message, both, notify_team, person
from .rules.ladder import Side
from .urging import reviewers


def convene(work: Work, event: Event) -> None:
    """Listen for a look that is asked for, and for appeals; nobody is told of their own doing."""
    if isinstance(event, LookAsked):
        _call(work, event, "second_look", reviewers(work))
    elif isinstance(event, AppealMade):
        deliverable = work.get(Deliverable, event.deliverable_id)
        _call(work, event, "appealed", [person(work, deliverable.partnership, Side.MANAGER), *reviewers(work)])


def _call(work: Work, event: LookAsked | AppealMade, template: str, people: Iterable[Account]) -> None:
    deliverable = work.get(Deliverable, event.deliverable_id)
    called = {each.id: each for each in people if each.id != work.actor.account_id}
    message = Message(
        template=template,
        key=event.key,
        about=deliverable.about,
        context={"title": both(deliverable.spec.title)},
        path=f"/review/{deliverable.id}",
    )
    notify_team(work, deliverable.partnership, [*called.values()], message)
