"""Spark codes: what one is, and that a post which is promised with one counts only together with a valid one."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from partnerships.core.errors import NotFound, Refused
from partnerships.database.work import Transactions
from partnerships.deliverables import publishing, verifying
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.sparks import SparkCode, read_code
from partnerships.plans.rules.checking import check
from partnerships.plans.rules.templates import Template, load
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, payment_states, post, state_of
from tests.portfolio.test_pages import english
from tests.stories import People, start

TODAY = date(2026, 1, 5)
CODE = "#x1Yz8+Q=="


def changed(index: int, **changes: object) -> Template:
    """Return template E with one piece of content changed."""
    licensed = load("ugc-license")
    content = list(licensed.deliverables)
    content[index] = replace(content[index], **changes)  # type: ignore[arg-type]  # any field
    return replace(licensed, deliverables=tuple(content))


@pytest.mark.parametrize(
    ("code", "until", "field"),
    [
        ("my code is #x1", TODAY, "spark_code"),
        ("#x", TODAY, "spark_code"),
        (CODE, None, "spark_until"),
        (CODE, TODAY - timedelta(days=1), "spark_until"),
        (CODE, TODAY + timedelta(days=366), "spark_until"),
    ],
)
def test_what_is_no_valid_code_is_said_beside_its_field(code: str, until: date | None, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_code(code, until, TODAY)

    assert refusal.value.field == field


def test_a_code_is_taken_as_it_was_pasted_and_none_is_none() -> None:
    assert read_code(f" {CODE}\n", TODAY, TODAY) == SparkCode(CODE, TODAY)
    assert read_code("  ", None, TODAY) is None


def test_only_a_post_on_tiktok_is_promised_with_a_code_for_as_long_as_tiktok_gives_one() -> None:
    assert load("ugc-license").deliverable("spark-post").spark_days == 60
    elsewhere = changed(1, platforms=("instagram",))
    of_clips = changed(0, spark_days=30)
    for_ever = changed(1, spark_days=61)
    assert [str(problem) for problem in check(elsewhere)] == [
        "deliverables.spark-post: Only a post on TikTok has a Spark code."
    ]
    assert [str(problem) for problem in check(of_clips)] == [
        "deliverables.raw-clips: Only a post on TikTok has a Spark code."
    ]
    assert [str(problem) for problem in check(for_ever)] == [
        "deliverables.spark-post: TikTok gives Spark codes for 7, 30, 60 or 365 days."
    ]


def test_a_post_counts_and_is_paid_for_only_together_with_a_valid_code(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    partnership_id = start(transactions, people, TODAY, template_key="ugc-license")
    content = deliverable_called(transactions, people, partnership_id, "spark-post")
    post(transactions, people.creator, content)

    with pytest.raises(Refused, match="a valid Spark code"), transactions.begin(people.manager) as work:
        verifying.check_live(work, content, found=True, label_on=True, note="")

    assert state_of(transactions, people, content) is DeliverableState.PUBLISHED_UNVERIFIED
    sent = {"url": "https://www.tiktok.com/@dewi/video/7301", "label_on": "yes", "act": "post"}
    until = (TODAY + timedelta(days=60)).isoformat()
    sign_in(people.creator).post(
        f"/me/deliverables/{content}/post", data=sent | {"spark_code": CODE, "spark_until": until}
    )
    manager = english(sign_in(people.manager))
    page = unescape(manager.get(f"/deliverables/{content}/live").text)
    seen = {"found": "yes", "label_on": "y", "note": ""}
    without = manager.post(f"/deliverables/{content}/live", data=seen | {"spark_code": "", "spark_until": ""})
    before = payment_states(transactions, people, partnership_id)
    manager.post(f"/deliverables/{content}/live", data=seen | {"spark_code": CODE, "spark_until": until})

    assert re.search(rf'name="spark_code"[^>]*value="{re.escape(CODE)}"', page)
    assert f'value="{until}"' in page
    assert without.status_code == 422
    assert "It counts together with a valid Spark code." in without.text
    assert before == ["planned", "planned", "planned"]
    assert payment_states(transactions, people, partnership_id) == ["planned", "earned", "planned"]
    assert f"Spark code {CODE}, valid until" in unescape(manager.get(f"/deliverables/{content}").text)


def test_a_creator_adds_the_code_after_the_link_and_a_new_one_later(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    partnership_id = start(transactions, people, TODAY, template_key="ugc-license")
    content = deliverable_called(transactions, people, partnership_id, "spark-post")
    post(transactions, people.creator, content)
    creator, address = english(sign_in(people.creator)), f"/me/deliverables/{content}"
    until = (TODAY + timedelta(days=60)).isoformat()

    asked = creator.get(address).text
    wrong = creator.post(address, data={"act": "spark", "spark_code": CODE, "spark_until": "2026-01-01"})
    empty = creator.post(address, data={"act": "spark", "spark_code": "", "spark_until": ""})
    creator.post(address, data={"act": "spark", "spark_code": "#an-old-one", "spark_until": until})
    creator.post(address, data={"act": "spark", "spark_code": CODE, "spark_until": until})

    assert "Without it the post does not count yet." in asked
    assert (wrong.status_code, "This Spark code has run out" in wrong.text) == (422, True)
    assert f'value="{CODE}"' in unescape(wrong.text)
    assert (empty.status_code, "Please paste the Spark code." in empty.text) == (422, True)
    told = unescape(creator.get(address).text)
    assert f"Spark code {CODE}, valid until" in told
    assert "A new code takes the place of the one that you have sent." in told
    manager = english(sign_in(people.manager))
    assert f'value="{CODE}"' in unescape(manager.get(f"/deliverables/{content}/live").text)
    assert "Gave a Spark code for" in manager.get(f"/partnerships/{partnership_id}/history").text


def test_nobody_is_asked_for_a_code_that_is_not_awaited(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, TODAY, template_key="ugc-license")
    unposted = deliverable_called(transactions, people, partnership_id, "spark-post")

    with pytest.raises(Refused, match="No Spark code is awaited"), transactions.begin(people.creator) as work:
        publishing.add_code(work, unposted, spark_code=CODE, spark_until=TODAY)
    with pytest.raises(NotFound), transactions.begin(people.other_creator) as work:
        publishing.add_code(work, unposted, spark_code=CODE, spark_until=TODAY)
