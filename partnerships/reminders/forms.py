"""What is asked of those who settle how an organisation reminds."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from partnerships.core.words import N_
from partnerships.plans.forms import ClockField, DayField
from partnerships.web.forms import PageForm, offered, select_of

from .rules.ladder import LATEST_DAYS, MORNING, MOST_SNOOZED_DAYS, Period, Policy

NEEDED = InputRequired(_l("Please fill this in."))
DAYS = NumberRange(1, LATEST_DAYS, _l("Please write a number of days between 1 and 13."))


class PolicyForm(PageForm):
    """The ladder and the hours."""

    soon_days = IntegerField(_l("Days before a draft is due"), [NEEDED, DAYS])
    again_days = IntegerField(_l("Days after the day: the creator once more"), [NEEDED, DAYS])
    manager_days = IntegerField(_l("Days after the day: the manager too"), [NEEDED, DAYS])
    owner_days = IntegerField(_l("Days after the day: the owner of the campaign, and “at risk”"), [NEEDED, DAYS])
    sends_at = ClockField(_l("Reminders go out at"), [NEEDED])
    period_begins_on = DayField(_l("First day"), [Optional()])
    period_ends_on = DayField(_l("Last day"), [Optional()])
    period_sends_at = ClockField(_l("On these days they go out at"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the whole period, or for nothing of it."""
        whole = bool(super().validate(extra_validators))
        fields = (self.period_begins_on, self.period_ends_on, self.period_sends_at)
        missing = [field for field in fields if field.data is None and not field.errors]
        if 0 < len(missing) < len(fields):
            for field in missing:
                field.errors = [gettext("Please fill this in.")]
            return False
        return whole

    @classmethod
    def showing(cls, policy: Policy) -> "PolicyForm":
        """Return the form as it stands."""
        period = policy.period
        return cls(
            data={
                "soon_days": policy.soon_days,
                "again_days": policy.again_days,
                "manager_days": policy.manager_days,
                "owner_days": policy.owner_days,
                "sends_at": policy.sends_at,
                "period_begins_on": period.begins_on if period else None,
                "period_ends_on": period.ends_on if period else None,
                "period_sends_at": period.sends_at if period else None,
            }
        )

    @property
    def policy(self) -> Policy:
        """Return what was written, once it is valid."""
        begins_on, ends_on, at = self.period_begins_on.data, self.period_ends_on.data, self.period_sends_at.data
        return Policy(
            soon_days=self.soon_days.data or 0,
            again_days=self.again_days.data or 0,
            manager_days=self.manager_days.data or 0,
            owner_days=self.owner_days.data or 0,
            sends_at=self.sends_at.data or MORNING,
            period=Period(begins_on, ends_on, at) if begins_on and ends_on and at else None,
        )


LATER = ((1, N_("Tomorrow")), (2, N_("In two days")), (MOST_SNOOZED_DAYS, N_("In three days")))


class LaterForm(PageForm):
    """When to be reminded again; 0 asks the manager for another day."""

    days = select_of(
        _l("When shall we remind you?"),
        coerce=int,
        choices=lambda: offered([*LATER, (0, N_("I need longer than that: ask for another day"))]),
    )
    reason = TextAreaField(
        _l("What is in the way?"),
        [NEEDED, Length(max=300, message=_l("Please keep this under 300 characters."))],
        render_kw={"rows": 3, "maxlength": 300},
    )
