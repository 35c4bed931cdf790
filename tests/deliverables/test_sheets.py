"""Numbers in a CSV file: all or nothing, and each mistake told by its row and column."""

import csv
import io
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.metrics import Metric
from partnerships.deliverables.rules.sheets import SheetRow, read_sheet
from partnerships.deliverables.tables import Measurement
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.tables import Step
from tests.check_ins.scenes import running
from tests.conftest import SignIn
from tests.deliverables.scenes import POST_URL, approved, look, post
from tests.portfolio.test_pages import count, english
from tests.stories import People

OTHER_URL = "https://www.tiktok.com/@dewi/video/7302"
HEADER = "post,measured_on,reach,likes,comments"


@pytest.fixture
def posts(transactions: Transactions, people: People) -> list[int]:
    """Return two posts of one campaign that were seen live."""
    partnership_id = running(transactions, people)
    made = []
    for key, url in (("first-impression", POST_URL), ("two-weeks-in", OTHER_URL)):
        content = approved(transactions, people, partnership_id, key)
        made.append(post(transactions, people.creator, content, url))
        look(transactions, people, content)
    return made


def choose(manager: FlaskClient, people: People, content: str | bytes) -> TestResponse:
    """Send a file as the manager does."""
    sent = content.encode() if isinstance(content, str) else content
    address = f"/campaigns/{people.campaign_id}/numbers"
    return manager.post(address, data={"sheet": (io.BytesIO(sent), "numbers.csv")})


def kept(transactions: Transactions, people: People) -> list[tuple[int, str, int | None, int | None]]:
    """Return what is on record."""
    with transactions.looking(people.manager) as reading:
        found = reading.session.scalars(select(Measurement).order_by(Measurement.id))
        return [(one.post_id, one.source, one.reach, one.likes) for one in found]


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_file_is_read_with_any_separator_and_empty_rows_are_passed_over(between: str) -> None:
    rows = [HEADER, f"{POST_URL},2026-01-05,12500,300,", "", f"{OTHER_URL},2026-01-05,,,"]

    sheet = read_sheet("\ufeff".encode() + "\r\n".join(rows).replace(",", between).encode())

    figures = {Metric.REACH: 12_500, Metric.LIKES: 300}
    assert sheet.rows == [SheetRow(2, POST_URL, date(2026, 1, 5), figures, "")]
    assert sheet.wrong == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "“post” among them"),
        (b"post,likes\n", "“measured_on” among them"),
        (b"post,measured_on,likess\n", "no column called “likess”"),
        (b"post,measured_on,likes,likes\n", "“likes” stands there twice"),
        (b"\xff\xfe\x00post", "no CSV file"),
        (b'post,measured_on\n"x', "no CSV file"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
        (f"{HEADER}\n".encode() + f"{POST_URL},2026-01-05,1,1,1\n".encode() * 2001, "more than 2000 rows"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        read_sheet(content)

    assert refused.value.field == "sheet"


def test_all_mistakes_are_told_by_row_and_column() -> None:
    rows = [
        HEADER,
        f"{POST_URL},5 January,many,-1,2",
        "https://www.tiktok.com/@dewi,2026-01-05,1,1,1",
        f"{POST_URL}?lang=id,2026-01-05,1,1,1",
    ]

    sheet = read_sheet("\n".join(rows).encode())

    assert [(one.row, one.column) for one in sheet.wrong] == [
        (2, "reach"),
        (2, "likes"),
        (2, "measured_on"),
        (3, "post"),
        (4, "post"),
    ]
    assert sheet.rows == []


def test_a_file_with_one_wrong_row_leaves_nothing_and_the_page_says_which(
    transactions: Transactions, people: People, posts: list[int], sign_in: SignIn
) -> None:
    manager = english(sign_in(people.manager))
    good = f"{HEADER}\n{POST_URL},2026-01-05,9000,300,20\n"
    unknown = "https://www.tiktok.com/@dewi/video/9999,2026-01-05,1,1,1\n"

    refused = choose(manager, people, good + unknown + f"{OTHER_URL},2027-01-05,1,1,1\n")
    none = manager.post(f"/campaigns/{people.campaign_id}/numbers", data={})

    page = " ".join(unescape(refused.text).split())
    assert refused.status_code == 422
    assert "Row 3, post: Nobody has seen this post live in this campaign." in page
    assert "Row 4, measured_on: This day is still to come." in page
    assert (none.status_code, "Please choose a file." in none.text) == (422, True)
    assert len(posts) == 2
    assert kept(transactions, people) == []


def test_a_file_is_taken_once_and_settles_what_creators_are_asked_for(
    transactions: Transactions, people: People, posts: list[int], sign_in: SignIn, clock: ManualClock
) -> None:
    manager = english(sign_in(people.manager))
    clock.advance(days=7)
    rows = f"{HEADER}\n{POST_URL},2026-01-12,9000,300,20\n{OTHER_URL},2026-01-12,100,3,2\n"

    first, again = choose(manager, people, rows), choose(manager, people, rows)
    smaller = choose(manager, people, f"{HEADER}\n{POST_URL},2026-01-12,8000,300,20\n")
    reasoned = choose(manager, people, f"{HEADER},why\n{POST_URL},2026-01-12,8000,300,20,A zero too many\n")

    assert (first.status_code, again.status_code, reasoned.status_code) == (303, 303, 303)
    assert (smaller.status_code, "It was 9000 on Mon, 12 Jan 2026 already" in unescape(smaller.text)) == (422, True)
    assert kept(transactions, people) == [
        (posts[0], "csv", 9000, 300),
        (posts[1], "csv", 100, 3),
        (posts[0], "csv", 8000, 300),
    ]
    with transactions.looking(people.manager) as reading:
        asked = reading.session.scalars(select(Step.done_at).where(Step.kind == StepKind.METRICS)).all()
    assert None not in asked


def test_the_page_and_its_file_tell_the_same_and_the_file_can_be_sent_back(
    transactions: Transactions, people: People, posts: list[int], sign_in: SignIn
) -> None:
    manager = english(sign_in(people.manager))
    choose(manager, people, f"{HEADER}\n{POST_URL},2026-01-05,10000,300,20\n")

    page = unescape(manager.get(f"/campaigns/{people.campaign_id}/numbers").text)
    file = manager.get(f"/campaigns/{people.campaign_id}/numbers.csv")
    rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
    back = choose(manager, people, file.data)

    assert "10.000" in page
    assert page.count("n/a") > 2
    assert [(row["post"], row["reach"], row["engagement_by_reach"]) for row in rows] == [
        (POST_URL, "10000", "n/a"),
        (OTHER_URL, "", ""),
    ]
    assert rows[0]["measured_on"] == "2026-01-05"
    assert back.status_code == 303
    assert len(kept(transactions, people)) == 1
    assert posts


def test_the_page_asks_no_more_for_more_posts(
    transactions: Transactions, people: People, posts: list[int], sign_in: SignIn, statements: list[str]
) -> None:
    manager, address = english(sign_in(people.manager)), f"/campaigns/{people.campaign_id}/numbers"
    choose(manager, people, f"{HEADER}\n{POST_URL},2026-01-05,10000,300,20\n")
    few = count(manager, statements, address)
    content = approved(transactions, people, running(transactions, people), "first-impression")
    post(transactions, people.creator, content, "https://www.tiktok.com/@dewi/video/7303")
    look(transactions, people, content)

    assert count(manager, statements, address) == few
    assert posts
