"""The fields for a weekday of a week of a month, which take the place of a day that is counted."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField
from wtforms.validators import Optional

from partnerships.plans.rules.schedule import Weekday, When
from partnerships.web.formats import weekday_names
from partnerships.web.forms import PageForm

from . import ClockField
from .lines import amount_field

PARTS = ("month", "week", "weekday", "at")


def when_fields(title: Any) -> tuple[Field, Field, Field, Field]:
    """Return the fields of one rule, called by the names of `PARTS` with a prefix of their own; `title` leads them."""
    return (
        amount_field(title, needed=False, hint=_l("1 begins on day 0.")),
        amount_field(_l("Week of that month"), needed=False, hint=_l("1 to 4.")),
        SelectField(_l("Weekday"), choices=_weekdays),
        ClockField(
            _l("Time of day"), [Optional()], description=_l("Where the creator lives. Empty: by the end of the day.")
        ),
    )


def names_of(prefix: str) -> tuple[str, ...]:
    """Return what the fields with this prefix are called."""
    return tuple(prefix + part for part in PARTS)


def values_of(prefix: str, when: When | None) -> dict[str, Any]:
    """Return what these fields show of a rule, or of none."""
    values = (when.month, when.week, when.weekday, when.at) if when else (None, None, "", None)
    return dict(zip(names_of(prefix), values, strict=True))


def when_of(form: PageForm, prefix: str) -> When | None:
    """Return the rule that was written, or None when the counted day holds."""
    month, week, weekday, at = (form[name].data for name in names_of(prefix))
    return When(month or 0, week or 0, Weekday(weekday), at) if weekday else None


def is_complete(form: PageForm, prefix: str) -> bool:
    """Say whether the rule was written whole or not at all, and beside its fields what is missing."""
    month, week, weekday, at = (form[name] for name in names_of(prefix))
    if not weekday.data:
        if month.data is not None or week.data is not None or at.data is not None:
            _refuse(weekday, gettext("Please choose the weekday, or leave month, week and time empty."))
            return False
        return True
    missing = [entry for entry in (month, week) if entry.data is None and not entry.errors]
    for entry in missing:
        _refuse(entry, gettext("A weekday needs its month and its week."))
    return not missing


def has_day(form: PageForm, day: str, prefix: str) -> bool:
    """Say whether the field `day` or a whole weekday says when, and beside the fields what is missing."""
    whole = is_complete(form, prefix)
    if form[day].data is None and not form[day].errors and not form[names_of(prefix)[2]].data:
        _refuse(form[day], gettext("Please write a day, or choose a weekday."))
        return False
    return whole


def day_of(day: int | None, when: When | None) -> Any:
    """Return the day that a line counts as: the one that was written, or the latest of its weekday."""
    return when.latest if when is not None and when.is_known else 0 if when else day


def _refuse(entry: Field, sentence: str) -> None:
    entry.errors = [*entry.errors, sentence]


def _weekdays() -> list[tuple[str, str]]:
    return [("", gettext("none: the day holds")), *zip(Weekday, weekday_names(), strict=True)]
