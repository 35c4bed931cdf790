"""What creator and brand agree on beside the plan, and until when each part of it may be corrected."""

from collections.abc import Mapping

from partnerships.core.words import N_

from .partnerships import UNAGREED, PartnershipState

SCOPE_LENGTH = 2000
ADDRESS_LENGTH = 500
VARIANT_LENGTH = 200
PAYEE_LENGTH = 200

SCOPE = "scope"
DETAILS = ("address", "variant", "whatsapp", "payee")
TERM_LABELS: Mapping[str, str] = {
    SCOPE: N_("scope of work"),
    "address": N_("address"),
    "variant": N_("variant"),
    "whatsapp": N_("WhatsApp number"),
    "payee": N_("who is paid"),
}
_S = PartnershipState
_OPEN_IN: Mapping[PartnershipState, frozenset[str]] = {
    _S.ACCEPTED: frozenset(DETAILS),
    _S.PREPARING: frozenset({"whatsapp", "payee"}),  # the parcel is on its way
    _S.ACTIVE: frozenset(DETAILS),  # a refill may go elsewhere
    _S.ON_HOLD: frozenset(DETAILS),
    _S.COMPLETED: frozenset({"payee"}),  # what was earned may still be paid
    _S.ENDED_EARLY: frozenset({"payee"}),
}


def open_terms(state: PartnershipState) -> frozenset[str]:
    """Return what may be changed: everything before the creator agreed, then only what has not been used yet."""
    if state is _S.DECLINED:
        return frozenset()
    return frozenset(TERM_LABELS) if state in UNAGREED else _OPEN_IN[state]
