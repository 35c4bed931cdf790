"""Forms of the review page, made from the rubric: they ask for whole answers, the rules decide."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than WTForms
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.deliverables.rules.requests import MOST, PLACE_LENGTH, WHAT_LENGTH, WHOLE, Ground, Wish, anchored
from partnerships.deliverables.wording import place_text
from partnerships.web.formats import language
from partnerships.web.forms import PageForm, offered

from .rules import versions
from .rules.decision import Outcome, Rating, unexplained
from .rules.rubric import LEVELS, Criterion, Rubric, note_required

NOT_APPLICABLE = "na"
LEVEL_WORDS = (*(str(level) for level in LEVELS), NOT_APPLICABLE)
NOTE_LENGTH = 2000
MESSAGE_LENGTH = 4000
APPEAL_LENGTH = 2000
FEW_ROWS = 3  # for what should change; a button adds one more
ROW = re.compile(r"change-([1-9]\d?)-what")
NOWHERE = Ground()
TONGUES = {
    "id": N_("%(criterion)s, level %(level)s, in Indonesian"),
    "en": N_("%(criterion)s, level %(level)s, in English"),
}


def note_of(key: str) -> str:
    """Return the name of the note beside a criterion or a blocker."""
    return f"{key}-note"


def blind_form(rubric: Rubric, kind: str) -> type[PageForm]:
    """Return the form that asks for the criteria to be rated before the evidence is shown."""
    asked = [criterion for criterion in rubric.criteria_for(kind) if criterion.blind]
    return _form("BlindForm", PageForm, _levels(asked))


def decision_form(rubric: Rubric, kind: str, ground: Ground = NOWHERE, rows: int = FEW_ROWS) -> type[PageForm]:
    """Return the form of the whole review, in the order of the page, with so many rows for what should change."""
    fields = _levels(rubric.criteria_for(kind))
    fields["blockers"] = _ticks(_l("Blockers"), {blocker.key for blocker in rubric.blockers})
    for blocker in rubric.blockers:
        fields[note_of(blocker.key)] = StringField(validators=[Length(max=NOTE_LENGTH)])
    fields["tags"] = _ticks(_l("Setting and manner"), {tag.key for tag in rubric.naturalness})
    fields["outcome"] = RadioField(
        _l("Decision"), choices=_offered(Outcome), validate_choice=False, validators=[_chosen]
    )
    fields["reasons"] = _ticks(_l("Reasons"), {reason.key for reason in rubric.reasons})
    for number in range(1, rows + 1):
        fields |= _row(number, ground)
    fields["message"] = TextAreaField(_l("Message to the creator"), validators=[Length(max=MESSAGE_LENGTH)])
    made = _form("DecisionForm", DecisionForm, fields)
    made.ground = ground
    return made


def rows_in(sent: Iterable[str], *, one_more: bool) -> int:
    """Return how many rows for what should change the page has whose fields are called so."""
    numbers = [int(found[1]) for name in sent if (found := ROW.fullmatch(name))]
    return min(max(FEW_ROWS, *numbers) + one_more if numbers else FEW_ROWS + one_more, MOST)


def row_fields(number: int) -> tuple[str, str, str]:
    """Return what the fields of one row are called: what should change, in which place, where exactly."""
    return f"change-{number}-what", f"change-{number}-where", f"change-{number}-exactly"


def wishes_in(form: PageForm) -> dict[int, Wish]:
    """Return the rows that somebody has filled in, by their numbers."""
    rows: dict[int, Wish] = {}
    for number in range(1, MOST + 1):
        names = row_fields(number)
        if names[0] in form:
            rows[number] = Wish(*(form[name].data or "" for name in names))
    return {number: wish for number, wish in rows.items() if not wish.is_empty}


def ratings_in(form: PageForm) -> dict[str, Rating]:
    """Return the levels with their notes from a form that is valid."""
    return {
        name: Rating(None if field.data == NOT_APPLICABLE else int(field.data), form[note_of(name)].data or "")
        for name, field in form._fields.items()
        if isinstance(field, LevelField)
    }


def blockers_in(form: PageForm) -> dict[str, str]:
    """Return the notes of the ticked blockers by their keys."""
    return {key: form[note_of(key)].data or "" for key in form["blockers"].data or ()}


def outcome_in(form: PageForm) -> Outcome:
    """Return the decision from a form that is valid."""
    return Outcome(form["outcome"].data)


def filled_from(ratings: Mapping[str, Rating]) -> dict[str, str]:
    """Return what a form shows when these levels were given before."""
    shown: dict[str, str] = {}
    for key, rating in ratings.items():
        shown[key] = NOT_APPLICABLE if rating.level is None else str(rating.level)
        shown[note_of(key)] = rating.note
    return shown


def score_in(form: PageForm, rubric: Rubric) -> int | None:
    """Return the score of the levels as they stand on the page, whole or not."""
    levels = {name: field.data for name, field in form._fields.items() if isinstance(field, LevelField)}
    rated = {key: word for key, word in levels.items() if word in LEVEL_WORDS and word != NOT_APPLICABLE}
    return rubric.score({key: int(word) for key, word in rated.items()})


def filled_again(typed: Mapping[str, Any], reasons: Sequence[str], tags: Sequence[str], message: str) -> dict[str, Any]:
    """Return what a form shows when a decision was taken back: all that it was based on, but for the decision."""
    if not typed:
        return {}
    rated = filled_from({key: Rating(level, note) for key, (level, note) in typed["levels"].items()})
    notes = {note_of(key): note for key, note in typed["blockers"].items()}
    rows: dict[str, Any] = {}
    for number, row in enumerate(typed["wishes"], start=1):
        rows |= dict(zip(row_fields(number), row, strict=True))
    blockers = list(typed["blockers"])
    return rated | notes | rows | {"blockers": blockers, "reasons": reasons, "tags": tags, "message": message}


class LevelField(RadioField):
    """The level of one criterion: one of the anchors, or "not applicable"."""


class DecisionForm(PageForm):
    """Parent of the forms of a whole review: what is missing is told at once, the levels and the words."""

    ground: Ground  # what the rows can point at

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and whether the creator is told enough."""
        fine = bool(super().validate(extra_validators))
        if self["outcome"].data not in set(Outcome):
            return fine
        chosen = (self["reasons"].data or (), self["blockers"].data or (), self["message"].data or "")
        wishes = wishes_in(self)
        missing = [*unexplained(outcome_in(self), *chosen, lists_changes=bool(wishes)), *self._misplaced(wishes)]
        for refusal in missing:
            self.refuse(refusal)
        return fine and not missing

    def _misplaced(self, wishes: Mapping[int, Wish]) -> Iterator[Refused]:
        """Yield what is wrong with each row, for the field that it is wrong with."""
        for number, wish in wishes.items():
            try:
                anchored(wish, self.ground)
            except Refused as refusal:
                refusal.field = f"change-{number}-{refusal.field}"
                yield refusal


