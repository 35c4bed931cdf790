"""What the demo's creators write: each in words of their own, labelled, and marked as ours."""

from datetime import UTC, datetime
from itertools import count

import pytest

from partnerships.authenticity.rules.analysers.captions import COPIES, DISCLOSURE
from partnerships.authenticity.rules.signals import Material, Said, examine
from partnerships.demo.casting import PARTNERSHIPS
from partnerships.plans.rules.templates import load
from partnerships.story import voices

KEYS = [spec.key for spec in load("usage-3m").deliverables if spec.draft_day is not None]


def material(caption: str, said: tuple[Said, ...] = ()) -> Material:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    return Material(caption=caption, category="general", received_on=None, submitted_at=at, said=said)


@pytest.mark.parametrize("key", KEYS)
def test_no_two_of_the_demos_creators_write_alike(key: str) -> None:
    creators = zip(count(1), [one.creator for one in PARTNERSHIPS], strict=False)
    captions = [voices.caption(creator.niche, key, number) for number, creator in creators]

    found = [
        finding.code
        for place, caption in enumerate(captions)
        for finding in examine(
            COPIES, material(caption, tuple(Said("other", other) for other in captions[:place] + captions[place + 1 :]))
        ).findings
    ]

    assert found == []
    assert all(caption.endswith("#demo") for caption in captions)


@pytest.mark.parametrize("key", KEYS)
def test_each_of_them_says_first_that_it_is_paid_for(key: str) -> None:
    outcome = examine(DISCLOSURE, material(voices.caption("skincare", key, 1)))

    assert outcome.findings[0].code == "clear"
