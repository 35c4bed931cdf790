"""Figures as Prometheus reads them: its text format, version 0.0.4."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "sahabat_"


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure with its explanation; one value for each set of labels."""

    name: str
    explained: str
    values: Mapping[tuple[tuple[str, str], ...], float] = field(default_factory=dict)


def one(name: str, explained: str, value: float | None) -> Gauge:
    """Return a figure without labels; one that is not known has no value."""
    return Gauge(name, explained, {} if value is None else {(): value})


def by(name: str, explained: str, label: str, values: Mapping[str, float]) -> Gauge:
    """Return a figure with a value for each word of `label`."""
    return Gauge(name, explained, {((label, word),): value for word, value in values.items()})


def expose(gauges: Iterable[Gauge]) -> str:
    """Return the figures as text."""
    lines = []
    for gauge in gauges:
        lines += [f"# HELP {PREFIX}{gauge.name} {gauge.explained}", f"# TYPE {PREFIX}{gauge.name} gauge"]
        lines += [f"{PREFIX}{gauge.name}{_labels(labels)} {value:g}" for labels, value in gauge.values.items()]
    return "\n".join(lines) + "\n"


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    said = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{said}}}" if said else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
