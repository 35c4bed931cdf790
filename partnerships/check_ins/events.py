"""What happens to check-ins, told to whoever listens."""

from dataclasses import dataclass

from partnerships.core.events import Event

from .rules.check_ins import Channel, CheckInAction, CheckInState


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInMoved(Event):
    """A check-in went from one state to another."""

    partnership_id: int
    check_in_id: int
    was: CheckInState
    now: CheckInState
    action: CheckInAction
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven(Event):
    """A creator answered, or a manager wrote down what arrived elsewhere. `confirmed` counts as evidence."""

    partnership_id: int
    check_in_id: int
    template_key: str  # of the check-in
    channel: Channel
    late: bool
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReplaced(Event):
    """A manager wrote an answer down anew before the creator had confirmed it: both are kept here."""

    partnership_id: int
    check_in_id: int
    template_key: str
    channel: Channel
    note: str
    data: dict[str, str | int]
    was_channel: Channel
    was_note: str
    was_data: dict[str, str | int]
    was_files: list[int]  # stored files


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMended(Event):
    """Photos that could not be shown were sent anew; the answer is the same."""

    partnership_id: int
    check_in_id: int
    was_files: list[int]  # stored files
    files: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerConfirmed(Event):
    """The creator confirmed with one tap what a manager had written down."""

    partnership_id: int
    check_in_id: int
    template_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNeedsPerson(Event):
    """An answer that nobody should overlook: a reaction, stopped using, refill wanted, would rather not go on."""

    partnership_id: int
    check_in_id: int
    meaning: str  # of the question in the template
    words: str = ""  # what the creator wrote beside it
