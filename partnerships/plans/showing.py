"""Lay out a template for its pages: parts, lines and what is said of each, with what is wrong beside it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from partnerships.creators.rules.words import PLATFORMS
from partnerships.web.formats import language, weekday_names
from partnerships.web.words import gettext, ngettext, say

from .rules.courses import RELEASED_BY, course_of
from .rules.editing import Line, Place, Section, lines
from .rules.problems import Problem
from .rules.questions import answers_of
from .rules.quiet import feasts
from .rules.schedule import Due, Weekday, When
from .rules.templates import (
    NO,
    YES,
    CheckInSpec,
    DeliverableSpec,
    Fact,
    PaymentSpec,
    Question,
    Release,
    StageGate,
    StageSpec,
    Template,
    Text,
)
from .rules.words import (
    ANCHORS,
    CLAIM_LABELS,
    DELIVERABLE_LABELS,
    FACTS,
    FIELDS,
    NEW_LINES,
    QUESTION_KINDS,
    QUIET,
    SECTIONS,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a template in words. `wrong` is what has to change before it can be published."""

    place: Place
    title: str
    note: str
    facts: tuple[str, ...]
    wrong: tuple[str, ...]
    rows: tuple["Row", ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a template. What is wrong with the part as a whole stands in `wrong`."""

    section: Section
    title: str
    rows: tuple[Row, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong, with the id of the row that it is about."""

    row: str
    name: str
    sentence: str


def words_of(text: Text | None) -> str:
    """Return the text in the reader's language, or in the other one where that is missing."""
    return (text.in_(language()) or text.id or text.en) if text else ""


def parts_of(template: Template, problems: Iterable[Problem]) -> list[Part]:
    """Return every part but the basics."""
    wrong = _sentences(template, problems)
    rows: dict[Section, Callable[[], Iterator[Row]]] = {
        Section.STAGES: lambda: (_stage(line, template, wrong) for line in template.stages),
        Section.CHECK_INS: lambda: (_check_in(line, wrong) for line in template.check_ins),
        Section.DELIVERABLES: lambda: (_deliverable(line, template, wrong) for line in template.deliverables),
        Section.PAYMENTS: lambda: (_payment(line, template, wrong) for line in template.payments),
    }
    return [
        Part(section, say(SECTIONS[section]), tuple(lines()), tuple(wrong[section])) for section, lines in rows.items()
    ]


def basics_of(template: Template, problems: Iterable[Problem]) -> Row:
    """Return what is said of a template as a whole."""
    feast = feasts().get(template.anchor_event or "")
    facts = [
        gettext("Day 0: %(what)s", what=words_of(feast) if feast else say(ANCHORS[template.anchor])),
        gettext("Check-ins on quiet days: %(what)s", what=say(QUIET[template.quiet_policy.check_ins])),
        gettext("Content on quiet days: %(what)s", what=say(QUIET[template.quiet_policy.deliverables])),
    ]
    if template.disclosure:
        facts.append(gettext("Ad label: %(words)s", words=words_of(template.disclosure)))
    if template.saturation_limit is not None:
        facts.append(gettext("Other brands in a month: %(count)s at most", count=template.saturation_limit))
    if template.exclusivity_days:
        facts.append(gettext("Exclusive for %(days)s days", days=template.exclusivity_days))
    if template.rights_days:
        facts.append(gettext("Rights of use for %(days)s days", days=template.rights_days))
        facts.append(gettext("Also in advertisements") if template.paid_use else gettext("Not in advertisements"))
    wrong = tuple(_sentences(template, problems)[Section.BASICS])
    return Row(Place(Section.BASICS), words_of(template.title), words_of(template.suits), tuple(facts), wrong)


def troubles_of(template: Template, problems: Iterable[Problem]) -> list[Trouble]:
    """Return everything that is wrong, each with the name of its line."""
    names = _names(template)
    return [Trouble(problem.row, names.get(problem.row, problem.row), _said(template, problem)) for problem in problems]


def _names(template: Template) -> dict[str, str]:
    parts = parts_of(template, ())
    named = {str(section): say(label) for section, label in SECTIONS.items()}
    for row in (row for part in parts for row in part.rows):
        named[row.place.row] = row.title
        named |= {inner.place.row: f"{row.title}: {inner.title}" for inner in row.rows}
    return named


def _sentences(template: Template, problems: Iterable[Problem]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        found[problem.row].append(_said(template, problem))
    return found


def _said(template: Template, problem: Problem) -> str:
    """Return the sentence; a thing that it names by its key is named by its title if it is there."""
    values = dict(problem.values)
    if "key" in values and "count" not in values:  # a key that is used twice is meant as it is
        question = problem.row.split(".")
        asked = lines(template, Place(Section.QUESTIONS, of=question[1])) if len(question) == 4 else ()
        there = (*template.deliverables, *asked)
        values["key"] = next((title_of(line) for line in there if line.key == values["key"]), values["key"])
    if "stage" in values:
        values["stage"] = _title(template.stages, str(values["stage"]))
    sentence = gettext(problem.sentence, **values)
    label = FIELDS.get(problem.field)
    return f"{say(label)}: {sentence}" if label else sentence


def _row(
    place: Place,
    title: Text,
    facts: Iterable[str],
    wrong: Mapping[str, Sequence[str]],
    *,
    note: Text | None = None,
    rows: Iterable[Row] = (),
) -> Row:
    sentences = tuple(wrong.get(place.row, ()))
    return Row(
        place, words_of(title) or say(NEW_LINES[place.section]), words_of(note), tuple(facts), sentences, tuple(rows)
    )


def _stage(stage: StageSpec, template: Template, wrong: Mapping[str, Sequence[str]]) -> Row:
    facts = [
        gettext("day %(first)s to day %(last)s", first=stage.from_day, last=stage.to_day),
        say(CLAIM_LABELS[stage.claim_level]),
        *([gettext("quiet: no dates, no reminders")] if stage.quiet else ()),
        *(_gate(stage.gate, template) if stage.gate else ()),
    ]
    return _row(Place(Section.STAGES, stage.key), stage.title, facts, wrong, note=stage.purpose)


def _gate(gate: StageGate, template: Template) -> Iterator[str]:
    if gate.answered:
        yield gettext("opens after %(count)s answered check-ins", count=gate.answered)
    for fact, keys in ((Fact.APPROVED, gate.approved), (Fact.LIVE_VERIFIED, gate.live)):
        for key in keys:
            yield fact_text(template, Release(fact, key))


def _check_in(check_in: CheckInSpec, wrong: Mapping[str, Sequence[str]]) -> Row:
    count = len(check_in.questions)
    every = check_in.every_days
    facts = [
        _day(check_in.due),
        gettext("again every %(days)s days until its stage ends", days=every) if every else "",
        ngettext("%(num)s question", "%(num)s questions", count),
    ]
    rows = (_question(question, check_in.key, wrong) for question in check_in.questions)
    return _row(
        Place(Section.CHECK_INS, check_in.key),
        check_in.title,
        filter(None, facts),
        wrong,
        note=check_in.intro,
        rows=rows,
    )


def _day(due: Due) -> str:
    return gettext("day %(day)s", day=due.day) if due.when is None else _when(due.when)


def _when(when: When) -> str:
    day = weekday_names()[list(Weekday).index(when.weekday)]
    said = gettext("month %(month)s, week %(week)s, %(day)s", month=when.month, week=when.week, day=day)
    return f"{said} {when.at:%H.%M}" if when.at else said


def _question(question: Question, of: str, wrong: Mapping[str, Sequence[str]]) -> Row:
    facts = [say(QUESTION_KINDS[question.kind])]
    if question.minimum is not None and question.maximum is not None:
        facts.append(gettext("%(low)s to %(high)s", low=question.minimum, high=question.maximum))
    if question.options:
        facts.append(" / ".join(words_of(option.label) for option in question.options))
    if not question.required:
        facts.append(gettext("may be left out"))
    return _row(Place(Section.QUESTIONS, question.key, of), question.label, facts, wrong, note=question.hint)


def _deliverable(spec: DeliverableSpec, template: Template, wrong: Mapping[str, Sequence[str]]) -> Row:
    facts = [
        say(DELIVERABLE_LABELS[spec.kind]),
        ", ".join(PLATFORMS.get(name, name) for name in spec.platforms),
        "" if spec.draft_due is None else gettext("draft: %(when)s", when=_day(spec.draft_due)),
        gettext("due: %(when)s", when=_day(spec.publish_due)),
        ngettext("%(num)s answered check-in needed", "%(num)s answered check-ins needed", spec.evidence_needed)
        if spec.evidence_needed
        else "",
        ngettext("%(num)s revision round", "%(num)s revision rounds", spec.revision_rounds),
        gettext("stays up for %(days)s days", days=spec.min_days_live) if spec.min_days_live else "",
        gettext("Spark code for %(days)s days", days=spec.spark_days) if spec.spark_days else "",
        _title(template.stages, spec.stage),
    ]
    place = Place(Section.DELIVERABLES, spec.key)
    return _row(place, spec.title, filter(None, facts), wrong, note=spec.brief)


def _payment(payment: PaymentSpec, template: Template, wrong: Mapping[str, Sequence[str]]) -> Row:
    facts = [f"{payment.percent}%", fact_text(template, payment.released_by)]
    return _row(Place(Section.PAYMENTS, payment.key), payment.label, facts, wrong)


def fact_text(template: Template, release: Release) -> str:
    """Return what releases a payment, such as "Seen live: Honest review (7 days)"."""
    lines: Mapping[Fact, tuple[Any, ...]] = {
        Fact.CHECK_IN_ANSWERED: template.unrolled().check_ins,
        Fact.STAGE_CLOSED: template.stages,
    }
    said = gettext(FACTS[release.fact], name=_title(lines.get(release.fact, template.deliverables), release.key))
    if not release.days:
        return said
    return gettext("%(fact)s, after %(days)s days", fact=said, days=release.days)


def _title(lines: Iterable[Any], key: str) -> str:
    return next((words_of(line.title) or key for line in lines if line.key == key), key)


def offers_of(template: Template, place: Place) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen in the form of the line at `place`: values and labels, by the name of the field."""
    content = [(line.key, words_of(line.title) or line.key) for line in template.deliverables]
    return {
        "stage": _after_none((line.key, words_of(line.title) or line.key) for line in template.stages),
        "gate_approved": content,
        "gate_live": content,
        "released_by": _after_none(
            (f"{fact}:{key}", fact_text(template, Release(fact, key))) for fact, key in _facts(template)
        ),
        "condition": _conditions(template, place),
    }


def _after_none(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("", gettext("Choose …")), *pairs]


def _facts(template: Template) -> Iterator[tuple[Fact, str]]:
    """Yield every fact that could release a payment, and the key of what it is about."""
    yield Fact.PRODUCT_RECEIVED, ""
    yield from ((Fact.CHECK_IN_ANSWERED, line.key) for line in template.unrolled().check_ins)
    yield from ((Fact.STAGE_CLOSED, line.key) for line in template.stages)
    for line in template.deliverables:
        yield RELEASED_BY[course_of(line.kind)], line.key


def _conditions(template: Template, place: Place) -> list[tuple[str, str]]:
    """Return the answers after which a question may be asked: those of the questions before it."""
    offered = [("", gettext("Always"))]
    for question in lines(template, place) if place.section is Section.QUESTIONS else ():
        if question.key == place.key:
            break
        said = {YES: gettext("yes"), NO: gettext("no")} | {
            option.key: words_of(option.label) for option in question.options
        }
        offered += [
            (f"{question.key}={answer}", f"{words_of(question.label)} {said[answer]}")
            for answer in answers_of(question)
        ]
    return offered


def title_of(line: Line) -> str:
    """Return what a line is called."""
    return words_of(line.label if isinstance(line, (Question, PaymentSpec)) else line.title)
