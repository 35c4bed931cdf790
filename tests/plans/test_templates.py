import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.core.errors import NotFound
from partnerships.plans.rules.checking import check
from partnerships.plans.rules.problems import Problem
from partnerships.plans.rules.schedule import When
from partnerships.plans.rules.templates import (
    PHOTO_KINDS,
    STOPPED,
    YES,
    AnchorKind,
    ClaimLevel,
    Condition,
    DeliverableKind,
    Fact,
    Meaning,
    Option,
    Question,
    QuestionKind,
    Release,
    Template,
    Text,
    built_in,
    dump,
    load,
    parse,
)
from partnerships.plans.rules.words import CLAIM_LABELS, DELIVERABLE_LABELS

STORY = load("usage-3m")
BOTH = Text("kata", "words")
BELOW = "A number here cannot be less than 0."


def texts(part: object) -> Iterator[Text]:
    if isinstance(part, Text):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from texts(item)
    elif is_dataclass(part):
        for each in fields(part):
            yield from texts(getattr(part, each.name))


def with_question(question: Question) -> Template:
    check_in = STORY.check_ins[0]
    return replace(
        STORY, check_ins=(replace(check_in, questions=(*check_in.questions, question)), *STORY.check_ins[1:])
    )


def question(kind: QuestionKind, **changes: object) -> Question:
    return replace(Question("extra", kind, BOTH, required=False), **changes)  # type: ignore[arg-type]  # any field


def sentences(template: Template) -> list[str]:
    return [str(problem) for problem in check(template)]


def test_the_three_month_story_has_the_agreed_stages() -> None:
    stages = [(stage.key, stage.from_day, stage.to_day, stage.claim_level) for stage in STORY.stages]

    assert (STORY.version, STORY.anchor) == (1, AnchorKind.PRODUCT_RECEIVED)
    assert stages == [
        ("fit", -21, -1, ClaimLevel.NONE),
        ("first", 0, 13, ClaimLevel.IMPRESSION),
        ("habit", 14, 41, ClaimLevel.ROUTINE_AND_MINUS),
        ("change", 42, 76, ClaimLevel.OWN_RESULT),
        ("verdict", 77, 97, ClaimLevel.OWN_RESULT),
        ("close", 98, 125, ClaimLevel.OWN_RESULT),
    ]


def test_the_three_month_story_asks_eight_times() -> None:
    assert [check_in.day for check_in in STORY.check_ins] == [1, 5, 14, 28, 42, 63, 83, 122]


def test_the_three_month_story_promises_five_pieces_of_content() -> None:
    promised = [
        (d.stage, d.draft_day, d.publish_day, d.evidence_needed, d.min_days_live, d.revision_rounds)
        for d in STORY.deliverables
    ]

    assert promised == [
        ("first", 7, 13, 2, 14, 2),
        ("habit", 18, 25, 2, 14, 2),
        ("change", 45, 53, 4, 14, 2),
        ("change", None, 66, 4, 14, 0),
        ("verdict", 86, 94, 6, 30, 2),
    ]
    assert [d.kind for d in STORY.deliverables] == ["story_set", "short_video", "short_video", "live", "long_video"]


def test_the_three_month_story_pays_when_facts_say_so() -> None:
    paid = [(payment.percent, payment.released_by) for payment in STORY.payments]

    assert paid == [
        (30, Release(Fact.CHECK_IN_ANSWERED, "received")),
        (40, Release(Fact.LIVE_VERIFIED, "six-weeks-in", 0)),
        (30, Release(Fact.LIVE_VERIFIED, "honest-review", 7)),
    ]


def test_a_check_in_takes_at_most_two_minutes() -> None:
    for check_in in STORY.check_ins:
        asked = [question for question in check_in.questions if question.condition is None]

        assert 2 <= len(asked) <= 4
        assert sum(question.kind in PHOTO_KINDS for question in asked) <= 2
        assert sum(question.kind is QuestionKind.TEXT for question in asked) <= 1


def test_five_photos_are_taken_from_the_same_angle() -> None:
    with_photo = [
        check_in.day
        for check_in in STORY.check_ins
        if QuestionKind.SAME_ANGLE_PHOTO in {question.kind for question in check_in.questions}
    ]

    assert with_photo == [1, 28, 42, 63, 83]


