"""What every event has in common. Each slice names its own events in its `events.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact, in the past tense. `key` names the fact once and for all; `about` the thing whose story it belongs to."""

    key: str
    about: str
