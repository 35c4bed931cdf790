"""The parent of every form. Forms check shape; rules live in each slice's `rules`."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2
from wtforms.form import BaseForm
from wtforms.validators import InputRequired

from partnerships.core.errors import Refused

from .words import translated
from .wtforms_words import OurWords


class PageForm(FlaskForm):
    """A form with a CSRF token, posted to the page that shows it."""

    class Meta(FlaskForm.Meta):
        """Speak the reader's language, also where WTForms itself refuses."""

        def get_translations(self, _form: BaseForm) -> OurWords:
            """Return the catalogue that WTForms asks."""
            return OurWords()

    def refuse(self, refusal: Refused) -> None:
        """Put a rule's sentence beside the field it is about, or on top of the form."""
        sentence = translated(refusal)
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def trimmed(text: str | None) -> str | None:
    """Return `text` without the spaces around it."""
    return text.strip() if text else text


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
