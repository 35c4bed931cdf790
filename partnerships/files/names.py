"""The name a sender gave a file: shown to people, never used to find anything."""

import re
import unicodedata
from pathlib import PurePosixPath

LENGTH = 120
NAMELESS = "file"
RESERVED = re.compile(r'[<>:"|?*]')


def clean_name(name: str) -> str:
    """Return a name that is safe to show and to save under: no path, no control or direction marks, ≤ 120 characters.

    Categories C… of Unicode go altogether (control, format such as U+202E which turns `gpj.exe` round, surrogates,
    private use); signs that Windows reserves become `_`.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    visible = "".join(sign if not unicodedata.category(sign).startswith("C") else " " * sign.isspace() for sign in last)
    tidy = " ".join(RESERVED.sub("_", visible).split()).strip(". ")
    return _shorten(tidy) or NAMELESS


def _shorten(name: str) -> str:
    if len(name) <= LENGTH:
        return name
    ending = PurePosixPath(name).suffix
    ending = ending if len(ending) <= 10 else ""
    return name[: LENGTH - len(ending)].rstrip(". ") + ending
