"""What reports of files tell about one part: which files it could be read from, and why not from the others."""

from collections.abc import Iterator, Mapping
from typing import Any

from partnerships.authenticity.rules.signals import LIBRARY_MISSING, Material, Medium, NotChecked
from partnerships.core.words import N_

NO_MEDIA, NOT_INSPECTED = "no_media", "not_inspected"
PART_REASONS: Mapping[str, str] = {
    NO_MEDIA: N_("There is no photo or video in this version."),
    NOT_INSPECTED: N_("The files came before there was this check, and nothing is kept of how they came."),
}


class Unreadable(Exception):
    """None of the files could be looked at, which says nothing about them."""


def read_parts(material: Material, part: str) -> Iterator[tuple[Medium, Mapping[str, Any]]]:
    """Yield each file with what its report says of `part`; files that could not be looked at are left out.

    Raise `NotChecked`, `TimeoutError` or `Unreadable` when there is none at all.
    """
    if not material.media:
        raise NotChecked(NO_MEDIA)
    told = [(medium, (medium.report or {}).get(part)) for medium in material.media]
    read = [(medium, found) for medium, found in told if found and found.get("status") == "ok"]
    if not read:
        raise _trouble({str(found.get("status")) for _, found in told if found})
    yield from read


def _trouble(statuses: set[str]) -> Exception:
    """Return what to raise when no file could be looked at."""
    if not statuses:
        return NotChecked(NOT_INSPECTED)
    if statuses == {"library_missing"}:
        return NotChecked(LIBRARY_MISSING)
    return TimeoutError() if "timeout" in statuses else Unreadable()
