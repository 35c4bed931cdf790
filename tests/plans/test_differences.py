from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from partnerships.plans.rules.dates import CLOCKS, StepKind
from partnerships.plans.rules.differences import Change, Made, counts_otherwise, difference
from partnerships.plans.rules.templates import load
from partnerships.plans.wording import change_text, length_text

TEMPLATE = load("usage-3m")
NAMES = st.builds(lambda kind, key: f"{kind}:{key}", st.sampled_from(StepKind), st.sampled_from(["a", "b", "c:d"]))
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1)).map(date.isoformat)
VERSIONS = st.dictionaries(NAMES, DAYS)
MARCH = date(2026, 3, 2)


def test_what_moved_came_and_went_is_listed_by_day_and_the_rest_is_not() -> None:
    old = {"draft:teaser": "2026-03-05", "check_in:first-week": "2026-03-01", "publish:teaser": "2026-03-12"}
    new = {"draft:teaser": "2026-03-08", "check_in:first-week": "2026-03-01", "keep_live:teaser": "2026-03-07"}

    changes = difference(old, new)

    assert changes == [
        Change("teaser", StepKind.KEEP_LIVE, None, date(2026, 3, 7)),
        Change("teaser", StepKind.DRAFT, date(2026, 3, 5), date(2026, 3, 8)),
        Change("teaser", StepKind.PUBLISH, date(2026, 3, 12), None),
    ]
    assert [change.days for change in changes] == [0, 3, 0]


@given(VERSIONS, VERSIONS)
def test_the_difference_leads_from_one_version_to_the_other(old: dict[str, str], new: dict[str, str]) -> None:
    made = dict(old)
    for change in difference(old, new):
        name = f"{change.kind}:{change.key}"
        made |= {name: change.new_on.isoformat()} if change.new_on else {}
        if change.new_on is None:
            del made[name]

    assert made == new
    assert difference(new, new) == []


@given(VERSIONS, VERSIONS)
def test_the_way_back_undoes_every_day(old: dict[str, str], new: dict[str, str]) -> None:
    there, back = difference(old, new), difference(new, old)

    assert {(c.kind, c.key): c.days for c in there} == {(c.kind, c.key): -c.days for c in back}


@pytest.mark.parametrize(
    ("locale", "days", "said"),
    [
        ("en", 3, "Mon, 2 Mar → Thu, 5 Mar 2026 (3 days later)"),
        ("en", -1, "Mon, 2 Mar → Sun, 1 Mar 2026 (1 day earlier)"),
        ("id", 3, "Sen, 2 Mar → Kam, 5 Mar 2026 (3 hari lebih lambat)"),
        ("id", -1, "Sen, 2 Mar → Min, 1 Mar 2026 (1 hari lebih cepat)"),
    ],
)
def test_a_move_is_said_with_both_days_and_its_length(app: Flask, locale: str, days: int, said: str) -> None:
    change = Change("first-impression", StepKind.DRAFT, MARCH, MARCH + timedelta(days=days))

    with app.test_request_context(headers={"Accept-Language": locale}):
        assert change_text(change, TEMPLATE).endswith(f": {said}")


@pytest.mark.parametrize("kind", sorted(set(StepKind) - CLOCKS))
@pytest.mark.parametrize("locale", ["id", "en"])
def test_every_kind_of_date_has_a_name_when_it_comes_and_when_it_goes(app: Flask, kind: StepKind, locale: str) -> None:
    key = {
        StepKind.STAGE_OPENS: TEMPLATE.stages[0].key,
        StepKind.STAGE_CLOSES: TEMPLATE.stages[0].key,
        StepKind.CHECK_IN: TEMPLATE.check_ins[0].key,
    }.get(kind, TEMPLATE.deliverables[0].key)

    with app.test_request_context(headers={"Accept-Language": locale}):
        came = change_text(Change(key, kind, None, MARCH), TEMPLATE)
        went = change_text(Change(key, kind, MARCH, None), TEMPLATE)

    assert came != went
    assert "%(" not in came + went


@pytest.mark.parametrize(("locale", "said"), [("id", "sekitar 4 bulan"), ("en", "about 4 months")])
def test_how_long_a_template_takes_is_said_in_the_readers_language(app: Flask, locale: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": locale}):
        assert length_text(TEMPLATE) == said


def made(*reasons: str, undone: int | None = None) -> list[Made]:
    """Return versions that were made for these reasons, each with days of its own; one of them was taken back."""
    return [Made(reason, {"stage_opens:first": str(place)}, place == undone) for place, reason in enumerate(reasons)]


@pytest.mark.parametrize(
    ("versions", "otherwise"),
    [
        ([], False),
        (made("drafted", "shifted", "step_moved"), False),
        (made("drafted", "anchor_moved"), True),
        (made("anchor_moved", "shifted"), False),
        (made("anchor_moved", "undone", undone=0), True),
        (made("drafted", "anchor_moved", "undone", undone=1), False),
        (made("drafted", "received"), True),
        ([Made("drafted", {}), Made("received", {})], False),
    ],
)
def test_a_version_counts_from_another_day_once_the_start_has_moved(versions: list[Made], *, otherwise: bool) -> None:
    assert counts_otherwise(versions) is otherwise
