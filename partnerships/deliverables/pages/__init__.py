"""Pages of content, from its draft to what its post reached, of the rights to it, and of what it earns."""

from . import content, feedback, licences, looks, metrics, payments
from .blueprint import OPEN_TO, pages

LINK_PAGES = {"deliverable": content.submit, "post": content.publish, "numbers": metrics.send_numbers}
TAKES_FILES = (
    "deliverables.submit",
    "deliverables.send_numbers",
    "deliverables.record_numbers",
    "deliverables.check_live",
    "deliverables.record_transfer",
)

__all__ = [
    "LINK_PAGES",
    "OPEN_TO",
    "TAKES_FILES",
    "content",
    "feedback",
    "licences",
    "looks",
    "metrics",
    "pages",
    "payments",
]
