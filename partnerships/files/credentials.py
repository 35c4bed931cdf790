"""Content credentials (C2PA): what a file's own signed record says, and whether it still belongs to the file.

Nothing is ever fetched: the library's default asks an address named in the very file that a stranger sent.
"""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

SETTINGS: Mapping[str, Any] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".heic": "image/heic"}
AI_SOURCES = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")  # of IPTC's digital source types
XMP_BYTES = 4 << 20  # looked through at either end of a file
XMP_SOURCE = re.compile(rb"DigitalSourceType[^<>]{0,120}?(?:%s)\b" % "|".join(AI_SOURCES).encode())
NAME_LENGTH = 80


class CredentialState(StrEnum):
    """What there is, and how far it can be relied on. Stands in reports of files."""

    NONE = "none"
    VALID = "valid"  # it belongs to the file; who signed it is not on the list
    TRUSTED = "trusted"
    INVALID = "invalid"
    REMOTE = "remote"  # it lies elsewhere, and nothing is fetched
    UNREADABLE = "unreadable"


class CredentialReason(StrEnum):
    """Why it is invalid, from the gravest on. Stands in reports of files."""

    CONTENT_CHANGED = "content_changed"
    RECORD_CHANGED = "record_changed"
    SIGNATURE_BAD = "signature_bad"
    CERT_EXPIRED = "cert_expired"
    LAYOUT_NONCONFORMING = "layout_nonconforming"  # written otherwise than today's rules want it: says nothing bad


def read_credentials(source: Path, media_type: str, trust: Path | None = None) -> dict[str, Any]:
    """Return state, reason, whether AI is declared, and the issuer where it is trusted.

    Raise ImportError without c2pa, and its error for a kind of file that it does not know.
    """
    import c2pa  # noqa: PLC0415 - an installation may do without it, and its cards say "not checked"

    report: dict[str, Any] = {"state": CredentialState.NONE, "reason": "", "issuer": None}
    report["declared_ai"] = _declares_ai_in_xmp(source)
    settings = json.loads(json.dumps(SETTINGS))
    if trust is not None:
        settings["trust"] = {"trust_anchors": trust.read_text("ascii")}
    try:
        with (
            source.open("rb") as file,
            c2pa.Context.from_dict(settings) as context,
            c2pa.Reader(media_type, file, context=context) as reader,
        ):
            found = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return report
    except c2pa.C2paError as error:
        is_remote = isinstance(error, c2pa.C2paError.RemoteManifest) or str(error).startswith("Remote")
        if isinstance(error, c2pa.C2paError.NotSupported | c2pa.C2paError.Io):
            raise  # it is about the file and not about a record in it: that could not be looked for
        return report | {"state": CredentialState.REMOTE if is_remote else CredentialState.UNREADABLE}
    except ValueError:
        return report | {"state": CredentialState.UNREADABLE}
    return report | _verdict(found) | {"declared_ai": report["declared_ai"] or _declares_ai(found)}


def _verdict(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return state, reason and issuer of what the library reports."""
    state = str(found.get("validation_state", "")).lower()
    failures = list(_failures(found))
    if state == "trusted":
        manifest = found["manifests"][found["active_manifest"]]
        issuer = str((manifest.get("signature_info") or {}).get("issuer") or "")
        return {"state": CredentialState.TRUSTED, "issuer": issuer[:NAME_LENGTH] or None}
    if state == "valid":
        return {"state": CredentialState.VALID}
    reasons = {_reason(failure) for failure in failures} - {None}
    gravest = next((reason for reason in CredentialReason if reason in reasons), CredentialReason.LAYOUT_NONCONFORMING)
    return {"state": CredentialState.INVALID, "reason": gravest}


def _failures(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    results = found.get("validation_results") or {}
    yield from (results.get("activeManifest") or {}).get("failure") or ()
    for delta in results.get("ingredientDeltas") or ():
        yield from (delta.get("validationDeltas") or {}).get("failure") or ()


def _reason(failure: Mapping[str, Any]) -> CredentialReason | None:
    """Return what one failure comes to; None for a signer who is not on the list, which is no failing of the file.

    One code is given for pixels that changed and for a layout that other software wrote: the words tell them apart.
    """
    code, words = str(failure.get("code", "")), str(failure.get("explanation", "")).lower()
    if code == "signingCredential.untrusted":
        return None
    if code == "signingCredential.expired":
        return CredentialReason.CERT_EXPIRED
    if code.startswith(("claimSignature.", "signingCredential.", "timeStamp.", "algorithm.")):
        return CredentialReason.SIGNATURE_BAD
    if code in {"assertion.hashedURI.mismatch", "assertion.missing", "ingredient.hashedURI.mismatch"}:
        return CredentialReason.RECORD_CHANGED
    if code.endswith("Hash.mismatch") and "do not match" in words:
        return CredentialReason.CONTENT_CHANGED
    return CredentialReason.LAYOUT_NONCONFORMING


def _declares_ai(found: Any) -> bool:
    """Say whether any of the records, also those of what it was made from, names AI as the source."""
    if isinstance(found, dict):
        source = found.get("digitalSourceType")
        named = isinstance(source, str) and source.rsplit("/", 1)[-1] in AI_SOURCES
        return named or any(_declares_ai(value) for value in found.values())
    return isinstance(found, list) and any(_declares_ai(value) for value in found)


def _declares_ai_in_xmp(source: Path) -> bool:
    with source.open("rb") as file:
        start = file.read(XMP_BYTES)
        file.seek(max(0, source.stat().st_size - XMP_BYTES))
        return bool(XMP_SOURCE.search(start) or XMP_SOURCE.search(file.read(XMP_BYTES)))
