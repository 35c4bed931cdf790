"""Pictures for stories: drawn for this project, kept in the store as if they had been received."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from partnerships.files.probe import Kind
from partnerships.files.receiving import ReceivedFile
from partnerships.files.store import Store

FOLDER = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 720, 960


SAME_ANGLE = ("03", "04", "05")  # one face, weeks apart
SCENES: Mapping[str, tuple[str, ...]] = {
    "skincare": ("01", "02", "06", "07"),
    "haircare": ("09",),
    "coffee": ("08",),
}


def take(store: Store, niche: str, number: int, *, same_angle: bool = False, is_prepared: bool = True) -> ReceivedFile:
    """Return one of our pictures that suits `niche`, kept in `store`; the same `number` gives the same picture.

    What is not prepared is left to the media job, which also looks at what the file says of itself.
    """
    names = SAME_ANGLE if same_angle else SCENES.get(niche, SCENES["skincare"])
    content = (FOLDER / f"{names[number % len(names)]}.jpg").read_bytes()
    with store.quarantine() as room:
        finished = room / uuid4().hex
        finished.write_bytes(content)
        key = store.put(finished)
    digest = hashlib.sha256(content).hexdigest()
    return ReceivedFile(
        key=key,
        sha256=digest,
        original_sha256=digest,
        kind=Kind.PHOTO,
        content_type="image/jpeg",
        bytes=len(content),
        width=WIDTH,
        height=HEIGHT,
        seconds=None,
        taken_at=None,
        camera=None,
        display_name=f"demo-{number}.jpg",
        is_prepared=is_prepared,
    )
