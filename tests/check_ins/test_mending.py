"""What cannot be shown is sent anew, once, by whose it is; the answer stays as it was given."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins import answering, mending
from partnerships.check_ins.tables import EvidencePhoto
from partnerships.core.errors import Refused
from partnerships.database.work import Transactions
from partnerships.files.tables import FileState, StoredFile
from tests.check_ins.scenes import FOUR_WEEKS, opened, received, running, spoil
from tests.conftest import SignIn
from tests.files.samples import make_jpeg
from tests.stories import People


@pytest.fixture
def spoilt(transactions: Transactions, people: People) -> int:
    """Return an answered check-in whose photo cannot be shown."""
    check_in_id = opened(transactions, people, running(transactions, people), "four-weeks")
    with transactions.begin(people.creator) as work:
        photos = {"angle_photo": [received(), received(b"another")]}
        given = answering.answer(work, check_in_id, FOUR_WEEKS, photos, statement="answers-1")
        spoil(given.photos[0].file)
    return check_in_id


@pytest.fixture
def client(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.creator)
    client.post("/language", data={"locale": "en"})
    return client


def send(client: FlaskClient, check_in_id: int, content: bytes | None) -> tuple[int, str]:
    files = {} if content is None else {"q-angle_photo": (io.BytesIO(content), "again.jpg")}
    answer = client.post(
        f"/me/check-ins/{check_in_id}", data={"act": "mend", **files}, content_type="multipart/form-data"
    )
    return answer.status_code, answer.text


def test_the_page_says_what_cannot_be_shown_and_takes_another_once(
    app: Flask, client: FlaskClient, transactions: Transactions, people: People, spoilt: int
) -> None:
    page = client.get(f"/me/check-ins/{spoilt}").text

    first, second = send(client, spoilt, make_jpeg()), send(client, spoilt, make_jpeg(64, 64))
    app.extensions["worker"].prepare("")

    assert "“photo.jpg” cannot be shown. The file is damaged inside." in page
    assert 'name="q-angle_photo"' in page
    assert (first[0], second[0]) == (303, 303)
    with transactions.looking(people.manager) as reading:
        photos = reading.session.scalars(select(EvidencePhoto).order_by(EvidencePhoto.id)).all()
        assert [(photo.file.display_name, photo.file.state) for photo in photos] == [
            ("again.jpg", FileState.READY),
            ("photo.jpg", FileState.READY),
        ]
        assert len(reading.session.scalars(select(StoredFile)).all()) == 3
        partnership_id = photos[0].answer.check_in.partnership_id
    after = client.get(f"/me/check-ins/{spoilt}").text
    assert "cannot be shown" not in after
    assert 'name="q-angle_photo"' not in after
    history = client.get(f"/me/partnerships/{partnership_id}/history").text
    assert "Sent another photo for" in history


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "Please choose a photo or video."), (make_jpeg()[:2000], "The file is incomplete or damaged.")],
)
def test_what_is_missing_or_bad_is_said_beside_the_input(
    client: FlaskClient, spoilt: int, content: bytes | None, sentence: str
) -> None:
    status, page = send(client, spoilt, content)

    assert status == 422
    assert sentence in page
    assert 'href="#q-angle_photo"' in page


def test_nothing_is_mended_before_there_is_an_answer(transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "four-weeks")

    with pytest.raises(Refused, match="not been answered yet"), transactions.begin(people.creator) as work:
        mending.mend(work, check_in_id, {"angle_photo": [received()]})
