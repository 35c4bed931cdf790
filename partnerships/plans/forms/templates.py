"""What is asked to write one line of a template. Every text has two fields, one a language; either may wait."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from partnerships.creators.rules.words import PLATFORMS
from partnerships.plans.rules.editing import Line, Section
from partnerships.plans.rules.quiet import feasts
from partnerships.plans.rules.templates import (
    SPARK_PERIODS,
    STOPPED,
    AnchorKind,
    ClaimLevel,
    Condition,
    DeliverableKind,
    DeliverableSpec,
    Fact,
    Meaning,
    Option,
    QuestionKind,
    Quiet,
    QuietPolicy,
    Release,
    StageGate,
    Text,
)
from partnerships.plans.rules.words import ANCHORS, CLAIM_LABELS, DELIVERABLE_LABELS, MEANINGS, QUESTION_KINDS, QUIET
from partnerships.web.formats import language
from partnerships.web.forms import RowForm, offered, select_of

from .lines import LONG, SHORT, LineForm, amount_field, day_field, ticks_field
from .weekdays import day_of, has_day, is_complete, names_of, values_of, when_fields, when_of

OPTION_ROWS = 8
LISTED = _l("A line that begins with a dash becomes a tick: creators confirm it, reviewers point at it.")


def _feasts() -> list[tuple[str, str]]:
    return [("", gettext("none")), *((key, name.in_(language())) for key, name in feasts().items())]


class BasicsForm(LineForm):
    """What is said of a template as a whole."""

    section = Section.BASICS
    texts = ("title", "suits", "disclosure")
    optional = ("suits", "disclosure")
    groups = (
        ("id_title", "en_title"),
        ("id_suits", "en_suits"),
        ("anchor", "anchor_event"),
        ("quiet_check_ins", "quiet_deliverables"),
        ("id_disclosure", "en_disclosure"),
        ("saturation_limit", "exclusivity_days"),
        ("rights_days",),
        ("paid_use",),
    )
    id_title = StringField(_l("Title in Indonesian"), [SHORT])
    en_title = StringField(_l("Title in English"), [SHORT])
    id_suits = TextAreaField(_l("What it suits, in Indonesian"), [LONG])
    en_suits = TextAreaField(_l("What it suits, in English"), [LONG])
    anchor = select_of(_l("Day 0 is when"), coerce=AnchorKind, choices=lambda: offered(ANCHORS.items()))
    anchor_event = SelectField(_l("Which feast"), choices=_feasts, description=_l("Its day is proposed for new plans."))
    quiet_check_ins = select_of(_l("A check-in on a quiet day"), coerce=Quiet, choices=lambda: offered(QUIET.items()))
    quiet_deliverables = select_of(_l("Content on a quiet day"), coerce=Quiet, choices=lambda: offered(QUIET.items()))
    id_disclosure = StringField(_l("Ad label in Indonesian"), [SHORT])
    en_disclosure = StringField(_l("Ad label in English"), [SHORT])
    saturation_limit = amount_field(
        _l("Other brands in a month, at most"), needed=False, hint=_l("Leave it empty for no limit.")
    )
    exclusivity_days = amount_field(_l("Exclusive for days after the end"))
    rights_days = amount_field(_l("Rights of use in days"), hint=_l("From publishing on. 0: none."))
    paid_use = BooleanField(_l("Content may be used in advertisements"))

    def values_of(self, line: Any) -> dict[str, Any]:
        """Show the two quiet policies as two fields."""
        quiet = line.quiet_policy
        return super().values_of(line) | {
            "anchor_event": line.anchor_event or "",
            "quiet_check_ins": quiet.check_ins,
            "quiet_deliverables": quiet.deliverables,
        }

    def changes(self) -> dict[str, Any]:
        """Put the two quiet policies together."""
        policy = QuietPolicy(self.quiet_check_ins.data, self.quiet_deliverables.data)
        return super().changes() | {"quiet_policy": policy, "anchor_event": self.anchor_event.data or None}


class StageForm(LineForm):
    """A stage, and what it waits for."""

    section = Section.STAGES
    texts = ("title", "purpose")
    groups = (
        ("id_title", "en_title"),
        ("id_purpose", "en_purpose"),
        ("from_day", "to_day"),
        ("claim_level",),
        ("quiet",),
        ("gate_answered",),
        ("gate_approved", "gate_live"),
    )
    id_title = StringField(_l("Title in Indonesian"), [SHORT])
    en_title = StringField(_l("Title in English"), [SHORT])
    id_purpose = TextAreaField(_l("Purpose in Indonesian"), [LONG])
    en_purpose = TextAreaField(_l("Purpose in English"), [LONG])
    from_day = day_field(_l("First day"), hint=_l("Counted from day 0; before it with a minus."))
    to_day = day_field(_l("Last day"))
    claim_level = select_of(_l("Claims"), coerce=ClaimLevel, choices=lambda: offered(CLAIM_LABELS.items()))
    quiet = BooleanField(
        _l("Quiet stage"), description=_l("Nobody is asked for anything, and reminders wait until it ends.")
    )
    gate_answered = amount_field(
        _l("Opens after so many answered check-ins"), needed=False, hint=_l("Leave it empty: it opens on its day.")
    )
    gate_approved = ticks_field(_l("Opens when this is approved"))
    gate_live = ticks_field(_l("Opens when this was seen live"))

    def values_of(self, line: Any) -> dict[str, Any]:
        """Show the gate as three fields."""
        gate = line.gate or StageGate()
        return super().values_of(line) | {
            "gate_answered": gate.answered or None,
            "gate_approved": list(gate.approved),
            "gate_live": list(gate.live),
        }

    def changes(self) -> dict[str, Any]:
        """Put the gate together; nothing to wait for is no gate."""
        approved, live = tuple(self.gate_approved.data or ()), tuple(self.gate_live.data or ())
        gate = StageGate(self.gate_answered.data or 0, approved, live)
        return super().changes() | {"gate": None if gate == StageGate() else gate}


class CheckInForm(LineForm):
    """A check-in; its questions have forms of their own."""

    section = Section.CHECK_INS
    texts = ("title", "intro")
    folded = {names_of(""): _l("A weekday instead")}
    groups = (("id_title", "en_title"), ("day", "every_days"), names_of(""), ("id_intro", "en_intro"))
    id_title = StringField(_l("Title in Indonesian"), [SHORT])
    en_title = StringField(_l("Title in English"), [SHORT])
    day = day_field(_l("Due on day"), needed=False, hint=_l("Counted from day 0; before it with a minus."))
    every_days = amount_field(
        _l("Again after so many days"), needed=False, hint=_l("Until its stage ends. Empty: it is asked once.")
    )
    month, week, weekday, at = when_fields(_l("Month"))
    id_intro = TextAreaField(_l("Introduction in Indonesian"), [LONG])
    en_intro = TextAreaField(_l("Introduction in English"), [LONG])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a day or for a whole weekday."""
        fine = bool(super().validate(extra_validators))
        return has_day(self, "day", "") and fine

    def values_of(self, line: Any) -> dict[str, Any]:
        """Return what the fields show of `line`: a weekday hides the day that it counts as."""
        hidden = {"day": None} if line.when else {}
        return super().values_of(line) | values_of("", line.when) | hidden

    def changes(self) -> dict[str, Any]:
        """Put the weekday together; without one the day holds."""
        when = when_of(self, "")
        return super().changes() | {"when": when, "day": day_of(self.day.data, when)}


