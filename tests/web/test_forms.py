"""What the parent of every form does to the texts that are sent."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import Form, PasswordField, StringField, TextAreaField

from partnerships.database.work import Transactions
from partnerships.mail.letters import word
from partnerships.mail.tables import OutboxMail
from partnerships.people.tables import Account, Brand
from partnerships.web.forms import PageForm, RowForm
from tests.conftest import SignIn
from tests.stories import People, draft

NAMES = ("Glow\nGlow", "Glow\r\nGlow", "\tGlow\tGlow ", "Glow\u2028Glow", "Glow\x85Glow", "Glow\x0bGlow")


@pytest.fixture
def manager(people: People, sign_in: SignIn) -> FlaskClient:
    return sign_in(people.manager)


def children(form: type[Form]) -> set[type[Form]]:
    return {form}.union(*(children(child) for child in form.__subclasses__()))


def filled_in(form: type[Form], text: str) -> list[StringField]:
    """Return the texts of a form that `text` was written into, everywhere."""
    more: dict[str, Any] = {"brands": []} if form.__name__ == "ProductForm" else {}
    names = {field.name for field in form(formdata=None, **more)}
    made = form(formdata=MultiDict(dict.fromkeys(names, text)), **more)
    return [field for field in made if isinstance(field, StringField) and not isinstance(field, PasswordField)]


def test_no_text_that_is_needed_is_content_with_spaces(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        texts = [
            field
            for form in children(PageForm) | children(RowForm)
            for field in filled_in(form, " \t ")
            if field.flags.required
        ]

        content = [field.name for field in texts if field.validate(Form())]

    assert len(texts) > 15
    assert content == []


def test_no_line_of_text_takes_a_control_character(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        lines = [
            field
            for form in children(PageForm) | children(RowForm)
            for field in filled_in(form, "1\x1b2")
            if not isinstance(field, TextAreaField)
        ]

        content = [field.name for field in lines if field.validate(Form())]

    assert len(lines) > 20
    assert content == []


@pytest.mark.parametrize("name", NAMES)
def test_a_pasted_name_becomes_one_line_and_its_mail_can_be_worded(
    name: str, manager: FlaskClient, people: People, transactions: Transactions
) -> None:
    saved = manager.post(f"/brands/{people.brand_id}", data={"name": name})
    partnership_id = draft(transactions, people)
    manager.post(f"/partnerships/{partnership_id}/invite")

    assert saved.status_code == 302
    with transactions.looking(people.manager) as reading:
        assert reading.get(Brand, people.brand_id).name == "Glow Glow"
        assert word(reading.session.scalars(select(OutboxMail)).one()).sender == "Glow Glow"


def test_a_character_that_nobody_sees_is_refused_beside_the_name(
    manager: FlaskClient, people: People, transactions: Transactions
) -> None:
    manager.post("/language", data={"locale": "en"})

    answer = manager.post(
        "/profile", data={"name": "Rina\x1bX", "locale": "en", "theme": "dark", "zone": "Asia/Jakarta"}
    )

    assert answer.status_code == 422
    assert "There is a character in this that cannot be seen." in answer.text
    assert 'id="name-error"' in answer.text
    with transactions.everywhere() as everywhere:
        assert everywhere.get_one(Account, people.manager.account_id).name == "Rina"


def test_a_password_is_taken_as_it_is_typed(app: Flask) -> None:
    class Door(PageForm):
        password = PasswordField()

    with app.test_request_context(method="POST"):
        door = Door(formdata=MultiDict({"password": " two\tspaces \x07 "}))

        assert door.validate()
        assert door.password.data == " two\tspaces \x07 "


def test_a_text_of_several_lines_keeps_them(manager: FlaskClient, people: People, transactions: Transactions) -> None:
    facts = {"product_id": people.product_id, "owner_id": people.manager.account_id}

    manager.post(f"/campaigns/{people.campaign_id}", data=facts | {"name": "Glow diary", "brief": " one\r\n\r\ntwo\n"})

    assert "one\r\n\r\ntwo</textarea>" in manager.get(f"/campaigns/{people.campaign_id}").text


@pytest.mark.parametrize("name", ["   ", "\n", "\u2029"])
def test_a_campaign_needs_a_name_of_more_than_spaces(name: str, manager: FlaskClient, people: People) -> None:
    facts = {"product_id": people.product_id, "owner_id": people.manager.account_id}

    answer = manager.post("/campaigns/new", data=facts | {"name": name})

    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
