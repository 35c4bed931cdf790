"""What invented creators say about what they use: plausible, mixed, and never praise for its own sake.

The words stand in voices.json, by niche: a few ways to answer each question and to write under each post, so that no
two creators sound alike.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("voices.json")
FIRST = "skincare"  # the niche of the story's own product
FALLBACK = ("Sejauh ini biasa saja, belum ada yang istimewa.",)
LABEL = "#iklan "
MARK = " #demo"


def answer(niche: str, question: str, speaker: int) -> str:
    """Return what the creator with this number writes to the question with this key."""
    ways = _voice(niche)["words"].get(question, FALLBACK)
    return str(ways[speaker % len(ways)])


def caption(niche: str, deliverable: str, speaker: int) -> str:
    """Return what the creator with this number writes under the post with this key: label first, and marked as ours."""
    ways = _voice(niche)["captions"].get(deliverable, FALLBACK)
    return f"{LABEL}{ways[speaker % len(ways)]}{MARK}"


def _voice(niche: str) -> dict[str, Any]:
    voices = _voices()
    return voices.get(niche, voices[FIRST])


@cache
def _voices() -> dict[str, dict[str, Any]]:
    voices: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return voices
