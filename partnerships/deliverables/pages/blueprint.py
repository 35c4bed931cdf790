"""The one blueprint that this slice's pages share, and who may open them."""

from flask import Blueprint

from partnerships.web.policy import CREATORS, MANAGERS, MEMBERS, TEAM, Audience

pages = Blueprint("deliverables", "partnerships.deliverables")

OPEN_TO: dict[str, Audience] = {
    "deliverables.submit": CREATORS,
    "deliverables.pull_back": CREATORS,
    "deliverables.publish": CREATORS,
    "deliverables.send_numbers": CREATORS,
    "deliverables.show": TEAM,
    "deliverables.compare": MEMBERS,
    "deliverables.talk": TEAM,
    "deliverables.record_post": MANAGERS,
    "deliverables.check_live": TEAM,
    "deliverables.record_numbers": MANAGERS,
    "deliverables.numbers": MANAGERS,
    "deliverables.numbers_file": MANAGERS,
    "deliverables.fulfil": MANAGERS,
    "deliverables.waive": MANAGERS,
    "deliverables.revoke": MANAGERS,
    "deliverables.agree_round": MANAGERS,
    "deliverables.take_down": TEAM,
    "deliverables.ask_licence": MANAGERS,
    "deliverables.move_licence": MANAGERS,
    "deliverables.payments": MANAGERS,
    "deliverables.payments_file": MANAGERS,
    "deliverables.record_transfer": MANAGERS,
    "deliverables.move_payment": MEMBERS,  # which move whose role may make is decided by the rules
}
