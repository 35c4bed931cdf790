"""Re-used media: pictures that were sent before, by others or in another stage, inside this organisation only."""

from collections.abc import Iterator

from partnerships.authenticity.rules.signals import Analyser, Finding, Likeness, Material, Strength, Words
from partnerships.core.words import N_

from .parts import PART_REASONS, read_parts

SAME_BITS, LIKELY_BITS = 31, 64  # of 256 that differ: measured on files nobody tuned to


def examine(material: Material) -> Iterator[Finding]:
    """Tell which of the version's pictures look like others that are kept here."""
    seen = {medium.file_id: medium.position for medium, _ in read_parts(material, "views")}
    if material.comparing:
        raise TimeoutError if material.comparing == "timeout" else RuntimeError(material.comparing)
    for likeness in material.alike:
        if likeness.file_id in seen and likeness.distance <= LIKELY_BITS:
            yield _found(likeness, seen[likeness.file_id])


def _found(likeness: Likeness, position: int) -> Finding:
    nearness = "same" if likeness.distance <= SAME_BITS else "likely"
    data = {
        "file_id": likeness.file_id,
        "position": position,
        "second": likeness.second,
        "other_id": likeness.other_id,
        "other_second": likeness.other_second,
        "distance": likeness.distance,
    }
    return Finding(f"{'own' if likeness.is_own else 'others'}_{nearness}", Strength.MEDIUM, data)


REUSE = Analyser(
    name="reuse",
    version="1",
    params={"algorithm": "dct256-12/1", "same_bits": SAME_BITS, "likely_bits": LIKELY_BITS},
    examine=examine,
    words=Words(
        title=N_("Pictures sent before"),
        cannot_show=N_("Whose picture it is, or what was never sent to this organisation."),
        sentences={
            "others_same": N_("The picture is the same as one that somebody else sent here."),
            "others_likely": N_("The picture is probably the same as one that somebody else sent here. Look at both."),
            "own_same": N_("The picture is the same as one that this creator sent at another time."),
            "own_likely": N_(
                "The picture is probably the same as one this creator sent at another time. Look at both."
            ),
        },
        to_creator={
            "others_same": N_("The picture looks the same as one that somebody else sent to this brand's team."),
            "others_likely": N_("The picture looks much like one that somebody else sent to this brand's team."),
            "own_same": N_("The picture looks the same as one that you sent at another time."),
            "own_likely": N_("The picture looks much like one that you sent at another time."),
        },
        nothing=N_("Nothing like it has been sent to this organisation."),
        reasons=PART_REASONS,
    ),
)
