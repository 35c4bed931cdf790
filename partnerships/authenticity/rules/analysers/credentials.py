"""Content credentials: what the signed record of each file says. Having none is how most honest files are."""

from collections.abc import Iterator, Mapping
from typing import Any

from partnerships.authenticity.rules.signals import Analyser, Finding, Material, Medium, Strength, Words
from partnerships.core.words import N_

from .parts import PART_REASONS, read_parts

INVALID: Mapping[str, tuple[str, Strength]] = {
    "content_changed": ("content_changed", Strength.WEAK),
    "record_changed": ("record_changed", Strength.WEAK),
    "signature_bad": ("signature_bad", Strength.WEAK),
    "cert_expired": ("cert_expired", Strength.INFO),
    "layout_nonconforming": ("layout_nonconforming", Strength.INFO),
}


def examine(material: Material) -> Iterator[Finding]:
    """Tell what each file's record says, and whether one declares that AI made it."""
    for medium, told in read_parts(material, "credentials"):
        code, strength = _found(told)
        data = {"file_id": medium.file_id, "position": medium.position, "issuer": told.get("issuer")}
        data |= {"trust": told.get("trust")}
        yield Finding(code, strength, data)
        if told.get("declared_ai"):
            yield _ai(medium, told)


def _ai(medium: Medium, told: Mapping[str, Any]) -> Finding:
    strength = Strength.STRONG if told.get("state") == "trusted" else Strength.MEDIUM
    return Finding("declared_ai", strength, {"file_id": medium.file_id, "position": medium.position})


def _found(told: Mapping[str, Any]) -> tuple[str, Strength]:
    state = str(told.get("state"))
    if state == "invalid":
        return INVALID.get(str(told.get("reason")), INVALID["layout_nonconforming"])
    return state, Strength.STRONG if state == "trusted" else Strength.INFO


CREDENTIALS = Analyser(
    name="credentials",
    version="2",
    params={"library": "c2pa-python 0.38.1", "remote_manifest_fetch": False, "ocsp_fetch": False},
    examine=examine,
    words=Words(
        title=N_("Content credentials"),
        cannot_show=N_("Whether the story is true, or anything about files without them: most apps remove them."),
        sentences={
            "none": N_("The file has no content credentials. Most files have none, so this means nothing."),
            "valid": N_("The credentials belong to this file. Who signed them is not on the list of known signers."),
            "trusted": N_("The credentials belong to this file, and were signed by %(issuer)s."),
            "remote": N_("The credentials lie at an address elsewhere, which is never opened."),
            "unreadable": N_("There are credentials in the file that cannot be read. That says nothing about it."),
            "content_changed": N_("The file was changed after it was signed. Apps that shrink or trim do that too."),
            "record_changed": N_("The record in the file was changed after it was signed."),
            "signature_bad": N_("The signature of the record does not hold."),
            "cert_expired": N_("The signer's certificate has expired. That says nothing about the file."),
            "layout_nonconforming": N_(
                "The record is written in another way than this program expects, as older cameras do."
            ),
            "declared_ai": N_("The file itself declares that AI made it, or a part of it. Ask which part."),
        },
        reasons=PART_REASONS,
    ),
)
