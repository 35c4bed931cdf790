"""Rows of a spreadsheet, as people paste them: who they name, and what is wrong in which row and column."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from textwrap import shorten

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from .contacts import handle_name, whatsapp_digits


class Column(StrEnum):
    """What a cell says, in the order that stands when no header says otherwise."""

    NAME = "name"
    HANDLE = "handle"
    WHATSAPP = "whatsapp"
    EMAIL = "email"


COLUMN_LABELS = {
    Column.NAME: N_("Name"),
    Column.HANDLE: N_("Account"),
    Column.WHATSAPP: N_("WhatsApp"),
    Column.EMAIL: N_("E-mail address"),
}
# How people head their columns, in both languages, as `_bare` leaves them.
HEADERS = {
    **dict.fromkeys(("name", "nama", "creator", "kreator", "creatorname", "namakreator", "fullname"), Column.NAME),
    **dict.fromkeys(("namalengkap",), Column.NAME),
    **dict.fromkeys(("handle", "username", "account", "akun", "link", "profile", "profil", "sosmed"), Column.HANDLE),
    **dict.fromkeys(("namaakun", "instagram", "ig", "tiktok", "youtube", "socialmedia"), Column.HANDLE),
    **dict.fromkeys(("whatsapp", "wa", "nowa", "nomorwa", "nowhatsapp", "nomorwhatsapp", "phone"), Column.WHATSAPP),
    **dict.fromkeys(("phonenumber", "hp", "nohp", "nomorhp", "telepon", "telpon", "whatsappnumber"), Column.WHATSAPP),
    **dict.fromkeys(("email", "mail", "surel", "alamatemail", "emailaddress"), Column.EMAIL),
}
PLATFORM_HEADERS = {"instagram": "instagram", "ig": "instagram", "tiktok": "tiktok", "youtube": "youtube"}
HOSTS = {
    "instagram.com": "instagram",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "x.com": "x",
    "twitter.com": "x",
    "facebook.com": "facebook",
}
USUAL = "instagram"  # the platform of an account that says nothing of its own
TAKEN = N_("@%(handle)s is in another creator's file already.")
SEVERAL = N_("Several creators are called @%(handle)s. Please paste the address of the profile.")
OTHER_ACCOUNT = N_(
    "A creator called @%(handle)s is in your files already, with another e-mail address. If this is the same person,"
    " leave the address out here; if not, paste the address of the profile."
)
NUMBER_TAKEN = N_("This WhatsApp number is in another creator's file already.")
OTHER_NUMBER = N_(
    "A creator with this WhatsApp number is in your files already, with another e-mail address. If this is the same"
    " person, leave the address out here; if not, the number."
)
SAME = N_("The same stands in row %(row)s.")
UNSEEN = N_("There is a character in this that cannot be seen. Please type it instead of pasting it.")
LONGEST_NAME = 120  # characters, as in a creator's file
SHOWN_NAME = 40  # characters of it beside what is wrong

# One person at one host with a dot in it: what else an address may be, nobody in a spreadsheet has.
_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?(?:www\.|m\.)?([a-z0-9.-]+\.[a-z]{2,})/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PastedRow:
    """A creator in a row; `number` counts from 1 as the spreadsheet does. What was left out is empty."""

    number: int
    name: str
    platform: str
    handle: str
    whatsapp: str
    email: str
    guessed: bool = field(default=False, compare=False)  # nothing said which platform the account is on


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row, and in which column if it is about one; the sentence is translated where it is shown.

    `name` is what the row calls its creator; empty where it does not say.
    """

    row: int
    column: Column | None
    sentence: str
    values: dict[str, object] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was understood, and what was not: a row with a problem is not among the rows."""

    rows: list[PastedRow]
    problems: list[Problem]


def read_rows(text: str) -> Pasted:
    """Return the creators in `text`, cells between tabs, semicolons or commas, with or without a header."""
    pasted = Pasted([], [])
    layout: Sequence[tuple[Column | None, str]] = [(column, "") for column in Column]
    seen: dict[tuple[Column, str], int] = {}
    is_first = True
    for number, cells in _cells(text, pasted.problems):
        header = _header(cells) if is_first else None
        is_first = False
        if header is not None:
            layout = header
            continue
        row = _row(number, cells, layout, pasted.problems)
        if row is not None and not _repeats(row, seen, pasted.problems):
            pasted.rows.append(row)
    return pasted


def _cells(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with its number; a quotation mark that is never closed ends the reading."""
    reader = csv.reader(
        text.lstrip("\ufeff").splitlines(keepends=True), delimiter=_separator(text), skipinitialspace=True, strict=True
    )
    number = 0
    while True:
        number += 1
        try:
            cells = [" ".join(cell.split()) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(number, None, N_("A quotation mark in this row is not closed.")))
            return
        if any(cells):
            yield number, cells


