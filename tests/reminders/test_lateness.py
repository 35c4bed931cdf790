"""What mails say of how late something is, and of who was told: the days as they are, and only what happened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.letters import together
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.sampling import CONTEXT
from partnerships.mail.suppressing import suppress
from partnerships.people.tables import Account
from partnerships.reminders import adjusting
from partnerships.reminders.rules.ladder import USUAL, Policy
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import first_due
from tests.reminders.scenes import send_each
from tests.stories import People

DUE = datetime(2026, 1, 27, 2, tzinfo=UTC)  # nine in Jakarta, on the first check-in's day
Sent = Callable[[Policy], list[tuple[int, str, EmailMessage]]]


@pytest.fixture
def sent(transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer) -> Sent:
    """Return a function that lets twelve days go by unanswered; it says what went out, how late and to whom."""

    def go(policy: Policy) -> list[tuple[int, str, EmailMessage]]:
        with transactions.begin(people.manager) as work:
            adjusting.set_policy(work, policy)
        check_in_id = first_due(transactions, people, clock, DUE)
        with transactions.looking(people.manager) as reading:
            title = reading.session.get_one(CheckIn, check_in_id).spec.title
            titles = {f"“{title.id}”", f"“{title.en}”"}
        went = []
        for day in range(1, 12):
            clock.set(DUE + timedelta(days=day))
            mailer.sent.clear()
            tick(transactions)
            send_each(transactions, mailer)
            went += [
                (day, str(one["To"].addresses[0].addr_spec), one)
                for one in mailer.sent
                if any(title in str(one["Subject"]) for title in titles)
            ]
        return went

    return go


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("policy", [USUAL, Policy(again_days=2, manager_days=5, owner_days=9)])
@pytest.mark.parametrize("locale", ["id", "en"])
def test_a_mail_says_how_many_days_late_something_is_whatever_the_ladder(
    sent: Sent, transactions: Transactions, people: People, policy: Policy, locale: str
) -> None:
    with transactions.begin(people.owner) as work:
        for who in (people.creator, people.manager, people.owner):
            work.session.get_one(Account, who.account_id).locale = locale

    went = sent(policy)

    late = [(day, str(one["Subject"])) for day, _, one in went if "(Dewi, " in str(one["Subject"])]
    said = "{} days late: check-in “" if locale == "en" else "Terlambat {} hari: update “"
    risk = "is {} days late" if locale == "en" else "terlambat {} hari"
    assert [day for day, _ in late] == [policy.manager_days, policy.owner_days]
    assert late[0][1].startswith(said.format(policy.manager_days))
    assert risk.format(policy.owner_days) in late[1][1]
    again = next(text(one) for day, who, one in went if day == policy.again_days and who.startswith("dewi@"))
    words = {"en": ("yesterday", "could not make it then"), "id": ("kemarin", "waktu itu belum sempat")}[locale]
    assert [word in again for word in words] == [policy.again_days == 1, policy.again_days != 1]
    assert not any(word in text(one) for _, _, one in went for word in ("four days ago", "empat hari yang lalu"))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (None, "Pengingat sudah dikirim"),
        (Reason.UNSUBSCRIBED, "tidak mau menerima pengingat"),
        (Reason.UNREACHABLE, "sedang tidak sampai"),
    ],
)
def test_who_is_told_that_a_creator_is_late_reads_whether_the_creator_was_reminded(
    sent: Sent, transactions: Transactions, people: People, reason: Reason | None, said: str
) -> None:
    if reason is not None:
        with transactions.begin(people.manager) as work:
            suppress(work, work.session.get_one(Account, people.creator.account_id).email, reason, "")

    went = sent(USUAL)

    (overdue,) = [text(one) for _, _, one in went if str(one["Subject"]).startswith("Terlambat")]
    assert said in overdue
    assert ("Pengingat sudah dikirim" in overdue) is (reason is None)
    (risk,) = [text(one) for _, _, one in went if str(one["Subject"]).startswith("Berisiko")]
    assert ("sapa lewat WhatsApp" in risk) is (reason is not None)


@pytest.mark.parametrize(
    ("waits_for", "course", "in_english", "in_indonesian"),
    [
        ("check_in", "", "check-in “", "update “"),
        ("draft", "post", "draft “", "draf “"),
        ("publish", "post", "post “", "posting “"),
        ("metrics", "", "numbers of the post “", "angka posting “"),
        ("publish", "task", "“", "“"),
    ],
)
def test_it_is_named_what_is_late_also_in_the_mail_of_the_day(
    waits_for: str, course: str, in_english: str, in_indonesian: str
) -> None:
    context: dict[str, Any] = {**CONTEXT, "waits_for": waits_for, "course": course, "late": 1}
    items = [{"template": "overdue", "context": context, "nonce": None}] * 2

    english, indonesian = (together("digest", locale, items, "Rina", None).items for locale in ("en", "id"))

    assert all(words.startswith(f"1 day late: {in_english}") for words, _ in english)
    assert all(words.startswith(f"Terlambat 1 hari: {in_indonesian}") for words, _ in indonesian)
