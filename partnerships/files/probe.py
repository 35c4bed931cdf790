"""Tell what a file is by its first bytes, whatever it is called."""

from enum import StrEnum

from partnerships.core.errors import Refused
from partnerships.core.words import N_

HEAD_BYTES = 64
"""As much of a file as `kind_of` wants to see."""

DAMAGED = N_("The file is incomplete or damaged. Please send it again.")
UNREADABLE = N_("This file could not be read. Please send it in another format.")
WRONG_TYPE = {
    frozenset({"photo", "video"}): N_("Please send a photo (JPEG, PNG, WebP or HEIC) or a video (MP4, MOV or WebM)."),
    frozenset({"photo"}): N_("Please send a photo (JPEG, PNG, WebP or HEIC)."),
    frozenset({"video"}): N_("Please send a video (MP4, MOV or WebM)."),
}

PHOTO_STARTS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis")  # stills in HEVC (ISO/IEC 23008-12, annex B)
MATROSKA = b"\x1aE\xdf\xa3"  # how WebM begins (RFC 9559)
WEBM = b"webm"  # the kind of document, named in the header that comes first (RFC 8794, 11.2.6)
VIDEO_BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"3gp", b"3g2", b"qt  ", b"dash", b"XAVC")
STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx ", b"M4A ")


class Kind(StrEnum):
    """What people call a file."""

    PHOTO = "photo"
    VIDEO = "video"


def kind_of(head: bytes, accepted: frozenset[Kind] = frozenset(Kind)) -> Kind:
    """Return what begins with `head` (the first `HEAD_BYTES` of the file), or raise `Refused` naming what is wanted."""
    kind = Kind.PHOTO if photo_ending(head) else Kind.VIDEO if _is_video(head) else None
    if kind is None or kind not in accepted:
        raise Refused(WRONG_TYPE[frozenset(str(one) for one in accepted)])
    return kind


def photo_ending(head: bytes) -> str:
    """Return `.jpg`, `.png`, `.webp` or `.heic` for a photo that begins with `head`, and nothing for anything else."""
    if head.startswith(b"RIFF"):
        return ".webp" if head[8:12] == b"WEBP" else ""
    if head[4:8] == b"ftyp" and head[8:12] in STILL_BRANDS:
        return ".heic" if any(brand in HEIC_BRANDS for brand in _brands(head)) else ""
    return next((ending for start, ending in PHOTO_STARTS.items() if head.startswith(start)), "")


def _is_video(head: bytes) -> bool:
    """Look at the brands of a leading `ftyp` box (ISO/IEC 14496-12, 4.3), or for WebM's own word."""
    if head.startswith(MATROSKA):
        return WEBM in head
    if head[4:8] != b"ftyp" or head[8:12] in STILL_BRANDS:
        return False
    return any(brand.startswith(VIDEO_BRANDS) for brand in _brands(head))


def _brands(head: bytes) -> list[bytes]:
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