def _separator(text: str) -> str:
    """Return what stands between the cells: the first of tab, semicolon and comma that there is."""
    return next((sign for sign in "\t;" if sign in text), ",")


def _header(cells: list[str]) -> list[tuple[Column | None, str]] | None:
    """Return which column each cell heads, and the platform it names; None when this is no header."""
    bare = [re.sub(r"[^a-z]", "", cell.lower()) for cell in cells]
    if not any(word in HEADERS for word in bare) or any("@" in cell for cell in cells):
        return None
    return [(HEADERS.get(word), PLATFORM_HEADERS.get(word, "")) for word in bare]


def _row(
    number: int, cells: list[str], layout: Sequence[tuple[Column | None, str]], problems: list[Problem]
) -> PastedRow | None:
    before = len(problems)
    said: dict[Column, str] = {}
    platform = ""
    for (column, named), cell in zip(layout, cells, strict=False):
        if column is not None and cell and column not in said:
            said[column] = cell
            platform = named if column is Column.HANDLE else platform
    platform = platform_of(said.get(Column.HANDLE, "")) or platform
    row = PastedRow(
        number,
        _name(number, said.get(Column.NAME, ""), problems),
        platform or USUAL,
        _handle(number, said.get(Column.HANDLE, ""), problems),
        _whatsapp(number, said.get(Column.WHATSAPP, ""), problems),
        _email(number, said.get(Column.EMAIL, ""), problems),
        guessed=not platform,
    )
    called = shorten(said.get(Column.NAME, ""), SHOWN_NAME, placeholder="…")
    problems[before:] = [replace(problem, name=called) for problem in problems[before:]]
    return row if len(problems) == before else None


def platform_of(handle: str) -> str:
    """Return the platform that a profile's address belongs to, or nothing."""
    host = _HOST.match(handle)
    return HOSTS.get(host[1].lower(), "") if host else ""


def _name(number: int, cell: str, problems: list[Problem]) -> str:
    if not cell:
        problems.append(Problem(number, Column.NAME, N_("The name is missing.")))
    elif any(unicodedata.category(sign) == "Cc" for sign in cell):
        problems.append(Problem(number, Column.NAME, UNSEEN))
    elif len(cell) > LONGEST_NAME:
        problems.append(
            Problem(number, Column.NAME, N_("Please keep this under %(max)d characters."), {"max": LONGEST_NAME})
        )
    return cell


def _handle(number: int, cell: str, problems: list[Problem]) -> str:
    try:
        return handle_name(cell) if cell else ""
    except Refused as refusal:
        problems.append(Problem(number, Column.HANDLE, refusal.sentence))
        return ""


def _whatsapp(number: int, cell: str, problems: list[Problem]) -> str:
    try:
        return whatsapp_digits(cell.lstrip("'"))  # how spreadsheets keep the first zero of a number
    except Refused as refusal:
        problems.append(Problem(number, Column.WHATSAPP, refusal.sentence))
        return ""


def _email(number: int, cell: str, problems: list[Problem]) -> str:
    address = cell.lower().removeprefix("mailto:")  # how a link in a spreadsheet is copied
    if address and not _ADDRESS.fullmatch(address):
        problems.append(Problem(number, Column.EMAIL, N_("This does not look like an e-mail address.")))
    return address


