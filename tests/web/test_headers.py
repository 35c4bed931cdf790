import re

import pytest
from flask import Flask

from tests.conftest import SignIn
from tests.stories import People

PAGE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'nonce-NONCE'; style-src 'self'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Type": "text/html; charset=utf-8",
    "Vary": "Cookie, HX-Request",
}
PLAIN = {"Content-Length", "Set-Cookie", "Location", "Date"}


def headers_of(sign_in: SignIn, path: str) -> dict[str, str]:
    answer = sign_in(None).get(path)
    answer.close()
    kept = {name: value for name, value in answer.headers.items() if name not in PLAIN}
    if "Content-Security-Policy" in kept:
        kept["Content-Security-Policy"] = re.sub(r"nonce-[\w-]{22}", "nonce-NONCE", kept["Content-Security-Policy"])
    return kept


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/brands"])
def test_a_page_has_exactly_these_headers(people: People, sign_in: SignIn, path: str) -> None:
    assert headers_of(sign_in, path) == PAGE


def test_a_page_behind_a_link_tells_nobody_where_one_came_from(people: People, sign_in: SignIn) -> None:
    assert headers_of(sign_in, "/s/unknown") == PAGE | {"Referrer-Policy": "no-referrer"}


def test_health_has_the_same_headers_as_a_page(people: People, sign_in: SignIn) -> None:
    assert headers_of(sign_in, "/healthz") == PAGE | {"Content-Type": "application/json"}


def test_a_static_file_is_kept_for_ever_and_comes_without_a_cookie(people: People, sign_in: SignIn) -> None:
    answer = sign_in(None).get("/static/base.css")
    answer.close()

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_every_answer_has_a_nonce_of_its_own(people: People, sign_in: SignIn) -> None:
    client = sign_in(None)

    policies = [client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(3)]

    assert len(set(policies)) == 3


def test_the_scripts_of_a_page_carry_the_nonce_that_its_header_names(people: People, sign_in: SignIn) -> None:
    answer = sign_in(None).get("/sign-in")

    (named,) = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    carried = re.findall(r"<script\b[^>]*>", answer.text)
    assert carried
    assert all(f'nonce="{named}"' in script for script in carried)


@pytest.mark.parametrize(("base", "name", "secure"), [("http://x", "session", False)])
def test_the_session_cookie_is_for_this_site_and_no_script(
    app: Flask, people: People, sign_in: SignIn, base: str, name: str, *, secure: bool
) -> None:
    cookie = sign_in(None).post("/theme", data={"theme": "dark"}).headers["Set-Cookie"]

    assert cookie.startswith(f"{name}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure
