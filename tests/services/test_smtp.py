import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.services.smtp import SmtpServer, running_smtp


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with running_smtp() as started:
        yield started


def send(server: SmtpServer) -> None:
    message = EmailMessage()
    message["Subject"] = "Hai"
    message.set_content("Foto minggu pertama")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        client.send_message(message, "brand@example.com", ["creator@example.com"])


def test_a_mail_arrives_with_its_envelope(server: SmtpServer) -> None:
    send(server)

    (letter,) = server.letters
    assert (letter.sender, letter.recipients) == ("brand@example.com", ["creator@example.com"])
    assert letter.message.get_content().strip() == "Foto minggu pertama"


@pytest.mark.parametrize("code", [451, 550])
def test_a_scripted_refusal_is_given_once(server: SmtpServer, code: int) -> None:
    server.refuse(f"{code} not this time")

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(server)
    send(server)

    assert refused.value.recipients["creator@example.com"][0] == code
    assert len(server.letters) == 1


def test_a_busy_server_says_so_before_the_content_is_sent(server: SmtpServer) -> None:
    server.refuse("421 busy", at="MAIL")

    with pytest.raises(smtplib.SMTPSenderRefused):
        send(server)

    assert not server.letters


def test_a_server_that_hangs_up_after_the_content_has_kept_the_mail(server: SmtpServer) -> None:
    server.hang_up_after_data()

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server)

    assert len(server.letters) == 1
