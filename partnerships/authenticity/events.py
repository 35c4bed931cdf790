"""What happens in reviews, told to whoever listens."""

from dataclasses import dataclass
from datetime import datetime

from partnerships.core.events import Event

from .rules.rounds import Cause, Round
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalExplained(Event):
    """A creator said something about what a program found; the words stand beside it, for the reviewer."""

    partnership_id: int
    deliverable_id: int
    signal_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAsked(Event):
    """A person judged one revision, and another one looks before the creator is told."""

    partnership_id: int
    deliverable_id: int
    review_id: int
    round: Round  # which look is asked for
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealMade(Event):
    """A creator objected to what was decided; `message` is what they wrote."""

    partnership_id: int
    deliverable_id: int
    review_id: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricPublished(Event):
    """An organisation made its own version of the rubric, which new reviews are made with."""

    version: str
    copied_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHandedOver(Event):
    """A person made it somebody's turn to review; `name` is whose."""

    partnership_id: int
    deliverable_id: int
    account_id: int
    name: str
