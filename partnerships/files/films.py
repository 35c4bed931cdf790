"""A video in whichever form it came: MP4 or MOV by their boxes, WebM by its elements."""

from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from . import videos, webm
from .probe import MATROSKA
from .videos import Movie


def examine(file: BinaryIO) -> Movie:
    """Return the facts of the video, or raise `Refused`; changes nothing."""
    movie: Movie = _form(file).examine(file)
    return movie


def clean(file: BinaryIO) -> Movie:
    """Return the facts of the video and blank its metadata in place, keeping every length; or raise `Refused`."""
    movie: Movie = _form(file).clean(file)
    return movie


def form_of(source: Path) -> tuple[str, str]:
    """Return in which form a video is written: FFmpeg's word and the media type.

    A MOV is an MP4 to both: the boxes are the same, and browsers pass over `video/quicktime`.
    """
    with source.open("rb") as file:
        return ("matroska", "video/webm") if _form(file) is webm else ("mov", "video/mp4")


def _form(file: BinaryIO) -> ModuleType:
    file.seek(0)
    return webm if file.read(len(MATROSKA)) == MATROSKA else videos
