"""What a version of the content is: complete enough to be reviewed, and the same as no other."""

import hashlib
import json
from collections.abc import Sequence
from functools import partial

from partnerships.core.errors import Refused, check_together
from partnerships.core.words import N_

STATEMENT = "draft-1"
STATEMENT_TEXT = N_("This is my own work and my own opinion.")
CAPTION_LENGTH = 5000
NOTE_LENGTH = 2000
FILES_EACH = 10
DAYS_TO_REDO = 4  # at least; with fewer, the first reminder would come together with the news
DAYS_TO_POST = 3  # at least, after the day of the draft


def days_to_redo(taken_days: int) -> int:
    """Return how many days the creator gets for another version: as many as the brand took, but never too few."""
    return max(taken_days, DAYS_TO_REDO)


def check_draft(caption: str, note: str, files: int, spoilt: Refused | None = None) -> None:
    """Refuse a draft without a file, with too many of them, or with too long a text. Lengths are in characters.

    `spoilt` is why a file was refused while it was received.
    """
    check_together(
        partial(_check_files, files, spoilt),
        partial(_check_length, "caption", caption, CAPTION_LENGTH),
        partial(_check_length, "note", note, NOTE_LENGTH),
    )


def _check_files(files: int, spoilt: Refused | None) -> None:
    if spoilt is not None:
        raise spoilt
    if not files:
        raise Refused(N_("Please choose at least one photo or video."), field="files")
    if files > FILES_EACH:
        raise Refused(N_("Please send at most %(count)s files here."), field="files", count=FILES_EACH)


def _check_length(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Refused(
            N_("This is longer than %(limit)s characters. Please shorten it by %(over)s."),
            field=field,
            limit=limit,
            over=len(text) - limit,
        )


def fingerprint(caption: str, file_hashes: Sequence[str]) -> str:
    """Return the SHA-256, in hex, of a caption and its files in order: as JSON, so that no two lists run together."""
    return hashlib.sha256(json.dumps([caption, *file_hashes]).encode()).hexdigest()
