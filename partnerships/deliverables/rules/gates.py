"""What stands between a draft and its approval."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_


def is_evidence_enough(answered: int, needed: int) -> bool:
    """Say whether enough check-ins were answered and confirmed for content of this kind to be approved."""
    return answered >= needed


def check_evidence(answered: int, needed: int) -> None:
    """Refuse while check-ins are missing: content may not say more than the use has shown."""
    if not is_evidence_enough(answered, needed):
        raise Refused(
            N_("%(answered)s of %(needed)s check-ins answered: this cannot be approved yet."),
            answered=answered,
            needed=needed,
        )