def test_every_stage_in_which_the_product_is_used_asks_whether_it_still_is() -> None:
    asking = set()
    for check_in in STORY.check_ins:
        for asked in check_in.questions:
            if asked.meaning is Meaning.STILL_USING:
                stage = STORY.stage_on(check_in.day)
                assert stage is not None
                asking.add(stage.key)
                assert asked.kind is QuestionKind.ATTESTATION
                assert asked.options[-1].key == STOPPED

    assert asking == {"first", "habit", "change", "verdict", "close"}


def test_answers_that_need_a_person_are_marked() -> None:
    marked = {q.meaning: (c.key, q.kind) for c in STORY.check_ins for q in c.questions if q.meaning}

    assert marked[Meaning.REACTION] == ("first-days", QuestionKind.YES_NO)
    assert marked[Meaning.REFILL] == ("two-weeks", QuestionKind.YES_NO)
    assert marked[Meaning.KEEP_GOING] == ("four-weeks", QuestionKind.YES_NO)
    assert marked.keys() == set(Meaning)


def test_what_was_felt_is_asked_only_after_a_reaction() -> None:
    detail = next(q for q in STORY.check_in("first-days").questions if q.key == "reaction_detail")

    assert detail.condition == Condition("reaction", YES)


def test_every_word_of_a_template_is_written_in_both_languages() -> None:
    for template in built_in():
        words = list(texts(template))

        assert len(words) >= 50  # the shortest has three check-ins
        assert all(each.id.strip() and each.en.strip() for each in words)
        assert all(each.id != each.en for each in words if len(each.en) > 30)


def test_a_text_speaks_english_only_when_asked() -> None:
    assert [BOTH.in_(locale) for locale in ("id", "en", "en_ID", "en-GB", "fr")] == [
        "kata",
        "words",
        "words",
        "words",
        "kata",
    ]


@pytest.mark.parametrize(
    ("to_day", "length"), [(125, (4, 0)), (181, (6, 0)), (59, (2, 0)), (58, (0, 8)), (20, (0, 3)), (1, (0, 1))]
)
def test_how_long_it_takes_is_told_in_months_or_when_short_in_weeks(to_day: int, length: tuple[int, int]) -> None:
    assert replace(STORY, stages=(replace(STORY.stages[1], to_day=to_day),)).length == length


def test_a_template_finds_its_parts() -> None:
    assert (STORY.first_day, STORY.last_day) == (-21, 125)
    assert [stage and stage.key for stage in map(STORY.stage_on, (-22, -21, 13, 14, 125, 126))] == [
        None,
        "fit",
        "first",
        "habit",
        "close",
        None,
    ]
    assert STORY.stage("habit").from_day == 14
    assert STORY.check_in("received").day == 1
    assert STORY.deliverable("honest-review").publish_day == 94


def test_claim_levels_and_kinds_of_content_have_a_label() -> None:
    assert set(CLAIM_LABELS) == set(ClaimLevel)
    assert set(DELIVERABLE_LABELS) == set(DeliverableKind)


@pytest.mark.parametrize("key", ["nothing", "../../etc/passwd", "USAGE-3M"])
def test_an_unknown_template_is_not_found(key: str) -> None:
    with pytest.raises(NotFound, match="There is no template called"):
        load(key)


def test_built_in_templates_are_sound() -> None:
    for template in built_in():
        assert check(template) == []


