"""Pages of content, from its draft to its live post, and of the payments that it earns."""

from . import content, payments
from .blueprint import OPEN_TO, pages

LINK_PAGES = {"deliverable": content.submit, "post": content.publish}
TAKES_FILES = ("deliverables.submit",)

__all__ = ["LINK_PAGES", "OPEN_TO", "TAKES_FILES", "content", "pages", "payments"]
