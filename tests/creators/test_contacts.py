import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.errors import Refused
from partnerships.creators.rules.contacts import follower_count, handle_name, whatsapp_digits
from partnerships.creators.rules.words import PLATFORMS
from partnerships.creators.tables import Platform


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0812 3456 7890", "6281234567890"),
        ("0812-3456-7890", "6281234567890"),
        ("812 3456 7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("+62 (0)812 3456 7890", "6281234567890"),
        ("6281234567890", "6281234567890"),
        ("0062 812 3456 7890", "6281234567890"),
        ("+65 9123 4567", "6591234567"),
        ("+82 10 1234 5678", "821012345678"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_number_is_kept_as_wa_me_wants_it(typed: str, digits: str) -> None:
    assert whatsapp_digits(typed) == digits


@pytest.mark.parametrize(
    "typed", ["nomor", "0812", "0812x3456", "+1" * 9, "٠٨١٢٣٤٥٦٧٨٩٠", "+0812345678", "++62812345678"]
)
def test_what_is_no_number_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        whatsapp_digits(typed)

    assert refusal.value.field == "whatsapp"


@given(st.text())
def test_a_number_is_refused_or_plain_and_stays_the_same_when_typed_again(typed: str) -> None:
    try:
        digits = whatsapp_digits(typed)
    except Refused:
        return

    assert digits == "" or (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15)
    assert whatsapp_digits(digits and f"+{digits}") == digits


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("@Sari.Kulit", "sari.kulit"),
        ("sari_kulit", "sari_kulit"),
        ("https://www.instagram.com/Sari.Kulit/?hl=id", "sari.kulit"),
        ("tiktok.com/@sari", "sari"),
        ("https://www.youtube.com/@sari/", "sari"),
    ],
)
def test_a_handle_has_no_at_sign_and_no_capitals(typed: str, name: str) -> None:
    assert handle_name(typed) == name


@pytest.mark.parametrize("typed", ["", "@", "sari kulit", "<b>sari</b>", "s" * 61, "@@sari"])
def test_what_no_platform_accepts_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        handle_name(typed)


@given(st.text())
def test_a_handle_is_refused_or_stays_the_same_when_typed_again(typed: str) -> None:
    try:
        name = handle_name(typed)
    except Refused:
        return

    assert handle_name(f"@{name}") == name


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("12.500", 12_500),
        ("12,500", 12_500),
        ("999.999.999", 999_999_999),
        ("00012500", 12_500),
        ("0", 0),
        ("", None),
        (" ", None),
    ],
)
def test_followers_are_counted_whatever_separates_the_digits(typed: str, count: int | None) -> None:
    assert follower_count(typed) == count


@pytest.mark.parametrize("typed", ["12k", "-1", "many", "½"])
def test_what_is_no_count_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="in digits"):
        follower_count(typed)


@pytest.mark.parametrize("typed", ["2.147.483.648", "9" * 10, "9" * 11, "9" * 5000])
def test_more_followers_than_anybody_has_are_refused(typed: str) -> None:
    with pytest.raises(Refused, match="so many followers"):
        follower_count(typed)


def test_every_platform_has_a_name() -> None:
    assert set(PLATFORMS) == set(Platform)
