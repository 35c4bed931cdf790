"""The brand's own clock, and whose delay it was."""

from datetime import UTC, date, datetime

import pytest

from partnerships.deliverables.rules.waiting import PutOff, review_due, whose_delay

DUE_AT = datetime(2026, 1, 6, 16, 59, tzinfo=UTC)  # Tuesday night in Jakarta


@pytest.mark.parametrize(
    ("waiting_on", "due"),
    [
        (date(2026, 1, 5), date(2026, 1, 7)),  # Monday to Wednesday
        (date(2026, 1, 8), date(2026, 1, 12)),  # Thursday to Monday
        (date(2026, 1, 9), date(2026, 1, 13)),
        (date(2026, 1, 10), date(2026, 1, 13)),
        (date(2026, 1, 11), date(2026, 1, 13)),
    ],
)
def test_a_decision_is_due_after_two_working_days(waiting_on: date, due: date) -> None:
    assert review_due(waiting_on) == due


def test_nobody_decides_on_a_quiet_day() -> None:
    assert review_due(date(2026, 1, 5), quiet={date(2026, 1, 6)}) == date(2026, 1, 8)


def test_a_quiet_day_is_no_delay_of_the_brand() -> None:
    friday = datetime(2026, 1, 9, 3, tzinfo=UTC)

    assert whose_delay(DUE_AT, DUE_AT, friday, "Asia/Jakarta", {date(2026, 1, 7)}) is PutOff.APPROVED_LATE


@pytest.mark.parametrize(
    ("sent_at", "approved_at", "whose"),
    [
        (DUE_AT, datetime(2026, 1, 8, 16, 59, tzinfo=UTC), PutOff.APPROVED_LATE),  # Thursday, within the promise
        (DUE_AT, datetime(2026, 1, 8, 17, 0, tzinfo=UTC), PutOff.BRAND_LATE),  # Friday
        (datetime(2026, 1, 6, 17, 0, tzinfo=UTC), datetime(2026, 1, 20, tzinfo=UTC), PutOff.APPROVED_LATE),
    ],
)
def test_the_delay_is_the_brands_when_the_draft_came_in_time_and_the_review_took_longer(
    sent_at: datetime, approved_at: datetime, whose: PutOff
) -> None:
    assert whose_delay(sent_at, DUE_AT, approved_at, "Asia/Jakarta") is whose
