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
