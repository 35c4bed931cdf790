"""The one blueprint that these pages share, and who may open them."""

from flask import Blueprint

from partnerships.web.policy import CREATORS, MANAGERS, Audience

pages = Blueprint("reminders", __name__)

OPEN_TO: dict[str, Audience] = {
    "reminders.later_check_in": CREATORS,
    "reminders.later_deliverable": CREATORS,
    "reminders.edit_policy": MANAGERS,
    "reminders.previews": MANAGERS,
    "reminders.preview": MANAGERS,
}
