"""What is asked to plan a partnership, and to move one on."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than WTForms
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.plans.rules.amounts import digits_of
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.moves import MOST_DAYS, SKIPS, Move, MoveKind
from partnerships.plans.rules.partnerships import EndReason
from partnerships.plans.rules.shipments import CARRIER_LENGTH, DAMAGE_LENGTH, NOTE_LENGTH, NUMBER_LENGTH
from partnerships.web.forms import PageForm, select_of
from partnerships.web.urls import LARGEST_ID, row_id

FEE_DIGITS = 12  # so less than a thousand billion rupiah
NEEDED = InputRequired(_l("Please fill this in."))


class DayField(DateField):
    """A date whose wrong writing is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date that was written."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_l("Please write a date, such as 2026-11-23.")) from None


class RupiahField(StringField):
    """An amount in whole rupiah, as people write it (rules/amounts.py); None when it is left empty."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount and refuse anything else."""
        written = (valuelist[0] if valuelist else "").strip()
        self.typed = written
        self.data = None
        if not written:
            return
        digits = digits_of(written)
        if digits is None:
            raise ValueError(_l("Please write an amount in rupiah, such as 1.500.000."))
        if len(digits.lstrip("0")) > FEE_DIGITS:
            raise ValueError(_l("This is more than a fee can be. Please write an amount such as 1.500.000."))
        self.data = int(digits.lstrip("0") or "0")

    def _value(self) -> str:
        """Return what was typed, so that nothing is lost when it was wrong."""
        typed: str = getattr(self, "typed", "")
        return typed or ("" if self.data is None else str(self.data))


class CampaignForm(PageForm):
    """A campaign's facts."""

    name = StringField(_l("Name of the campaign"), [NEEDED, Length(max=120)])
    product_id = select_of(_l("Product"), coerce=int)
    owner_id = select_of(_l("In charge"), coerce=int)
    brief = TextAreaField(_l("Brief"), [Length(max=5000)])

    def offer(self, products: Iterable[Any], owners: Iterable[Any]) -> None:
        """Let one of `products`, under its brand, and one of `owners` be chosen; all have id, name and group."""
        self.product_id.choices = [
            SelectChoice(product.id, product.name, optgroup=product.group) for product in products
        ]
        self.owner_id.choices = choices_of(owners)


class MoveForm(PageForm):
    """Why a partnership is moved on; needed only where it ends."""

    reason = SelectField(
        _l("Reason"), [Optional()], choices=[SelectChoice(""), *(SelectChoice(reason) for reason in EndReason)]
    )
    note = TextAreaField(_l("Note"), [Length(max=2000)])

    @property
    def end_reason(self) -> EndReason | None:
        """Return the reason that was chosen, if one was."""
        return EndReason(self.reason.data) if self.reason.data else None


class FarForm(PageForm):
    """How far everything to come is to be moved; it changes nothing, so it needs no token."""

    class Meta:
        """Sent by GET."""

        csrf = False

    days = IntegerField(
        _l("By how many days"),
        [Optional(), NumberRange(1, MOST_DAYS, _l("Please write a number of days between 1 and 366."))],
    )
    way = SelectField(_l("Which way"), [Optional()])
    what = StringField(validators=[Optional()])  # the start too, or only what is to come

    def offer_ways(self) -> None:
        """Let later or earlier be chosen."""
        self.way.choices = [SelectChoice("later", gettext("later")), SelectChoice("earlier", gettext("earlier"))]

    def shift(self) -> Move:
        """Return the move of everything to come, or of the start too; raise `Refused` when it does not say how far."""
        return Move(MoveKind.ANCHOR if self.what.data == "anchor" else MoveKind.REST, self._days())

    def _days(self) -> int:
        if self.days.data is None:
            raise Refused(N_("Please say by how many days, or to which day."), field="days")
        return -self.days.data if self.way.data == "earlier" else int(self.days.data)


