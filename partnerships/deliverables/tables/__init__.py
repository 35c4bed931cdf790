"""Deliverables, their immutable revisions, live posts, payment milestones, and the rights to use what was made."""

from .content import Deliverable, LivePost, Payment, Revision, RevisionMedia
from .licences import Licence

__all__ = ["Deliverable", "Licence", "LivePost", "Payment", "Revision", "RevisionMedia"]
