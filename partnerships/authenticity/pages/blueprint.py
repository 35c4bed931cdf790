"""The one blueprint that this slice's pages share, and who may open them."""

from flask import Blueprint

from partnerships.web.policy import CREATORS, OWNERS, TEAM, Audience

pages = Blueprint("authenticity", "partnerships.authenticity", url_prefix="/review")

OPEN_TO: dict[str, Audience] = {
    "authenticity.inbox": TEAM,
    "authenticity.quality": TEAM,
    "authenticity.review": TEAM,
    "authenticity.hand_over": TEAM,
    "authenticity.undo": TEAM,
    "authenticity.rubric": TEAM,
    "authenticity.copy_rubric": OWNERS,
    "authenticity.edit_rubric": OWNERS,
    "authenticity.training": TEAM,
    "authenticity.practise": TEAM,
    "authenticity.signals": CREATORS,
    "authenticity.appeal": CREATORS,
}
