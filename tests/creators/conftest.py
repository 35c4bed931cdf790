"""These tests read English pages, whatever language the people of the story prefer."""

import pytest
from flask.testing import FlaskClient

from partnerships.core.actor import Actor
from tests.conftest import SignIn


@pytest.fixture
def sign_in(sign_in: SignIn) -> SignIn:
    def in_english(actor: Actor | None) -> FlaskClient:
        client = sign_in(actor)
        with client.session_transaction() as session:
            session["locale"] = "en"
        return client

    return in_english
