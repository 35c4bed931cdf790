"""Capture facts: what the date inside each file says about when it was taken."""

from collections.abc import Iterator

from partnerships.authenticity.rules.capture import CAPTURE_SENTENCES, ZONE_UNKNOWN, Capture, compare
from partnerships.authenticity.rules.signals import Analyser, Finding, Material, NotChecked, Strength, Words
from partnerships.core.words import N_

STRENGTHS = {Capture.EARLIER: Strength.WEAK}


def examine(material: Material) -> Iterator[Finding]:
    """Compare each file's own date with the window of real use."""
    if not material.media:
        raise NotChecked("no_media")
    for medium in material.media:
        capture = compare(medium.taken_at, material.received_on, material.submitted_at)
        data = {"file_id": medium.file_id, "position": medium.position, "taken_at": medium.taken_at}
        yield Finding(capture, STRENGTHS.get(capture, Strength.INFO), data | {"camera": medium.camera})


CAPTURE = Analyser(
    name="capture",
    version="1",
    params={"zone_unknown_hours": ZONE_UNKNOWN.total_seconds() / 3600},
    examine=examine,
    words=Words(
        title=N_("Dates in the files"),
        cannot_show=N_("Who used the product, or whether a date is true: anybody can change it."),
        sentences={str(code): sentence for code, sentence in CAPTURE_SENTENCES.items()},
        reasons={"no_media": N_("There is no photo or video in this version.")},
    ),
)