def _form(name: str, parent: type[PageForm], fields: dict[str, Field]) -> type[PageForm]:
    hidden = {"step": HiddenField(), "review_id": HiddenField()}
    made: type[PageForm] = type(name, (parent,), {**hidden, **fields})
    return made


def _row(number: int, ground: Ground) -> dict[str, Field]:
    """Return the fields of one row; their labels carry its number, because the summary of errors shows them."""
    what, where, exactly = row_fields(number)
    choices = [SelectChoice(place, place_text(place, ground)) for place in ground.places]
    return {
        what: StringField(_l("Change %(number)s", number=number), render_kw={"maxlength": WHAT_LENGTH}),
        where: SelectField(
            _l("Where (%(number)s)", number=number), choices=choices, default=WHOLE, validate_choice=False
        ),
        exactly: StringField(
            _l("Where exactly (%(number)s)", number=number),
            render_kw={"maxlength": PLACE_LENGTH, "autocomplete": "off"},
        ),
    }


def _levels(criteria: tuple[Criterion, ...] | list[Criterion]) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for criterion in criteria:
        fields[criterion.key] = LevelField(
            choices=_offered(LEVEL_WORDS), validate_choice=False, validators=[_level_given]
        )
        fields[note_of(criterion.key)] = TextAreaField(validators=[Length(max=NOTE_LENGTH), _note_given])
    return fields


def _ticks(label: str, keys: set[str]) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=_offered(sorted(keys)), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


def _offered(words: Iterable[str]) -> list[Any]:
    """Return choices whose labels stand in the template, in both languages."""
    return offered(((word, word) for word in words), translate=False)


def _level_given(_form: PageForm, field: Field) -> None:
    if field.data not in LEVEL_WORDS:
        raise ValidationError(_l("Choose a level, or “not applicable”."))


def _note_given(form: PageForm, field: Field) -> None:
    level = form[field.name.removesuffix("-note")].data
    if level in LEVEL_WORDS and level != NOT_APPLICABLE and note_required(int(level)) and not field.data:
        raise ValidationError(_l("Levels 0, 1 and 4 need a note: what did you see?"))


def _chosen(_form: PageForm, field: Field) -> None:
    if field.data not in set(Outcome):
        raise ValidationError(_l("Choose a decision."))


def rubric_form(rubric: Rubric) -> type[PageForm]:
    """Return the form of an organisation's own version: a weight for each criterion, its anchors in both languages.

    Shape is checked here; what may be published, the rules say. A wrong sum is told beside `weights`.
    """
    fields: dict[str, Field] = {versions.WEIGHTS: HiddenField(_l("Weights"))}
    for one in rubric.criteria:
        fields[versions.weight_field(one.key)] = IntegerField(
            f"{one.key} · {one.title.in_(language())}",
            [Optional()],
            default=one.weight,
            render_kw={"min": 1, "max": 99, "size": 3},
        )
        for level, anchor in enumerate(one.anchors):
            for tongue, label in TONGUES.items():
                fields[versions.anchor_field(one.key, level, tongue)] = TextAreaField(
                    _l(label, criterion=one.key, level=level),
                    [Length(max=versions.ANCHOR_LENGTH, message=_l("Please keep this shorter."))],
                    default=anchor.in_(tongue),
                    render_kw={"rows": 2, "maxlength": versions.ANCHOR_LENGTH, "lang": tongue},
                )
    made: type[PageForm] = type("RubricForm", (PageForm,), fields)
    return made


def rubric_in(form: PageForm, rubric: Rubric) -> dict[str, Any]:
    """Return the weights and anchors of a form, as they are stored."""
    return {
        one.key: {
            "weight": form[versions.weight_field(one.key)].data,
            "anchors": [
                {tongue: form[versions.anchor_field(one.key, level, tongue)].data or "" for tongue in TONGUES}
                for level in LEVELS
            ],
        }
        for one in rubric.criteria
    }


class AppealForm(PageForm):
    """What a creator sees differently."""

    words = TextAreaField(
        _l("What do you see differently?"),
        validators=[Length(max=APPEAL_LENGTH, message=_l("Please keep this shorter."))],
    )
