"""What stands between a draft and its approval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence gate: how many check-ins are answered, and how many the deliverable needs before approval."""

    answered: int
    needed: int

    @property
    def is_open(self) -> bool:
        """Say whether enough check-ins are answered."""
        return self.answered >= self.needed


def is_evidence_enough(answered: int, needed: int) -> bool:
    """Say whether enough check-ins were answered and confirmed for content of this kind to be approved."""
    return answered >= needed
