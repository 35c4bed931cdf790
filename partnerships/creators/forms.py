"""What is asked about a creator."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    FieldList,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, Length, Optional

from partnerships.core.errors import Refused
from partnerships.core.zones import DEFAULT_ZONE
from partnerships.web.forms import PageForm, RowForm, ZoneField, offered, select_of
from partnerships.web.words import translated

from .rules.contacts import follower_count, handle_name, whatsapp_digits
from .rules.words import PLATFORMS

LOCALES = (("id", "Bahasa Indonesia"), ("en", "English"))  # each in itself
HANDLE_ROWS = 4  # offered at once; a creator with more of them is asked again after saving

_needed = InputRequired(_l("Please fill this in."))
_short = Length(max=120, message=_l("Please keep this under %(max)d characters."))
_long = Length(max=4000, message=_l("Please keep this under %(max)d characters."))


class HandleForm(RowForm):
    """One account on a platform; a row without a name is left out."""

    platform = SelectField(
        _l("Platform"), choices=offered(PLATFORMS.items(), translate=False), default="instagram", validate_choice=False
    )
    name = StringField(_l("Name there"), [Optional(), _short])
    followers = StringField(_l("Followers"), [Optional()], render_kw={"inputmode": "numeric"})

    def validate_platform(self, field: Field) -> None:
        """Refuse a platform that is not offered, in a row that is used."""
        if self.name.data and field.data not in PLATFORMS:
            raise ValidationError(gettext("Please choose one."))

    def validate_name(self, field: Field) -> None:
        """Refuse what is no handle."""
        _ask(handle_name, field)

    def validate_followers(self, field: Field) -> None:
        """Refuse what is no number."""
        _ask(follower_count, field)


class CreatorForm(PageForm):
    """A creator's file."""

    name = StringField(_l("Name"), [_needed, _short])
    handles = FieldList(FormField(HandleForm), label=_l("Accounts"), min_entries=HANDLE_ROWS)
    niche = StringField(_l("Niche"), [Optional(), _short], default="", description=_l("Such as skin care or food."))
    whatsapp = StringField(
        _l("WhatsApp number"),
        [Optional(), _short],
        default="",
        description=_l("Used for links to a chat only; nothing is sent by itself."),
        render_kw={"inputmode": "tel"},
    )
    note = TextAreaField(_l("Note"), [Optional(), _long], default="", description=_l("The creator never sees this."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; what is wrong in the rows is also told of the list as a whole, as plain sentences."""
        fine = bool(super().validate(extra_validators))
        self.handles.errors = [str(sentence) for row in self.handles for entry in row.form for sentence in entry.errors]
        return fine

    def validate_whatsapp(self, field: Field) -> None:
        """Refuse what is no telephone number."""
        _ask(whatsapp_digits, field)


class AddressedCreatorForm(CreatorForm):
    """A creator's file, and the address of the person behind it."""

    email = EmailField(
        _l("E-mail address"),
        [_needed, Email(_l("This does not look like an e-mail address."), check_deliverability=False)],
        description=_l("Reminders go here. The creator needs no password: the links in the mails are enough."),
    )


class NewCreatorForm(AddressedCreatorForm):
    """A creator's file, and how to reach the person."""

    locale = select_of(_l("Language"), choices=offered(LOCALES, translate=False), default="id")
    zone = ZoneField(
        _l("Time zone"),
        [_needed],
        default=DEFAULT_ZONE,
        description=_l("WIB, WITA, WIT, or a city such as Singapore."),
    )


def _ask(rule: Any, field: Field) -> None:
    """Let a pure rule say no beside the field."""
    try:
        rule(field.data or "")
    except Refused as refusal:
        raise ValidationError(translated(refusal)) from refusal
