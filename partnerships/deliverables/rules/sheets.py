"""A file of numbers, a post in each row: what it says, and what is wrong in which row and column."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from .metrics import FORMULAS, Metric, read_count
from .posts import NAMES, canonical

SHEET_BYTES = 1 << 20
MOST_ROWS = 2000
POST, DAY, WHY = "post", "measured_on", "why"
TOLD = ("creator", "content", "platform", "source", "followers")  # what our own file says beside the numbers
COLUMNS = (*TOLD, POST, DAY, *Metric, *(formula.key for formula in FORMULAS), WHY)
NOT_TEXT = N_("This is no CSV file. Please save the table as CSV, in UTF-8.")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The numbers of one post; `number` counts from 1 as the spreadsheet does, with the header."""

    number: int
    url: str
    measured_on: date
    figures: Mapping[Metric, int]
    why: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in a row, and in which column if it is about one; translated where it is shown."""

    row: int
    column: str
    refusal: Refused


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was understood, and what was not. A row without any number is neither: it was not filled in."""

    rows: list[SheetRow] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


class SheetRefused(Refused):
    """Nothing of a file was taken, because of what is `wrong` in it."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        """Keep what is to be put right."""
        super().__init__(N_("Nothing of the file was taken. Put this right and choose it again."), field="sheet")
        self.wrong = wrong


def read_sheet(content: bytes) -> Sheet:
    """Return the rows of a CSV file with commas, semicolons or tabs; raise `Refused` when it is not one of ours."""
    if len(content) > SHEET_BYTES:
        raise Refused(N_("The file is larger than %(limit)s."), field="sheet", limit="1 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(NOT_TEXT, field="sheet") from None
    lines = _cells(text)
    header = _header(next(lines, (1, []))[1])
    sheet, seen = Sheet(), dict[str, int]()
    for number, cells in lines:
        _read(number, dict(zip(header, cells, strict=False)), sheet, seen)
    if len(sheet.rows) + len(sheet.wrong) > MOST_ROWS:
        raise Refused(N_("These are more than %(most)s rows. Please split the file."), field="sheet", most=MOST_ROWS)
    return sheet


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with its number."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(text.splitlines(), delimiter=separator, strict=True), 1):
            if any(cell.strip() for cell in cells):
                yield number, [cell.strip() for cell in cells]
    except csv.Error:
        raise Refused(NOT_TEXT, field="sheet") from None


def _header(cells: Sequence[str]) -> list[str]:
    """Return the columns, or refuse what is not known: a number that is passed over in silence would be lost."""
    names = [cell.lower() for cell in cells]
    missing = [name for name in (POST, DAY) if name not in names]
    if missing:
        sentence = N_("The first row has to name the columns, with “%(column)s” among them.")
        raise Refused(sentence, field="sheet", column=missing[0])
    strange = [name for name in names if name not in COLUMNS]
    if strange:
        raise Refused(N_("There is no column called “%(column)s”."), field="sheet", column=strange[0][:40])
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise Refused(N_("The column “%(column)s” stands there twice."), field="sheet", column=twice[0])
    return names


def _read(number: int, cells: Mapping[str, str], sheet: Sheet, seen: dict[str, int]) -> None:
    """Put what a row says, or all that is wrong with it, into `sheet`; `seen` are the rows by post."""
    if not any(cells.get(metric) for metric in Metric):
        return
    wrong: list[Wrong] = []
    figures: dict[Metric, int] = {}
    for metric in Metric:
        try:
            count = read_count(cells.get(metric, ""))
        except Refused as refusal:
            wrong.append(Wrong(number, metric, refusal))
        else:
            figures |= {} if count is None else {metric: count}
    url, day = _post(number, cells, wrong), _day(number, cells, wrong)
    if url in seen:
        wrong.append(Wrong(number, POST, Refused(N_("The same stands in row %(row)s."), row=seen[url])))
    seen.setdefault(url, number)
    sheet.wrong.extend(wrong)
    if day is not None and not wrong:
        sheet.rows.append(SheetRow(number, url, day, figures, cells.get(WHY, "")))


def _post(number: int, cells: Mapping[str, str], wrong: list[Wrong]) -> str:
    try:
        return canonical(cells.get(POST, ""), list(NAMES)).url
    except Refused as refusal:
        wrong.append(Wrong(number, POST, refusal))
        return f"row {number}"


def _day(number: int, cells: Mapping[str, str], wrong: list[Wrong]) -> date | None:
    try:
        return date.fromisoformat(cells.get(DAY, ""))
    except ValueError:
        wrong.append(Wrong(number, DAY, Refused(N_("Please write a date, such as 2026-11-23."))))
        return None
