"""What a signal is worth to those who review: how often it mattered. A person retires it, never a program.

Source of the figures: the project's review design (signals).
"""

from dataclasses import dataclass

from partnerships.core.words import N_

JUDGED_FROM = 50  # answers: fewer say little
LEAST_PERCENT = 20
RETIRE = N_("It mattered in fewer than 20 of 100 answers. Somebody should decide whether to retire it.")


@dataclass(frozen=True, slots=True)
class Worth:
    """What reviewers answered to the findings of one version of an analyser, and what became of those decisions.

    `decided` counts first decisions on content in which it found something, `overturned` those that were decided
    otherwise in the end.
    """

    analyser: str
    version: str
    relevant: int = 0
    explained: int = 0
    wrong: int = 0
    decided: int = 0
    overturned: int = 0

    @property
    def answers(self) -> int:
        """Return how often somebody said what they made of it."""
        return self.relevant + self.explained + self.wrong

    @property
    def rate(self) -> float | None:
        """Return the share of answers that call it relevant, or None without one."""
        return self.relevant / self.answers if self.answers else None

    @property
    def is_doubtful(self) -> bool:
        """Say whether a person should think about retiring it."""
        return self.answers >= JUDGED_FROM and self.relevant * 100 < LEAST_PERCENT * self.answers
