"""What is asked on the three steps of planning."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than WTForms
from wtforms.validators import Length, Optional
from wtforms.widgets import TextArea

from partnerships.plans.rules.batches import MOST_CREATORS
from partnerships.plans.rules.templates import Template
from partnerships.web.forms import PageForm, RowForm, select_of
from partnerships.web.urls import row_id

from . import NEEDED, DayField, RupiahField, choices_of, day_of

PASTED_CHARACTERS = 100_000


def _number(value: Any) -> int | None:
    """Return an id, or None for the choice that is none."""
    return int(value) if value else None


class TemplateForm(PageForm):
    """The first step of a plan: what it is planned from."""

    template_key = select_of(_l("Template"))

    def offer(self, templates: Sequence[Template]) -> None:
        """Let one of them be chosen."""
        self.template_key.choices = [SelectChoice(template.key) for template in templates]


class RowsField(Field):
    """Rows of a spreadsheet exactly as they were pasted: an empty first cell is a tab that must not be trimmed."""

    widget = TextArea()  # type: ignore[assignment]  # the stubs know it for one kind of field only

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text as it is."""
        self.data = valuelist[0] if valuelist else ""

    def _value(self) -> str:
        return self.data or ""


class PeopleForm(PageForm):
    """The second step: which campaign, and with whom. `shown` are the creators that could be ticked or unticked."""

    campaign_id = select_of(_l("Campaign"), coerce=_number)
    find = StringField(_l("Search by name, account or niche"))
    pasted = RowsField(_l("Rows from a spreadsheet"), [Length(max=PASTED_CHARACTERS)])
    shown = SelectMultipleField(coerce=row_id, validate_choice=False)
    chosen = SelectMultipleField(_l("Creators"), coerce=row_id, validate_choice=False)

    def offer(self, campaigns: Iterable[Any]) -> None:
        """Let one of the campaigns be chosen."""
        self.campaign_id.choices = choices_of(campaigns, undecided=True)

    def chosen_of(self, before: Iterable[int]) -> list[int]:
        """Return everybody who is chosen now: those ticked here, and those chosen before who did not stand here."""
        ticked, shown = list(self.chosen.data or ()), set(self.shown.data or ())
        return list(dict.fromkeys([*(one for one in before if one not in shown), *ticked]))


class FeeForm(RowForm):
    """What one creator gets, when it is not what all get."""

    key = HiddenField()
    fee = RupiahField(_l("Fee in rupiah"), [Optional()])


class DatesForm(PageForm):
    """The third step: when it begins, what is paid, and what the invitation says."""

    anchor_on = DayField(_l("The day to count from"), [NEEDED])
    fee = RupiahField(_l("Fee in rupiah"), [Optional()])
    fees = FieldList(FormField(FeeForm), label=_l("Fee of each creator"), max_entries=2 * MOST_CREATORS)
    note = TextAreaField(_l("Your own words in the invitation"), [Length(max=2000)])
    again = BooleanField(_l("Yes, plan another partnership with this creator"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; what is wrong in the rows is also told of the list as a whole, as plain sentences."""
        fine = bool(super().validate(extra_validators))
        self.fees.errors = [str(sentence) for row in self.fees for sentence in row.form.fee.errors]
        return fine

    @property
    def own_fees(self) -> dict[str, int]:
        """Return the fees that differ from everybody's, by the candidate's key."""
        return {str(row.form.key.data): row.form.fee.data for row in self.fees if row.form.fee.data is not None}

    @property
    def first_day(self) -> date:
        """Return the day that the plan counts from; only after the form was validated."""
        return day_of(self.anchor_on)


class PreviewForm(PageForm):
    """What the dates follow from, before they are kept; it changes nothing, so it needs no token."""

    class Meta:
        """Sent by GET."""

        csrf = False

    anchor_on = DayField(validators=[NEEDED])
    fee = RupiahField(validators=[Optional()])
