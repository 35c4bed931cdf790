"""Make a kept file fit to be shown: upright, smaller, bare of metadata, with a small copy for lists."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from partnerships.core.errors import Refused, StorageFailed

from . import child, films
from .child import ChildFailed
from .probe import Kind
from .receiving import Facts
from .reporting import ORIGINAL_PARTS, SERVED_PARTS, Report, inspect
from .store import NO_DISK, storing
from .tables import FileProblem

PHOTO_MAKER = child.python("partnerships.files.images")
STILL_TAKER = child.python("partnerships.files.posters")
"""Run, not imported: what decodes strangers' files has no place in our own process."""

log = logging.getLogger(__name__)


class Unfit(Exception):
    """The file can never be shown."""

    def __init__(self, problem: FileProblem) -> None:
        """Keep why."""
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a file, in a folder that goes; and what was found out about it."""

    served: Path
    small: Path | None
    poster: Path | None
    facts: Facts
    report: Report = field(default_factory=dict)  # what was read from it as it came, and its fingerprints


def make_and_inspect(kind: Kind, sent: Path, *, trust: Path | None = None) -> Made:
    """Return what `make` does, with all that the file tells before anything is taken out of it.

    What cannot be inspected says so in its report, and is shown all the same.
    """
    told = inspect(sent, kind, ORIGINAL_PARTS, trust=trust)
    made = make(kind, sent)
    return replace(made, report=told | inspect(made.served, kind, SERVED_PARTS))


def make(
    kind: Kind,
    sent: Path,
    *,
    photo_maker: Sequence[str] = PHOTO_MAKER,
    still_taker: Sequence[str] = STILL_TAKER,
    wall_seconds: float = child.WALL_SECONDS,
) -> Made:
    """Return what may be shown of `sent`, a copy of our own whose ending tells the photo's format.

    Raise `Unfit` for a file that can never be shown, `ChildFailed` when making it came to no end, `StorageFailed`.
    """
    if kind is Kind.PHOTO:
        return _make_photo(sent, photo_maker, wall_seconds)
    return _make_video(sent, still_taker, wall_seconds)


def _make_photo(sent: Path, maker: Sequence[str], wall_seconds: float) -> Made:
    served, small = sent.with_name("served.jpg"), sent.with_name("small.webp")
    report = child.run([*maker, str(sent), str(served), str(small)], wall_seconds)
    try:
        told = json.loads(report)
        if "refused" in told:
            raise _refusal(str(told["refused"]))
        facts = Facts(int(told["width"]), int(told["height"]), None, told["taken_at"], told["camera"])
    except (ValueError, LookupError, TypeError) as error:
        raise ChildFailed("it reported nonsense") from error
    if not served.is_file() or not small.is_file():
        raise ChildFailed("it wrote nothing")
    return Made(served, small, None, facts)


def _refusal(reason: str) -> Unfit | StorageFailed:
    """Return the error for a reason that `images` gives."""
    if reason == "disk":
        return StorageFailed(NO_DISK)
    return Unfit(FileProblem(reason)) if reason in set(FileProblem) else Unfit(FileProblem.UNREADABLE)


def _make_video(sent: Path, taker: Sequence[str], wall_seconds: float) -> Made:
    """Blank the metadata where it stands. A still is a help to find it by: a video does without."""
    try:
        with storing(), sent.open("r+b") as file:
            movie = films.clean(file)
    except Refused as refusal:  # it was looked at when it came: the walk knows more now
        raise Unfit(FileProblem.DAMAGED) from refusal
    poster, small = sent.with_name("poster.jpg"), sent.with_name("small.webp")
    try:
        child.run([*taker, str(sent), str(poster), str(small)], wall_seconds)
    except ChildFailed as failed:
        log.warning("no still could be taken of a video: %s", failed)
    whole = poster.is_file() and small.is_file()
    facts = Facts(movie.width, movie.height, movie.seconds, movie.taken_at, camera=None)
    return Made(sent, small if whole else None, poster if whole else None, facts)
