"""Sentences and labels of pure code, in the language of whoever reads them."""

from flask_babel import gettext

from partnerships.core.errors import DomainError


def translated(error: DomainError) -> str:
    """Return the error's sentence in the reader's language, filled in."""
    return gettext(error.sentence, **error.values)


def say(label: str) -> str:
    """Return a label that was marked with `N_` in the reader's language."""
    return gettext(label)
