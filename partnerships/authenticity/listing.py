"""List the cards of one version: what each analyser found, or why it says nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.deliverables.finding import find_last_revision, get_for
from partnerships.deliverables.tables import Deliverable, Revision
from partnerships.files.tables import StoredFile
from partnerships.people.tables import Account

from .finding import WAITING
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


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A file that a finding points at, and whose it is."""

    file: StoredFile
    creator: str


def neighbours_of(reading: Reading, cards: Iterable[Card]) -> dict[int, Neighbour]:
    """Return the files that findings point at by their ids, in one statement; those of other organisations are none."""
    pointed = {
        int(signal.data[name])
        for card in cards
        for signal in card.signals
        for name in ("file_id", "other_id")
        if signal.data.get(name)
    }
    rows = reading.session.execute(
        select(StoredFile, Account.name)
        .join(Account, Account.id == StoredFile.account_id)
        .where(StoredFile.id.in_(pointed))
    )
    return {file.id: Neighbour(file, name) for file, name in rows}


@dataclass(frozen=True, slots=True)
class OwnCards:
    """What creators see of their newest version: their own files only, however like another's they may be."""

    deliverable: Deliverable
    revision: Revision
    cards: tuple[Card, ...]
    files: Mapping[int, StoredFile]

    @property
    def is_open(self) -> bool:
        """Say whether something can still be explained."""
        return self.deliverable.state in WAITING


def own_cards(reading: Reading, deliverable_id: int) -> OwnCards:
    """Return the cards of the creator's newest version, or raise `NotFound`."""
    deliverable = get_for(reading, deliverable_id)
    revision = find_last_revision(reading, deliverable.id)
    if revision is None:
        raise NotFound(N_("There is nothing here."))
    files = {one.file_id: one.file for one in revision.media}
    return OwnCards(deliverable, revision, cards_of(reading, revision), files)


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
