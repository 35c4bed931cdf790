"""How a template is written down: every part as the names and values of its fields, both ways without loss."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import time
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

# Shorter words that our own files use.
_SHORT = {"min": "minimum", "max": "maximum", "deliverable": "key"}


def write(part: Any) -> Any:
    """Return `part` as JSON knows it. What is not said is written too: defaults may change, what was saved may not."""
    if is_dataclass(part):
        return {each.name: write(getattr(part, each.name)) for each in fields(part)}
    if isinstance(part, tuple):
        return [write(item) for item in part]
    if isinstance(part, time):
        return part.isoformat()
    return part.value if isinstance(part, Enum) else part


def read(kind: Any, raw: Any) -> Any:
    """Return what `raw` says as a `kind`; KeyError, TypeError or ValueError when it is missing or no such thing."""
    if isinstance(kind, UnionType):  # something, or None
        return None if raw is None else read(get_args(kind)[0], raw)
    if get_origin(kind) is tuple:
        return tuple(read(get_args(kind)[0], item) for item in raw)
    if is_dataclass(kind):
        return _part(kind, raw)
    if issubclass(kind, Enum):
        return kind(raw)
    if kind is time:
        return _time(raw)
    if type(raw) is not kind:
        raise ValueError(f"{raw!r} is no {kind.__name__}")
    return raw


def _time(raw: Any) -> time:
    """Return an hour of the day such as "09:00", by the clock on somebody's wall."""
    at = time.fromisoformat(raw)
    if at.tzinfo is not None:
        raise ValueError(f"{raw!r} is no time of day alone")
    return at


def _part(kind: Any, raw: Mapping[str, Any]) -> Any:
    known = _types(kind)
    named = {_SHORT.get(name, name) if name not in known else name: value for name, value in raw.items()}
    unknown = named.keys() - known.keys()
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: read(known[name], value) for name, value in named.items()})


@cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
