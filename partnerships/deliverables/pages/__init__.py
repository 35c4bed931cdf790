"""Pages of content, from its draft to its live post, of the rights to it, and of the payments that it earns."""

from . import content, licences, payments
from .blueprint import OPEN_TO, pages

LINK_PAGES = {"deliverable": content.submit, "post": content.publish}
TAKES_FILES = ("deliverables.submit",)

__all__ = ["LINK_PAGES", "OPEN_TO", "TAKES_FILES", "content", "licences", "pages", "payments"]
