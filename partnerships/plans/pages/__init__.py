"""Pages to plan partnerships, to move them on, and for creators to say yes, no, "it arrived" or "not for me"."""

from . import campaigns, editing, joining, planning, steering, templates
from .blueprint import OPEN_TO, pages

LINK_PAGES = {"invitation": joining.invitation, "receipt": joining.receipt}

__all__ = [
    "LINK_PAGES",
    "OPEN_TO",
    "campaigns",
    "editing",
    "joining",
    "pages",
    "planning",
    "steering",
    "templates",
]
