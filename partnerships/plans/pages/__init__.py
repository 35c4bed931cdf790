"""Pages to plan partnerships, to move them on, and for creators to say yes, no, "it arrived" or "not for me"."""

from . import campaigns, joining, planning, runs, steering
from .blueprint import OPEN_TO, pages

LINK_PAGES = {"invitation": joining.invitation, "receipt": joining.receipt}

__all__ = ["LINK_PAGES", "OPEN_TO", "campaigns", "joining", "pages", "planning", "runs", "steering"]
