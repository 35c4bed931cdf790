"""Spark codes: TikTok's permission to run somebody's own post as an advertisement, until a day."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.plans.rules.templates import SPARK_PERIODS

CODE_LENGTH = 200

_CODE = re.compile(r"[!-~]{4,200}")  # what is pasted is one word of plain characters, such as "#x1Yz…="


@dataclass(frozen=True, slots=True)
class SparkCode:
    """A code, and the last day on which it is valid where the creator lives."""

    code: str
    until: date


def read_code(code: str, until: date | None, today: date) -> SparkCode | None:
    """Return the code as it was pasted, None when there is none; raise `Refused` beside what is wrong."""
    code = code.strip()
    if not code:
        return None
    if not _CODE.fullmatch(code):
        raise Refused(N_("Please paste the Spark code alone, as TikTok shows it."), field="spark_code")
    if until is None:
        raise Refused(N_("Please say until which day the Spark code is valid."), field="spark_until")
    if until < today:
        raise Refused(N_("This Spark code has run out: a new one is needed."), field="spark_until")
    if until > today + timedelta(days=max(SPARK_PERIODS)):
        raise Refused(N_("No Spark code is valid for more than a year."), field="spark_until")
    return SparkCode(code, until)
