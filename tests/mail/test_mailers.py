import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from partnerships.mail.mailers import FolderMailer, MailFailed, MemoryMailer, SmtpMailer, mailer_from_url
from partnerships.mail.rules.retries import Outcome
from tests.services.ports import free_port
from tests.services.smtp import SmtpServer, running_smtp


@pytest.fixture
def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Glow <sahabat@glow.example>", "dewi@creator.example", "Hari ini"
    made["Date"] = datetime(2026, 1, 27, 2, tzinfo=UTC)
    made["Message-ID"] = "<abc@glow.example>"
    made.set_content("Hai Dewi")
    return made


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with running_smtp() as running:
        yield running


@pytest.fixture
def smtp(server: SmtpServer) -> Iterator[SmtpMailer]:
    mailer = mailer_from_url(server.url)
    assert isinstance(mailer, SmtpMailer)
    yield mailer
    mailer.close()


def test_a_folder_shows_every_sending(tmp_path: Path, message: EmailMessage) -> None:
    mailer = FolderMailer(tmp_path / "mail")

    mailer.send(message)
    mailer.send(message)
    mailer.close()

    names = sorted(path.name for path in (tmp_path / "mail").iterdir())
    assert [name[:20] for name in names] == ["20260127T020000-abc-"] * 2
    kept = message_from_bytes((tmp_path / "mail" / names[0]).read_bytes(), policy=policy.default)
    assert kept["Message-ID"] == "<abc@glow.example>"


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path, message: EmailMessage) -> None:
    (tmp_path / "mail").write_text("a file stands here")

    with pytest.raises(OSError, match="mail"):
        FolderMailer(tmp_path / "mail").send(message)


def test_a_url_picks_the_mailer() -> None:
    assert mailer_from_url("memory:") == MemoryMailer()
    assert mailer_from_url("folder:/tmp/x/mail") == FolderMailer(Path("/tmp/x/mail"))
    assert mailer_from_url("smtp://mail.example") == SmtpMailer("mail.example", 25)
    assert mailer_from_url("smtp://rina:p%40ss@mail.example") == SmtpMailer("mail.example", 587, "rina", "p@ss")
    assert mailer_from_url("smtps://rina:x@mail.example:4465") == SmtpMailer(
        "mail.example", 4465, "rina", "x", tls_from_start=True
    )


@pytest.mark.parametrize("url", ["pigeon:", "folder:", "smtp://", "", "mail.example"])
def test_a_url_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="MAIL_URL"):
        mailer_from_url(url)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(mailer_from_url("smtp://rina:secret@mail.example"))


def test_mail_arrives_over_one_connection(server: SmtpServer, smtp: SmtpMailer, message: EmailMessage) -> None:
    smtp.send(message)
    connection = smtp._server
    smtp.send(message)

    assert smtp._server is connection
    assert [letter.recipients for letter in server.letters] == [["dewi@creator.example"]] * 2
    assert server.letters[0].message["Message-ID"] == "<abc@glow.example>"


@pytest.mark.parametrize(
    ("answer", "at", "outcome", "code"),
    [
        ("451 4.7.1 greylisted", "RCPT", Outcome.RETRY, 451),
        ("550 5.1.1 no such user", "RCPT", Outcome.GONE, 550),
        ("553 5.1.8 not your address", "MAIL", Outcome.PAUSE, 553),
        ("530 5.7.0 sign in first", "MAIL", Outcome.PAUSE, 530),
        ("452 4.3.1 disk full", "DATA", Outcome.RETRY, 452),
        ("554 5.6.0 looks like spam", "DATA", Outcome.DEAD, 554),
        ("421 4.3.2 going down", "RCPT", Outcome.RETRY, 421),
    ],
)
def test_what_a_server_says_is_told_apart(
    server: SmtpServer, smtp: SmtpMailer, message: EmailMessage, answer: str, at: str, outcome: Outcome, code: int
) -> None:
    server.refuse(answer, at=at)  # type: ignore[arg-type] # the parameters are the three it knows

    with pytest.raises(MailFailed) as failed:
        smtp.send(message)

    assert (failed.value.outcome, failed.value.code) == (outcome, code)
    smtp.send(message)
    assert len(server.letters) == 1


def test_a_connection_that_breaks_after_the_mail_is_tried_again_on_a_new_one(
    server: SmtpServer, smtp: SmtpMailer, message: EmailMessage
) -> None:
    server.hang_up_after_data()

    with pytest.raises(OSError, match="closed"):
        smtp.send(message)

    smtp.send(message)
    assert [letter.message["Message-ID"] for letter in server.letters] == ["<abc@glow.example>"] * 2