def _repeats(row: PastedRow, seen: dict[tuple[Column, str], int], problems: list[Problem]) -> bool:
    """Say whether an earlier row has the same address or account, and tell of it."""
    account = f"{row.platform}:{row.handle}" if row.handle else ""
    for column, value in ((Column.EMAIL, row.email), (Column.HANDLE, account)):
        if not value:
            continue
        if (column, value) in seen:
            earlier = seen[column, value]
            problems.append(Problem(row.number, column, SAME, {"row": earlier}, row.name))
            return True
        seen[column, value] = row.number
    return False


@dataclass(frozen=True, slots=True)
class Known:
    """Whom an organisation knows already: creators by what rows may say of them, and the addresses of its own team."""

    by_email: Mapping[str, int]
    by_account: Mapping[tuple[str, str], int]  # platform and name there
    by_number: Mapping[str, int]  # only the numbers that one creator has: agencies give theirs for many
    team: frozenset[str]

    def called(self, row: PastedRow) -> set[int]:
        """Return who has the account of `row`: on its platform, or on any where none was said."""
        if not row.guessed:
            account = self.by_account.get((row.platform, row.handle))
            return set() if account is None else {account}
        return {creator_id for (_, name), creator_id in self.by_account.items() if name == row.handle}


def match_rows(pasted: Pasted, known: Known) -> tuple[list[tuple[PastedRow, int | None]], list[Problem]]:
    """Return each row with the id of the creator it means, None for a new one; and all problems, by row."""
    matched: list[tuple[PastedRow, int | None]] = []
    problems = list(pasted.problems)
    rows: dict[int, int] = {}
    for row in pasted.rows:
        creator_id, wrong = _meant(row, known)
        if wrong is None and creator_id in rows:
            wrong = Problem(row.number, None, SAME, {"row": rows[creator_id]}, row.name)
        if wrong is not None:
            problems.append(wrong)
            continue
        if creator_id is not None:
            rows[creator_id] = row.number
        matched.append((row, creator_id))
    return matched, sorted(problems, key=lambda problem: problem.row)


def _meant(row: PastedRow, known: Known) -> tuple[int | None, Problem | None]:
    """Return whom a row means, None for somebody new; or why it cannot be used here.

    An address is surer than an account, and that than a number. An account without its platform, or a number, means
    somebody known only where no address says that it is another person: nobody is planned for by mistake, or twice.
    """
    by_email, called = known.by_email.get(row.email), known.called(row)
    by_number = known.by_number.get(row.whatsapp)
    meant = by_email or next(iter(called), None) or by_number
    if meant is None:
        return None, _unready(row, known.team)
    if called and (meant not in called or (len(called) > 1 and by_email is None)):
        return None, _at(row, Column.HANDLE, SEVERAL if len(called) > 1 else TAKEN)
    if by_number not in {None, meant}:
        return None, _at(row, Column.WHATSAPP, NUMBER_TAKEN)
    is_sure = (row.platform, row.handle) in known.by_account
    if by_email is None and row.email and not is_sure:
        return None, _at(row, *((Column.HANDLE, OTHER_ACCOUNT) if called else (Column.WHATSAPP, OTHER_NUMBER)))
    return meant, None


def _unready(row: PastedRow, team: frozenset[str]) -> Problem | None:
    """Return what is missing of somebody new, or in the way, if anything is."""
    if row.email in team:
        return _at(row, Column.EMAIL, N_("This person belongs to your organisation already."))
    if not row.email:
        return _at(row, Column.EMAIL, N_("A creator who is new to you needs an e-mail address."))
    if not row.handle:
        return _at(row, Column.HANDLE, N_("A creator who is new to you needs an account."))
    return None


def _at(row: PastedRow, column: Column, sentence: str) -> Problem:
    values: dict[str, object] = {"handle": row.handle} if column is Column.HANDLE else {}
    return Problem(row.number, column, sentence, values, row.name)
