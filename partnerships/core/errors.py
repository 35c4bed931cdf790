"""Errors a person can be told about. The sentence is a message id: the page translates it and fills it in."""


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