class OptionForm(RowForm):
    """One possible answer; a row without words is left out."""

    key = HiddenField()
    id = StringField(_l("In Indonesian"), [Optional(), SHORT])
    en = StringField(_l("In English"), [Optional(), SHORT])
    stops = BooleanField(_l("Means that it is no longer used"))


class QuestionForm(LineForm):
    """A question of a check-in. What its kind has no use for is left out."""

    section = Section.QUESTIONS
    texts = ("label", "hint")
    optional = ("hint",)
    groups = (
        ("kind",),
        ("id_label", "en_label"),
        ("id_hint", "en_hint"),
        ("required",),
        ("minimum", "maximum"),
        ("options",),
        ("meaning",),
        ("condition",),
    )
    kind = select_of(_l("Kind"), coerce=QuestionKind, choices=lambda: offered(QUESTION_KINDS.items()))
    id_label = StringField(_l("Question in Indonesian"), [SHORT])
    en_label = StringField(_l("Question in English"), [SHORT])
    id_hint = TextAreaField(_l("Hint in Indonesian"), [LONG])
    en_hint = TextAreaField(_l("Hint in English"), [LONG])
    required = BooleanField(_l("Has to be answered"), default=True)
    minimum = amount_field(_l("Smallest value"), needed=False, hint=_l("For a scale or a number."))
    maximum = amount_field(_l("Largest value"), needed=False)
    options = FieldList(
        FormField(OptionForm),
        label=_l("Options"),
        min_entries=OPTION_ROWS,
        description=_l("For one of several, and for how often it is used."),
    )
    meaning = SelectField(
        _l("What the answer tells"),
        choices=lambda: [*offered([("", "-")], translate=False), *offered(MEANINGS.items())],
    )
    condition = SelectField(_l("Asked only after this answer"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; what is wrong in the rows is also told of the list as a whole, as plain sentences."""
        fine = bool(super().validate(extra_validators))
        self.options.errors = [str(sentence) for row in self.options for entry in row.form for sentence in entry.errors]
        return fine

    def values_of(self, line: Any) -> dict[str, Any]:
        """Show options as rows, and the condition as one choice."""
        condition = line.condition
        return super().values_of(line) | {
            "meaning": line.meaning or "",
            "condition": f"{condition.question}={condition.equals}" if condition else "",
            "options": [
                {
                    "key": option.key,
                    "id": option.label.id,
                    "en": option.label.en,
                    "stops": option.key == STOPPED,
                }
                for option in line.options
            ],
        }

    def changes(self) -> dict[str, Any]:
        """Leave out what does not belong to the kind that was chosen."""
        kind = self.kind.data
        is_ranged = kind in {QuestionKind.SCALE, QuestionKind.NUMBER}
        is_optioned = kind in {QuestionKind.CHOICE, QuestionKind.ATTESTATION}
        question, _, equals = (self.condition.data or "").partition("=")
        return super().changes() | {
            "minimum": self.minimum.data if is_ranged else None,
            "maximum": self.maximum.data if is_ranged else None,
            "options": self._options() if is_optioned else (),
            "meaning": Meaning(self.meaning.data) if self.meaning.data else None,
            "condition": Condition(question, equals) if question else None,
        }

    def _options(self) -> tuple[Option, ...]:
        """Return the rows that have words, each with the key it had, or a new one."""
        rows = [row for row in self.options.data if row["id"] or row["en"]]
        free = (
            f"option-{number}" for number in range(1, 100) if f"option-{number}" not in {row["key"] for row in rows}
        )
        options = []
        for row in rows:
            kept = "" if row["key"] == STOPPED else row["key"]
            key = STOPPED if row["stops"] else kept or next(free)
            options.append(Option(key, Text(row["id"] or "", row["en"] or "")))
        return tuple(options)


def _spark_periods() -> list[tuple[str, str]]:
    return [("", gettext("none")), *((str(days), gettext("for %(days)s days", days=days)) for days in SPARK_PERIODS)]


class DeliverableForm(LineForm):
    """A piece of content."""

    section = Section.DELIVERABLES
    texts = ("title", "brief")
    folded = {
        names_of("draft_"): _l("A weekday instead, for the draft"),
        names_of("publish_"): _l("A weekday instead, for publishing"),
    }
    groups = (
        ("id_title", "en_title"),
        ("id_brief", "en_brief"),
        ("stage", "kind"),
        ("platforms",),
        ("draft_day", "publish_day"),
        names_of("draft_"),
        names_of("publish_"),
        ("min_days_live", "revision_rounds", "evidence_needed"),
        ("spark_days",),
    )
    id_title = StringField(_l("Title in Indonesian"), [SHORT])
    en_title = StringField(_l("Title in English"), [SHORT])
    id_brief = TextAreaField(_l("Brief in Indonesian"), [LONG], description=LISTED)
    en_brief = TextAreaField(_l("Brief in English"), [LONG], description=LISTED)
    stage = select_of(_l("Stage"))
    kind = select_of(_l("Kind"), coerce=DeliverableKind, choices=lambda: offered(DELIVERABLE_LABELS.items()))
    platforms = ticks_field(_l("Platforms"), lambda: offered(PLATFORMS.items(), translate=False))
    draft_day = day_field(_l("Draft due on day"), needed=False, hint=_l("Leave it empty if nobody reviews a draft."))
    publish_day = day_field(_l("Published on day"), needed=False)
    draft_month, draft_week, draft_weekday, draft_at = when_fields(_l("Month"))
    publish_month, publish_week, publish_weekday, publish_at = when_fields(_l("Month"))
    min_days_live = amount_field(_l("Stays up for days"))
    revision_rounds = amount_field(_l("Revision rounds"))
    evidence_needed = amount_field(_l("Answered check-ins needed"))
    spark_days = SelectField(
        _l("Spark code of TikTok"),
        choices=_spark_periods,
        description=_l("The post then counts as live only together with a code that is valid."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a day or for a whole weekday; of a draft there may be neither."""
        fine = bool(super().validate(extra_validators))
        return all([has_day(self, "publish_day", "publish_"), is_complete(self, "draft_"), fine])

    def values_of(self, line: Any) -> dict[str, Any]:
        """Show the platforms as a list; a weekday hides the day that it counts as."""
        hidden = {f"{name}_day": None for name in ("draft", "publish") if getattr(line, f"{name}_when")}
        rules = values_of("draft_", line.draft_when) | values_of("publish_", line.publish_when)
        chosen = {"platforms": list(line.platforms), "spark_days": str(line.spark_days or "")}
        return super().values_of(line) | chosen | rules | hidden

    def changes(self) -> dict[str, Any]:
        """Keep the platforms as a tuple, and put the weekdays together."""
        draft, publish = when_of(self, "draft_"), when_of(self, "publish_")
        return super().changes() | {
            "platforms": tuple(self.platforms.data or ()),
            "spark_days": int(self.spark_days.data) if self.spark_days.data else None,
            "draft_when": draft,
            "draft_day": day_of(self.draft_day.data, draft),
            "publish_when": publish,
            "publish_day": day_of(self.publish_day.data, publish),
        }

    def line(self, key: str, old: Line | None) -> Line:
        """Leave the platforms in the order they had, unless others were ticked."""
        line = super().line(key, old)
        if isinstance(line, DeliverableSpec) and isinstance(old, DeliverableSpec):
            is_same = set(line.platforms) == set(old.platforms)
            return replace(line, platforms=old.platforms if is_same else line.platforms)
        return line


class PaymentForm(LineForm):
    """A share of the fee, and the fact that releases it."""

    section = Section.PAYMENTS
    texts = ("label",)
    groups = (("id_label", "en_label"), ("percent",), ("released_by",), ("days",))
    id_label = StringField(_l("Words in Indonesian"), [SHORT])
    en_label = StringField(_l("Words in English"), [SHORT])
    percent = amount_field(_l("Percent of the fee"))
    released_by = select_of(_l("Paid when"))
    days = amount_field(
        _l("After so many days live"), needed=False, hint=_l("For posts that were seen live. Empty: at once.")
    )

    def values_of(self, line: Any) -> dict[str, Any]:
        """Show the fact with what it is about as one choice."""
        release = line.released_by
        return super().values_of(line) | {
            "released_by": f"{release.fact}:{release.key}",
            "days": release.days or None,
        }

    def changes(self) -> dict[str, Any]:
        """Put the release together; only a post stays up for days."""
        fact, _, key = self.released_by.data.partition(":")
        days = (self.days.data or 0) if fact == Fact.LIVE_VERIFIED else 0
        return super().changes() | {"released_by": Release(Fact(fact), key, days)}


FORMS: Mapping[Section, type[LineForm]] = {
    form.section: form for form in (BasicsForm, StageForm, CheckInForm, QuestionForm, DeliverableForm, PaymentForm)
}
