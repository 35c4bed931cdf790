"""What is asked at the door, of the team, and about brands and products."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from partnerships.core.words import N_
from partnerships.core.zones import DEFAULT_ZONE
from partnerships.web.forms import PageForm, ZoneField, offered, select_of

from .rules import passwords
from .rules.words import CATEGORIES, INVITED_ROLES, ROLES

LOCALES = (("id", "Bahasa Indonesia"), ("en", "English"))  # each in itself
THEMES = (("system", N_("As the device is set")), ("light", N_("Light")), ("dark", N_("Dark")))
NAME_CHARACTERS = 120
CLAIMS_CHARACTERS = 4000
NOBODY = 0  # no account

_needed = InputRequired(_l("Please fill this in."))
_short = Length(max=NAME_CHARACTERS, message=_l("Please keep this under %(max)d characters."))
_address = Email(_l("This does not look like an e-mail address."), check_deliverability=False)
_strong = Length(passwords.SHORTEST, passwords.LONGEST, _l("A password has %(min)d to %(max)d characters."))
_hashable = Length(max=passwords.LONGEST, message=_l("A password has at most %(max)d characters."))
_claims = Length(max=CLAIMS_CHARACTERS, message=_l("Please keep this under %(max)d characters."))


class SignInForm(PageForm):
    """Who it is."""

    email = EmailField(_l("E-mail address"), [_needed], render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"), [_needed, _hashable], render_kw={"autocomplete": "current-password"})


class ForgottenForm(PageForm):
    """Where to send a link for a new password."""

    email = EmailField(_l("E-mail address"), [_needed, _address], render_kw={"autocomplete": "username"})


class NewPasswordForm(PageForm):
    """A new password, through a mailed link."""

    password = PasswordField(
        _l("New password"),
        [_needed, _strong],
        description=_l("At least 12 characters. A few words in a row are easier to keep than signs and digits."),
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """A new password, by somebody who knows the old one."""

    current = PasswordField(
        _l("Present password"), [_needed, _hashable], render_kw={"autocomplete": "current-password"}
    )


class ZoneForm(PageForm):
    """Parent of the forms that ask for a time zone."""

    zone = ZoneField(
        _l("Time zone"),
        [_needed],
        default=DEFAULT_ZONE,
        description=_l("WIB, WITA, WIT, or a city such as Singapore."),
    )


class StartForm(NewPasswordForm, ZoneForm):
    """The first organisation and its owner."""

    organisation = StringField(_l("Organisation"), [_needed, _short])
    name = StringField(_l("Your name"), [_needed, _short], render_kw={"autocomplete": "name"})
    email = EmailField(_l("Your e-mail address"), [_needed, _address], render_kw={"autocomplete": "username"})


class MemberForm(ZoneForm):
    """Somebody new in the team."""

    name = StringField(_l("Name"), [_needed, _short])
    email = EmailField(_l("E-mail address"), [_needed, _address])
    role = select_of(_l("What they do"), choices=lambda: offered((role.value, ROLES[role]) for role in INVITED_ROLES))
    locale = select_of(_l("Language"), choices=offered(LOCALES, translate=False), default="id")


class ProfileForm(ZoneForm):
    """A person's own settings."""

    name = StringField(_l("Your name"), [_needed, _short], render_kw={"autocomplete": "name"})
    locale = select_of(_l("Language"), choices=offered(LOCALES, translate=False))
    theme = select_of(_l("Look"), choices=lambda: offered(THEMES))
    each_alone = BooleanField(
        _l("Every reminder in a mail of its own"),
        description=_l(
            "Otherwise one mail a day tells them together. What you have to do today comes by itself anyway."
        ),
    )
    away_from = DateField(_l("Away from"), [Optional()], description=_l("The first day on which you are not there."))
    away_until = DateField(_l("Away until"), [Optional()], description=_l("The last one."))
    stand_in_id = SelectField(
        _l("Who gets your mail meanwhile"),
        coerce=int,
        default=NOBODY,
        description=_l("Replies by creators go there too."),
    )

    def offer(self, colleagues: Iterable[tuple[int, str]]) -> None:
        """Let `colleagues`, by their account's id and name, be chosen as who stands in."""
        owner = (NOBODY, gettext("Whoever owns the campaign"))
        self.stand_in_id.choices = [owner, *colleagues]

    def ask_no_days(self) -> None:
        """Leave out what only the team decides."""
        del self.away_from, self.away_until, self.stand_in_id


class BrandForm(PageForm):
    """A brand."""

    name = StringField(
        _l("Name of the brand"),
        [_needed, _short],
        description=_l("Creators get mail in this name."),
    )


class ProductForm(PageForm):
    """A product and what may be said about it."""

    brand_id = select_of(_l("Brand"), coerce=int)
    name = StringField(_l("Name of the product"), [_needed, _short])
    category = select_of(
        _l("Kind of product"),
        choices=lambda: offered(CATEGORIES.items()),
        description=_l("Decides which rules about claims are looked at."),
    )
    registration_number = StringField(
        _l("Registration number"),
        [Optional(), _short],
        default="",
        description=_l("BPOM or another authority, as it stands on the pack."),
    )
    halal_number = StringField(_l("Halal certificate"), [Optional(), _short], default="")
    allowed_claims = TextAreaField(
        _l("What may be claimed"),
        [Optional(), _claims],
        default="",
        description=_l("One claim a line, as it is approved."),
    )
    banned_claims = TextAreaField(
        _l("What must not be claimed"),
        [Optional(), _claims],
        default="",
        description=_l("One a line, such as healing or guaranteed results."),
    )

    def __init__(self, *args: Any, brands: list[tuple[int, str]], **values: Any) -> None:
        """Offer `brands`: id and name."""
        super().__init__(*args, **values)
        self.brand_id.choices = offered(brands, translate=False)
