"""What WTForms says of its own accord is said in Indonesian too."""

from pathlib import Path

import pytest
import wtforms
from babel.messages.pofile import read_po
from flask import Flask
from wtforms import StringField
from wtforms.validators import Length

from partnerships.web.forms import PageForm
from partnerships.web.wtforms_words import COUNTED_SENTENCES, SENTENCES


class ShortForm(PageForm):
    """A form whose validator speaks for itself."""

    class Meta(PageForm.Meta):
        """Asked without a page."""

        csrf = False

    name = StringField(validators=[Length(max=3)])


def test_every_sentence_of_wtforms_stands_in_our_list() -> None:
    with (Path(wtforms.__file__).parent / "locale" / "wtforms.pot").open("rb") as file:
        theirs = {message.id for message in read_po(file) if message.id}

    assert theirs == {*SENTENCES, *COUNTED_SENTENCES}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("id", "Paling banyak 3 karakter."), ("en", "Field cannot be longer than 3 characters.")],
)
def test_wtforms_refuses_in_the_readers_language(app: Flask, language: str, sentence: str) -> None:
    headers = {"Accept-Language": language}

    with app.test_request_context("/", method="POST", data={"name": "panjang"}, headers=headers):
        form = ShortForm()

        assert not form.validate()
        assert form.name.errors == [sentence]
