"""Examples to practise on: whole, in both languages, consistent with the rubric, and nothing of a try is kept."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.rules.training import Example, compare, get_example, load_training, read_levels
from partnerships.core.errors import NotFound
from tests.conftest import SignIn
from tests.stories import People

RUBRIC, EXAMPLES = load_training()
EACH = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
TEA = "/review/training/tea-collab"


def reader(sign_in: SignIn, people: People, locale: str) -> FlaskClient:
    client = sign_in(people.reviewer)
    with client.session_transaction() as session:
        session["locale"] = locale
    return client


def test_twelve_examples_of_four_kinds_of_product() -> None:
    categories = [example.category for example in EXAMPLES]

    assert len({example.key for example in EXAMPLES}) == 12
    assert {each: categories.count(each) for each in categories} == {
        "cosmetics": 3,
        "food": 3,
        "household": 3,
        "supplements": 3,
    }


@EACH
def test_every_example_rates_exactly_what_the_rubric_asks_of_its_kind(example: Example) -> None:
    assert list(example.levels) == [criterion.key for criterion in RUBRIC.criteria_for(example.kind)]
    assert all(one.level in {None, 0, 1, 2, 3, 4} for one in example.levels.values())


@EACH
def test_every_example_speaks_both_languages(example: Example) -> None:
    said = [example.title, example.stage, example.shown, example.caption, example.known, example.because]
    said += [one.why for one in example.levels.values()]

    assert all(words.id.strip() and words.en.strip() and words.id != words.en for words in said)


@EACH
def test_what_every_example_decides_could_be_decided_on_the_page(example: Example) -> None:
    assert set(example.blockers) <= {blocker.key for blocker in RUBRIC.blockers}
    assert set(example.tags) <= {tag.key for tag in RUBRIC.naturalness}
    assert set(example.reasons) <= {reason.key for reason in RUBRIC.reasons_for(example.outcome)}
    assert bool(example.blockers or example.reasons) is (example.outcome is not Outcome.APPROVED)
    assert ("B1" in example.blockers) is (example.levels["C2"].level in {0, 1})


def test_the_examples_use_the_whole_scale_and_more_than_one_decision() -> None:
    levels = {one.level for example in EXAMPLES for one in example.levels.values()}

    assert levels == {None, 0, 1, 2, 3, 4}
    assert {example.outcome for example in EXAMPLES} == {Outcome.APPROVED, Outcome.CHANGES_REQUESTED}


def test_a_piece_with_drawbacks_is_approved_and_one_with_a_high_score_is_not() -> None:
    sambal, cured = get_example("sambal-too-salty")[0], get_example("acne-cured")[0]
    scores = [RUBRIC.score({key: one.level for key, one in each.levels.items()}) or 0 for each in (sambal, cured)]

    assert sambal.outcome is Outcome.APPROVED
    assert cured.outcome is Outcome.CHANGES_REQUESTED
    assert min(scores) > 60


def test_an_unknown_example_is_not_found() -> None:
    with pytest.raises(NotFound):
        get_example("nobody-wrote-this")


def test_two_levels_apart_is_far_and_not_applicable_is_far_from_nothing() -> None:
    example, after = get_example("tea-collab")
    asked = RUBRIC.criteria_for(example.kind)  # the example says 3, 1, 2

    compared = compare(asked, example, read_levels(asked, {"C1": "3", "C2": "3", "C4": "na", "C9": "1"}))

    assert [(one.is_alike, one.is_far) for one in compared] == [(True, False), (False, True), (False, False)]
    assert after == "detergent-read-aloud"


def test_what_is_no_level_is_left_out() -> None:
    assert read_levels(RUBRIC.criteria, {"C1": "5", "C2": "-1", "C3": "", "C4": "x" * 9000, "C5": "²"}) == {}


@pytest.mark.parametrize("locale", ["id", "en"])
def test_the_reasoning_appears_after_ones_own_levels(sign_in: SignIn, people: People, locale: str) -> None:
    client = reader(sign_in, people, locale)
    example, _ = get_example("tea-collab")
    listed = client.get("/review/training").text

    before = unescape(client.get(TEA).text)
    after = unescape(client.get(f"{TEA}?tried=1&C1=3&C2=3&C4=na").text)

    assert f'href="{TEA}"' in listed
    assert example.shown.in_(locale) in before
    assert example.caption.in_(locale) in before
    assert example.because.in_(locale) not in before
    assert all(one.why.in_(locale) not in before for one in example.levels.values())
    assert example.because.in_(locale) in after
    assert all(one.why.in_(locale) in after for one in example.levels.values())


def test_levels_that_are_missing_are_asked_for_where_they_are_missing(sign_in: SignIn, people: People) -> None:
    client = reader(sign_in, people, "en")

    answered = client.get(f"{TEA}?tried=1&C1=3&C2=9")

    assert answered.status_code == 422
    assert re.findall(r'id="(C\d)-error"', answered.text) == ["C2", "C4"]
    assert 'name="C1" value="3" checked' in answered.text
    assert "How an experienced reviewer sees it" not in answered.text


def test_the_last_example_leads_back(sign_in: SignIn, people: People) -> None:
    client = reader(sign_in, people, "en")
    levels = "&".join(f"{criterion.key}=4" for criterion in RUBRIC.criteria)

    text = client.get(f"/review/training/{EXAMPLES[-1].key}?tried=1&{levels}").text

    assert "Next example" not in text
    assert 'href="/review/training"' in text


def test_creators_do_not_practise(sign_in: SignIn, people: People) -> None:
    client = sign_in(people.creator)

    assert client.get("/review/training").status_code in {403, 404}
    assert client.get("/review/training/nobody-wrote-this").status_code in {403, 404}


def test_an_example_that_nobody_wrote_is_no_page(sign_in: SignIn, people: People) -> None:
    assert reader(sign_in, people, "en").get("/review/training/nobody-wrote-this").status_code == 404
