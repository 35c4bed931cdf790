"""Pages to plan partnerships, to move them on, and for creators to say yes, no, "it arrived" or "not for me"."""

from . import campaigns, consents, dates, editing, joining, parcels, planning, quiet, runs, steering, templates, terms
from .blueprint import OPEN_TO, pages

LINK_PAGES = {"invitation": joining.invitation, "receipt": parcels.receipt, "dates": consents.new_dates}
TAKES_FILES = ("plans.receipt", "plans.confirm_receipt")

__all__ = [
    "LINK_PAGES",
    "OPEN_TO",
    "TAKES_FILES",
    "campaigns",
    "consents",
    "dates",
    "editing",
    "joining",
    "pages",
    "parcels",
    "planning",
    "quiet",
    "runs",
    "steering",
    "templates",
    "terms",
]
