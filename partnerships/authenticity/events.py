"""What happens in reviews, told to whoever listens."""

from dataclasses import dataclass
from datetime import datetime

from partnerships.core.events import Event

from .rules.rubric import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTakenBack(Event):
    """A decision was taken back within seconds; `levels` and `message` are what it had been based on and had said."""

    partnership_id: int
    deliverable_id: int
    review_id: int
    outcome: Outcome
    decided_at: datetime
    levels: dict[str, int | None]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionDecided(Event):
    """A person judged one revision; `message` is what the creator is told."""

    partnership_id: int
    deliverable_id: int
    revision_id: int
    review_id: int
    outcome: Outcome
    message: str
