"""What is wrong with a template, said of one line of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line (`check_ins.two-weeks`, …): a message id and the values that fill it."""

    line: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say line and sentence in English, for logs and tests."""
        return f"{self.line}: {self.sentence % self.values if self.values else self.sentence}"


def found(line: str, sentence: str, **values: object) -> Problem:
    """Return the problem of `line`; `sentence` is marked with `N_`."""
    return Problem(line, sentence, values)
