"""Errors a person can be told about. The sentence is a message id: the page translates it and fills it in."""

from collections.abc import Callable, Sequence


class DomainError(Exception):
    """Parent of every error that is an answer, not an accident."""

    def __init__(self, sentence: str, **values: object) -> None:
        """Keep the sentence with its named placeholders `%(name)s` and the `values` that fill them."""
        super().__init__(sentence % values if values else sentence)
        self.sentence, self.values = sentence, values


class Refused(DomainError):
    """A rule said no; the person may change something and try again. `field` names the input it is about."""

    def __init__(self, sentence: str, *, field: str | None = None, **values: object) -> None:
        """Keep which `field` of the form the sentence belongs beside, if it is about one."""
        super().__init__(sentence, **values)
        self.field = field

    def each(self) -> "Sequence[Refused]":
        """Return every refusal this one stands for, in the order of the form."""
        return [self]


class RefusedTogether(Refused):
    """Several rules said no to one form: whoever sent it is told all of it at once."""

    def __init__(self, refusals: Sequence[Refused]) -> None:
        """Keep them all, and say the first where there is room for one."""
        first = refusals[0]
        super().__init__(first.sentence, field=first.field, **first.values)
        self._refusals = refusals

    def each(self) -> Sequence[Refused]:
        """Return every one of them."""
        return self._refusals


def check_together(*checks: Callable[[], None]) -> None:
    """Make all the checks of one form, and raise `Refused` for what they refuse only then."""
    refusals: list[Refused] = []
    for check in checks:
        try:
            check()
        except Refused as refusal:
            refusals.extend(refusal.each())
    if refusals:
        raise refusals[0] if len(refusals) == 1 else RefusedTogether(refusals)


class IllegalTransition(Refused):
    """The action is not possible from the current state."""


class NotAllowed(DomainError):
    """The actor's role may not do this."""


class NotSignedIn(DomainError):
    """The page needs to know who is asking."""


class NotFound(DomainError):
    """No such thing, or not one of the actor's organisation: the two must look the same."""


class Gone(DomainError):
    """A mailed link that once led somewhere: it has run out or was taken back."""


class Conflict(DomainError):
    """Somebody else changed the same thing in the meantime."""


class StorageFailed(DomainError):
    """A file could not be kept: the disk is full or refuses. Nothing was half-made."""
