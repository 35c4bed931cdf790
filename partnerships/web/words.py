"""Sentences and labels of pure code, in the language of whoever reads them."""

from contextlib import AbstractContextManager
from datetime import date
from functools import cache

from babel import Locale
from babel.support import NullTranslations
from flask import Flask
from flask_babel import force_locale, get_domain, get_locale

from partnerships.core.errors import DomainError

from .formats import day_text


def gettext(sentence: str, **values: object) -> str:
    """Return `sentence` in the reader's language, filled in. Flask-Babel's own takes 20 µs, which a page feels."""
    said = str(_catalogue(get_locale()).ugettext(sentence))
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the sentence that fits `num` in the reader's language, filled in."""
    return str(_catalogue(get_locale()).ungettext(one, many, num)) % {"num": num, **values}


@cache
def _catalogue(_locale: Locale | None) -> NullTranslations:
    """Return the sentences of the reader's language: `_locale`, which is the current one, and only the key."""
    return get_domain().get_translations()


def speaking(locale: str) -> AbstractContextManager[None]:
    """Say everything in `locale` meanwhile: for what is written to somebody while nobody asks for a page."""
    return force_locale(locale)


def add_words(app: Flask) -> None:
    """Let templates say `_("…")` in the same way."""
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # jinja2.ext.i18n


def translated(error: DomainError) -> str:
    """Return the error's sentence in the reader's language, filled in; a day in it as people there write days."""
    values = {name: day_text(value) if type(value) is date else value for name, value in error.values.items()}
    return gettext(error.sentence, **values)


def say(label: str) -> str:
    """Return a label that was marked with `N_` in the reader's language."""
    return gettext(label)
