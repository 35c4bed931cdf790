"""See whom a plan would be for, and what it would run into, before there is one."""

from dataclasses import dataclass
from datetime import date

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import DEFAULT_ZONE, INDONESIAN, day_in
from partnerships.database.work import Reading

from .finding import get_run
from .mustering import Candidate, candidates_of
from .rules.batches import MOST_CREATORS


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Everybody a run is for. `today` is the earliest day that one of them has now."""

    candidates: list[Candidate]
    zones: dict[str, list[str]]  # how a zone is called → the names of who lives there
    today: date

    def candidate(self, key: str) -> Candidate | None:
        """Return who is called `key`, if they are still chosen."""
        return next((one for one in self.candidates if one.key == key), None)


def list_candidates(reading: Reading, run_id: int) -> list[Candidate]:
    """Return everybody a run is for."""
    return candidates_of(reading, get_run(reading, run_id))


def check_people(reading: Reading, run_id: int) -> None:
    """Raise `Refused` when nobody has been chosen, or more than can be planned in one go."""
    candidates = list_candidates(reading, run_id)
    if not candidates:
        raise Refused(N_("Please choose at least one creator."), field="chosen")
    if len(candidates) > MOST_CREATORS:
        raise Refused(
            N_("At most %(most)s creators at once. Please plan the others afterwards."),
            field="chosen",
            most=MOST_CREATORS,
        )


def foresee(reading: Reading, run_id: int, anchor_on: date | None) -> Foreseen:
    """Return everybody a run is for, and where they live."""
    candidates = list_candidates(reading, run_id)
    zones: dict[str, list[str]] = {}
    for candidate in candidates:
        zones.setdefault(INDONESIAN.get(candidate.zone, candidate.zone), []).append(candidate.name)
    days = [day_in(candidate.zone, reading.now) for candidate in candidates]
    today = min(days, default=day_in(DEFAULT_ZONE, reading.now))
    return Foreseen(candidates, zones, today)
