import pytest
from flask import Flask
from sqlalchemy import select

from partnerships.database.work import Transactions
from partnerships.people.tables import Account, Membership, Organisation
from tests.stories import People

FIRST = {
    "organisation": "Kulit Kita",
    "name": "Wulan",
    "email": "Wulan@Kulitkita.example",
    "password": "kopi susu gula aren",
    "zone": "Asia/Makassar",
}
IN_ENGLISH = {"Accept-Language": "en"}


def test_an_empty_installation_leads_to_the_start_and_the_founder_is_its_owner(
    app: Flask, transactions: Transactions
) -> None:
    client = app.test_client()

    led = client.get("/sign-in").headers["Location"]
    answer = client.post("/start", data=FIRST)

    assert led == "/start"
    assert answer.headers["Location"] == "/brands"
    assert client.get("/team/new").status_code == 200
    with transactions.everywhere() as everywhere:
        owner = everywhere.scalars(select(Membership)).one()
        assert (owner.role, owner.organisation.name, owner.organisation.zone) == (
            "owner",
            "Kulit Kita",
            "Asia/Makassar",
        )
        assert owner.account.email == "wulan@kulitkita.example"
        assert (owner.account.password or "").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_start_is_gone_once_an_organisation_stands(app: Flask, people: People) -> None:
    client = app.test_client()

    assert client.get("/start").status_code == 404
    assert client.post("/start", data=FIRST).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"organisation": "   "}, "Please fill this in."),
        ({"email": "wulan(at)kulitkita"}, "This does not look like an e-mail address."),
        ({"password": "short"}, "A password has 12 to 200 characters."),
        ({"zone": "Asia/Bandung"}, "Please choose a time zone from the list"),
        ({"name": "W" * 121}, "Please keep this under 120 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_half_made(
    app: Flask, transactions: Transactions, wrong: dict[str, str], sentence: str
) -> None:
    answer = app.test_client().post("/start", data=FIRST | wrong, headers=IN_ENGLISH)

    (name,) = wrong
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert sentence in answer.text
    assert "<title>Error: Welcome" in answer.text
    if name != "organisation":
        assert 'value="Kulit Kita"' in answer.text
    with transactions.everywhere() as everywhere:
        assert everywhere.scalars(select(Organisation)).all() == []
        assert everywhere.scalars(select(Account)).all() == []


def test_setup_on_the_command_line_makes_an_owner(app: Flask, transactions: Transactions) -> None:
    options = ["--organisation", "Kulit Kita", "--name", "Wulan", "--email", "wulan@kulitkita.example"]

    result = app.test_cli_runner().invoke(args=["setup", *options, "--password", "kopi susu gula aren"])

    assert result.exit_code == 0
    assert "Sign in as wulan@kulitkita.example" in result.output
    signed_in = app.test_client().post(
        "/sign-in", data={"email": "wulan@kulitkita.example", "password": "kopi susu gula aren"}
    )
    assert signed_in.status_code == 302


def test_setup_says_first_that_an_organisation_stands_already(app: Flask, people: People) -> None:
    fresh = app.test_cli_runner().invoke(args=["setup"], input="")

    assert fresh.output.index("There is an organisation already: Glow, Other.") < fresh.output.index("Name of the")


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--password", "short", "12 to 200 characters"),
        ("--password", "x" * 201, "12 to 200 characters"),
        ("--zone", "Asia/Bandung", "Please choose a time zone"),
        ("--email", "wulan", "does not look like an e-mail address"),
        ("--name", "Wu\x1blan", "a character in this that cannot be seen"),
        ("--organisation", "Glow\n", "There is an organisation of this name already."),
        ("--organisation", "Glow", "There is an organisation of this name already."),
    ],
)
def test_setup_says_what_is_wrong(app: Flask, people: People, option: str, value: str, sentence: str) -> None:
    given = {
        "--organisation": "Kulit Kita",
        "--name": "Wulan",
        "--email": "wulan@kulitkita.example",
        "--password": "kopi susu gula aren",
        option: value,
    }

    result = app.test_cli_runner().invoke(args=["setup", *(word for pair in given.items() for word in pair)])

    assert result.exit_code != 0
    assert sentence in result.output
