"""What is wrong with a template, said of one line of it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

_LISTED = frozenset({"stages", "check_ins", "deliverables", "payments"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line (`check_ins.two-weeks`, …): a message id and the values that fill it."""

    line: str
    sentence: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def row(self) -> str:
        """Return the line as its place names it: a field of a line belongs to the line, of the whole to the basics."""
        return self._split()[0]

    @property
    def field(self) -> str:
        """Return which field of the line it is about, if it is about one."""
        return self._split()[1]

    def _split(self) -> tuple[str, str]:
        parts = self.line.split(".")
        if parts[0] not in _LISTED:
            return "basics", parts[0]
        depth = 4 if len(parts) > 3 and parts[2] == "questions" else 2
        return ".".join(parts[:depth]), (parts[depth:] or [""])[0]

    def __str__(self) -> str:
        """Say line and sentence in English, for logs and tests."""
        return f"{self.line}: {self.sentence % self.values if self.values else self.sentence}"


def found(line: str, sentence: str, **values: object) -> Problem:
    """Return the problem of `line`; `sentence` is marked with `N_`."""
    return Problem(line, sentence, values)
