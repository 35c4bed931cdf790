"""What happens to partnerships and templates, told to whoever listens."""

from dataclasses import dataclass, field
from datetime import date, datetime

from partnerships.core.events import Event

from .rules.moves import MoveKind
from .rules.partnerships import EndReason, HoldCause, PartnershipAction, PartnershipState
from .rules.proposals import MoveState
from .rules.stages import StageState


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipDrafted(Event):
    """A partnership with its stages and steps stands in the database; nothing of it has begun."""

    partnership_id: int
    renews_id: int | None = None  # the partnership that it goes on from


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipMoved(Event):
    """A partnership went from one state to another."""

    partnership_id: int
    was: PartnershipState
    now: PartnershipState
    action: PartnershipAction
    reason: EndReason | None = None
    hold_cause: HoldCause | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConfirmed(Event):
    """The product arrived: the anchor is no estimate any more, and every date counts from it."""

    partnership_id: int
    received_on: date
    moved_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChanged(Event):
    """Terms were written down or corrected.

    Of what is personal, only which: it stands nowhere but in the terms, where it can be erased. The `scope` of work is
    what was agreed, and is kept as it was and as it is; empty when it stayed the same.
    """

    partnership_id: int
    fields: list[str]
    scope: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeChanged(Event):
    """The fee, in rupiah, became another one after the creator had read it; None is still to be agreed."""

    partnership_id: int
    was: int | None
    now: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentSent(Event):
    """A parcel was handed to somebody who carries it; a refill moves no dates."""

    partnership_id: int
    shipment_id: int
    sent_on: date
    is_refill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentMissing(Event):
    """The creator waits for a parcel that has not come."""

    partnership_id: int
    shipment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDamaged(Event):
    """A parcel arrived and is of no use: the brand sends another one. `description` is in somebody's own words."""

    partnership_id: int
    shipment_id: int
    description: str
    is_refill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillReceived(Event):
    """A refill arrived; the dates stay as they are."""

    partnership_id: int
    shipment_id: int
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMoved(Event):
    """Dates changed; the versions before and after both stay. `quiet` names quiet days they avoid, by language."""

    partnership_id: int
    version: int
    days: int
    reason: str
    quiet: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesMoved(Event):
    """Somebody's move of a plan holds, waits for the creator's word, or does not hold any more."""

    partnership_id: int
    move_id: int
    now: MoveState
    kind: MoveKind
    dates: int
    version: int | None
    note: str
    quiet: dict[str, str] = field(default_factory=dict)  # the quiet days that its dates avoid, by language
    stage_id: int | None = None  # that is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMoved(Event):
    """A stage opened, closed or was skipped. `waited_days`: so long after its first day, because of its gate."""

    partnership_id: int
    stage_id: int
    now: StageState
    waited_days: int = 0
    waited_since: datetime | None = None  # when its gate was first seen shut
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWaits(Event):
    """A stage's first day has come, and its gate is not met."""

    partnership_id: int
    stage_id: int
    answered: int
    needed: int  # check-ins; content may be missing too


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionReported(Event):
    """The creator's body says no: use, posts and reminders pause, manager and owner are told at once."""

    partnership_id: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCopied(Event):
    """An organisation has one more template of its own."""

    template_id: int
    copied_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateEdited(Event):
    """A line of a working copy was written, moved, taken out or put back."""

    template_id: int
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePublished(Event):
    """New plans are made from this version; those that run keep theirs."""

    template_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateArchived(Event):
    """No new plan is made from a template any more, or again."""

    template_id: int
    is_archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietDayChanged(Event):
    """A quiet day was added, changed, removed or restored."""

    on: date
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHoursChanged(Event):
    """The hours in which nobody is reminded are others now."""

    begins: str
    ends: str
