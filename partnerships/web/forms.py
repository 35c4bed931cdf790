"""The parent of every form. Forms check shape; rules live in each slice's `rules`."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2
    Field,
    Form,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, StopValidation

from partnerships.core.errors import Refused
from partnerships.core.zones import OFFERED, read, written

from .characters import in_one_line
from .words import translated
from .wtforms_words import OurWords


class OurMeta:
    """Speak the reader's language, also where WTForms itself refuses; take every text in the same way."""

    def get_translations(self, _form: BaseForm) -> OurWords:
        """Return the catalogue that WTForms asks."""
        return OurWords()

    def bind_field(self, form: BaseForm, unbound_field: Any, options: dict[str, Any]) -> Field:
        """Return the field of `form`. A text loses the spaces around it; one that is needed is more than spaces."""
        field: Field = unbound_field.bind(form=form, **options)
        if isinstance(field, StringField) and not isinstance(field, PasswordField):
            field.filters = [_as_lines if isinstance(field, TextAreaField) else _as_line, *field.filters]
            field.validators = [_not_blank, *field.validators]
        return field


class PageForm(FlaskForm):
    """A form with a CSRF token, posted to the page that shows it."""

    class Meta(OurMeta, FlaskForm.Meta):
        """What WTForms asks the form for."""

    def refuse(self, refusal: Refused) -> None:
        """Put each sentence of a rule beside the field it is about, or on top of the form."""
        for one in refusal.each():
            sentence, field = translated(one), self._fields.get(one.field or "")
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = [*field.errors, sentence]


class ZoneField(StringField):
    """A time zone, written as people say it: WIB, a city, or any name of the IANA list."""

    offered = tuple(written(zone) for zone in OFFERED)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was meant; what means no zone stays as it was typed."""
        if valuelist:
            self.data = read(str(valuelist[0]))

    def _value(self) -> str:
        return written(self.data or "")


class RowForm(Form):
    """A form inside another one: a row of a list."""

    class Meta(OurMeta):
        """What WTForms asks the form for."""


def select_of(label: Any, **more: Any) -> Any:
    """Return a select that must be answered, with refusals of ours; `choices` may be a function."""
    sentence = _l("Please choose one.")
    return SelectField(
        label,
        [InputRequired(sentence)],
        **{"invalid_value_message": sentence, "invalid_choice_message": sentence, **more},
    )


def offered(pairs: Iterable[tuple[Any, str]], *, translate: bool = True) -> list[SelectChoice]:
    """Return values with their labels as a select offers them; `translate` those that are marked with `N_`."""
    return [SelectChoice(value, gettext(label) if translate else label) for value, label in pairs]


def _as_lines(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text


def _as_line(text: Any) -> Any:
    """Return a text in one line, and an amount or nothing as it is."""
    try:
        return in_one_line(text) if isinstance(text, str) else text
    except Refused as refusal:
        raise ValueError(translated(refusal)) from refusal


def _not_blank(_form: BaseForm, field: Field) -> None:
    """Refuse spaces in the words that refuse an empty field: WTForms' own check looks at what was sent, untrimmed."""
    needed = next((check for check in field.validators if isinstance(check, InputRequired)), None)
    if needed is not None and field.data in ("", None) and not field.process_errors:  # what is wrong is told already
        raise StopValidation(needed.message or "")