def test_a_server_that_is_not_there_pauses_the_channel(message: EmailMessage) -> None:
    with pytest.raises(MailFailed) as failed:
        SmtpMailer("127.0.0.1", free_port()).send(message)

    assert failed.value.outcome is Outcome.PAUSE


def test_a_password_never_leaves_without_tls(message: EmailMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    with talking([b"220 hello\r\n", b"250 mail.example\r\n"]) as port:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(2, 1, 6, "", ("127.0.0.1", port))])

        with pytest.raises(MailFailed, match="no TLS") as failed:
            SmtpMailer("mail.example", port, "rina", "secret").send(message)

    assert failed.value.outcome is Outcome.PAUSE


def test_a_wrong_password_pauses_the_channel(message: EmailMessage) -> None:
    answers = [b"220 hello\r\n", b"250-mail.example\r\n250 AUTH PLAIN\r\n", b"535 5.7.8 wrong password\r\n"]

    with talking(answers) as port, pytest.raises(MailFailed) as failed:
        SmtpMailer("127.0.0.1", port, "rina", "wrong").send(message)

    assert (failed.value.outcome, failed.value.code) == (Outcome.PAUSE, 535)


def test_a_server_that_turns_people_away_pauses_the_channel(message: EmailMessage) -> None:
    with talking([b"554 go away\r\n"]) as port, pytest.raises(MailFailed) as failed:
        SmtpMailer("127.0.0.1", port).send(message)

    assert (failed.value.outcome, failed.value.code) == (Outcome.PAUSE, 554)


def test_a_dripping_server_does_not_hold_up_the_queue(message: EmailMessage) -> None:
    with talking([b"220-slow", *[b"."] * 200], pause=0.05) as port, pytest.raises(MailFailed):
        SmtpMailer("127.0.0.1", port, seconds=0.3).send(message)


HALF_A_HANDSHAKE = (b"\x16\x03\x03\x3f\xff", *[b"\x0b"] * 200)


OFFERS_TLS = (b"220 hello\r\n", b"250-mail.example\r\n250 STARTTLS\r\n", b"220 go on\r\n")


@pytest.mark.parametrize(("settings", "first"), [({"tls_from_start": True}, ()), ({}, OFFERS_TLS)])
def test_nor_does_one_that_drips_while_tls_is_agreed_on(
    message: EmailMessage, settings: dict[str, bool], first: tuple[bytes, ...]
) -> None:
    began = time.monotonic()

    with talking([*first, *HALF_A_HANDSHAKE], pause=0.05) as port, pytest.raises(MailFailed) as failed:
        SmtpMailer("127.0.0.1", port, seconds=0.5, **settings).send(message)  # type: ignore[arg-type] # a flag

    assert failed.value.outcome is Outcome.PAUSE
    assert time.monotonic() - began < 5  # all of it takes ten


@contextmanager
def talking(answers: list[bytes], pause: float = 0) -> Iterator[int]:
    """Give the port of a server that says `answers` one after the other, each after it was spoken to."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection:
                for position, answer in enumerate(answers):
                    if position and not pause:
                        connection.recv(4096)
                    try:
                        connection.sendall(answer)
                    except OSError:
                        return
                    if over.wait(pause):
                        return
                over.wait(5)

        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join()


def test_the_return_path_is_the_sender_on_the_envelope_and_no_header(
    server: SmtpServer, smtp: SmtpMailer, message: EmailMessage
) -> None:
    message["Return-Path"] = "<bounces+1-2-abc@glow.example>"

    smtp.send(message)

    (letter,) = server.letters
    assert letter.sender == "bounces+1-2-abc@glow.example"
    assert letter.message["Return-Path"] is None
    assert letter.message["From"] == "Glow <sahabat@glow.example>"


def test_hardly_any_thread_watches_over_many_mails_and_none_is_left_when_their_time_is_over(
    server: SmtpServer, message: EmailMessage
) -> None:
    mailer = SmtpMailer("127.0.0.1", server.port, seconds=1)
    others, watching = set(threading.enumerate()), set()
    for _ in range(10):
        mailer.send(message)
        watching |= {thread for thread in threading.enumerate() if thread.name == "patience"} - others
    mailer.close()
    for thread in watching:
        thread.join(20)

    assert len(server.letters) == 10
    assert 1 <= len(watching) < 10
    assert not any(thread.is_alive() for thread in watching)
