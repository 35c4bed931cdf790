"""The creator's word that the product is really used: since when, how often, and for how long that word holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Self

from partnerships.core.errors import Refused, check_together
from partnerships.core.words import N_
from partnerships.plans.rules.templates import STOPPED, ClaimLevel

STATEMENT = "use-1"
STATEMENT_TEXT = N_("I have used the product myself since this day, and use it as often as I say here.")
HOLDS_DAYS = 90
"""An endorser has to be a user while the endorsement runs, and is asked "at reasonable intervals" (16 CFR 255.1(c)).

The rule names no number of days: these are the product's own, and stand on every page that speaks of them.
"""
ASKED_AGAIN_DAYS = 14  # as long as nobody answers
MISSING_DAY = N_("Please say since when you have used it.")
MISSING_FREQUENCY = N_("Please say how often you use it now.")
LATER = N_("This day is still to come.")


class Frequency(StrEnum):
    """How often it is used now. Stored with versions, and the keys of the answers that built-in templates offer."""

    EVERY_DAY = "every_day"
    MOST_DAYS = "most_days"
    SOME_DAYS = "some_days"
    STOPPED = STOPPED


FREQUENCY_LABELS: Mapping[Frequency, str] = {
    Frequency.EVERY_DAY: N_("Every day"),
    Frequency.MOST_DAYS: N_("Most days"),
    Frequency.SOME_DAYS: N_("Now and then"),
    Frequency.STOPPED: N_("Not any more"),
}


class Source(StrEnum):
    """Where a word was given."""

    DRAFT = "draft"
    CHECK_IN = "check_in"
    ASKED = "asked"  # for rights that go on


SOURCE_LABELS: Mapping[Source, str] = {
    Source.DRAFT: N_("with a version"),
    Source.CHECK_IN: N_("in a check-in"),
    Source.ASKED: N_("when asked again"),
}


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a creator attested; `words` are the sentence as it stood above the button, `statement` its version."""

    used_since: date | None
    frequency: Frequency | None
    statement: str = STATEMENT
    words: str = ""

    def check(self, today: date) -> None:
        """Raise `Refused` with the field of what is missing or cannot be; `today` is where the creator lives."""
        check_together(partial(self._check_day, today), self._check_frequency)

    def _check_day(self, today: date) -> None:
        if self.used_since is None:
            raise Refused(MISSING_DAY, field="used_since")
        if self.used_since > today:
            raise Refused(LATER, field="used_since")

    def _check_frequency(self) -> None:
        if self.frequency is None:
            raise Refused(MISSING_FREQUENCY, field="frequency")

    def written(self) -> dict[str, Any]:
        """Return it as a row keeps it."""
        return {
            "used_since": self.used_since.isoformat() if self.used_since else None,
            "frequency": self.frequency,
            "statement": self.statement,
            "words": self.words,
        }

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self | None:
        """Return what a row keeps; None where nobody was asked."""
        if not row:
            return None
        return cls(
            date.fromisoformat(row["used_since"]), Frequency(row["frequency"]), str(row["statement"]), str(row["words"])
        )


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the creator about the use, wherever it was given; `said` is what was attested where all was asked.

    `thing_id` is the version, the check-in or the content.
    """

    at: datetime
    source: Source
    thing_id: int
    still_using: bool
    said: Attestation | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How the word stands: the last one, and when it has to be given again."""

    words: tuple[Word, ...]  # the oldest first
    now: datetime

    @property
    def last(self) -> Word | None:
        """Return the last word; None when there is none."""
        return self.words[-1] if self.words else None

    @property
    def holds_until(self) -> datetime | None:
        """Return until when it holds."""
        return self.last.at + timedelta(days=HOLDS_DAYS) if self.last else None

    @property
    def is_overdue(self) -> bool:
        """Say whether the creator has to be asked again."""
        return self.holds_until is not None and self.holds_until < self.now

    @property
    def is_due(self) -> bool:
        """Say whether what is in use needs a word: none was ever given, or the last one is too old."""
        return self.holds_until is None or self.holds_until <= self.now

    @property
    def asks_at(self) -> datetime:
        """Return when to ask for it next."""
        return self.holds_until if self.holds_until and not self.is_due else self.now + timedelta(days=ASKED_AGAIN_DAYS)

    @property
    def has_stopped(self) -> bool:
        """Say whether the last word is that it is not used any more."""
        return self.last is not None and not self.last.still_using


def stand(words: Iterable[Word], now: datetime) -> Use:
    """Return how these words stand, whatever their order."""
    return Use(tuple(sorted(words, key=lambda word: word.at)), now)


def is_attested(level: ClaimLevel) -> bool:
    """Say whether content of a stage speaks of own experience: before that there is nothing to attest."""
    return level is not ClaimLevel.NONE
