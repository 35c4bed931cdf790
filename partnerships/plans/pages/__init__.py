"""Pages to plan partnerships, to move them on, and for creators to say yes, no, "it arrived" or "not for me"."""

from . import campaigns, consents, dates, joining, planning, steering
from .blueprint import OPEN_TO, pages

LINK_PAGES = {"invitation": joining.invitation, "receipt": joining.receipt, "dates": consents.new_dates}

__all__ = ["LINK_PAGES", "OPEN_TO", "campaigns", "consents", "dates", "joining", "pages", "planning", "steering"]
