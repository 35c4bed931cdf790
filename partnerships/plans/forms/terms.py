"""What is asked about the terms: by the manager who offers them, and by the creator who answers."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional

from partnerships.plans.rules.terms import ADDRESS_LENGTH, DETAILS, PAYEE_LENGTH, SCOPE_LENGTH, VARIANT_LENGTH
from partnerships.web.forms import PageForm

from . import RupiahField


class DetailsForm(PageForm):
    """What the creator knows best: where a parcel goes, which variant, how to reach them, who is paid."""

    address = TextAreaField(_l("Address for the parcel"), [Length(max=ADDRESS_LENGTH)])
    variant = StringField(_l("Variant"), [Length(max=VARIANT_LENGTH)])
    whatsapp = StringField(_l("WhatsApp number"), [Length(max=60)])
    payee = StringField(_l("Who is paid"), [Length(max=PAYEE_LENGTH)])

    def details(self, *more: str) -> dict[str, str]:
        """Return what was filled in, by name."""
        return {name: str(self[name].data or "") for name in (*DETAILS, *more)}


class InvitationForm(DetailsForm):
    """An answer to an invitation, with what the creator would like to say."""

    words = TextAreaField(_l("In your own words"), [Length(max=2000)])


class TermsForm(DetailsForm):
    """What is changed between one invitation and the next."""

    scope = TextAreaField(_l("Scope of work"), [Length(max=SCOPE_LENGTH)])
    fee = RupiahField(_l("Fee in rupiah"), [Optional()])
    note = TextAreaField(_l("Your own words in the invitation"), [Length(max=2000)])
