import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from partnerships.core.errors import (
    Conflict,
    Gone,
    IllegalTransition,
    NotAllowed,
    NotFound,
    Refused,
    StorageFailed,
)
from partnerships.web import shell
from partnerships.web.errors import SENTENCES, TITLES
from partnerships.web.policy import EVERYONE
from tests.conftest import SignIn
from tests.stories import People

ERRORS = {
    403: NotAllowed("Your role may not do this."),
    404: NotFound("There is nothing here."),
    409: Conflict("Somebody changed this in the meantime. Please look again."),
    410: Gone("This link has run out. Sign in, or ask for a new one."),
    413: RequestEntityTooLarge(),
    422: Refused("Please choose a creator."),
    429: TooManyRequests(),
    500: ZeroDivisionError("a secret inside"),
    503: StorageFailed("The file could not be kept."),
}
Break = Callable[[Exception], FlaskClient]


@pytest.fixture
def breaking(app: Flask, people: People, sign_in: SignIn) -> Break:
    """Return a function that gives a browser to which every page fails with an error."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["policy"].open_to["people.brands"] = EVERYONE

    def failing_with(error: Exception) -> FlaskClient:
        def fail() -> None:
            raise error

        app.view_functions["people.brands"] = fail  # type: ignore[assignment]  # it never answers
        return sign_in(people.manager)

    return failing_with


@pytest.mark.parametrize("locale", ["en", "id"])
@pytest.mark.parametrize("code", ERRORS)
def test_every_error_is_a_page_with_its_code_a_sentence_and_a_way_out(breaking: Break, code: int, locale: str) -> None:
    client = breaking(ERRORS[code])
    client.post("/language", data={"locale": locale})

    answer = client.get("/brands")

    assert answer.status_code == code
    assert f'<html lang="{locale}"' in answer.text
    assert re.search(r"<h1>[^<]{3,}</h1>\s*<p>[^<]{3,}</p>", answer.text)
    assert re.search(r'<a class="btn p" href="/', answer.text)


@pytest.mark.parametrize("code", ERRORS)
def test_the_two_languages_differ(breaking: Break, code: int) -> None:
    client = breaking(ERRORS[code])
    headings = []
    for locale in ("en", "id"):
        client.post("/language", data={"locale": locale})
        headings.append(re.findall(r"<h1>([^<]+)</h1>", client.get("/brands").text))

    assert headings[0] == [TITLES[code]]
    assert headings[0] != headings[1]


def test_an_accident_says_nothing_of_its_inside(breaking: Break) -> None:
    answer = breaking(ERRORS[500]).get("/brands")

    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_an_error_inside_the_bar_is_still_a_page_with_a_way_out(
    breaking: Break, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = breaking(ERRORS[500])
    client.post("/language", data={"locale": "en"})

    def fall(*_: object) -> None:
        raise RuntimeError("the menu is gone")

    monkeypatch.setattr(shell, "_navigation", fall)

    answer = client.get("/brands")

    assert answer.status_code == 500
    assert TITLES[500] in answer.text
    assert 'href="/"' in answer.text
    assert "<header" not in answer.text
    assert "the menu is gone" in capsys.readouterr().out
    assert "menu" not in answer.text


def test_what_is_not_possible_any_more_is_said_in_its_own_sentence(breaking: Break) -> None:
    client = breaking(IllegalTransition("Please choose a %(thing)s.", thing="creator"))
    client.post("/language", data={"locale": "en"})

    answer = client.get("/brands")

    assert answer.status_code == 422
    assert "Please choose a creator." in answer.text


def test_a_visitor_is_shown_the_door_and_brought_back_afterwards(people: People, sign_in: SignIn) -> None:
    answer = sign_in(None).get("/creators?page=2")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert "creators" in answer.headers["Location"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/partnerships/0", "/partnerships/x", "/partnerships/-1", f"/partnerships/{2**70}"]
)
def test_an_address_that_leads_nowhere_is_the_same_page(people: People, sign_in: SignIn, path: str) -> None:
    client = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})

    answer = client.get(path)

    assert answer.status_code == 404
    assert SENTENCES[404] in answer.text


def test_a_method_that_a_page_does_not_know_is_an_address_that_leads_nowhere(people: People, sign_in: SignIn) -> None:
    assert sign_in(people.manager).get("/sign-out").status_code == 404
    assert sign_in(people.manager).delete("/brands").status_code == 404


@pytest.mark.parametrize("locale", ["en", "id"])
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_form_without_its_token_is_refused_on_a_page(
    app: Flask, people: People, sign_in: SignIn, token: str | None, locale: str
) -> None:
    client = sign_in(people.manager)
    client.post("/language", data={"locale": locale})
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post("/brands/new", data={"name": "Baru"} | ({"csrf_token": token} if token is not None else {}))

    assert answer.status_code == 400
    assert f'<html lang="{locale}"' in answer.text
    assert 'href="/brands/new"' in answer.text
    app.config["WTF_CSRF_ENABLED"] = False
    assert "Baru" not in client.get("/brands").text


@pytest.mark.parametrize(
    ("before", "leads_to", "label"),
    [
        ("http://localhost/partnerships?page=2", "/partnerships?page=2", "Look again"),
        ("http://localhost/partnerships/1/hold", "/", "To the start page"),  # is only there to send something to
        ("http://elsewhere.example/partnerships", "/", "To the start page"),
        ("http://localhost.elsewhere.example/", "/", "To the start page"),
        (None, "/", "To the start page"),
    ],
)
def test_the_way_out_of_an_address_that_only_takes_is_the_page_before_or_the_start(
    app: Flask, people: People, sign_in: SignIn, before: str | None, leads_to: str, label: str
) -> None:
    client = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post("/partnerships/1/hold", headers={"Referer": before} if before else {})

    assert answer.status_code == 400
    assert re.search(rf'<a class="btn p" href="{re.escape(leads_to)}"[^>]*>\s*{label}', answer.text)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_character_that_no_text_has_is_refused(people: People, sign_in: SignIn, method: str) -> None:
    client = sign_in(people.manager)

    if method == "get":
        answer = client.get("/partnerships?q=a%00b")
    else:
        answer = client.post("/brands/new", data={"name": "a\x00b"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=-1",
        f"page={2**70}",
        "page=",
        "state=nothing",
        "q=%25%27%22%3C",
        "after=2026-01-01." + "9" * 20,
        "brand=" + "9" * 20,
        "campaign=" + "9" * 20,
        "brand=-1",
    ],
)
def test_a_query_that_makes_no_sense_breaks_nothing(people: People, sign_in: SignIn, query: str) -> None:
    assert sign_in(people.manager).get(f"/partnerships?{query}").status_code in {200, 400, 404}
