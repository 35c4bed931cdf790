"""Reports of undelivered mail: what they say, and how bad it is."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from partnerships.mail.rules.bounces import Severity, read_report, return_path, sealed_in
from partnerships.web.signing import seal, unseal
from tests.mail.bounced import report

HARD, SOFT = Severity.HARD, Severity.SOFT


@pytest.mark.parametrize(
    ("status", "diagnostic", "severity", "code"),
    [
        ("5.1.1", "smtp; 550 5.1.1 <dewi@creator.example>: User unknown", HARD, 550),
        ("5.1.2", "", HARD, None),
        ("5.1.10", "dns; Domain creator.example does not accept mail (nullMX)", HARD, None),
        ("5.2.1", "smtp; 550-5.2.1 The email account that you tried to reach is disabled.", HARD, 550),
        ("5.4.4", "X-Postfix; Host or domain name not found", HARD, None),
        ("5.0.0", "smtp; 550 5.1.1 No such user here", HARD, 550),
        ("5.0.0", "smtp; 550 unknown user", HARD, 550),
        ("5.5.0", "smtp;550 5.5.0 Requested action not taken: mailbox unavailable", HARD, 550),
        ("", "smtp; 551 moved", HARD, 551),
        ("5.0.0", "smtp; 550 relay not permitted", SOFT, 550),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", SOFT, 552),
        ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam", SOFT, 550),
        ("5.1.8", "smtp; 550 5.1.8 Sender's address does not exist", SOFT, 550),
        ("5.3.4", "smtp; 552 5.3.4 too large", SOFT, 552),
        ("4.4.7", "smtp; 421 4.4.7 Delivery expired", SOFT, 421),
        ("4.1.1", "", SOFT, None),
        ("5.0.0", "smtp; 554 no", SOFT, 554),
        ("", "", SOFT, None),
    ],
)
def test_a_bounce_is_as_bad_as_its_status_says(
    status: str, diagnostic: str, severity: Severity, code: int | None
) -> None:
    bounce = read_report(report(status=status, diagnostic=diagnostic)).bounce

    assert bounce is not None
    assert (bounce.severity, bounce.code) == (severity, code)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_has_not_failed_for_good_is_no_bounce(action: str) -> None:
    assert read_report(report(action=action)).bounce is None


def test_a_report_keeps_what_the_server_said_in_one_short_line() -> None:
    bounce = read_report(report(diagnostic="smtp; 550 5.1.1 first\r\n second \x07line " + "x" * 1000)).bounce

    assert bounce is not None
    assert bounce.told.startswith("550 5.1.1 first second line xxx")
    assert len(bounce.told) == 300


def test_the_return_path_is_looked_for_where_servers_write_it() -> None:
    read = read_report(report("Bounces <a+1@x.example>", delivered_to="b+2@x.example"))

    assert read.addressed_to == ("b+2@x.example", "a+1@x.example")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Re: Hari ini\n\nMaaf, besok ya.",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nnothing\n--x--",
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nAction: failed\nStatus: 5.1.1\n",
        report()[:300],
    ],
)
def test_anything_else_is_no_bounce(raw: bytes) -> None:
    assert read_report(raw).bounce is None


@given(st.binary(max_size=400))
def test_nothing_that_arrives_breaks_the_reading(raw: bytes) -> None:
    read_report(raw)
    read_report(report().replace(b"Action: failed", raw))


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1))
def test_a_return_path_is_a_legal_address_and_says_what_was_put_into_it(first: int, second: int) -> None:
    sealed = f"{first}-{second}-{'a' * 24}"

    address = return_path("bounces@sahabat.example", sealed)

    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    assert sealed_in("bounces@sahabat.example", address.upper()) == sealed.upper()


@pytest.mark.parametrize(
    "address", ["bounces@sahabat.example", "other+1@sahabat.example", "bounces+1@other.example", "", "+@"]
)
def test_other_addresses_are_no_return_paths(address: str) -> None:
    assert sealed_in("bounces@sahabat.example", address) is None


@pytest.mark.usefixtures("app")
def test_a_seal_is_good_for_its_numbers_and_its_purpose_only(app: Flask) -> None:
    sealed = seal("return path", 3, 14)

    assert unseal("return path", sealed) == (3, 14)
    assert unseal("return path", sealed.upper()) == (3, 14)
    assert unseal("unsubscribe", sealed) is None
    assert unseal("return path", sealed.replace("3-14", "3-15", 1)) is None
    assert unseal("return path", sealed[:-1] + ("0" if sealed[-1] != "0" else "1")) is None
    assert unseal("return path", "") is None
    app.config["SECRET_KEY"] = "another key that is long enough to be one"
    assert unseal("return path", sealed) is None
