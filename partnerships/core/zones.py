"""Dates and hours where a person lives, as moments in UTC."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

DEFAULT_ZONE = "Asia/Jakarta"
INDONESIAN = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
OFFERED = (
    *INDONESIAN,
    *("Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Bangkok", "Asia/Tokyo", "Australia/Sydney"),
    *("Europe/Berlin", "Europe/London", "America/New_York"),
)  # where most of us live; every other zone can be named too
END_OF_DAY = time(23, 59)


def moment(day: date, at: time, zone: str) -> datetime:
    """Return `day` at local time `at` in `zone` (an IANA name) as UTC.

    A local time that daylight saving skips moves forward by the length of the gap; one that happens twice is the
    first of the two (PEP 495, fold=0 does both).
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """Return 23:59 of `day` in `zone` as UTC: what "due on a day" means."""
    return moment(day, END_OF_DAY, zone)


def day_in(zone: str, at: datetime) -> date:
    """Return the date that `zone` has at the moment `at`."""
    return at.astimezone(ZoneInfo(zone)).date()


def city_of(zone: str) -> str:
    """Return the place that a zone is called after, such as "Kuala Lumpur"."""
    return zone.rpartition("/")[2].replace("_", " ")


def written(zone: str) -> str:
    """Return a zone as people write it where they choose one, such as "WITA (Makassar)" or "Kuala Lumpur"."""
    if zone in INDONESIAN:
        return f"{INDONESIAN[zone]} ({city_of(zone)})"
    return city_of(zone) if zone in OFFERED else zone


def read(text: str) -> str:
    """Return the zone that somebody means by a name, a place or "WITA"; what means none comes back as it is."""
    meant = " ".join(text.split())
    for names in (written, city_of, INDONESIAN.get):
        for zone in OFFERED:
            name = names(zone)
            if name and name.casefold() == meant.casefold():
                return zone
    return meant


def is_zone(name: str) -> bool:
    """Say whether `name` is an IANA zone this machine knows: a place in a region, or UTC.

    Names of one word are others' nicknames ("Singapore"), or mean what is set on this machine today ("localtime").
    """
    return ("/" in name or name == "UTC") and name in available_timezones()
