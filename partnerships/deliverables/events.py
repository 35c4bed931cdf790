"""What happens to deliverables and payments, told to whoever listens."""

from dataclasses import dataclass
from datetime import date

from partnerships.core.events import Event
from partnerships.plans.events import PlanMoved

from .rules.attestations import Frequency
from .rules.attestations import Source as AskedBy
from .rules.deliverables import DeliverableAction, DeliverableState
from .rules.licences import Cause, LicenceAction, LicenceState
from .rules.looks import Sight
from .rules.metrics import Source
from .rules.payments import PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverableMoved(Event):
    """A deliverable went from one state to another; `note` is what its people were told."""

    partnership_id: int
    deliverable_id: int
    was: DeliverableState
    now: DeliverableState
    action: DeliverableAction
    note: str = ""
    unapproved: bool = False  # posted before anybody had approved it: recorded, not an error
    answered: int | None = None  # of the `needed` check-ins, when it went live below its evidence gate
    needed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPutOff(PlanMoved):
    """The days of one piece of content, and of nothing else, were put off; `reason` is one of `PutOff`."""

    deliverable_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(Event):
    """Somebody wrote about a piece of content; `is_told`: the other side hears of it by mail.

    `answers_id` is who of the team had written before, when a creator answers.
    """

    partnership_id: int
    deliverable_id: int
    note: str
    is_told: bool
    answers_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseAttested(Event):
    """The creator gave the word that the product is used: with a version, or when asked again.

    `words` are the sentence as it stood above the button, `statement` its version.
    """

    partnership_id: int
    deliverable_id: int
    source: AskedBy
    used_since: str  # an ISO date
    frequency: Frequency
    statement: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAgreed(Event):
    """One more round of changes was agreed on with the creator; `rounds` is how many there may be now, `note` why."""

    partnership_id: int
    deliverable_id: int
    rounds: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkCodeGiven(Event):
    """The creator has given a Spark code for a post that was public already; the code itself stands with the post."""

    partnership_id: int
    deliverable_id: int
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSwitchedOn(Event):
    """The creator says that the platform's own advertising label is on now: it was not when the post was added."""

    partnership_id: int
    deliverable_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLookedAt(Event):
    """A person looked whether a post is still up; what was noted, and the screenshot, stand with the look."""

    partnership_id: int
    deliverable_id: int
    sight: Sight
    has_screenshot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMeasured(Event):
    """Somebody brought numbers of a post; `note` is why one of them is smaller than what was known before."""

    partnership_id: int
    deliverable_id: int
    measurement_id: int
    source: Source
    measured_on: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMoved(Event):
    """A milestone went from one state to another; `note` is why, where a person has to say so."""

    partnership_id: int
    payment_id: int
    now: PaymentState
    pay_by: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCorrected(Event):
    """What was written down about a payment was wrong: what stood there (`was_`), and why it does not any more."""

    partnership_id: int
    payment_id: int
    was_paid_on: date
    was_gross: int
    was_tax: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseAsked(Event):
    """Rights are in use, and the creator's last word on the use is too old, or there is none: it is asked for."""

    partnership_id: int
    deliverable_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceMoved(Event):
    """A right to use content went from one state to another; `note` is why, where a person has to say so."""

    partnership_id: int
    deliverable_id: int
    licence_id: int
    now: LicenceState
    action: LicenceAction | None  # None: it came with the plan, or was asked for
    cause: Cause | None
    to_on: date
    note: str = ""
