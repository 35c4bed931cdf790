"""The captions to measure with: the frozen part never changes, and what was promised of it is kept."""

import hashlib

import pytest

from bench.captions import CORPUS, PARTS, measure, read_part
from bench.figures import QUICK, Figure

FROZEN = "e7f627cbcf978ac81255f44f081ff4fca3562b1b437f1891a56fa42f31a0392b"


def test_the_frozen_captions_are_those_that_were_there_before_the_rules() -> None:
    assert hashlib.sha256((CORPUS / "captions-frozen.txt").read_bytes()).hexdigest() == FROZEN


def test_there_are_three_hundred_captions_in_several_voices_and_the_frozen_ones_are_their_own() -> None:
    samples = {part: read_part(part) for part in PARTS}

    assert sum(len(part) for part in samples.values()) >= 300
    voices = [{sample.author for sample in part} for part in samples.values()]
    assert all(len(some) >= 5 for some in voices)
    assert voices[-1].isdisjoint(voices[0] | voices[1])


@pytest.mark.slow
def test_the_goals_are_reached_on_every_part() -> None:
    figures = [figure for figure in measure(QUICK) if "goal" in figure]

    assert len(figures) == 10
    for figure in figures:
        missed = {name: figure[name] for name, goal in _goals(figure) if not _is_reached(name, figure[name], goal)}
        assert not missed, figure


def _goals(figure: Figure) -> list[tuple[str, float]]:
    goals = figure["goal"]
    assert isinstance(goals, dict)
    return list(goals.items())


def _is_reached(name: str, value: object, goal: float) -> bool:
    assert isinstance(value, float)
    return value <= goal if name == "false" else value >= goal
