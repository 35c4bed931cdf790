"""Rows of a spreadsheet: read however they are separated and headed, and told row by row what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.creators.rules.pasting import Column, Known, PastedRow, Problem, match_rows, read_rows

AYU = PastedRow(1, "Ayu Maharani", "instagram", "ayu.skin", "6281234567890", "ayu@creator.example")


@pytest.mark.parametrize(
    "text",
    [
        "Ayu Maharani\t@ayu.skin\t0812-3456-7890\tayu@creator.example",
        "Ayu Maharani; ayu.skin; +62 812 3456 7890; AYU@creator.example",
        "Ayu Maharani,@Ayu.Skin,6281234567890,ayu@creator.example\r\n",
        "Ayu Maharani\t@ayu.skin\t0812-3456-7890\tmailto:ayu@creator.example",
        '"Ayu Maharani"\t"@ayu.skin"\t\'081234567890\t ayu@creator.example ',
        '"Ayu\nMaharani",https://www.instagram.com/ayu.skin/?hl=id,81234567890,ayu@creator.example',
    ],
)
def test_a_creator_is_read_however_the_cells_are_separated_and_written(text: str) -> None:
    assert read_rows(text).rows == [AYU]
    assert read_rows(text).problems == []


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("E-mail\tNama\tNo. WA\tAkun", "ayu@creator.example\tAyu Maharani\t081234567890\t@ayu.skin"),
        (
            "Name,City,Handle,WhatsApp number,Email address",
            "Ayu Maharani,Bandung,ayu.skin,0812 3456 7890,ayu@creator.example",
        ),
        ("Nama lengkap;Instagram;Email;HP", "Ayu Maharani;ayu.skin;ayu@creator.example;081234567890"),
    ],
)
def test_a_header_in_either_language_says_which_column_is_which(header: str, row: str) -> None:
    (read,) = read_rows(f"{header}\n{row}").rows

    assert (read.number, read.name, read.handle, read.whatsapp, read.email) == (
        2,
        "Ayu Maharani",
        "ayu.skin",
        "6281234567890",
        "ayu@creator.example",
    )


@pytest.mark.parametrize(
    ("cell", "platform", "handle"),
    [
        ("https://www.tiktok.com/@ayu.skin", "tiktok", "ayu.skin"),
        ("tiktok.com/@ayu.skin?lang=id", "tiktok", "ayu.skin"),
        ("https://youtube.com/@ayu", "youtube", "ayu"),
        ("x.com/ayu", "x", "ayu"),
        ("@ayu.skin", "instagram", "ayu.skin"),
    ],
)
def test_an_account_is_taken_out_of_a_profiles_address(cell: str, platform: str, handle: str) -> None:
    (read,) = read_rows(f"Ayu\t{cell}").rows

    assert (read.platform, read.handle) == (platform, handle)


def test_a_column_that_is_headed_by_a_platform_names_it() -> None:
    (read,) = read_rows("Nama\tTikTok\nAyu\t@ayu").rows

    assert read.platform == "tiktok"


def test_what_is_wrong_is_told_by_row_and_column_and_the_other_rows_are_read() -> None:
    pasted = read_rows(
        "Nama\tAkun\tWA\tEmail\n"
        "\t@ayu\t081234567890\tayu@creator.example\n"
        "Bagas\t@ba gas\t0812\tbagas@creator\n"
        "\n"
        "Citra\t@citra\t\tcitra@creator.example\n"
        "Citra lagi\t@citra2\t\tCITRA@creator.example\n"
        "Kembar\t@CITRA\t\tkembar@creator.example\n"
    )

    assert [row.name for row in pasted.rows] == ["Citra"]
    assert [(problem.row, problem.column) for problem in pasted.problems] == [
        (2, Column.NAME),
        (3, Column.HANDLE),
        (3, Column.WHATSAPP),
        (3, Column.EMAIL),
        (6, Column.EMAIL),
        (7, Column.HANDLE),
    ]
    assert pasted.problems[4] == Problem(6, Column.EMAIL, "The same stands in row %(row)s.", {"row": 5}, "Citra lagi")
    assert [problem.name for problem in pasted.problems] == ["", *["Bagas"] * 3, "Citra lagi", "Kembar"]


def test_a_quotation_mark_that_is_never_closed_is_told_and_swallows_nothing_silently() -> None:
    pasted = read_rows('Ayu\t@ayu\n"Bagas\t@bagas\nCitra\t@citra')

    assert [row.name for row in pasted.rows] == ["Ayu"]
    assert [(problem.row, problem.column) for problem in pasted.problems] == [(2, None)]


@pytest.mark.parametrize("text", ["", "\n \t \n", "Nama\tAkun\tWA\tEmail", "\ufeff"])
def test_nothing_is_read_from_nothing(text: str) -> None:
    assert read_rows(text).rows == []


@given(st.text(alphabet="ab@.,;\t\n\"' 0862:/", max_size=200))
def test_whatever_is_pasted_every_row_is_read_or_told_about(text: str) -> None:
    pasted = read_rows(text)

    told = {problem.row for problem in pasted.problems}
    assert not told & {row.number for row in pasted.rows}
    assert all(row.name for row in pasted.rows)
    emails = [row.email for row in pasted.rows if row.email]
    assert len(emails) == len(set(emails))


KNOWN = Known(
    {"ayu@creator.example": 7},
    {("instagram", "ayu.skin"): 7, ("tiktok", "bagas"): 8, ("tiktok", "kembar"): 7, ("youtube", "kembar"): 8},
    {"6281200000007": 7, "6281200000008": 8},
    frozenset({"rina@glow.example"}),
)


@pytest.mark.parametrize(
    ("row", "creator_id"),
    [
        ("Ayu\t\t\tayu@creator.example", 7),
        ("Ayu\t@ayu.skin", 7),
        ("Bagas\ttiktok.com/@bagas\t\tnew@creator.example", 8),
        ("Bagas\t@bagas", 8),  # one creator is called so, wherever it is
        ("Bagas\t\t0812 0000 0008", 8),
        ("Bagas\t@bagas.baru\t0812 0000 0008", 8),
        ("Ayu\t@kembar\t0812 0000 0007\tayu@creator.example", 7),
        ("Citra\t@citra\t\tcitra@creator.example", None),
        ("Citra\tinstagram.com/bagas\t0812 0000 0009\tcitra@creator.example", None),
    ],
)
def test_a_creator_is_known_by_address_account_or_number(row: str, creator_id: int | None) -> None:
    matched, problems = match_rows(read_rows(row), KNOWN)

    assert ([one for _, one in matched], problems) == ([creator_id], [])


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        ("Ayu\ttiktok.com/@bagas\t\tayu@creator.example", 1, Column.HANDLE),  # the account is somebody else's
        ("Ayu\t@bagas\t\tayu@creator.example", 1, Column.HANDLE),
        ("Ayu\t\t0812 0000 0008\tayu@creator.example", 1, Column.WHATSAPP),
        ("Ayu\t@ayu.skin\t0812 0000 0008", 1, Column.WHATSAPP),
        ("Kembar\t@kembar", 1, Column.HANDLE),  # two are called so
        ("Bagas lain\t@bagas\t\tnew@creator.example", 1, Column.HANDLE),  # perhaps somebody else elsewhere
        ("Citra\t@citra\t0812 0000 0008\tcitra@creator.example", 1, Column.WHATSAPP),  # perhaps an agency's
        ("Bagas\t@bagas\nBagas\t\t0812 0000 0008", 2, None),
        ("Citra\t@citra", 1, Column.EMAIL),
        ("Citra\t\t\tcitra@creator.example", 1, Column.HANDLE),
        ("Rina\t@rina\t\trina@glow.example", 1, Column.EMAIL),
        ("Ayu\t@ayu.skin\nAyu\t\t\tayu@creator.example", 2, None),  # the same creator, by account and by address
    ],
)
def test_a_row_that_cannot_be_used_here_says_why(rows: str, row: int, column: Column | None) -> None:
    matched, problems = match_rows(read_rows(rows), KNOWN)

    assert len(matched) == row - 1
    assert [(problem.row, problem.column) for problem in problems] == [(row, column)]
