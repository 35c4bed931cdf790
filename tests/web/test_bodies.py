"""How much of a request is received: by the pages themselves, and by the server in front of them."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.buffers import OverflowableBuffer

from partnerships import cli
from partnerships.config import MIB, Settings
from partnerships.web.bodies import FORM_BYTES
from tests.conftest import SignIn
from tests.services.ports import free_port
from tests.stories import People

OURS = "lebih besar dari yang bisa diterima"
HEAD = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"
Post = Callable[..., tuple[int, str]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, upload_max_bytes=MIB, port=free_port())


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what the server's buffers were given to keep."""
    lengths: list[int] = []
    keep = OverflowableBuffer.append

    def append(self: OverflowableBuffer, data: bytes) -> None:
        lengths.append(len(data))
        keep(self, data)

    monkeypatch.setattr(OverflowableBuffer, "append", append)
    return lengths


@pytest.fixture
def post(app: Flask, settings: Settings) -> Iterator[Post]:
    """Return a function that posts so many bytes to a real server, as whoever has the cookie."""
    sockets: dict[int, Any] = {}
    server = cli.open_server(app, settings, sockets)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()

    def send(path: str, size: int, cookie: str = "", *, chunked: bool = False) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", settings.port, timeout=20)
        pieces = [HEAD, *[b"x" * 65_536] * (size // 65_536), TAIL]
        size += len(HEAD) + len(TAIL)
        length = {} if chunked else {"Content-Length": str(size)}
        kind = {"Content-Type": "multipart/form-data; boundary=edge", "Cookie": f"session={cookie}"}
        try:
            connection.request("POST", path, iter(pieces), kind | length, encode_chunked=chunked)
            answer: HTTPResponse = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    yield send
    until = time.monotonic() + 5
    while server.active_channels and time.monotonic() < until:  # it notices that we have hung up
        time.sleep(0.02)
    cli.finish_requests(server, sockets, seconds=5)
    server.close()


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


@pytest.mark.once
@pytest.mark.parametrize("path", ["/sign-in", "/start", "/nowhere", "/s/nobodys-token", "/me/check-ins/1"])
@pytest.mark.parametrize("chunked", [False, True])
def test_nothing_that_a_visitor_sends_is_kept_beyond_what_a_form_holds(
    path: str, *, chunked: bool, post: Post, people: People, kept: list[int]
) -> None:
    code, page = post(path, 5 * MIB, chunked=chunked)

    assert code in {302, 400, 404, 413}
    assert "<html" in page or code == 302
    assert sum(kept) - len(page) <= FORM_BYTES + 65_536 if chunked else sum(kept) < 65_536 + len(page)


@pytest.mark.once
def test_a_form_that_is_too_large_is_answered_with_our_own_page(post: Post, people: People) -> None:
    code, page = post("/sign-in", 5 * MIB)

    assert code == 413
    assert OURS in page


@pytest.mark.once
@pytest.mark.parametrize("chunked", [False, True])
def test_files_are_received_whole_from_who_may_send_them_and_too_large_ones_are_answered_in_words(
    post: Post, people: People, sign_in: SignIn, kept: list[int], *, chunked: bool
) -> None:
    cookie = cookie_of(sign_in(people.creator))

    fits, _ = post("/me/check-ins/1", 3 * MIB, cookie, chunked=chunked)
    received = sum(kept)
    too_large, page = post("/me/check-ins/1", 8 * MIB, cookie, chunked=chunked)

    assert fits == 404  # there is no such check-in, and that was found out by the page
    assert received >= 3 * MIB
    assert too_large == 413
    assert OURS in page


@pytest.mark.once
def test_what_goes_on_for_ever_is_not_even_received(post: Post, people: People, kept: list[int]) -> None:
    try:
        code, _ = post("/sign-in", 200 * MIB)
    except ConnectionError:  # it hung up in the middle of our sentence
        code = 413

    assert code == 413
    assert sum(kept) < MIB


def test_the_pages_that_take_no_files_take_no_more_than_a_form(people: People, sign_in: SignIn) -> None:
    large = {"name": "x" * (FORM_BYTES + 1)}

    codes = [
        sign_in(people.manager).post("/brands/new", data=large).status_code,
        sign_in(None).post("/sign-in", data=large).status_code,
        sign_in(people.creator).post("/me/check-ins/1", data={"x": "y" * FORM_BYTES + "z"}).status_code,
    ]

    assert codes == [413, 413, 413]


def test_a_visitors_form_is_not_even_read_where_only_members_write(people: People, sign_in: SignIn) -> None:
    answer = sign_in(None).post("/brands/new", data={"name": "x" * (FORM_BYTES + 1)})

    assert answer.status_code == 302
