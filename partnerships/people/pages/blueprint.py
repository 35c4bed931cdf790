"""The one blueprint that this slice's pages share, and who may open them."""

from flask import Blueprint

from partnerships.web.policy import EVERYONE, MANAGERS, MEMBERS, OWNERS, TEAM, Audience

pages = Blueprint("people", "partnerships.people")

OPEN_TO: dict[str, Audience] = {
    "people.sign_in": EVERYONE,
    "people.sign_out": EVERYONE,  # also for whoever's session has just ended
    "people.forgotten": EVERYONE,
    "people.start": EVERYONE,
    "people.stop_reminders": EVERYONE,  # who has the key from a mail; it signs nobody in
    "people.switch": MEMBERS,
    "people.profile": MEMBERS,
    "people.change_password": MEMBERS,
    "people.team": TEAM,
    "people.invite_member": OWNERS,
    "people.end_member": OWNERS,
    "people.brands": TEAM,
    "people.create_brand": MANAGERS,
    "people.edit_brand": MANAGERS,
    "people.create_product": MANAGERS,
    "people.edit_product": MANAGERS,
}
