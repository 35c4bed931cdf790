"""Deliverables, their immutable revisions, live posts, payments, rights, and what posts have reached."""

from .attestations import AttestedAgain
from .content import Deliverable, LivePost, Measurement, Revision, RevisionMedia
from .licences import Licence
from .looks import LiveLook
from .messages import ContentMessage
from .payments import Payment, PaymentProof
from .requests import ChangeRequest, ground_of, guidelines_of

__all__ = [
    "AttestedAgain",
    "ChangeRequest",
    "ContentMessage",
    "Deliverable",
    "Licence",
    "LiveLook",
    "LivePost",
    "Measurement",
    "Payment",
    "PaymentProof",
    "Revision",
    "RevisionMedia",
    "ground_of",
    "guidelines_of",
]