def changed(part: str, index: int, **changes: object) -> Template:
    lines = list(getattr(STORY, part))
    lines[index] = replace(lines[index], **changes)
    return replace(STORY, **{part: tuple(lines)})  # type: ignore[arg-type]  # any part


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        (changed("stages", 2, from_day=16), "stages.habit: No stage covers day 14 to day 15."),
        (
            changed("stages", 2, from_day=13),
            "stages.habit: It starts although the stage before it only ends on day 13.",
        ),
        (changed("stages", 5, to_day=97), "stages.close: A stage cannot end before it starts."),
        (
            changed("check_ins", 7, day=126),
            "check_ins.month-after: Day 126 is outside the timeline (day -21 to day 125).",
        ),
        (changed("check_ins", 0, questions=()), "check_ins.received: A check-in asks at least one question."),
        (
            changed("deliverables", 1, publish_day=42),
            "deliverables.two-weeks-in: Publishing on day 42 is outside its stage (day 14 to day 41).",
        ),
        (changed("deliverables", 1, stage="later"), "deliverables.two-weeks-in: There is no stage called “later”."),
        (
            changed("deliverables", 1, draft_day=20),
            "deliverables.two-weeks-in: There are 5 days from draft to publishing; reviewing needs 6.",
        ),
        (
            changed("deliverables", 1, draft_day=-22),
            "deliverables.two-weeks-in: Day -22 is outside the timeline (day -21 to day 125).",
        ),
        (
            changed("deliverables", 0, evidence_needed=3),
            "deliverables.first-impression: It needs 3 answered check-ins, but only 2 can be in by day 13.",
        ),
        (changed("deliverables", 0, evidence_needed=-1), "deliverables.first-impression: " + BELOW),
        (changed("deliverables", 0, min_days_live=-1), "deliverables.first-impression: " + BELOW),
        (changed("deliverables", 0, revision_rounds=-1), "deliverables.first-impression: " + BELOW),
        (
            changed("payments", 1, released_by=Release(Fact.LIVE_VERIFIED, "six-weeks-in", -1)),
            "payments.middle: " + BELOW,
        ),
        (replace(STORY, saturation_limit=-1), "saturation_limit: " + BELOW),
        (replace(STORY, exclusivity_days=-1), "exclusivity_days: " + BELOW),
        (replace(STORY, rights_days=-1), "rights_days: " + BELOW),
        (replace(STORY, paid_use=True), "paid_use: To use content in advertisements, say for how many days."),
        (replace(STORY, disclosure=Text("Iklan", "")), "disclosure: The English words are missing."),
        (changed("stages", 5, to_day=379), "stages.close: The timeline has 400 days; 366 are the most."),
        (changed("payments", 0, percent=29), "payments: The payments add up to 99%, not 100%."),
        (changed("payments", 0, percent=20), "payments: The payments add up to 90%, not 100%."),
        (changed("payments", 0, percent=0), "payments.start: A payment is more than nothing."),
        (
            changed("payments", 0, released_by=Release(Fact.CHECK_IN_ANSWERED, "lost")),
            "payments.start: There is no check-in called “lost”.",
        ),
        (
            changed("payments", 1, released_by=Release(Fact.LIVE_VERIFIED, "lost")),
            "payments.middle: There is no deliverable called “lost”.",
        ),
        (
            changed("payments", 0, released_by=Release(Fact.STAGE_CLOSED, "lost")),
            "payments.start: There is no stage called “lost”.",
        ),
        (
            changed("payments", 0, released_by=Release(Fact.DONE, "honest-review")),
            "payments.start: This payment would never be earned: “honest-review” takes another course.",
        ),
        (
            changed("deliverables", 0, kind=DeliverableKind.TASK),
            "deliverables.first-impression: There is no draft of a task or of an optional post: leave its day empty.",
        ),
        (
            changed("deliverables", 3, kind=DeliverableKind.RAW_CLIPS),
            "deliverables.live-answers: Clips are handed over by their draft: it needs a day.",
        ),
        (changed("deliverables", 3, platforms=()), "deliverables.live-answers: A post needs a platform."),
        (changed("stages", 1, key="fit"), "stages.fit: The key “fit” is used 2 times."),
        (
            changed("stages", 0, title=Text("Cocok", " ")),
            "stages.fit.title: The English words are missing.",
        ),
        (
            with_question(question(QuestionKind.TEXT, key="patch_test")),
            "check_ins.received.questions.patch_test: The key “patch_test” is used 2 times.",
        ),
        (
            with_question(question(QuestionKind.NUMBER, minimum=3, maximum=3)),
            "check_ins.received.questions.extra: A scale or a number needs a smallest and a largest value.",
        ),
        (
            with_question(question(QuestionKind.SCALE, minimum=1)),
            "check_ins.received.questions.extra: A scale or a number needs a smallest and a largest value.",
        ),
        (
            with_question(question(QuestionKind.CHOICE, options=(Option("one", BOTH), Option("one", BOTH)))),
            "check_ins.received.questions.extra: A choice needs at least two different options.",
        ),
        (
            with_question(question(QuestionKind.NUMBER, minimum=-1, maximum=3)),
            "check_ins.received.questions.extra: Nobody can answer with less than 0.",
        ),
        (
            with_question(question(QuestionKind.SCALE, minimum=0, maximum=11)),
            "check_ins.received.questions.extra: A scale has at most 10 steps.",
        ),
        (
            with_question(question(QuestionKind.CHOICE, options=tuple(Option(k, BOTH) for k in ("a", "b", "a")))),
            "check_ins.received.questions.extra: The key “a” is used 2 times.",
        ),
        (
            with_question(
                question(
                    QuestionKind.ATTESTATION,
                    meaning=Meaning.STILL_USING,
                    options=(Option("daily", BOTH), Option("never", BOTH)),
                )
            ),
            "check_ins.received.questions.extra: Nobody could give the answer that it is watched for: “stopped”.",
        ),
        (
            with_question(question(QuestionKind.TEXT, condition=Condition("patch_test", "lost"))),
            "check_ins.received.questions.extra: It depends on an answer that “patch_test” does not have.",
        ),
        (
            with_question(question(QuestionKind.TEXT, condition=Condition("package_photo", YES))),
            "check_ins.received.questions.extra: It depends on an answer that “package_photo” does not have.",
        ),
        (
            with_question(question(QuestionKind.TEXT, condition=Condition("extra", YES))),
            "check_ins.received.questions.extra: It depends on “extra”, which is not asked before it.",
        ),
        (
            with_question(question(QuestionKind.TEXT, hint=Text("", "words"))),
            "check_ins.received.questions.extra.hint: The Indonesian words are missing.",
        ),
    ],
)
def test_a_broken_line_is_named_with_its_reason(template: Template, sentence: str) -> None:
    said = sentences(template)

    assert any(sentence == each or each.endswith(sentence) for each in said), said


