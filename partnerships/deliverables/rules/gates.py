"""What stands between a draft and its approval."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence gate: how many check-ins are answered, and how many the deliverable needs before approval."""

    answered: int  # with those that were due before Sahabat
    needed: int
    before: int = 0  # of these

    @property
    def is_open(self) -> bool:
        """Say whether enough check-ins are answered."""
        return self.answered >= self.needed


@dataclass(frozen=True, slots=True)
class Outlook:
    """The gate with the day on which it opens if every check-in is answered when it is due; None: open, or never."""

    evidence: Evidence
    opens_on: date | None = None
