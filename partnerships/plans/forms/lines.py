"""The parent of the forms that write one line of a template, and the fields they share."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from partnerships.plans.rules.editing import KINDS, Line, Section, digest
from partnerships.plans.rules.templates import Text
from partnerships.web.forms import PageForm, offered

FARTHEST = 1000  # days from the anchor, either way: what is wrong with a day is said by the check
MOST = 10_000

NEEDED = InputRequired(_l("Please fill this in."))
SHORT = Length(max=200, message=_l("Please keep this under %(max)d characters."))
LONG = Length(max=2000, message=_l("Please keep this under %(max)d characters."))
COUNTED = NumberRange(min=0, max=MOST)
_NUMERIC = {"inputmode": "numeric", "size": "6"}


def day_field(label: Any, *, needed: bool = True, hint: Any = "") -> IntegerField:
    """Return a field for a day, counted from the anchor."""
    checks = [NEEDED if needed else Optional(), NumberRange(min=-FARTHEST, max=FARTHEST)]
    return IntegerField(label, checks, description=hint)


def amount_field(label: Any, *, needed: bool = True, hint: Any = "") -> IntegerField:
    """Return a field for a number from 0 on."""
    checks = [NEEDED if needed else Optional(), COUNTED]
    return IntegerField(label, checks, description=hint, render_kw=_NUMERIC)


def ticks_field(label: Any, choices: Any = ()) -> SelectMultipleField:
    """Return a field in which any of `choices` are ticked; they may be offered later."""
    return SelectMultipleField(
        label,
        choices=choices or list(choices),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class LineForm(PageForm):
    """One line. `seen` says which writing of it the person had before them."""

    section: ClassVar[Section]
    texts: ClassVar[tuple[str, ...]] = ()  # called so in the line, with `id_` and `en_` before it in the form
    optional: ClassVar[tuple[str, ...]] = ()  # those of them that may be left out
    groups: ClassVar[tuple[tuple[str, ...], ...]]  # the fields that stand beside each other
    folded: ClassVar[Mapping[tuple[str, ...], Any]] = {}  # the groups that few need, and what opens each
    seen = HiddenField()

    def is_open(self, group: tuple[str, ...]) -> bool:
        """Say whether a folded group has something to show: what was written in it, or what is wrong there."""
        return any(self[name].data not in {None, ""} or self[name].errors for name in group)

    @property
    def title(self) -> Text:
        """Return the words that the line is called by."""
        return Text(self[f"id_{self.texts[0]}"].data or "", self[f"en_{self.texts[0]}"].data or "")

    def offer(self, choices: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """Let something be chosen in the fields that are named so; the labels are said already."""
        for name, pairs in choices.items():
            if name in self:
                self[name].choices = offered(pairs, translate=False)

    def fill(self, line: Line) -> None:
        """Show what stands there now."""
        self.seen.data = digest(line)
        for name, value in self.values_of(line).items():
            self[name].process(None, value)

    def values_of(self, line: Line) -> dict[str, Any]:
        """Return what the fields show of `line`."""
        values: dict[str, Any] = {}
        for name in self.texts:
            text: Text = getattr(line, name) or Text()
            values |= {f"id_{name}": text.id, f"en_{name}": text.en}
        return values | {name: getattr(line, name) for group in self.groups for name in group if hasattr(line, name)}

    def changes(self) -> dict[str, Any]:
        """Return the fields of the line as they were written."""
        changes: dict[str, Any] = {}
        for name in self.texts:
            text = Text(self[f"id_{name}"].data or "", self[f"en_{name}"].data or "")
            changes[name] = None if name in self.optional and text == Text() else text
        known = KINDS[self.section].__dataclass_fields__
        return changes | {name: self[name].data for group in self.groups for name in group if name in known}

    def line(self, key: str, old: Line | None) -> Line:
        """Return the line as written: `old` with these changes, or a new one called `key`."""
        if old is not None:
            return replace(old, **self.changes())
        more: dict[str, Any] = {"questions": ()} if self.section is Section.CHECK_INS else {}
        made: Line = KINDS[self.section](key=key, **self.changes(), **more)
        return made

    def compare(self, line: Line | None) -> None:
        """Tell beside each field what somebody else saved there meanwhile; what was typed stays."""
        self.seen.data = digest(line)
        for name, value in (self.values_of(line) if line else {}).items():
            entry = self[name]
            if entry.data != value:
                entry.errors = [*entry.errors, gettext("Saved meanwhile: %(value)s", value=_shown(entry, value))]


def _shown(entry: Field, value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    values = value if isinstance(value, (list, tuple)) else (value,)
    labels = {choice.value: choice.label for choice in getattr(entry, "choices", None) or ()}
    said = [
        str(each.get("id") if isinstance(each, dict) else labels.get(each, each))
        for each in values
        if each or each == 0
    ]
    return ", ".join(said) or "-"