def test_grace_counts_when_evidence_has_to_be_in() -> None:
    in_time, too_late = (changed("check_ins", 1, day=day) for day in (11, 12))

    assert sentences(in_time) == []
    assert sentences(too_late) == [
        "deliverables.first-impression: It needs 2 answered check-ins, but only 1 can be in by day 13."
    ]


def test_content_without_a_draft_needs_no_time_for_revisions() -> None:
    assert sentences(changed("deliverables", 0, draft_day=None)) == []


def test_a_template_without_stages_is_no_template() -> None:
    assert check(replace(STORY, stages=())) == [Problem("stages", "A template needs at least one stage.")]


def test_a_template_that_is_written_down_is_read_as_it_was() -> None:
    for template in built_in():
        assert parse(json.loads(json.dumps(dump(template)))) == template


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"anchor": "moonrise"}, "moonrise"),
        ({"version": "1"}, "'1' is no int"),
        ({"colour": "red"}, "Template has no colour"),
        ({"stages": [{"key": "one"}]}, "missing 5 required"),
    ],
)
def test_what_is_no_template_is_not_read_as_one(changes: dict[str, object], wrong: str) -> None:
    with pytest.raises((TypeError, ValueError), match=wrong):
        parse(dump(STORY) | changes)


def test_a_timeline_is_more_than_a_day_and_at_most_a_year() -> None:
    day = replace(STORY.stages[1], from_day=0, to_day=0)
    of_a_day = replace(STORY, stages=(day,), check_ins=(), deliverables=(), payments=STORY.payments[:1])

    assert "stages: The timeline begins and ends on one day." in sentences(of_a_day)
    assert sentences(changed("stages", 5, to_day=STORY.first_day + 366)) == []
    assert sentences(changed("stages", 5, to_day=STORY.first_day + 367)) == [
        "stages.close: The timeline has 367 days; 366 are the most."
    ]


def _with_counted_days(template: Template) -> Template:
    """Return it with the days that what a weekday decides counts as: what is written down leaves no others."""

    def day(counted: int | None, when: When | None) -> Any:
        return counted if when is None else when.latest if when.is_known else 0

    return replace(
        template,
        check_ins=tuple(replace(one, day=day(one.day, one.when)) for one in template.check_ins),
        deliverables=tuple(
            replace(
                one,
                draft_day=day(one.draft_day, one.draft_when),
                publish_day=day(one.publish_day, one.publish_when),
            )
            for one in template.deliverables
        ),
    )


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # a whole template is many draws
@given(st.from_type(Template).map(_with_counted_days))
def test_any_template_is_read_as_it_was_written_and_can_be_checked(template: Template) -> None:
    assert parse(json.loads(json.dumps(dump(template)))) == template
    assert all(str(problem) for problem in check(template))
