"""Compile the catalogues of translations that nobody has compiled since they were written."""

import logging
import os
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

log = logging.getLogger(__name__)


def compile_stale(folder: Path) -> list[Path]:
    """Compile each `messages.po` below `folder` that has no `messages.mo` yet, or an older one; return what was made.

    Without it every page is English, and nobody knows why. Where nothing can be written it says so in the log, and
    goes on with what is there.
    """
    made = []
    for written in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        compiled = written.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= written.stat().st_mtime:
            continue
        try:
            _compile(written, compiled)
            made.append(compiled)
        except OSError as refused:
            state = "older than its source" if compiled.exists() else "missing, so its pages are English"
            log.warning(
                "%s is %s, and cannot be written here (%s): run `pybabel compile -d translations` where it can",
                compiled,
                state,
                refused.strerror,
            )
    return made


def _compile(written: Path, compiled: Path) -> None:
    """Put the catalogue in its place whole: another process may start at the same moment."""
    whole = BytesIO()
    with written.open("rb") as lines:
        write_mo(whole, read_po(lines, locale=compiled.parts[-3]))
    beside = compiled.with_name(f".{os.getpid()}.mo")
    try:
        beside.write_bytes(whole.getvalue())
        beside.replace(compiled)
    finally:
        beside.unlink(missing_ok=True)
