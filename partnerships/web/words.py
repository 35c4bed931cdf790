"""Sentences and labels of pure code, in the language of whoever reads them."""

from collections.abc import Callable

import flask_babel

from partnerships.core.errors import DomainError

# With the types that Flask-Babel does not ship; the names that the message extractor looks for.
gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def translated(error: DomainError) -> str:
    """Return the error's sentence in the reader's language, filled in."""
    return gettext(error.sentence, **error.values)


def say(label: str) -> str:
    """Return a label that was marked with `N_` in the reader's language."""
    return gettext(label)
