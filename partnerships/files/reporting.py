"""Have a file inspected in a process of its own, and have two fingerprints or a whole library compared in another."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import child
from .child import ChildFailed, ChildTooSlow
from .matching import LIKELY
from .probe import Kind
from .tables import FileReport, MediaFingerprint

INSPECTOR = child.python("partnerships.files.inspecting")
MATCHER = child.python("partnerships.files.matching")
"""Run, not imported: what decodes strangers' files has no place in our own process, and neither has numpy."""

ORIGINAL_PARTS = ("capture", "credentials")  # what only the file as it came can tell
SERVED_PARTS = ("views",)
WALL_SECONDS = 60.0
REPORT_BYTES = 4 << 20
TIMEOUT, ERROR, OK, MISSING = "timeout", "error", "ok", "library_missing"

log = logging.getLogger(__name__)

Report = dict[str, Mapping[str, Any]]


def inspect(
    source: Path,
    kind: Kind,
    parts: Sequence[str],
    *,
    trust: Path | None = None,
    inspector: Sequence[str] = INSPECTOR,
    wall_seconds: float = WALL_SECONDS,
) -> Report:
    """Return what was found out about each part, with its status; the child of one that fails harms no other."""
    command = [*inspector, str(source), kind, str(trust) if trust and trust.is_file() else "-"]
    try:
        return _run(command, parts, wall_seconds)
    except ChildFailed as failed:
        log.warning("a file made its inspector fail, and is looked at part by part: %s", failed)
    return {part: _run_alone(command, part, wall_seconds) for part in parts}


def _run(command: Sequence[str], parts: Sequence[str], wall_seconds: float) -> Report:
    report = child.run([*command, *parts], wall_seconds, REPORT_BYTES)
    try:
        lines = [json.loads(line) for line in report.splitlines()]
        told = {str(line.pop("part")): line for line in lines if line["status"] in {OK, ERROR, MISSING}}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ChildFailed("it reported nonsense") from error
    if list(told) != list(parts):
        raise ChildFailed("it reported on other parts than it was asked about")
    return told


def _run_alone(command: Sequence[str], part: str, wall_seconds: float) -> Mapping[str, Any]:
    try:
        return _run(command, [part], wall_seconds)[part]
    except ChildTooSlow:
        return {"status": TIMEOUT}
    except ChildFailed:
        return {"status": ERROR}


def rows_of(report: Report, org_id: int, file_id: int, now: datetime) -> list[FileReport | MediaFingerprint]:
    """Return the rows that keep a report; fingerprints stand by themselves, to be compared."""
    parts = {part: dict(told) for part, told in report.items()}
    frames = bytes.fromhex("".join(parts.get("views", {}).pop("frames", ())))
    rows: list[FileReport | MediaFingerprint] = [FileReport(org_id=org_id, file_id=file_id, at=now, parts=parts)]
    if frames:
        algorithm = str(parts["views"]["algorithm"])
        rows.append(MediaFingerprint(org_id=org_id, file_id=file_id, algorithm=algorithm, frames=frames))
    return rows


@dataclass(frozen=True, slots=True)
class Match:
    """Two pictures that are alike: which of those asked about, which of the library, and by how many bits they differ.

    The seconds say where in a video; of a photo they are 0.
    """

    asked: int
    asked_second: int
    found: int
    found_second: int
    distance: int


def match(
    asked: Mapping[int, bytes],
    library: Mapping[int, bytes],
    *,
    farthest: int = LIKELY,
    matcher: Sequence[str] = MATCHER,
) -> list[Match]:
    """Return the nearest pair for each two files that differ by `farthest` bits; fingerprints by the id of their file.

    Raise `ChildFailed` (`ChildTooSlow`) when comparing came to no end, ImportError without what it takes.
    """
    if not any(asked.values()) or not any(library.values()):
        return []
    with TemporaryDirectory(prefix="sahabat-") as folder:
        index: dict[str, Any] = {"farthest": farthest}
        for name, files in (("asked", asked), ("library", library)):
            Path(folder, f"{name}.bin").write_bytes(b"".join(files.values()))
            index[name] = [[file_id, len(frames)] for file_id, frames in files.items()]
        Path(folder, "index.json").write_text(json.dumps(index), "ascii")
        report = child.run([*matcher, folder], WALL_SECONDS, REPORT_BYTES)
    try:
        told = json.loads(report)
        if told == {"status": MISSING}:
            raise ModuleNotFoundError("numpy")
        return [Match(*map(int, line)) for line in told["matches"]]
    except (ValueError, LookupError, TypeError) as error:
        raise ChildFailed("it reported nonsense") from error
