from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from itertools import product
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError

from partnerships.mail.letters import FOLDER, LANGUAGES, RETURNING, Attachment, envelope, find_letter, word
from partnerships.mail.rules.bounces import sealed_in
from partnerships.mail.sampling import CONTEXT as SAMPLED
from partnerships.mail.sampling import wordings
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.people.tables import Account
from partnerships.web.addresses import STOPPING
from partnerships.web.linking import token_of
from partnerships.web.signing import unseal
from partnerships.web.tables import MailedLink

NOW = datetime(2026, 1, 27, 2, tzinfo=UTC)
WORDINGS = wordings()
CONTEXT = {
    **SAMPLED,
    "brand": "Glow",
    "product": "Glow Serum",
    "creator": "Dewi",
    "manager": "Rina",
    "title": {"id": "Dua minggu", "en": "Two weeks"},
    "note": "Santai saja <b>ya</b>",
    "is_first": False,
}
# What people really type, and what they try: https://github.com/minimaxir/big-list-of-naughty-strings is the idea.
NAUGHTY = [
    'O\'Neil & "Sons" <dewi@x.example>',
    "{{ 7 * 7 }} {% raw %} %(x)s %s",
    "<img src=x onerror=alert(1)>",
    "\u202eterbalik\u202c \u0639\u0631\u0628\u064a",
    "\U0001f49c Déwi\u0301 \u4e2d\u6587 \ufdfa",
    "=?utf-8?q?Bcc=3A_all=40example?=",
    "nama " + "panjang " * 20 + "sekali",
    ",;:@[]()\\",
]

pytestmark = pytest.mark.usefixtures("app")


def mail(template: str = "check_in", *, locale: str = "id", linked: bool = True, **values: Any) -> OutboxMail:
    return OutboxMail(
        org_id=1,
        kind=MailKind.NOTICE,
        message_id="abc@localhost",
        about="check_in:1",
        recipient=Account(id=4, email="dewi@creator.example", name="Dewi Lestari", locale=locale, zone="Asia/Jakarta"),
        send_after=NOW,
        link=MailedLink(nonce="a nonce") if linked else None,
        template=template,
        context=CONTEXT | values,
        reply_to="manager@glow.example",
    )


def test_every_wording_exists_in_both_languages() -> None:
    assert {path.stem for path in (FOLDER / "en").glob("*.txt")} == set(WORDINGS)


@pytest.mark.parametrize("template", WORDINGS)
def test_every_wording_makes_a_small_whole_mail_in_every_case(template: str) -> None:
    cases = product(LANGUAGES, ["soon", "due", "again", "manager", "owner"], ["", "Santai saja"])

    for locale, rung, note in cases:
        made = mail(template, locale=locale, rung=rung, note=note, waits_for_parcel=not note)
        letter = word(made)
        assert 5 < len(letter.subject) < 90
        assert len(letter.paragraphs) >= 2
        assert letter.why
        assert not {"{", "}", "None"} & set(letter.text.split())
        assert "  " not in letter.text.replace("\n", "")
        assert len(envelope(made, letter, None, NOW).as_bytes()) < 100_000


