"""The one blueprint that this slice's pages share, and who may open them."""

from flask import Blueprint

from partnerships.web.forms import PageForm
from partnerships.web.policy import CREATORS, MANAGERS, Audience

pages = Blueprint("plans", "partnerships.plans")

OPEN_TO: dict[str, Audience] = {
    "plans.campaigns": MANAGERS,
    "plans.create_campaign": MANAGERS,
    "plans.edit_campaign": MANAGERS,
    "plans.templates": MANAGERS,
    "plans.show_built_in": MANAGERS,
    "plans.copy_built_in": MANAGERS,
    "plans.show_template": MANAGERS,
    "plans.copy_template": MANAGERS,
    "plans.publish_template": MANAGERS,
    "plans.archive_template": MANAGERS,
    "plans.edit_template": MANAGERS,
    "plans.edit_basics": MANAGERS,
    "plans.add_line": MANAGERS,
    "plans.edit_line": MANAGERS,
    "plans.change_line": MANAGERS,
    "plans.put_back": MANAGERS,
    "plans.create": MANAGERS,
    "plans.choose_template": MANAGERS,
    "plans.choose_people": MANAGERS,
    "plans.choose_dates": MANAGERS,
    "plans.preview": MANAGERS,
    "plans.show_run": MANAGERS,
    "plans.carry_on": MANAGERS,
    "plans.invite_all": MANAGERS,
    "plans.move": MANAGERS,
    "plans.open_stage": MANAGERS,
    "plans.offer": MANAGERS,
    "plans.correct": MANAGERS,
    "plans.send": MANAGERS,
    "plans.confirm_receipt": MANAGERS,
    "plans.quiet_days": MANAGERS,
    "plans.take_holidays": MANAGERS,
    "plans.quiet_hours": MANAGERS,
    "plans.edit_quiet_day": MANAGERS,
    "plans.remove_quiet_day": MANAGERS,
    "plans.restore_quiet_day": MANAGERS,
    "plans.move_dates": MANAGERS,
    "plans.move_many": MANAGERS,
    "plans.undo_move": MANAGERS,
    "plans.withdraw_move": MANAGERS,
    "plans.new_dates": CREATORS,
    "plans.invitation": CREATORS,
    "plans.my_details": CREATORS,
    "plans.receipt": CREATORS,
    "plans.not_for_me": CREATORS,
    "plans.reaction": CREATORS,
}

UNPROCESSABLE = 422


def status_of(form: PageForm) -> int:
    """Return the status of a page that shows `form`: 422 while something in it is wrong."""
    return UNPROCESSABLE if form.errors else 200
