"""Pictures for stories: drawn for this project, kept in the store as if they had been received."""

import hashlib
from pathlib import Path
from uuid import uuid4

from partnerships.files.probe import Kind
from partnerships.files.receiving import ReceivedFile
from partnerships.files.store import Store

FOLDER = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 720, 960


def take(store: Store, number: int) -> ReceivedFile:
    """Return one of our pictures, kept in `store`; the same `number` gives the same picture."""
    pictures = sorted(FOLDER.glob("*.jpg"))
    content = pictures[number % len(pictures)].read_bytes()
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
    )
