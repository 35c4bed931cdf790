"""Amounts as people write them: in groups of three, with or without cents that are none, or not at all."""

import pytest

from partnerships.plans.rules.amounts import digits_of


@pytest.mark.parametrize(
    "written",
    [
        "1500000",
        "1.500.000",
        "1,500,000",
        "1 500 000",
        "Rp1.500.000",
        "Rp 1.500.000",
        "Rp. 1.500.000",
        " rp1500000 ",
        "1.500.000,00",
        "1,500,000.00",
        "1500000,00",
        "1500000.00",
        "1.500.000,-",
    ],
)
def test_one_amount_is_read_however_it_is_written(written: str) -> None:
    assert digits_of(written) == "1500000"


@pytest.mark.parametrize(
    "written",
    [
        "1.5",
        "1,50",
        "1.500.00",
        "1,500,00",
        "1.500,000",
        "1,500.000",
        "15.00.000",
        "1500.000",
        "1.500.000,50",
        "1..500",
        ".500",
        "1.500.",
        "1.500.000.",
        "-5",
        "1,5 juta",
        "a lot",
        "Rp",
        "",
        "\N{ARABIC-INDIC DIGIT FIVE}00",
    ],
)
def test_what_could_be_meant_otherwise_is_no_amount(written: str) -> None:
    assert digits_of(written) is None


@pytest.mark.parametrize(("written", "digits"), [("0", "0"), ("500", "500"), ("1.500", "1500"), ("100,00", "100")])
def test_small_amounts_are_read_as_well(written: str, digits: str) -> None:
    assert digits_of(written) == digits
