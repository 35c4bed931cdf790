import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.files.names import LENGTH, clean_name


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("serum di pagi hari.jpg", "serum di pagi hari.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Rani\\foto.png", "foto.png"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "ab Set-Cookie_ x.jpg"),
        ('"><img src=x>.mp4', "___img src=x_.mp4"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        ("", "file"),
        ("\u200b\u2066", "file"),
        ("folder/", "folder"),
        ("cafe\u0301.jpg", "caf\u00e9.jpg"),
        ("\ud800broken.jpg", "broken.jpg"),
    ],
)
def test_a_name_loses_what_could_mislead(sent: str, shown: str) -> None:
    assert clean_name(sent) == shown


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("a" * 500 + ".jpeg")

    assert len(name) == LENGTH
    assert name.endswith("aaa.jpeg")


@given(st.text(st.characters(), max_size=300))
def test_no_name_is_dangerous_or_empty(sent: str) -> None:
    name = clean_name(sent)

    assert 0 < len(name) <= LENGTH
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(sign).startswith("C") for sign in name)
    assert clean_name(name) == name
