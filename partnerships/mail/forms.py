"""What is asked before an address gets mail again."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from partnerships.web.forms import PageForm


class LiftForm(PageForm):
    """Why mail may go to an address again."""

    reason = StringField(
        _l("Reason"),
        [
            InputRequired(_l("Please say why: it stands in the history.")),
            Length(max=500, message=_l("Please keep this under %(max)d characters.")),
        ],
        description=_l("For example: the mailbox was full and is empty again, or she asked for it on WhatsApp."),
    )
