from datetime import UTC, datetime, timedelta, timezone

import pytest

from partnerships.core.actor import Actor, Role
from partnerships.core.clock import ManualClock, SystemClock


def test_the_real_clock_is_aware_and_goes_forward() -> None:
    clock = SystemClock()

    first, second = clock.now(), clock.now()

    assert first.tzinfo is UTC
    assert timedelta() <= second - first < timedelta(minutes=1)


def test_a_manual_clock_moves_only_when_told_to() -> None:
    clock = ManualClock()
    begun = clock.now()

    clock.advance(days=1, minutes=30)

    assert clock.now() - begun == timedelta(days=1, minutes=30)
    assert clock.now() == clock.now()


def test_a_manual_clock_keeps_utc_whatever_it_is_set_to() -> None:
    clock = ManualClock()

    clock.set(datetime(2026, 3, 1, 7, tzinfo=timezone(timedelta(hours=7))))

    assert clock.now() == datetime(2026, 3, 1, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta()


def test_the_clock_as_an_actor_is_nobodys_account() -> None:
    assert Actor(7, 1, Role.OWNER).person_id == 7
    with pytest.raises(ValueError, match="no account"):
        _ = Actor(None, 1, Role.SYSTEM).person_id
