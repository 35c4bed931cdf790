"""What stands between a draft and its approval."""


def is_evidence_enough(answered: int, needed: int) -> bool:
    """Say whether enough check-ins were answered and confirmed for content of this kind to be approved."""
    return answered >= needed
