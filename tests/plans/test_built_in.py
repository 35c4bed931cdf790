"""The templates that come with the product, held against the design where it lies beside the code."""

import json
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from partnerships.plans.rules.checking import check
from partnerships.plans.rules.courses import Course, course_of
from partnerships.plans.rules.templates import (
    PHOTO_KINDS,
    STOPPED,
    ClaimLevel,
    Meaning,
    QuestionKind,
    Template,
    parse,
)

DATA = Path(str(files("partnerships.plans").joinpath("data")))
TEMPLATES = {path.stem: parse(json.loads(path.read_text("utf-8"))) for path in sorted(DATA.glob("*.json"))}
SECONDS = {
    QuestionKind.SCALE: 10,
    QuestionKind.NUMBER: 10,
    QuestionKind.YES_NO: 8,
    QuestionKind.TEXT: 40,
    QuestionKind.PHOTO: 45,
    QuestionKind.SAME_ANGLE_PHOTO: 45,
    QuestionKind.ATTESTATION: 10,
    QuestionKind.CHOICE: 10,
}
MINUTES = 2
EXPECTED = {  # stages, check-in days, (draft, publish, evidence) of each deliverable, percentages
    "seed-ambassador": (
        [(-14, -1), (0, 20), (21, 41), (42, 48), (49, 62)],
        [2, 14, 34],
        [(None, 41, 0), (None, 48, 0)],
        [100],
    ),
    "ambassador-6m": (
        [(-14, -1), (0, 29), (30, 59), (60, 89), (90, 119), (120, 149), (150, 179), (180, 200)],
        [28, 56, 84, 90, 112, 140, 168, 185],
        [(15, 22, 0), (45, 52, 1), (75, 82, 2), (105, 112, 3), (135, 142, 4), (165, 172, 5)],
        [15, 15, 15, 15, 15, 15, 10],
    ),
    "ramadan": (
        [(-56, -31), (-30, -20), (-19, -9), (-8, -1), (0, 7), (8, 21)],
        [-42, -27, -18, -10, 10],
        [(-28, -22, 0), (-20, -14, 1), (-24, -16, 2), (12, 20, 3)],
        [30, 35, 35],
    ),
    "ugc-license": (
        [(-14, -1), (0, 13), (14, 27), (28, 118), (119, 130)],
        [2, 10, 58, 88],
        [(20, 27, 2), (20, 27, 2), (None, 84, 2), (None, 121, 0)],
        [60, 30, 10],
    ),
}


def numbers(template: Template) -> tuple[object, ...]:
    return (
        [(stage.from_day, stage.to_day) for stage in template.stages],
        [check_in.day for check_in in template.check_ins],
        [(one.draft_day, one.publish_day, one.evidence_needed) for one in template.deliverables],
        [payment.percent for payment in template.payments],
    )


@pytest.mark.parametrize("key", EXPECTED)
def test_a_template_has_the_agreed_days_evidence_and_shares(key: str) -> None:
    assert numbers(TEMPLATES[key]) == EXPECTED[key]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_every_template_that_lies_here_is_sound(template: Template) -> None:
    assert check(template) == []


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_a_check_in_of_any_template_takes_at_most_two_minutes(template: Template) -> None:
    for check_in in template.check_ins:
        asked = [question for question in check_in.questions if question.condition is None]

        assert sum(SECONDS[question.kind] for question in asked) <= MINUTES * 60, check_in.key
        assert sum(question.kind in PHOTO_KINDS for question in asked) <= 2
        assert len(check_in.intro.id) <= 160


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_whoever_uses_the_product_is_asked_for_it_in_words_the_product_understands(template: Template) -> None:
    asked = [question for check_in in template.check_ins for question in check_in.questions]
    meanings = Counter(question.meaning for question in asked)

    assert {Meaning.STILL_USING, Meaning.REACTION, Meaning.MINUS} <= set(meanings)
    for question in asked:
        assert question.meaning is not Meaning.STILL_USING or question.options[-1].key == STOPPED
        assert question.meaning is not Meaning.REACTION or question.kind is QuestionKind.YES_NO


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_a_brief_says_that_results_have_to_wait_where_its_stage_does_not_allow_them(template: Template) -> None:
    for deliverable in template.deliverables:
        if course_of(deliverable.kind) is Course.TASK:
            continue
        if template.stage(deliverable.stage).claim_level is not ClaimLevel.OWN_RESULT:
            assert "results" in deliverable.brief.en, deliverable.key
            assert "hasil" in deliverable.brief.id, deliverable.key


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_what_creators_read_is_said_to_them_and_not_about_them(template: Template) -> None:
    read = [
        *(stage.purpose for stage in template.stages),
        *(check_in.intro for check_in in template.check_ins),
        *(deliverable.brief for deliverable in template.deliverables),
    ]

    for text in read:
        assert "kreator" not in text.id.lower()
        assert "creator" not in text.en.lower()


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_template_is_the_designs(key: str, design: Mapping[str, Any]) -> None:
    template, designed = TEMPLATES[key], design[key]

    assert numbers(template) == (
        [(stage["from_day"], stage["to_day"]) for stage in designed["stages"]],
        [check_in["day"] for check_in in designed["check_ins"]],
        [(one["draft_day"], one["publish_day"], one["evidence_needed"]) for one in designed["deliverables"]],
        [payment["percent"] for payment in designed["payments"]],
    )
    assert (template.anchor, template.title.id, template.title.en) == (
        designed["anchor"],
        designed["title"]["id"],
        designed["title"]["en"],
    )
    assert [(stage.key, stage.title.id, stage.claim_level) for stage in template.stages] == [
        (stage["key"], stage["title"]["id"], stage["claim_level"]) for stage in designed["stages"]
    ]
    assert list(template.resting) == [stage["key"] for stage in designed["stages"] if stage.get("quiet")]
    assert (template.anchor_event is None) is ("anchor_event" not in designed)
    assert [one.stage for one in template.deliverables] == [one["stage"] for one in designed["deliverables"]]


@pytest.fixture
def design() -> Mapping[str, Any]:
    """The designed templates by key, where the design lies beside the code."""
    path = Path(__file__).resolve().parents[3] / "shared/design/templates.json"
    if not path.exists():
        pytest.skip("the design does not lie beside the code")
    return {template["key"]: template for template in json.loads(path.read_text("utf-8"))["templates"]}
