import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from partnerships.files.tables import FileKind, FileState, StoredFile
from partnerships.story.camera import take
from tests.conftest import SignIn
from tests.stories import People


def keep(app: Flask, transactions: Transactions, actor: Actor, owner: Actor) -> tuple[int, str]:
    """Keep one of our pictures as `owner`'s; return the file's id and its key in the store."""
    received = take(app.extensions["store"], "skincare", 1)
    with transactions.begin(actor) as work:
        stored = StoredFile(
            org_id=actor.org_id,
            account_id=owner.person_id,
            key=received.key,
            kind=FileKind.PHOTO,
            content_type=received.content_type,
            sha256=received.sha256,
            original_sha256=received.original_sha256,
            bytes=received.bytes,
            width=received.width,
            height=received.height,
            display_name=received.display_name,
            state=FileState.READY,
            created_at=work.now,
        )
        work.session.add(stored)
        work.session.flush()
        return stored.id, stored.key


@pytest.fixture
def file_id(app: Flask, transactions: Transactions, people: People) -> int:
    return keep(app, transactions, people.manager, people.creator)[0]


def without_nonces(page: str) -> str:
    return re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|/media/[0-9]+', "", page)


def content(answer: TestResponse) -> bytes:
    data: bytes = answer.data
    answer.close()
    return data


@pytest.mark.parametrize("who", ["owner", "manager", "reviewer", "creator"])
def test_staff_and_the_one_whose_it_is_see_a_file(people: People, sign_in: SignIn, file_id: int, who: str) -> None:
    answer = sign_in(getattr(people, who)).get(f"/media/{file_id}")

    assert answer.status_code == 200
    assert content(answer).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("who", ["other_creator", "stranger", "stranger_creator"])
def test_to_everybody_else_it_is_as_if_there_were_none(people: People, sign_in: SignIn, file_id: int, who: str) -> None:
    client = sign_in(getattr(people, who))

    answers = [client.get(f"/media/{key}") for key in (file_id, 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert without_nonces(answers[0].text) == without_nonces(answers[1].text)


def test_a_visitor_is_shown_the_door(sign_in: SignIn, file_id: int) -> None:
    assert sign_in(None).get(f"/media/{file_id}").status_code == 302


def test_a_file_comes_alone_harmless_and_kept_by_its_reader_only(people: People, sign_in: SignIn, file_id: int) -> None:
    answer = sign_in(people.creator).get(f"/media/{file_id}")
    answer.close()

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "demo-1.jpg" not in str(answer.headers)


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("bytes=0-9", 0, 10), ("bytes=100-", 100, None), ("bytes=-5", -5, None)]
)
def test_a_part_of_a_file_can_be_asked_for(
    people: People, sign_in: SignIn, file_id: int, asked: str, start: int, stop: int | None
) -> None:
    client = sign_in(people.creator)
    whole = content(client.get(f"/media/{file_id}"))

    answer = client.get(f"/media/{file_id}", headers={"Range": asked})

    wanted = whole[start:stop]
    assert answer.status_code == 206
    assert answer.headers["Content-Length"] == str(len(wanted))
    assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")
    assert content(answer) == wanted


def test_a_part_behind_the_end_is_not_there(people: People, sign_in: SignIn, file_id: int) -> None:
    answer = sign_in(people.creator).get(f"/media/{file_id}", headers={"Range": "bytes=99999999-"})
    answer.close()

    assert answer.status_code == 416


def test_a_file_that_a_browser_has_is_not_sent_again(people: People, sign_in: SignIn, file_id: int) -> None:
    client = sign_in(people.creator)
    first = client.get(f"/media/{file_id}")
    first.close()

    second = client.get(f"/media/{file_id}", headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 304
    assert content(second) == b""


def test_a_file_whose_bytes_are_gone_is_no_accident(
    app: Flask, transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    file_id, key = keep(app, transactions, people.manager, people.creator)
    app.extensions["store"].delete(key)

    answer = sign_in(people.manager).get(f"/media/{file_id}")

    assert answer.status_code == 404