def arrived(made: OutboxMail) -> EmailMessage:
    """Return `made` as a mail program reads it."""
    whole = envelope(made, word(made), "first@localhost", NOW, Attachment("a.ics", "BEGIN:VCALENDAR\r\n", "PUBLISH"))
    return message_from_bytes(whole.as_bytes(policy=policy.SMTP), policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def unspaced(words: str) -> str:
    """Return `words` without spaces: Python may drop or double one where it folds a long header."""
    return "".join(words.split())


@pytest.mark.parametrize("template", WORDINGS)
def test_every_mail_arrives_whole_whatever_names_and_words_people_have(template: str) -> None:
    at = WORDINGS.index(template)
    some = [(LANGUAGES[0], NAUGHTY[at % len(NAUGHTY)]), (LANGUAGES[1], NAUGHTY[(at + 3) % len(NAUGHTY)])]
    plain = set(arrived(mail(template)).keys())

    for locale, naughty in product(LANGUAGES, NAUGHTY) if template in {"check_in", "changes"} else some:
        words = dict.fromkeys(("brand", "product", "creator", "manager", "by", "organisation"), naughty)
        made = mail(template, locale=locale, note=naughty, title={"id": naughty, "en": naughty})
        made.context |= words
        made.recipient.name = naughty
        message, letter = arrived(made), word(made)
        text, html = part(message, "plain"), part(message, "html")
        assert set(message.keys()) == plain
        assert unspaced(str(message["Subject"])) == unspaced(letter.subject)
        assert message["To"].addresses[0].display_name == naughty.replace("=?", "= ?")
        assert message["To"].addresses[0].addr_spec == "dewi@creator.example"
        assert message["From"].addresses[0].addr_spec == "sahabat@sahabat.example"
        assert text.strip() == letter.text.strip()
        assert letter.url is not None
        assert letter.url in text
        assert f'href="{letter.url}"' in html
        assert "<img" not in html
        assert letter.preheader in unescape(html)
        assert letter.why in text
        assert len(message.as_bytes()) < 100_000


def test_no_value_of_any_mail_can_become_a_header() -> None:
    evil = "Dewi\r\nBcc: all@example"
    names = ("brand", "product", "creator", "manager", "by", "organisation", "note", "description", "title", "carrier")
    values: dict[str, Any] = {name: {"id": evil, "en": evil} if name == "title" else evil for name in names}

    for template, name in product(WORDINGS, names):
        made = mail(template)
        made.context |= {name: values[name]}
        letter = find_letter(made)
        headers = [] if letter is None else [letter.sender, letter.subject, letter.preheader, letter.why, letter.button]
        assert not any("\r" in header or "\n" in header for header in headers)


@pytest.mark.parametrize("template", ["approved", "plan_moved"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_post_that_is_put_off_is_told_with_its_day_and_whose_delay_it_was(template: str, locale: str) -> None:
    texts = {
        put_off: word(mail(template, locale=locale, put_off=put_off)).text
        for put_off in ("", "brand_late", "approved_late")
    }

    assert len(set(texts.values())) == (3 if template == "approved" else 2)
    assert all("9 Februar" in text for text in texts.values())
    assert not any("  " in text for text in texts.values())


@pytest.mark.parametrize(
    ("months", "weeks", "said"),
    [
        (4, 0, {"id": "selama sekitar 4 bulan", "en": "over about 4 months"}),
        (0, 6, {"id": "selama sekitar 6 minggu", "en": "over about 6 weeks"}),
        (0, 1, {"id": "selama sekitar 1 minggu", "en": "over about a week"}),
    ],
)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_an_invitation_says_how_long_it_takes(locale: str, months: int, weeks: int, said: dict[str, str]) -> None:
    letter = word(mail("invitation", locale=locale, months=months, weeks=weeks))

    assert said[locale] in letter.text


@pytest.mark.parametrize("meaning", ["refill", "still_using", "keep_going", "minus"])
@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_answer_that_needs_a_person_has_its_words(meaning: str, locale: str) -> None:
    assert "Dewi" in word(mail("answer_needs_person", locale=locale, meaning=meaning)).subject


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_change_in_reaching_somebody_has_its_words(locale: str) -> None:
    changes = ("unreachable", "resting", "complained", "unsubscribed", "back")

    texts = {word(mail("contact_changed", locale=locale, contact=contact, told="")).text for contact in changes}

    assert len(texts) == len(changes)
    assert not any("server" in text or "  " in text for text in texts)


def test_a_mail_speaks_the_language_of_its_reader() -> None:
    indonesian, english = word(mail(locale="id")), word(mail(locale="en"))

    assert (indonesian.subject, english.subject) == (
        "Hari ini: update “Dua minggu” (Glow)",
        "Today: check-in “Two weeks” (Glow)",
    )
    assert "Hai Dewi," in indonesian.paragraphs
    assert "Hi Dewi," in english.paragraphs
    assert 'lang="en"' in english.html


def test_dates_are_written_out() -> None:
    assert "Senin, 9 Februari 2026" in word(mail("draft", rung="soon")).text
    assert "Monday, 9 February 2026" in word(mail("draft", locale="en", rung="soon")).text


def test_the_link_stands_behind_the_button_and_in_clear(app: Flask) -> None:
    made = mail()
    assert made.link is not None

    letter = word(made)

    assert letter.url == f"http://localhost/s/{token_of(made.link)}"
    assert letter.text.count(letter.url) == 1
    assert letter.html.count(letter.url) == 3


@pytest.mark.parametrize(("locale", "asked"), [("id", "label iklan"), ("en", "ad label")])
def test_who_posted_without_the_ad_label_is_asked_for_it(locale: str, asked: str) -> None:
    assert asked in word(mail("verified", locale=locale, linked=False, label_off=True)).html
    assert asked not in word(mail("verified", locale=locale, linked=False)).html


def test_those_who_sign_in_get_the_address_of_the_page() -> None:
    assert word(mail("overdue", linked=False, path="/check-ins/1")).url == "http://localhost/check-ins/1"


def test_without_a_link_there_is_no_button() -> None:
    letter = word(mail("verified", linked=False))

    assert letter.url is None
    assert "<a " not in letter.html


def test_what_people_wrote_is_text_and_not_markup() -> None:
    html = word(mail("changes", note="<script>alert(1)</script>\n\nBaris kedua")).html

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_headers_say_who_what_and_that_a_machine_wrote() -> None:
    made = mail()

    message = message_from_bytes(envelope(made, word(made), "first@localhost", NOW).as_bytes(), policy=policy.default)

    assert message["From"] == "Glow <sahabat@sahabat.example>"
    assert message["To"] == "Dewi Lestari <dewi@creator.example>"
    assert message["Reply-To"] == "manager@glow.example"
    assert message["Message-ID"] == "<abc@localhost>"
    assert message["In-Reply-To"] == message["References"] == "<first@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Date"].datetime == NOW
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_a_reminder_can_be_stopped_with_one_click(app: Flask) -> None:
    app.config["PUBLIC_BASE_URL"] = "https://a-rather-long-name-of-a-host-that-somebody-chose.sahabat.example.com"
    made = mail()
    made.kind, made.recipient_id = MailKind.REMINDER, 4

    letter = word(made)
    written = envelope(made, letter, "f" * 80 + "@localhost", NOW).as_bytes()
    message = message_from_bytes(written, policy=policy.default)

    assert message["List-Unsubscribe"] == f"<{letter.stop_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    long_words = [line for line in written.splitlines() if line.startswith((b"List-", b"References", b"In-Reply"))]
    assert len(long_words) == 4
    assert not any(b"=?utf-8?" in line for line in long_words)  # the email package would, and nobody reads that
    assert str(letter.stop_url) in letter.text
    assert str(letter.stop_url) in letter.html
    assert unseal(STOPPING, str(letter.stop_url).rpartition("/")[2]) == (1, 4)


def test_a_notice_cannot_be_stopped() -> None:
    made = mail()

    letter = word(made)

    assert letter.stop_url is None
    assert envelope(made, letter, None, NOW)["List-Unsubscribe"] is None
    assert "Tidak mau" not in letter.text + letter.html


def test_a_mail_comes_back_to_an_address_of_its_own_when_somebody_reads_it(app: Flask) -> None:
    made = mail()
    made.id = 12
    assert envelope(made, word(made), None, NOW)["Return-Path"] is None
    app.config["BOUNCE_ADDRESS"] = "bounces@sahabat.example"

    address = str(envelope(made, word(made), None, NOW)["Return-Path"]).strip("<>")

    assert unseal(RETURNING, sealed_in("bounces@sahabat.example", address) or "") == (1, 12)


def test_the_first_mail_of_a_thread_refers_to_nothing() -> None:
    made = mail()

    for first in (None, "abc@localhost"):
        assert envelope(made, word(made), first, NOW)["References"] is None


@pytest.mark.parametrize("broken", ["Dua\r\nBcc: all@example", "Dua\nminggu", "Dua\rminggu", "Dua\0"])
def test_a_line_break_cannot_become_a_header(broken: str) -> None:
    with pytest.raises(ValueError, match="header"):
        word(mail(title=broken))
    with pytest.raises(ValueError, match="header"):
        word(mail(brand=broken))


def test_a_line_break_in_an_address_is_refused() -> None:
    made = mail()
    made.reply_to = "manager@glow.example\r\nBcc: all@example"

    with pytest.raises(ValueError, match="header"):
        envelope(made, word(made), None, NOW)


def test_a_missing_value_is_an_error_and_not_a_hole() -> None:
    made = mail()
    made.context = {"brand": "Glow"}

    with pytest.raises(UndefinedError):
        word(made)


def test_a_mail_without_a_brand_comes_from_the_house() -> None:
    assert word(mail(brand="")).sender == "Sahabat"
