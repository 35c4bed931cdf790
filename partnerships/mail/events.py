"""What happens to mail, and to the addresses it goes to."""

from dataclasses import dataclass

from partnerships.core.events import Event

from .rules.suppressions import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSuppressed(Event):
    """An address gets no mail any more, or no reminders."""

    suppression_id: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLifted(Event):
    """An address gets mail again; `note` is why, in the words of whoever decided it."""

    suppression_id: int
    reason: Reason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSentAgain(Event):
    """Somebody had a mail sent once more."""

    mail_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCalledOff(Event):
    """Somebody decided that a mail is not to be sent."""

    mail_id: int
