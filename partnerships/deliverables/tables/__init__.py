"""Deliverables, their immutable revisions, live posts, payment milestones, and the rights to use what was made."""

from .content import Deliverable, LivePost, Payment, Revision, RevisionMedia
from .licences import Licence
from .requests import ChangeRequest, ground_of

__all__ = ["ChangeRequest", "Deliverable", "Licence", "LivePost", "Payment", "Revision", "RevisionMedia", "ground_of"]
