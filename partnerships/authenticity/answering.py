"""Answer what analysers found: relevant, explained or wrong. It changes no level, no score and no state."""

from collections.abc import Mapping

from sqlalchemy import select

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.work import Work

from .rules.signals import Response
from .tables import Review, Signal, SignalRun


def respond(work: Work, review_id: int, responses: Mapping[int, Response]) -> None:
    """Keep what the reviewer made of findings about the version of their own review; the last answer stands."""
    if not responses:
        return
    review = work.get(Review, review_id)
    if review.reviewer_id != work.actor.account_id or review.blind_at is None:
        raise NotFound(N_("There is nothing here."))
    signals = work.session.scalars(
        select(Signal).join(Signal.run).where(SignalRun.revision_id == review.revision_id, Signal.id.in_(responses))
    )
    for signal in signals:
        signal.respond(responses[signal.id], work.actor.person_id, work.now)
