"""What creators fill in to send content and links, and what staff fill in about them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, FileField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than WTForms
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from partnerships.core.errors import Refused
from partnerships.plans.forms import NEEDED, DayField, RupiahField
from partnerships.web.forms import PageForm, offered, select_of
from partnerships.web.words import translated

from .rules.attestations import FREQUENCY_LABELS, Attestation, Frequency
from .rules.licences import PLACES_LENGTH, USE_LABELS, Use
from .rules.looks import NOTE_LENGTH as SIGHT_NOTE_LENGTH
from .rules.looks import Sight
from .rules.metrics import METRIC_LABELS, WHY_LENGTH, Figures, Metric, read_count
from .rules.posts import URL_LENGTH, canonical
from .rules.requests import ANSWER_LENGTH, Answer, done_of, why_of
from .rules.revisions import CAPTION_LENGTH, NOTE_LENGTH
from .rules.sparks import CODE_LENGTH
from .rules.transfers import PROOF_LENGTH, WITHHELD_LABELS, Transfer, Withheld

YES = "yes"
ANSWERED = re.compile(r"(?:done|why)-([1-9]\d{0,8})")
TOO_LONG = _l("Please keep this shorter.")


class UseForm(PageForm):
    """Since when and how often the product is used; the rules say what is missing (rules/attestations.py)."""

    used_since = DayField(_l("I have used it since"), [Optional()])
    frequency = RadioField(
        _l("How often do you use it now?"),
        choices=[SelectChoice(word.value, _l(label)) for word, label in FREQUENCY_LABELS.items()],
        validate_choice=False,
    )

    def attestation(self, words: str) -> Attestation:
        """Return what is attested below these words."""
        known = self.frequency.data in set(Frequency)
        return Attestation(self.used_since.data, Frequency(self.frequency.data) if known else None, words=words)


class DraftForm(UseForm):
    """One version of the content. Whether it is complete is for the rules to say."""

    files = MultipleFileField(_l("Photos or video"))
    caption = TextAreaField(
        _l("Caption"), render_kw={"rows": 6, "maxlength": CAPTION_LENGTH}, description=_l("As you want to post it.")
    )
    note = TextAreaField(_l("Note to the team"), render_kw={"rows": 2, "maxlength": NOTE_LENGTH})


def draft_form(asked: Iterable[int]) -> type[DraftForm]:
    """Return the form of a version that answers these change requests, by their ids."""
    fields: dict[str, Field] = {}
    for request_id in asked:
        fields[done_of(request_id)] = BooleanField(_l("I have changed this"))
        fields[why_of(request_id)] = StringField(_l("If not: why"), render_kw={"maxlength": ANSWER_LENGTH})
    made: type[DraftForm] = type("AnsweringForm", (DraftForm,), fields)
    return made


def answers_in(sent: Mapping[str, str]) -> dict[int, Answer]:
    """Return what a form says about change requests, by their ids."""
    ids = sorted({int(found[1]) for name in sent if (found := ANSWERED.fullmatch(name))})
    return {one: Answer(bool(sent.get(done_of(one))), sent.get(why_of(one), "")) for one in ids}


class SparkFields(PageForm):
    """The Spark code of a post that is promised with one; the rules say what a code is (rules/sparks.py)."""

    spark_code = StringField(
        _l("Spark code"),
        [Length(max=CODE_LENGTH, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"},
    )
    spark_until = DateField(_l("The code is valid until"), [Optional()])

    @property
    def spark(self) -> dict[str, Any]:
        """Return the code as it was pasted, and its last day."""
        return {"spark_code": self.spark_code.data or "", "spark_until": self.spark_until.data}


class PostForm(SparkFields):
    """Where the content stands in public."""

    url = StringField(
        _l("Link to your post"),
        [InputRequired(_l("Please paste the link to your post.")), Length(max=URL_LENGTH, message=TOO_LONG)],
        render_kw={"inputmode": "url", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"},
    )
    label_on = RadioField(
        _l("Is the platform's own ad label switched on?"),
        [InputRequired(_l("Please say whether the ad label is on."))],
        choices=[SelectChoice(YES, _l("Yes, it is on")), SelectChoice("no", _l("Not yet"))],
        validate_choice=False,
    )
    platforms: Sequence[str] = ()  # where the post may stand; set before it is validated

    def validate_url(self, field: Field) -> None:
        """Refuse a link that leads nowhere, in the same breath as what else is missing."""
        try:
            canonical(field.data or "", self.platforms)
        except Refused as refusal:
            raise ValidationError(translated(refusal)) from refusal

    def is_label_on(self) -> bool:
        """Say whether the creator says that the label is on."""
        return bool(self.label_on.data == YES)


class TaskForm(PageForm):
    """How a task was settled."""

    note = TextAreaField(
        _l("How it was settled"),
        [InputRequired(_l("Please write in a few words how it was settled, or paste a link."))],
        render_kw={"rows": 4, "maxlength": NOTE_LENGTH},
        description=_l("A sentence is enough; a link counts too."),
    )


class TransferForm(PageForm):
    """What is written down about a transfer; the rules say what fits together (rules/transfers.py)."""

    paid_on = DayField(_l("Paid on"), [NEEDED])
    gross = RupiahField(_l("Amount before tax, in rupiah"), [NEEDED])
    withheld = select_of(
        _l("Tax withheld"),
        coerce=Withheld,
        default=Withheld.NONE,
        choices=lambda: offered(WITHHELD_LABELS.items()),
    )
    tax = RupiahField(_l("Amount withheld, in rupiah"), [Optional()])
    proof = StringField(_l("The bank's reference"), [Length(max=PROOF_LENGTH, message=TOO_LONG)])
    receipt = FileField(_l("Photo or screenshot of the receipt"))
    slip = StringField(_l("Number of the proof of withholding"), [Length(max=PROOF_LENGTH, message=TOO_LONG)])
    reason = StringField(_l("Why it is corrected"), [Length(max=500, message=TOO_LONG)])

    @property
    def transfer(self) -> Transfer:
        """Return the transfer of a form that is valid."""
        proof, slip = (self.proof.data or "").strip(), (self.slip.data or "").strip()
        return Transfer(
            cast("date", self.paid_on.data), self.gross.data, self.withheld.data, self.tax.data or 0, proof, slip
        )


class LicenceForm(PageForm):
    """For what, where and until when the content may be used; the creator grants it, or does not."""

    use = select_of(_l("Use"), coerce=Use, default=Use.ORGANIC, choices=lambda: offered(USE_LABELS.items()))
    whitelisting = BooleanField(
        _l("Also as ads from the creator's account (whitelisting)"),
        description=_l("On the same days as the rest; the creator authorises it on the platform."),
    )
    places = StringField(
        _l("Where"),
        [Length(max=PLACES_LENGTH, message=TOO_LONG)],
        description=_l("Such as “TikTok and Instagram of the brand”. Empty: not narrowed."),
    )
    from_on = DayField(_l("From"), [NEEDED])
    to_on = DayField(_l("To, the last day"), [NEEDED])

    @property
    def asked(self) -> dict[str, Any]:
        """Return what is asked for, of a form that is valid."""
        term = {"from_on": self.from_on.data, "to_on": self.to_on.data}
        more = {"places": self.places.data or "", "whitelisting": bool(self.whitelisting.data)}
        return {"use": self.use.data, **more, **term}


class CountField(StringField):
    """How many of something there are (rules/metrics.py); None when it is left empty."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number and refuse anything else."""
        self.typed, self.data = (valuelist[0] if valuelist else ""), None
        try:
            self.data = read_count(self.typed)
        except Refused as refusal:
            raise ValueError(translated(refusal)) from refusal

    def _value(self) -> str:
        """Return what was typed, so that nothing is lost when it was wrong."""
        typed: str = getattr(self, "typed", "")
        return typed or ("" if self.data is None else str(self.data))


