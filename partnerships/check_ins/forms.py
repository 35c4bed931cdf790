"""The questions of a check-in as inputs of a page, and what staff fill in beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields import Label
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than WTForms
from wtforms.validators import InputRequired, Length

from partnerships.core.errors import Refused
from partnerships.plans.rules.templates import NO, YES, Question
from partnerships.web.formats import language
from partnerships.web.forms import PageForm
from partnerships.web.words import say, translated

from .rules.answers import Value
from .rules.check_ins import CHANNEL_LABELS, Channel

ELSEWHERE = tuple(channel for channel in Channel if channel is not Channel.WEB)
PREFIX = "q-"  # before the key of a question, so that none of them takes the name of another input


@dataclass
class Asked:
    """One question with what was typed and what is wrong with it; the summary of errors reads it like a field."""

    question: Question
    value: str
    errors: list[str] = field(default_factory=list)
    type: str = "Question"

    @property
    def id(self) -> str:
        """Return the input's name and id."""
        return PREFIX + self.question.key

    @property
    def label(self) -> Label:
        """Return what is asked, for the summary of errors."""
        return Label(self.id, self.question.label.in_(language()))


class AnswerSheet:
    """The questions of one check-in on a page. `beside` are fields of a form that is sent with them."""

    def __init__(
        self,
        questions: Sequence[Question],
        raw: Mapping[str, str] | None = None,
        problems: Mapping[str, Refused] | None = None,
        *,
        beside: Iterable[Any] = (),
        form_errors: Sequence[str] = (),
    ) -> None:
        """Put what was typed (`raw`, by key of the question) and each problem beside its question."""
        self.asked = [
            Asked(
                question,
                (raw or {}).get(question.key, ""),
                [translated(problems[question.key])] if problems and question.key in problems else [],
            )
            for question in questions
        ]
        self.beside, self.form_errors = list(beside), list(form_errors)

    def __iter__(self) -> Iterator[Any]:
        yield from self.beside
        yield from self.asked

    @property
    def errors(self) -> dict[str, list[str]]:
        """Return what is wrong, by input."""
        wrong = {entry.id: list(entry.errors) for entry in self if entry.errors}
        return wrong | ({"": self.form_errors} if self.form_errors else {})


class RecordForm(PageForm):
    """Where an answer was received and from whom."""

    channel = RadioField(
        _l("Where was it received?"), [InputRequired(_l("Please choose where it was received."))], validate_choice=False
    )
    note = TextAreaField(
        _l("Who sent it, and when?"),
        [
            InputRequired(_l("Please say who sent it and when.")),
            Length(max=500, message=_l("Please keep this shorter.")),
        ],
    )

    def offer_channels(self) -> None:
        """Let one of the channels other than our own page be chosen, in the reader's language."""
        self.channel.choices = [SelectChoice(channel.value, say(CHANNEL_LABELS[channel])) for channel in ELSEWHERE]

    def chosen_channel(self) -> Channel:
        """Return the channel; one that nobody offered counts as another way."""
        return next((channel for channel in ELSEWHERE if channel == self.channel.data), Channel.OTHER)


def spoken(question: Question, value: Value, locale: str) -> str:
    """Return an answer in the reader's words."""
    if value in {YES, NO} and not question.options:
        return str(gettext("Yes") if value == YES else gettext("No"))
    labels = {option.key: option.label.in_(locale) for option in question.options}
    return labels.get(str(value), str(value))
