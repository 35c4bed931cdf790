"""Dates, moments and amounts as people read them, in their language and zone."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale, gettext, ngettext

from partnerships.core.zones import INDONESIAN, city_of


def language() -> str:
    """Return "id" or "en": what the reader of this page reads."""
    locale = get_locale()
    return locale.language if locale else "id"


def day_text(day: date, *, year: bool = True) -> str:
    """Return a day with its weekday, such as "Sen, 23 Nov 2026"."""
    return _written(day, "EEE, d MMM y" if year else "EEE, d MMM", _babel())


def due_text(due_on: date, due_by: time | None, zone: str, *, year: bool = True) -> str:
    """Return by when something is due, such as "Sen, 23 Nov 2026", with the time in `zone` where that matters."""
    day = day_text(due_on, year=year)
    return f"{day} {due_by:%H.%M} {zone_name(zone)}" if due_by else day


def weekday_names() -> list[str]:
    """Return the names of the days of the week, from Monday."""
    names = get_day_names("wide", locale=_babel())
    return [str(names[number]) for number in range(7)]


def month_text(day: date) -> str:
    """Return the month of a day, such as "Nov 2026"."""
    return _written(day, "MMM y", _babel())


def moment_text(moment: datetime, zone: str) -> str:
    """Return a moment as the clock in `zone` shows it, with the zone's name."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, 'EEE, d MMM y HH.mm', locale=_babel())} {zone_text(zone, moment)}"


def clock_text(moment: datetime, zone: str) -> str:
    """Return the time of day that the clock in `zone` shows, with the zone's name."""
    return f"{format_datetime(moment.astimezone(ZoneInfo(zone)), 'HH.mm', locale=_babel())} {zone_text(zone, moment)}"


def zone_text(zone: str, moment: datetime) -> str:
    """Return how people call `zone`: WIB, WITA, WIT, or its difference from UTC."""
    return INDONESIAN.get(zone) or f"UTC{moment.astimezone(ZoneInfo(zone)):%z}"


def zone_name(zone: str) -> str:
    """Return a zone as people name it beside no moment: WIB, WITA, WIT, or after its city; one word stays as it is."""
    return INDONESIAN.get(zone) or (gettext("%(city)s time", city=city_of(zone)) if "/" in zone else zone)


def away_text(day: date, today: date) -> str:
    """Return how far `day` is from `today`, in words."""
    days = (day - today).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days == -1:
        return gettext("yesterday")
    if days > 0:
        return ngettext("in %(num)s day", "in %(num)s days", days)
    return ngettext("%(num)s day ago", "%(num)s days ago", -days)


def rupiah(amount: int) -> str:
    """Return an amount such as "Rp1.500.000"."""
    return format_currency(amount, "IDR", format="¤#,##0", currency_digits=False, locale=_babel())


def number_text(number: float) -> str:
    """Return a number with the separators of the reader's language."""
    return format_decimal(number, locale=_babel())


def ratio_text(number: float) -> str:
    """Return a figure between -1 and 1 with two decimals."""
    return format_decimal(number, format="0.00", locale=_babel())


def percent_text(rate: float) -> str:
    """Return a rate, 1.0 for 100 %, such as "4,25%"; what is small keeps its digits."""
    return format_percent(rate, format="#,##0.##%", locale=_babel())


def size_text(size: int) -> str:
    """Return a size of `size` bytes such as "3,4 MB", "82 kB" below one of these, or "2 GB"."""
    mebibytes = size / (1024 * 1024)
    if mebibytes >= 1024:
        return f"{format_decimal(round(mebibytes / 1024, 1), locale=_babel())} GB"
    if mebibytes < 1:
        return f"{format_decimal(round(size / 1024), locale=_babel())} kB"
    return f"{format_decimal(round(mebibytes, 1), locale=_babel())} MB"


def add_formats(app: Flask) -> None:
    """Let templates write dates and amounts as filters."""
    app.jinja_env.filters |= {
        "day": day_text,
        "due": lambda step: due_text(step.due_on, step.due_by, step.zone),
        "moment": moment_text,
        "away": away_text,
        "zone_name": zone_name,
        "rupiah": rupiah,
        "size": size_text,
        "decimal": number_text,
        "ratio": ratio_text,
        "percent": percent_text,
    }


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, locale: str) -> str:
    """Return `format_date`'s answer; a timeline asks for the same few hundred days again and again."""
    return str(format_date(day, pattern, locale=locale))


def _babel() -> str:
    """Return the locale for numbers and dates: English as Indonesians write it, never "IDR" or "+0700"."""
    return "en_ID" if language() == "en" else "id"
