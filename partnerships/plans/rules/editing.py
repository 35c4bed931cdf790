"""Change one line of a template: a template and a line in, a new template out. Nothing is checked here."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from .templates import (
    AnchorKind,
    CheckInSpec,
    DeliverableSpec,
    PaymentSpec,
    Question,
    QuietPolicy,
    StageSpec,
    Template,
    Text,
)
from .written import read, write

KEY_LENGTH = 40


class Section(StrEnum):
    """The parts of a template that people write. Stands in addresses."""

    BASICS = "basics"
    STAGES = "stages"
    CHECK_INS = "check_ins"
    QUESTIONS = "questions"
    DELIVERABLES = "deliverables"
    PAYMENTS = "payments"


LISTED = tuple(section for section in Section if section is not Section.BASICS)


@dataclass(frozen=True, slots=True)
class Basics:
    """What is said of a template as a whole; the fields are called as the template's."""

    title: Text
    anchor: AnchorKind
    anchor_event: str | None
    suits: Text | None
    quiet_policy: QuietPolicy
    disclosure: Text | None
    saturation_limit: int | None
    exclusivity_days: int
    rights_days: int
    paid_use: bool


Line = Basics | StageSpec | CheckInSpec | Question | DeliverableSpec | PaymentSpec
KINDS: Mapping[Section, type[Any]] = {
    Section.BASICS: Basics,
    Section.STAGES: StageSpec,
    Section.CHECK_INS: CheckInSpec,
    Section.QUESTIONS: Question,
    Section.DELIVERABLES: DeliverableSpec,
    Section.PAYMENTS: PaymentSpec,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: in which part, with which key. `of`: a question belongs to the check-in of this key."""

    section: Section
    key: str = ""
    of: str = ""

    @property
    def row(self) -> str:
        """Return how problems name this line."""
        if self.section is Section.QUESTIONS:
            return f"{Section.CHECK_INS}.{self.of}.{self.section}.{self.key}"
        return f"{self.section}.{self.key}" if self.key else self.section


class LineChanged(Refused):
    """Somebody else changed the same line since it was read. `line` is what stands there now; None: it is gone."""

    def __init__(self, line: Line | None) -> None:
        """Keep the line."""
        super().__init__(
            N_("Somebody else changed this while you were writing. Compare, then save once more to replace it.")
            if line
            else N_("Somebody else removed this while you were writing. Save once more to put it back.")
        )
        self.line = line


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that was taken out, and where it stood."""

    place: Place
    index: int
    line: Line

    def written(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "section": self.place.section,
            "of": self.place.of,
            "index": self.index,
            "line": write(self.line),
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Removed":
        """Return what `written` wrote."""
        section = Section(raw["section"])
        line = read(KINDS[section], raw["line"])
        return cls(Place(section, line.key, raw["of"]), raw["index"], line)


def digest(line: Line | None) -> str:
    """Return a few letters that differ when the line does; none for no line."""
    text = json.dumps(write(line), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if line else ""


def lines(template: Template, place: Place) -> tuple[Any, ...]:
    """Return the lines of the part that `place` is in; none of a check-in that is not there."""
    if place.section is Section.QUESTIONS:
        check_in = {check_in.key: check_in for check_in in template.check_ins}.get(place.of)
        return check_in.questions if check_in else ()
    found: tuple[Any, ...] = getattr(template, place.section)
    return found


def find(template: Template, place: Place) -> Line | None:
    """Return the line at `place`, or None."""
    if place.section is Section.BASICS:
        return Basics(**{each.name: getattr(template, each.name) for each in fields(Basics)})
    found: Line | None = next((line for line in lines(template, place) if line.key == place.key), None)
    return found


def put(template: Template, place: Place, line: Line) -> Template:
    """Return `template` with `line` instead of the one at `place`, or after all others if there is none."""
    if isinstance(line, Basics):
        return replace(template, **{each.name: getattr(line, each.name) for each in fields(Basics)})
    old = lines(template, place)
    if place.key in {each.key for each in old}:
        return _with(template, place, tuple(line if each.key == place.key else each for each in old))
    return _with(template, place, (*old, line))


def insert(template: Template, removed: Removed) -> Template:
    """Return `template` with the line where it was, or as near as can be."""
    old = lines(template, removed.place)
    return _with(template, removed.place, (*old[: removed.index], removed.line, *old[removed.index :]))


def drop(template: Template, place: Place) -> tuple[Template, Removed | None]:
    """Return `template` without the line at `place`, and what was taken out."""
    old = lines(template, place)
    index = next((index for index, each in enumerate(old) if each.key == place.key), None)
    if index is None:
        return template, None
    return _with(template, place, (*old[:index], *old[index + 1 :])), Removed(place, index, old[index])


def shift(template: Template, place: Place, by: int) -> Template:
    """Return `template` with the line at `place` so many places further down; at an end it stays."""
    old = list(lines(template, place))
    index = next((index for index, each in enumerate(old) if each.key == place.key), None)
    if index is not None and 0 <= index + by < len(old):
        old.insert(index + by, old.pop(index))
    return _with(template, place, tuple(old))


def new_key(template: Template, place: Place, title: Text) -> str:
    """Return a key for a new line at `place`: its words in small letters, unlike every key there."""
    plain = unicodedata.normalize("NFKD", title.en or title.id).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", plain)[:KEY_LENGTH].strip("-") or place.section.removesuffix("s")
    taken, wanted, number = {line.key for line in lines(template, place)}, key, 1
    while wanted in taken:
        number += 1
        wanted = f"{key}-{number}"
    return wanted


def _with(template: Template, place: Place, new: tuple[Any, ...]) -> Template:
    if place.section is not Section.QUESTIONS:
        changes: dict[str, Any] = {place.section.value: new}
        return replace(template, **changes)
    return replace(
        template,
        check_ins=tuple(
            replace(check_in, questions=new) if check_in.key == place.of else check_in
            for check_in in template.check_ins
        ),
    )
