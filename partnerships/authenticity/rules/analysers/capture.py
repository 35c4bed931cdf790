"""Capture facts: what each file says of when and with what it was taken."""

from collections.abc import Iterator

from partnerships.authenticity.rules.capture import CAPTURE_SENTENCES, ZONE_UNKNOWN, Capture, compare
from partnerships.authenticity.rules.signals import Analyser, Finding, Material, NotChecked, Strength, Words
from partnerships.core.words import N_

from .parts import NO_MEDIA, PART_REASONS

STRENGTHS = {Capture.EARLIER: Strength.WEAK}


def examine(material: Material) -> Iterator[Finding]:
    """Compare each file's own date with the window of real use; what edited it is for information."""
    if not material.media:
        raise NotChecked(NO_MEDIA)
    for medium in material.media:
        told = (medium.report or {}).get("capture", {})
        known = told.get("status") == "ok"
        taken_at, offset = (told["at"], told["offset"]) if known else (medium.taken_at, None)
        capture = compare(taken_at, material.received_on, material.submitted_at, offset, material.zone)
        data = {"file_id": medium.file_id, "position": medium.position, "taken_at": taken_at, "offset": offset}
        data |= {"camera": told.get("camera") or medium.camera, "software": told.get("software")}
        yield Finding(capture, STRENGTHS.get(capture, Strength.INFO), data)


CAPTURE = Analyser(
    name="capture",
    version="2",
    params={"zone_unknown_hours": ZONE_UNKNOWN.total_seconds() / 3600},
    examine=examine,
    words=Words(
        title=N_("Dates in the files"),
        cannot_show=N_("Who used the product, or whether a date is true: anybody can change it."),
        sentences={str(code): sentence for code, sentence in CAPTURE_SENTENCES.items()},
        reasons=PART_REASONS,
    ),
)
