from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.zones import OFFERED, city_of, day_in, end_of, is_zone, moment, read, written

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"}))
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
NO_PLACES = ("localtime", "posixrules", "Factory", "Singapore", "EST5EDT", "posix/Asia/Jakarta", "right/Asia/Jakarta")
LONGEST_GAP = timedelta(days=1)  # islands that crossed the date line skipped a whole day


@given(DAYS, st.times(), ZONES)
def test_a_local_time_is_that_time_or_just_behind_a_gap(day: date, at: time, zone: str) -> None:
    at = at.replace(fold=0)

    back = moment(day, at, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert timedelta() <= back - datetime.combine(day, at) <= LONGEST_GAP


@given(DAYS, ZONES)
def test_the_next_day_never_ends_earlier(day: date, zone: str) -> None:
    assert end_of(day, zone) <= end_of(day + timedelta(days=1), zone)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 30), timezones=st.just(UTC)), ZONES)  # noqa: DTZ001 - hypothesis adds the zone
def test_a_moment_is_never_after_the_last_minute_of_its_day(at: datetime, zone: str) -> None:
    end = end_of(day_in(zone, at), zone)

    assert at - end < timedelta(minutes=1, hours=1)  # the last hour of a day may happen twice


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2028, 2, 29), date(2025, 2, 28), date(2026, 12, 31)])
def test_the_last_days_of_months_and_leap_days_end_like_others(day: date) -> None:
    assert end_of(day, "Asia/Jakarta") == datetime(day.year, day.month, day.day, 16, 59, tzinfo=UTC)


def test_a_skipped_hour_moves_forward_by_the_gap() -> None:
    skipped = moment(date(2026, 3, 29), time(2, 30), "Europe/Berlin")

    assert skipped.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)


def test_an_hour_that_happens_twice_is_the_first() -> None:
    first = moment(date(2026, 10, 25), time(2, 30), "Europe/Berlin")

    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_three_zones_of_indonesia_end_their_day_an_hour_apart() -> None:
    day = date(2026, 1, 26)

    ends = [end_of(day, f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura")]

    assert ends == [datetime(2026, 1, 26, hour, 59, tzinfo=UTC) for hour in (16, 15, 14)]


def test_midnight_belongs_to_the_day_that_begins() -> None:
    assert day_in("Asia/Jakarta", datetime(2026, 1, 25, 17, tzinfo=UTC)) == date(2026, 1, 26)
    assert day_in("Asia/Jakarta", datetime(2026, 1, 25, 16, 59, 59, tzinfo=UTC)) == date(2026, 1, 25)


@pytest.mark.parametrize("name", ["", "Jakarta", "../etc/passwd", "Asia/Jakarta ", *NO_PLACES])
def test_what_is_no_zone_is_recognised(name: str) -> None:
    assert not is_zone(name)
    assert is_zone("Asia/Jakarta")


@pytest.mark.parametrize("name", ["Asia/Jakarta", "America/Argentina/Ushuaia", "Etc/GMT-7", "UTC"])
def test_a_place_in_a_region_and_utc_are_zones(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize("zone", OFFERED)
def test_a_zone_is_read_as_it_is_written_and_by_its_name_or_city(zone: str) -> None:
    assert {read(written(zone)), read(f"  {written(zone).upper()} "), read(city_of(zone)), read(zone)} == {zone}


@pytest.mark.parametrize("text", ["", " \t ", "Mars", "Mars/Olympus", "(Jakarta)"])
def test_what_means_no_zone_stays_as_it_is(text: str) -> None:
    assert read(text) == text.strip()
