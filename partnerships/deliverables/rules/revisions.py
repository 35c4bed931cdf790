"""What a version of the content is: complete enough to be reviewed, and the same as no other."""

import hashlib
import json
from collections.abc import Sequence

from partnerships.core.errors import Refused
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


def check_draft(caption: str, note: str, files: int) -> None:
    """Refuse a draft without a file, with too many of them, or with too long a text. Lengths are in characters."""
    if not files:
        raise Refused(N_("Please choose at least one photo or video."), field="files")
    if files > FILES_EACH:
        raise Refused(N_("Please send at most %(count)s files here."), field="files", count=FILES_EACH)
    for field, text, limit in (("caption", caption, CAPTION_LENGTH), ("note", note, NOTE_LENGTH)):
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
