"""Describe a file on this machine as it would be inspected had somebody sent it, and compare two of them."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from partnerships.core.errors import Refused

from . import films
from .child import ChildFailed
from .making import Unfit, make
from .matching import LIKELY, SAME
from .probe import HEAD_BYTES, Kind, kind_of, photo_ending
from .reporting import ORIGINAL_PARTS, SERVED_PARTS, Report, inspect, match
from .wholeness import look_at_photo

FARTHEST = 256  # bits
CREDENTIALS = ("state", "reason", "declared_ai", "issuer")
FRAME_HEX, VIEW_HEX, VIEWS = 16 * 64, 64, 12  # digits, as in `fingerprints`, which only children load


class Undescribed(Exception):
    """The file cannot be taken; the message says why, in English."""


def describe(path: Path, trust: Path | None = None) -> dict[str, Any]:
    """Return one object for the file: what it is, when it was taken, its credentials, its views, and how that went."""
    nothing = {"kind": None, "width": None, "height": None, "duration_s": None, "capture": None, "credentials": None}
    try:
        with _inspected(path, trust) as (kind, facts, report):
            told = {name: dict(part) for name, part in report.items()}
    except Undescribed as why:
        return {"file": str(path), **nothing, "views": [], "status": str(why)}
    statuses = {name: part.pop("status") for name, part in told.items()}
    capture = told["capture"] if statuses["capture"] == "ok" else None
    credentials = {fact: told["credentials"].get(fact) for fact in CREDENTIALS}
    if statuses["credentials"] != "ok":
        credentials = {"state": "unreadable", "reason": statuses["credentials"], "issuer": None, "declared_ai": False}
    troubles = [f"{name}: {status}" for name, status in statuses.items() if status != "ok"]
    return {
        "file": str(path),
        "kind": kind,
        **facts,
        "capture": capture,
        "credentials": credentials,
        "views": list(_views(told["views"].get("frames", ()))),
        "status": "; ".join(troubles) or "ok",
    }


def compare(one: Path, two: Path) -> dict[str, Any]:
    """Return the smallest number of differing bits (of 256) between the pictures of two files, and what that means."""
    try:
        frames = [_frames(path) for path in (one, two)]
        pairs = match({1: frames[0]}, {2: frames[1]}, farthest=FARTHEST)
    except (Undescribed, ChildFailed, ImportError) as why:
        return {"a": str(one), "b": str(two), "distance": None, "label": "could not check", "error": str(why)}
    distance = pairs[0].distance if pairs else None
    return {"a": str(one), "b": str(two), "distance": distance, "label": _label(distance)}


def _label(distance: int | None) -> str:
    if distance is None:
        return "nothing to compare"  # one of them shows nothing, such as black
    return "same" if distance <= SAME else "likely" if distance <= LIKELY else "different"


def _frames(path: Path) -> bytes:
    with _inspected(path, None, ()) as (_, _, report):
        if report["views"]["status"] != "ok":
            raise Undescribed(f"{path}: {report['views']['status']}")
        return bytes.fromhex("".join(report["views"]["frames"]))


def _views(frames: Sequence[str]) -> Iterator[str]:
    for frame in frames:
        yield from (frame[at : at + VIEW_HEX] for at in range(0, VIEWS * VIEW_HEX, VIEW_HEX))


@contextmanager
def _inspected(
    path: Path, trust: Path | None, parts: Sequence[str] = ORIGINAL_PARTS
) -> Iterator[tuple[Kind, dict[str, Any], Report]]:
    """Yield kind, size and report of a copy of the file, which is made fit to be shown as if it had been sent."""
    with TemporaryDirectory(prefix="sahabat-") as folder:
        try:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            kind = kind_of(head)
            sent = Path(shutil.copyfile(path, Path(folder, f"sent{photo_ending(head)}")))
            facts = _facts(kind, sent)
            told = inspect(sent, kind, parts, trust=trust) if parts else {}
            made = make(kind, sent)
            yield kind, facts, told | inspect(made.served, kind, SERVED_PARTS)
        except OSError as why:
            raise Undescribed(f"cannot be read: {why.strerror}") from why
        except Refused as why:
            raise Undescribed(why.sentence % why.values if why.values else why.sentence) from why
        except Unfit as why:
            raise Undescribed(why.problem) from why
        except ChildFailed as why:
            raise Undescribed("could not be decoded") from why


def _facts(kind: Kind, sent: Path) -> dict[str, Any]:
    """Return the size as the file's header claims it."""
    if kind is Kind.PHOTO:
        width, height = look_at_photo(sent)
        return {"width": width, "height": height, "duration_s": None}
    with sent.open("rb") as file:
        movie = films.examine(file)
    return {"width": movie.width, "height": movie.height, "duration_s": movie.seconds}
