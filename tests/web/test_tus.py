"""Files that come in pieces (tus 1.0): for whoever announced them, whole or not at all, whatever the line does."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from partnerships.check_ins.tables import EvidencePhoto
from partnerships.core.clock import ManualClock
from partnerships.core.errors import StorageFailed
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Revision
from partnerships.files.parts import Parts
from partnerships.files.receiving import GIB, MIB
from partnerships.files.store import LocalStore
from partnerships.files.tables import FileState, StoredFile, Upload
from partnerships.files.uploading import LASTS, MOST_AT_ONCE
from tests.check_ins.scenes import opened, running
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called
from tests.files.samples import make_jpeg, make_mp4
from tests.stories import USED_FIELDS, People, mailed_link

PHOTO = make_jpeg(640, 480)
DRAFT = {"act": "draft", **USED_FIELDS}
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def client(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.creator)
    client.post("/language", data={"locale": "en"})
    return client


def announce(client: FlaskClient, length: int, name: str = "story.jpg", address: str = "/uploads") -> TestResponse:
    named = base64.b64encode(name.encode()).decode()
    return client.post(address, headers=TUS | {"Upload-Length": str(length), "Upload-Metadata": f"filename {named},x"})


def piece(client: FlaskClient, address: str, offset: int, content: bytes, **headers: str) -> TestResponse:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    head = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"} | more
    return client.patch(address, data=content, headers=head)


def send(client: FlaskClient, content: bytes, name: str = "story.jpg", size: int = 4000) -> str:
    """Send a file in pieces of `size` bytes; return the name of its upload."""
    address = announce(client, len(content), name).headers["Location"]
    for at in range(0, len(content), size):
        assert piece(client, address, at, content[at : at + size]).status_code == 204
    return address.rpartition("/")[2]


def rows(transactions: Transactions) -> tuple[list[Upload], list[StoredFile]]:
    with transactions.everywhere() as everywhere:
        return list(everywhere.scalars(select(Upload))), list(everywhere.scalars(select(StoredFile)))


def parts_of(app: Flask) -> list[Path]:
    parts: Parts = app.extensions["parts"]
    return list(parts.folder.glob("*"))


def kept_in(app: Flask) -> set[str]:
    store: LocalStore = app.extensions["store"]
    return set(store.keys())


def test_what_the_server_understands_is_told(client: FlaskClient) -> None:
    told = client.options("/uploads").headers

    assert told["Tus-Version"] == told["Tus-Resumable"] == "1.0.0"
    assert told["Tus-Extension"] == "creation,termination,expiration,checksum"
    assert told["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(told["Tus-Max-Size"]) == 2 * GIB


def test_a_file_arrives_in_pieces_and_waits_until_it_belongs_to_something(
    app: Flask, client: FlaskClient, transactions: Transactions
) -> None:
    created = announce(client, len(PHOTO), "Foto\u202e.jpg")
    address = created.headers["Location"]
    half = len(PHOTO) // 2
    first = piece(client, address, 0, PHOTO[:half])
    asked = client.head(address, headers=TUS)
    second = piece(client, address, half, PHOTO[half:])
    after = client.head(address, headers=TUS)

    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "0")
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (str(half), str(len(PHOTO)))
    assert (second.status_code, after.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    assert all("Upload-Expires" in answer.headers for answer in (created, first, asked))
    ((upload,), (file,)) = rows(transactions)
    assert (file.original_sha256, file.display_name) == (hashlib.sha256(PHOTO).hexdigest(), "Foto.jpg")
    assert (file.state, file.loose_since is None, upload.file_id) == (FileState.PREPARING, False, file.id)
    assert parts_of(app) == []


def test_a_draft_takes_what_came_before_in_the_order_of_the_form(
    app: Flask, client: FlaskClient, transactions: Transactions, people: People
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    first, second = send(client, PHOTO, "first.jpg"), send(client, make_mp4(), "second.mp4")
    app.extensions["worker"].prepare("")  # while the caption is typed
    form = {**DRAFT, "caption": "Hi", "files-sent": [f"{second}/second.mp4", f"{first}/first.jpg"]}

    pressed = [client.post(f"/me/deliverables/{deliverable_id}", data=form).status_code for _ in range(2)]

    assert pressed == [303, 303]
    with transactions.looking(people.manager) as reading:
        (revision,) = reading.session.scalars(select(Revision)).unique()
        assert [one.file.display_name for one in revision.media] == ["second.mp4", "first.jpg"]
        assert all(one.file.loose_since is None and one.file.is_ready for one in revision.media)


def test_a_form_that_comes_back_with_an_error_still_has_what_came_before(
    client: FlaskClient, transactions: Transactions, people: People
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    sent = f"{send(client, PHOTO)}/story.jpg"

    page = client.post(f"/me/deliverables/{deliverable_id}", data={**DRAFT, "caption": "x" * 5001, "files-sent": sent})

    assert page.status_code == 422
    assert f'name="files-sent" value="{sent}"' in page.text


@pytest.mark.parametrize("who", ["nobody", "other_creator", "unfinished", "failed"])
def test_what_is_not_there_whole_and_ones_own_is_asked_for_again(
    client: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People, who: str
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    if who == "other_creator":
        sent = send(sign_in(people.other_creator), PHOTO)
    elif who == "unfinished":
        sent = announce(client, 5000).headers["Location"].rpartition("/")[2]
    else:
        sent = send(client, PHOTO) if who == "failed" else "nobody-announced-this"
    if who == "failed":
        with transactions.sweeping() as sweep:
            sweep.session.scalars(select(StoredFile)).one().spoil()

    page = sign_in(people.creator).post(
        f"/me/deliverables/{deliverable_id}", data={**DRAFT, "caption": "Hi", "files-sent": f"{sent}/a.jpg"}
    )

    assert page.status_code == 422
    assert 'id="files-error"' in page.text
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalars(select(Revision)).unique().all() == []


def test_an_upload_goes_on_for_nobody_else(client: FlaskClient, sign_in: SignIn, people: People) -> None:
    address = announce(client, len(PHOTO)).headers["Location"]
    answers = []
    for actor in (people.other_creator, people.stranger_creator):
        other = sign_in(actor)
        answers += [
            other.head(address, headers=TUS).status_code,
            piece(other, address, 0, PHOTO).status_code,
            other.delete(address, headers=TUS).status_code,
        ]

    assert answers == [404] * 6
    assert sign_in(people.manager).patch(address, headers=TUS).status_code == 403
    assert sign_in(people.creator).head(address, headers=TUS).status_code == 200


def test_a_mailed_link_is_enough_and_signs_nobody_in_before_something_is_sent(
    app: Flask, transactions: Transactions, people: People
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    token = mailed_link(transactions, people, "deliverable", deliverable_id)
    visitor = app.test_client()
    page = visitor.get(f"/s/{token}")
    early = visitor.get("/me").status_code

    created = announce(visitor, len(PHOTO), address=f"/s/{token}/uploads")
    done = piece(visitor, created.headers["Location"], 0, PHOTO)

    assert f'data-tus="/s/{token}/uploads"' in page.text
    assert (early, created.status_code, done.status_code) == (302, 201, 204)
    assert announce(app.test_client(), 5, address=f"/s/{token}x/uploads").status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"%PDF-1.7 " + bytes(5000), 422, "Please send a photo"),
        (PHOTO[:4000], 422, "The file is incomplete or damaged."),
        (make_mp4(601), 422, "The video is longer than 10 minutes."),
    ],
    ids=["wrong type", "half", "long"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words_and_forgotten(
    app: Flask, client: FlaskClient, transactions: Transactions, content: bytes, status: int, sentence: str
) -> None:
    address = announce(client, len(content)).headers["Location"]

    answer = piece(client, address, 0, content)

    assert answer.status_code == status
    assert answer.text.startswith(sentence)
    assert answer.mimetype == "text/plain"
    assert (rows(transactions), parts_of(app), kept_in(app)) == (([], []), [], set())


def test_a_wrong_type_is_known_with_the_first_piece(client: FlaskClient) -> None:
    address = announce(client, 50_000_000).headers["Location"]

    assert piece(client, address, 0, b"%PDF-1.7 " + bytes(500)).status_code == 422


@pytest.mark.parametrize(
    ("length", "sentence"),
    [
        (0, "The file is empty."),
        (2 * GIB + 1, "The file is larger than 2 GB."),
    ],
)
def test_what_could_never_be_kept_is_not_begun(client: FlaskClient, length: int, sentence: str) -> None:
    answer = announce(client, length)

    assert (answer.status_code, answer.text) == (422, sentence)


def test_a_video_of_two_gigabytes_is_announced_and_a_photo_of_26_megabytes_refused_with_its_first_piece(
    client: FlaskClient,
) -> None:
    video, photo = announce(client, 2 * GIB), announce(client, 26 * MIB)

    refused = piece(client, photo.headers["Location"], 0, make_jpeg().ljust(5000, b"x"))

    assert video.status_code == 201
    assert (refused.status_code, refused.text) == (422, "The file is larger than 25 MB.")


def test_who_sends_in_pieces_may_send_more_than_who_sends_with_the_form(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")

    in_pieces = sign_in(people.creator).get(f"/me/check-ins/{check_in_id}").text
    with_form = sign_in(people.manager).get(f"/check-ins/{check_in_id}/record").text

    assert f'data-max="{2 * GIB}"' in in_pieces
    assert "2 GB" in in_pieces
    assert f'data-max="{200 * MIB}"' in with_form


def test_unfinished_uploads_take_their_part_of_the_quota_and_are_not_too_many(app: Flask, client: FlaskClient) -> None:
    app.config["UPLOAD_QUOTA_BYTES"] = MOST_AT_ONCE * 1_000_000 + 500
    for _ in range(MOST_AT_ONCE - 1):
        announce(client, 1_000_000)

    over = announce(client, 1_000_501)
    last, more = announce(client, 1_000_000), announce(client, 100)

    assert over.text.startswith("There is not enough space left for this file")
    assert (last.status_code, more.status_code) == (201, 422)
    assert more.text.startswith("Too many files are on their way")


Ask = Callable[[FlaskClient, str], TestResponse]


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda client, address: piece(client, address, 10, PHOTO), 409),
        (lambda client, address: piece(client, address, 0, PHOTO + b"more"), 460),
        (lambda client, address: piece(client, address, 0, PHOTO, Tus_Resumable="0.2.2"), 412),
        (lambda client, address: piece(client, address, 0, PHOTO, Content_Type="image/jpeg"), 415),
        (lambda client, address: piece(client, address, 0, PHOTO, Upload_Checksum="sha1 bm8="), 460),
        (lambda client, address: piece(client, address, 0, PHOTO, Upload_Checksum="md5 bm8="), 400),
        (lambda client, address: piece(client, address, 0, PHOTO, Upload_Checksum="sha1 n?o"), 400),
        (lambda client, address: piece(client, address, 0, PHOTO, Upload_Offset="-1"), 400),
        (lambda client, _: client.post("/uploads", headers=TUS | {"Upload-Length": "many"}), 400),
        (lambda client, _: client.post("/uploads", headers={"Upload-Length": "5"}), 412),
        (lambda client, address: client.delete(address), 412),
    ],
)
def test_what_breaks_the_protocol_is_refused_and_the_upload_goes_on(client: FlaskClient, ask: Ask, status: int) -> None:
    address = announce(client, len(PHOTO)).headers["Location"]

    answer = ask(client, address)

    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (status, "1.0.0")
    right = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
    assert piece(client, address, 0, PHOTO, Upload_Checksum=f"sha256 {right}").status_code == 204


def test_two_requests_never_write_the_same_upload(app: Flask, client: FlaskClient) -> None:
    address = announce(client, len(PHOTO)).headers["Location"]
    parts: Parts = app.extensions["parts"]

    with parts.hold(address.rpartition("/")[2], 0):
        meanwhile = piece(client, address, 0, PHOTO[:4000])

    assert meanwhile.status_code == 423
    assert piece(client, address, 0, PHOTO[:4000]).status_code == 204


def test_what_was_written_but_not_written_down_is_written_again(app: Flask, client: FlaskClient) -> None:
    address = announce(client, len(PHOTO)).headers["Location"]
    piece(client, address, 0, PHOTO[:4000])
    (part,) = parts_of(app)
    part.write_bytes(part.read_bytes() + b"of a request that was killed")

    assert piece(client, address, 4000, PHOTO[4000:]).status_code == 204


def test_a_part_that_is_not_on_this_machine_is_sent_from_its_beginning(app: Flask, client: FlaskClient) -> None:
    address = announce(client, len(PHOTO)).headers["Location"]
    piece(client, address, 0, PHOTO[:4000])
    (part,) = parts_of(app)
    part.unlink()

    assert piece(client, address, 4000, PHOTO[4000:]).status_code == 410


def test_a_store_that_is_full_loses_nothing(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = announce(client, len(PHOTO)).headers["Location"]
    piece(client, address, 0, PHOTO[:4000])

    def refuse(_store: LocalStore, _finished: Path, _key: str | None = None) -> str:
        raise StorageFailed("There is no room left to keep files. Nothing was saved.")

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "put", refuse)
        full = piece(client, address, 4000, PHOTO[4000:])
    offset = client.head(address, headers=TUS).headers["Upload-Offset"]
    again = piece(client, address, 4000, PHOTO[4000:])

    assert (full.status_code, full.text[:21]) == (507, "There is no room left")
    assert (offset, again.status_code) == ("4000", 204)


def test_an_upload_that_is_given_up_leaves_nothing(app: Flask, client: FlaskClient, transactions: Transactions) -> None:
    address = announce(client, len(PHOTO)).headers["Location"]
    piece(client, address, 0, PHOTO[:4000])

    ended = client.delete(address, headers=TUS)

    assert (ended.status_code, client.head(address, headers=TUS).status_code) == (204, 404)
    assert (rows(transactions), parts_of(app)) == (([], []), [])


def test_what_was_left_goes_after_a_day_and_what_belongs_to_something_stays(
    app: Flask, client: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    sent, left = send(client, PHOTO), send(client, make_jpeg(300, 200))
    address = announce(client, len(PHOTO)).headers["Location"]
    client.post(f"/me/deliverables/{deliverable_id}", data={**DRAFT, "caption": "Hi", "files-sent": f"{sent}/a"})
    app.extensions["worker"].prepare("")
    clock.set(clock.now() + LASTS)

    late = client.head(address, headers=TUS)
    app.extensions["beat"]()

    uploads, (file,) = rows(transactions)
    assert late.status_code == 410
    assert left
    assert (uploads, file.loose_since) == ([], None)
    assert kept_in(app) == {file.key, file.small_key}


def test_a_draft_whose_files_came_before_takes_at_most_twelve_statements(
    client: FlaskClient, transactions: Transactions, people: People, statements: list[str]
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    sent = [f"{send(client, make_jpeg(64 + number, 64))}/a.jpg" for number in range(3)]
    form = {**DRAFT, "caption": "Hi", "files-sent": sent}
    statements.clear()

    status = client.post(f"/me/deliverables/{deliverable_id}", data=form).status_code

    assert status == 303
    assert len(statements) <= 12, statements
    assert len([said for said in statements if said.startswith("UPDATE stored_file")]) == 1


def test_a_file_stands_in_one_place_of_a_form(client: FlaskClient, transactions: Transactions, people: People) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "received")
    one, other = f"{send(client, PHOTO)}/a.jpg", f"{send(client, make_jpeg(300, 200))}/b.jpg"
    form = {"act": "answer", "q-patch_test": "done"}

    answer = client.post(
        f"/me/check-ins/{check_in_id}",
        data=form | {"q-package_photo-sent": [one, one], "q-angle_photo-sent": [one, other]},
    )

    assert answer.status_code == 303
    with transactions.looking(people.manager) as reading:
        photos = reading.session.scalars(select(EvidencePhoto).order_by(EvidencePhoto.id)).all()
        assert [photo.question for photo in photos] == ["package_photo", "angle_photo"]
