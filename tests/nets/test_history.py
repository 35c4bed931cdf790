"""The history is complete: every event of the product has a sentence, a kind, and somebody who may read it."""

from collections import Counter
from importlib import import_module

import pytest

from partnerships.core.events import Event
from partnerships.portfolio.narrating import SENTENCES
from partnerships.portfolio.rules.stories import ELSEWHERE, EVENTS, TEAM_ONLY, UNTOLD, WORDS_SHARED
from tests.nets.source import PACKAGE

TOLD = set().union(*EVENTS.values())


def every_event() -> set[type[Event]]:
    """Return the events of every slice."""
    for path in PACKAGE.glob("*/events.py"):
        import_module(f"partnerships.{path.parent.name}.events")
    found, ahead = set(), [Event]
    while ahead:
        below = ahead.pop().__subclasses__()
        found |= {one for one in below if one.__module__.startswith("partnerships.")}
        ahead += below
    return found


NAMES = sorted({event.__name__ for event in every_event()})


@pytest.mark.parametrize("name", NAMES)
def test_every_event_has_one_kind_or_is_said_not_to_be_told(name: str) -> None:
    places = Counter(one for names in (*EVENTS.values(), UNTOLD, ELSEWHERE) for one in names)

    assert places[name] == 1


@pytest.mark.parametrize("name", sorted(TOLD))
def test_every_event_that_is_told_has_a_sentence(name: str) -> None:
    assert name in SENTENCES
    assert name in NAMES  # what no slice tells any more needs no sentence


def test_whatever_is_kept_from_creators_or_shared_with_them_exists() -> None:
    assert set(NAMES) >= TEAM_ONLY | WORDS_SHARED
    assert not TEAM_ONLY & WORDS_SHARED
