"""One line of a template is changed, and everything else stays as it was."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.plans.rules.editing import (
    KINDS,
    LISTED,
    Basics,
    Place,
    Removed,
    Section,
    digest,
    drop,
    find,
    insert,
    lines,
    new_key,
    put,
    shift,
)
from partnerships.plans.rules.templates import Template, Text, load

STORY = load("usage-3m")
FIRST = {
    Section.STAGES: Place(Section.STAGES, "fit"),
    Section.CHECK_INS: Place(Section.CHECK_INS, "received"),
    Section.QUESTIONS: Place(Section.QUESTIONS, "package_photo", "received"),
    Section.DELIVERABLES: Place(Section.DELIVERABLES, "first-impression"),
    Section.PAYMENTS: Place(Section.PAYMENTS, "start"),
}

every_part = pytest.mark.parametrize("place", FIRST.values(), ids=FIRST)


def keys(template: Template, place: Place) -> list[str]:
    return [line.key for line in lines(template, place)]


@every_part
def test_a_line_is_replaced_where_it_stands(place: Place) -> None:
    old = find(STORY, place)

    same = put(STORY, place, old)  # type: ignore[arg-type]  # it is there

    assert isinstance(old, KINDS[place.section])
    assert same == STORY


@every_part
def test_a_new_line_comes_last(place: Place) -> None:
    new = replace(lines(STORY, place)[0], key="brand-new")

    more = put(STORY, replace(place, key="brand-new"), new)

    assert keys(more, place) == [*keys(STORY, place), "brand-new"]


@every_part
def test_what_was_taken_out_is_put_back_where_it_stood(place: Place) -> None:
    for line in lines(STORY, place):
        less, removed = drop(STORY, replace(place, key=line.key))

        assert removed is not None
        assert line.key not in keys(less, place)
        assert insert(less, Removed.read(json.loads(json.dumps(removed.written())))) == STORY


@every_part
def test_a_line_moves_up_and_down_and_stays_at_the_ends(place: Place) -> None:
    first, last = keys(STORY, place)[0], keys(STORY, place)[-1]

    down = shift(STORY, replace(place, key=first), 1)

    assert keys(down, place)[:2] == [keys(STORY, place)[1], first]
    assert shift(down, replace(place, key=first), -1) == STORY
    assert shift(STORY, replace(place, key=first), -1) == STORY
    assert shift(STORY, replace(place, key=last), 1) == STORY


@every_part
def test_nothing_happens_to_a_line_that_is_not_there(place: Place) -> None:
    lost = replace(place, key="lost")

    assert find(STORY, lost) is None
    assert drop(STORY, lost) == (STORY, None)
    assert shift(STORY, lost, 1) == STORY


def test_a_question_of_a_check_in_that_is_gone_is_nowhere() -> None:
    place = Place(Section.QUESTIONS, "package_photo", "lost")

    assert find(STORY, place) is None
    assert put(STORY, place, STORY.check_ins[0].questions[0]) == STORY


def test_what_is_said_of_the_whole_is_a_line_too() -> None:
    place = Place(Section.BASICS)
    basics = find(STORY, place)

    assert isinstance(basics, Basics)
    assert put(STORY, place, basics) == STORY
    assert put(STORY, place, replace(basics, rights_days=90)) == replace(STORY, rights_days=90)


def test_problems_name_a_line_as_its_place_does() -> None:
    assert [place.row for place in (Place(Section.BASICS), *FIRST.values())] == [
        "basics",
        "stages.fit",
        "check_ins.received",
        "check_ins.received.questions.package_photo",
        "deliverables.first-impression",
        "payments.start",
    ]


def test_two_lines_have_the_same_digest_only_if_they_are_the_same() -> None:
    every = [line for section in LISTED for line in lines(STORY, FIRST[section])]

    assert digest(None) == ""
    assert len({digest(line) for line in every}) == len(every)
    assert digest(every[0]) == digest(replace(every[0]))


@pytest.mark.parametrize(
    ("title", "key"),
    [
        (Text("Kesan Kedua", "Second look!"), "second-look"),
        (Text("Kesan Kedua", ""), "kesan-kedua"),
        (Text("", "Fit"), "fit-2"),
        (Text("", "Café ½"), "cafe-12"),
        (Text("", "日本"), "stage"),
        (Text("", "a" * 90), "a" * 40),
    ],
)
def test_the_key_of_a_new_line_is_made_of_its_words(title: Text, key: str) -> None:
    assert new_key(STORY, Place(Section.STAGES), title) == key


@given(st.text(), st.text())
def test_the_key_of_a_new_line_is_unlike_every_other(first: str, second: str) -> None:
    place = Place(Section.PAYMENTS)
    key = new_key(STORY, place, Text(first, second))

    assert key
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert key not in keys(STORY, place)
