"""List the cards of one version: what each analyser found, or why it says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.deliverables.tables import Deliverable, Revision

from .rules.analysers import ANALYSERS
from .rules.signals import Analyser, RunStatus, Strength
from .tables import Signal, SignalRun


class Standing(StrEnum):
    """The word of a card."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_CHECKED = "not_checked"
    COULD_NOT_CHECK = "could_not_check"


STANDING_LABELS: Mapping[Standing, str] = {
    Standing.FOUND: N_("Found"),
    Standing.NOT_FOUND: N_("Not found"),
    Standing.NOT_CHECKED: N_("Not checked"),
    Standing.COULD_NOT_CHECK: N_("Could not check"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """What one analyser says about one version; `is_awaited`: it has still to look."""

    analyser: Analyser
    run: SignalRun | None
    is_awaited: bool = False

    @property
    def signals(self) -> list[Signal]:
        """Return what it found."""
        return self.run.signals if self.run else []

    @property
    def telling(self) -> list[Signal]:
        """Return those findings that somebody may answer, which say more than how things are."""
        return [signal for signal in self.signals if signal.strength is not Strength.INFO]

    @property
    def standing(self) -> Standing:
        """Return the word of the card."""
        if self.run is None or self.run.status is RunStatus.SKIPPED:
            return Standing.NOT_CHECKED
        if self.run.status is not RunStatus.OK:
            return Standing.COULD_NOT_CHECK
        return Standing.FOUND if self.telling else Standing.NOT_FOUND


def cards_of(reading: Reading, revision: Revision) -> tuple[Card, ...]:
    """Return a card for every analyser there is, with its newest look, in two statements however much was found."""
    looks = (
        select(SignalRun)
        .where(SignalRun.revision_id == revision.id)
        .options(selectinload(SignalRun.signals))
        .order_by(SignalRun.id)
    )
    runs = {run.analyser: run for run in reading.session.scalars(looks)}
    is_awaited = reading.get(Deliverable, revision.deliverable_id).examine_after is not None
    return tuple(Card(analyser, runs.get(analyser.name), is_awaited) for analyser in ANALYSERS)
