"""Call in those who look at a version again, for a second or third look or an appeal, and who was handed a review."""

from collections.abc import Iterable

from partnerships.authenticity.events import AppealMade, LookAsked, ReviewHandedOver
from partnerships.authenticity.tables import ReviewTurn
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Account

from .mails import Message, both, notify_team, person
from .rules.ladder import Side
from .urging import reviewers


def convene(work: Work, event: Event) -> None:
    """Listen for looks that are asked for, appeals and reviews handed over; nobody is told of their own doing."""
    if isinstance(event, LookAsked):
        _call(work, event, "second_look", _next(work, event.deliverable_id))
    elif isinstance(event, AppealMade):
        deliverable = work.get(Deliverable, event.deliverable_id)
        manager = person(work, deliverable.partnership, Side.MANAGER)
        _call(work, event, "appealed", [manager, *_next(work, deliverable.id)])
    elif isinstance(event, ReviewHandedOver):
        _call(work, event, "handed_over", [work.session.get_one(Account, event.account_id)])


def _next(work: Work, deliverable_id: int) -> list[Account]:
    """Return whose turn it is (it was shared out before this), or everybody who reviews where it is nobody's."""
    work.session.flush()
    turn = ReviewTurn.find(work, deliverable_id)
    return reviewers(work) if turn is None else [work.session.get_one(Account, turn.account_id)]


def _call(
    work: Work, event: LookAsked | AppealMade | ReviewHandedOver, template: str, people: Iterable[Account]
) -> None:
    deliverable = work.get(Deliverable, event.deliverable_id)
    called = {each.id: each for each in people if each.id != work.actor.account_id}
    message = Message(
        template=template,
        key=event.key,
        about=deliverable.about,
        context={"title": both(deliverable.spec.title), "by": work.actor.name},
        path=f"/review/{deliverable.id}",
    )
    notify_team(work, deliverable.partnership, [*called.values()], message)