class WantedForm(FarForm):
    """What is to be moved, and how far."""

    what = select_of(_l("What is moved"))
    to = DayField(_l("Or to this day"), [Optional()])
    number = IntegerField(validators=[Optional(), NumberRange(max=LARGEST_ID)])  # of the version to go back to

    def offer(self, things: Iterable[tuple[str, str, str]]) -> None:
        """Let one of `things` be chosen: value, words, and the group they stand in."""
        self.what.choices = [SelectChoice(value, words, optgroup=group) for value, words, group in things]
        self.offer_ways()

    def move(self, days: Mapping[str, date]) -> Move:
        """Return what is wanted, given the day of each thing as it stands; raise `Refused` when that is not clear."""
        what = str(self.what.data)
        if what == "back":
            return Move(MoveKind.BACK, number=self.number.data or 0)
        if what.startswith(SKIPS):
            return Move(MoveKind.SKIP, key=what.removeprefix(SKIPS))
        by = self._days() if self.to.data is None else self._days_until(self.to.data, days.get(what))
        if abs(by) > MOST_DAYS:
            raise Refused(N_("That is more than a year away from the day it has now."), field="to")
        return self._of(what, by, days)

    def _days_until(self, to: date, stands_on: date | None) -> int:
        """Return how far it is to the day; raise `Refused` when days are given too, or what has no day of its own."""
        if self.days.data is not None:
            raise Refused(N_("Please give either a number of days or a day, not both."), field="to")
        if stands_on is None:
            raise Refused(N_("Everything to come has no day of its own: please say by how many days."), field="to")
        return (to - stands_on).days

    def _of(self, what: str, by: int, days: Mapping[str, date]) -> Move:
        kind, _, key = what.partition(":")
        if kind == "rest":
            return Move(MoveKind.REST, by)
        if kind == "anchor":
            return Move(MoveKind.ANCHOR, by)
        if kind == StepKind.STAGE_CLOSES:
            return Move(MoveKind.STAGE, by, key)
        return Move(MoveKind.STEP, key=what, to=days[what] + timedelta(days=by))


class ShiftForm(PageForm):
    """Why what was looked at is moved, and which versions were looked at."""

    note = TextAreaField(_l("Why"), [NEEDED, Length(max=500)])


class ReceiptForm(PageForm):
    """The day on which the product arrived."""

    received_on = DayField(_l("Arrived on"), [NEEDED])

    @property
    def day(self) -> date:
        """Return the day; only after the form was validated."""
        return day_of(self.received_on)


class ParcelForm(PageForm):
    """A parcel that was sent."""

    sent_on = DayField(_l("Sent on"), [NEEDED])
    carrier = StringField(_l("Carrier"), [Length(max=CARRIER_LENGTH)])
    receipt_number = StringField(_l("Receipt number"), [Length(max=NUMBER_LENGTH)])
    note = StringField(_l("What is inside"), [Length(max=NOTE_LENGTH)])

    @property
    def day(self) -> date:
        """Return the day; only after the form was validated."""
        return day_of(self.sent_on)


class DamageForm(PageForm):
    """What is wrong with a parcel that arrived; a photo may come with it."""

    words = TextAreaField(_l("What is broken?"), [Length(max=DAMAGE_LENGTH)])


class WordsForm(PageForm):
    """Something in the creator's own words; empty is fine."""

    words = TextAreaField(_l("In your own words"), [Length(max=2000)])


def choices_of(rows: Iterable[Any], *, undecided: bool = False) -> list[SelectChoice]:
    """Return rows as choices; `undecided` puts none of them in front, so that nobody is chosen by accident."""
    nothing = [SelectChoice("", gettext("Choose …"))] if undecided else []
    return [*nothing, *(SelectChoice(row.id, row.name) for row in rows)]


def day_of(field: DateField) -> date:
    """Return the day in a field; only after its form was validated."""
    if field.data is None:
        raise ValueError("read a form only after it has been validated")
    return field.data


class ClockField(TimeField):
    """A time of day whose wrong writing is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time that was written."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_l("Please write a time, such as 20:00.")) from None


class QuietDayForm(PageForm):
    """Another quiet day."""

    on = DayField(_l("Day"), [NEEDED])
    name = StringField(_l("What it is called"), [NEEDED, Length(max=120)])

    @property
    def day(self) -> date:
        """Return the day, once the form is valid."""
        return _asked(self.on)


class FeastForm(PageForm):
    """The day on which a feast falls, or what a day of one's own is called."""

    on = DayField(_l("Day"), [NEEDED])
    name = StringField(_l("What it is called"), [Optional(), Length(max=120)])
    estimated = BooleanField(_l("This day is still an estimate"))
    along = SelectMultipleField(
        _l("These move along, by as many days"),
        coerce=row_id,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, companions: Iterable[tuple[int, str]]) -> None:
        """Let any of the days that belong to the feast be ticked: id and words."""
        self.along.choices = [SelectChoice(number, words) for number, words in companions]

    @property
    def day(self) -> date:
        """Return the day, once the form is valid."""
        return _asked(self.on)


class QuietHoursForm(PageForm):
    """When nobody is reminded."""

    begins = ClockField(_l("Quiet from"), [NEEDED])
    ends = ClockField(_l("until"), [NEEDED])


def _asked(field: DateField) -> date:
    assert field.data is not None
    return field.data