def _count_of(metric: Metric) -> CountField:
    """Return the field of one number, with digits on a phone's keyboard."""
    label = _l(METRIC_LABELS[metric])  # marked there
    return CountField(label, [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "off"})


class MeasureForm(PageForm):
    """What somebody read off a post; the rules say what can be true together (rules/metrics.py)."""

    post = RadioField(_l("Which post?"), [InputRequired(_l("Please choose one."))], coerce=int, validate_choice=False)
    measured_on = DayField(_l("Read off on"), [NEEDED])
    screenshot = FileField(_l("Screenshot of the insights page"))
    reach = _count_of(Metric.REACH)
    impressions = _count_of(Metric.IMPRESSIONS)
    views = _count_of(Metric.VIEWS)
    likes = _count_of(Metric.LIKES)
    comments = _count_of(Metric.COMMENTS)
    saves = _count_of(Metric.SAVES)
    shares = _count_of(Metric.SHARES)
    replies = _count_of(Metric.REPLIES)
    why = StringField(_l("An earlier number was wrong: why?"), [Length(max=WHY_LENGTH, message=TOO_LONG)])

    def offer(self, posts: Iterable[tuple[int, str]]) -> None:
        """Let one of these be chosen: their ids and addresses."""
        self.post.choices = offered(posts, translate=False)

    @property
    def counts(self) -> list[Field]:
        """Return the fields of the numbers."""
        return [self[metric.value] for metric in Metric]

    @property
    def figures(self) -> Figures:
        """Return the numbers that were filled in."""
        return {metric: self[metric.value].data for metric in Metric if self[metric.value].data is not None}


class SheetForm(PageForm):
    """A CSV file of numbers; the rules say what is in it (rules/sheets.py)."""

    sheet = FileField(_l("CSV file"), [InputRequired(_l("Please choose a file."))])


class ShotForm(PageForm):
    """A note beside what somebody saw, and the screenshot that shows it."""

    note = TextAreaField(_l("What you saw"), [Length(max=SIGHT_NOTE_LENGTH, message=TOO_LONG)], render_kw={"rows": 3})
    screenshot = FileField(_l("Screenshot of the post"))


class AgainForm(ShotForm):
    """What somebody saw who looked whether the post is still up."""

    sight = RadioField(
        _l("Is the post still up?"),
        [InputRequired(_l("Please say what you saw."))],
        choices=[
            SelectChoice(Sight.LIVE.value, _l("Yes, as it was")),
            SelectChoice(Sight.CHANGED.value, _l("Yes, but the caption or the ad label has changed")),
            SelectChoice(Sight.GONE.value, _l("No, it has been taken down")),
        ],
        validate_choice=False,
    )

    def validate_sight(self, field: Field) -> None:
        """Refuse a word that is none of ours."""
        if field.data not in set(Sight):
            raise ValidationError(gettext("Please say what you saw."))


class LookForm(SparkFields, ShotForm):
    """What somebody saw who looked for the post."""

    found = RadioField(
        _l("Is the post live?"),
        [InputRequired(_l("Please say whether you found the post."))],
        choices=[
            SelectChoice(YES, _l("Yes, I have seen it")),
            SelectChoice("no", _l("No, not found or not as agreed")),
        ],
        validate_choice=False,
    )
    label_on = BooleanField(
        _l("The platform's own ad label is on"), description=_l("Leave this open when it is not: the creator is asked.")
    )

    def is_found(self) -> bool:
        """Say whether the post was there."""
        return bool(self.found.data == YES)
