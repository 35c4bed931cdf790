"""Compare fingerprints with a library of them. Runs as a child process, for numpy's sake; decodes nothing.

`python -m partnerships.files.matching FOLDER` reads `asked.bin` and `library.bin` (fingerprints, one after the other)
and `index.json` (whose they are, `[file, bytes]`, and up to how many bits may differ), and writes
`{"matches": [[asked, second, found, second, bits], …]}`.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from partnerships.files.confinement import confine_this_process

CPU_SECONDS = 45
SAME, LIKELY = 31, 64  # bits: the same picture up to the first, probably the same up to the second
MOST = 200  # pairs of files: nobody looks at more


def main(folder: str) -> None:
    """Do the work of the child process: confine itself, compare, report."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    confine_this_process(CPU_SECONDS)
    try:
        matches = compare(Path(folder))
    except ImportError:
        sys.stdout.write(json.dumps({"status": "library_missing"}))
        return
    sys.stdout.write(json.dumps({"matches": matches}))


def compare(folder: Path) -> list[list[int]]:
    """Return the nearest pair of frames for each two files that are alike, the nearest pair of files first."""
    import numpy as np  # noqa: PLC0415 - a slim installation may do without

    from partnerships.files.fingerprints import FRAME_BYTES, distances  # noqa: PLC0415 - needs it too

    index = json.loads((folder / "index.json").read_text("ascii"))
    library = (folder / "library.bin").read_bytes()
    asked = (folder / "asked.bin").read_bytes()
    whose, seconds = _frames(index["library"], FRAME_BYTES)
    shows = np.frombuffer(library, np.uint8).reshape(-1, FRAME_BYTES).any(axis=1)
    nearest: dict[tuple[int, int], tuple[int, int, int]] = {}
    for number, (file_id, second) in enumerate(zip(*_frames(index["asked"], FRAME_BYTES), strict=True)):
        frame = asked[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
        if not any(frame):  # it shows nothing
            continue
        bits = distances(frame, library)
        for at in np.flatnonzero(shows & (bits <= index["farthest"])):
            pair, found = (file_id, whose[at]), (int(bits[at]), second, seconds[at])
            nearest[pair] = min(nearest.get(pair, found), found)
    ranked = sorted((bits, one, mine, other, theirs) for (one, other), (bits, mine, theirs) in nearest.items())
    return [[one, mine, other, theirs, bits] for bits, one, mine, other, theirs in ranked[:MOST]]


def _frames(index: Sequence[Sequence[int]], frame_bytes: int) -> tuple[list[int], list[int]]:
    """Return for each frame whose it is, and which of theirs."""
    pairs = [(file_id, second) for file_id, size in index for second in range(size // frame_bytes)]
    return [file_id for file_id, _ in pairs], [second for _, second in pairs]


if __name__ == "__main__":
    main(*sys.argv[1:])
