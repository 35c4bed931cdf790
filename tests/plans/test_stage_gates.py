"""A stage may wait for something before it opens: how a template says so, and what the check says to it."""

from dataclasses import replace

import pytest

from partnerships.plans.rules.checking import check
from partnerships.plans.rules.templates import StageGate, StageSpec, Template, load, parse

STORY = load("usage-3m")
CHANGE = "change"  # from day 42; by then four check-ins are in, and two pieces of content live


def gated(gate: StageGate, key: str = CHANGE) -> Template:
    """Return the story with a gate before one of its stages."""
    return replace(STORY, stages=tuple(replace(one, gate=gate) if one.key == key else one for one in STORY.stages))


def sentences(template: Template) -> list[str]:
    return [str(problem) for problem in check(template)]


def test_a_gate_is_an_optional_line_of_a_stage() -> None:
    words = {"id": "kata", "en": "words"}
    plain = {"key": "x", "title": words, "purpose": words, "from_day": 0, "to_day": 9, "claim_level": "none"}
    gate = {"answered": 3, "approved": ["first-impression"], "live": ["two-weeks-in"]}
    raw = {"key": "t", "version": 1, "title": words, "anchor": "product_received"} | {
        name: [] for name in ("check_ins", "deliverables", "payments")
    }

    without, with_all, with_count = (
        parse(raw | {"stages": [plain | line]}).stages[0].gate
        for line in ({}, {"gate": gate}, {"gate": {"answered": 1}})
    )

    assert without is None
    assert with_all == StageGate(3, ("first-impression",), ("two-weeks-in",))
    assert with_count == StageGate(answered=1)
    assert StageSpec.__dataclass_fields__["gate"].default is None


@pytest.mark.parametrize(
    "gate",
    [
        StageGate(answered=4),
        StageGate(approved=("first-impression", "two-weeks-in")),
        StageGate(answered=1, live=("two-weeks-in",)),
    ],
)
def test_what_can_be_there_by_the_first_day_makes_a_sound_gate(gate: StageGate) -> None:
    assert sentences(gated(gate)) == []


@pytest.mark.parametrize(
    ("gate", "sentence"),
    [
        (StageGate(), "A gate waits for something: answered check-ins, or content."),
        (StageGate(answered=-1), "A gate waits for something: answered check-ins, or content."),
        (StageGate(answered=5), "It needs 5 answered check-ins, but only 4 can be in by day 42."),
        (StageGate(approved=("nothing",)), "There is no deliverable called “nothing”."),
        (StageGate(approved=("live-answers",)), "“live-answers” has no draft that anybody could approve."),
        (
            StageGate(approved=("six-weeks-in",)),
            "“six-weeks-in” can only be relied on from day 53, after the stage begins on day 42.",
        ),
        (
            StageGate(live=("live-answers",)),
            "“live-answers” can only be relied on from day 68, after the stage begins on day 42.",
        ),
    ],
)
def test_a_gate_that_nobody_can_pass_in_time_is_named(gate: StageGate, sentence: str) -> None:
    assert sentences(gated(gate)) == [f"stages.{CHANGE}: {sentence}"]


def test_grace_counts_for_answers_and_for_posts() -> None:
    two_days_less = tuple(replace(one, from_day=41) if one.key == CHANGE else one for one in gated(StageGate(4)).stages)
    habit = replace(STORY.stages[2], to_day=40)
    stages = (*two_days_less[:2], habit, *two_days_less[3:])
    late_answer = replace(
        STORY,
        stages=stages,
        check_ins=tuple(replace(one, day=40) if one.key == "four-weeks" else one for one in STORY.check_ins),
    )

    assert sentences(late_answer) == ["stages.change: It needs 4 answered check-ins, but only 3 can be in by day 41."]


def test_no_draft_is_due_before_the_gate_of_its_stage_can_open() -> None:
    early = replace(
        gated(StageGate(2)),
        deliverables=tuple(
            replace(one, draft_day=40) if one.key == "six-weeks-in" else one for one in STORY.deliverables
        ),
    )

    assert sentences(early) == [
        "deliverables.six-weeks-in: Its draft is due on day 40, but its stage waits at a gate until day 42."
    ]
