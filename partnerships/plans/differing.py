"""See how an invitation differs from what its creator was invited to before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading

from .events import FeeChanged, PartnershipMoved, TermsChanged
from .finding import find_terms
from .rules.courses import still_asked
from .rules.dates import StepKind
from .rules.differences import Change, difference
from .rules.moves import DATED
from .rules.partnerships import PartnershipAction, PartnershipState
from .rules.templates import DeliverableSpec
from .tables import Partnership, PlanVersion


@dataclass(frozen=True, slots=True)
class News:
    """What is not as it was when the creator was invited before; fee and scope as they were and as they are."""

    since: datetime
    again: bool  # they were invited once more since
    fee: tuple[int | None, int | None] | None
    scope: tuple[str, str] | None
    gone: Sequence[DeliverableSpec]
    dates: Sequence[Change]

    @property
    def is_empty(self) -> bool:
        """Say whether everything is as it was."""
        return not (self.fee or self.scope or self.gone or self.dates)


def find_news(reading: Reading, partnership: Partnership) -> News | None:
    """Return what is new in an invitation, or None before there is anything to compare it with."""
    told = reading.session.scalars(
        select(HistoryEntry)
        .where(
            HistoryEntry.about == partnership.about,
            HistoryEntry.name.in_((PartnershipMoved.__name__, FeeChanged.__name__, TermsChanged.__name__)),
        )
        .order_by(HistoryEntry.at, HistoryEntry.id)
    ).all()
    asked = [one.at for one in told if one.facts.get("action") == PartnershipAction.INVITE]
    is_again = len(asked) > 1 and partnership.state is PartnershipState.INVITED
    if not asked:
        return None
    since = asked[-2 if is_again else -1]
    terms = find_terms(reading, partnership.id)
    later = [one for one in told if one.at > since]
    fees = [one.facts["was"] for one in later if one.name == FeeChanged.__name__]
    scopes = [one.facts["scope"][0] for one in later if one.name == TermsChanged.__name__ and one.facts["scope"]]
    news = News(
        since,
        is_again,
        (fees[0], partnership.fee) if fees and fees[0] != partnership.fee else None,
        (scopes[0], terms.scope) if terms and scopes and scopes[0] != terms.scope else None,
        _gone(partnership, since),
        _moved(reading, partnership, since),
    )
    return news if is_again or not news.is_empty else None


def _gone(partnership: Partnership, since: datetime) -> list[DeliverableSpec]:
    """Return the content that was taken out since then."""
    keys = {
        step.key
        for step in partnership.steps
        if step.kind is StepKind.PUBLISH and step.done_at is not None and step.done_at > since
    }
    return [spec for spec in partnership.template.deliverables if spec.key in keys]


def _moved(reading: Reading, partnership: Partnership, since: datetime) -> list[Change]:
    """Return what has another day than then, of what is still asked for."""
    asked = {spec.key for spec in still_asked(partnership.template, partnership.steps)}
    present = {step.name: step.due_on.isoformat() for step in partnership.steps}
    return [
        change
        for change in difference(PlanVersion.dates_at(reading, partnership.id, since), present)
        if change.kind is StepKind.CHECK_IN or (change.kind in DATED and change.key in asked)
    ]
