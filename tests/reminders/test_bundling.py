"""One mail a day: what goes together, what goes by itself, and that nothing is lost or told twice."""

import re
import threading
import time
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql

from partnerships.core.clock import ManualClock
from partnerships.database.session import db
from partnerships.database.work import Transactions, Work
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.queueing import NewMail, queue_all
from partnerships.mail.tables import OUT_OF_DATE, MailKind, OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.reminders import bundling
from partnerships.reminders.bundling import bundle
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.conftest import SignIn
from tests.stories import People, draft, move, start

INVITED = datetime(2026, 1, 5, 2, tzinfo=UTC)  # a Monday, nine in Jakarta
WAITED = INVITED + timedelta(days=3)  # when an invitation has waited long enough to be asked about


def beat(transactions: Transactions, mailer: MemoryMailer) -> list[EmailMessage]:
    """Do what the clockwork does, and return what went out."""
    mailer.sent.clear()
    tick(transactions)
    bundle(transactions)
    deliver(transactions, mailer, still_wanted, lambda: 0)
    return mailer.sent


def to(messages: list[EmailMessage], address: str) -> list[EmailMessage]:
    return [message for message in messages if address in message["To"]]


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def invited(transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer) -> list[int]:
    """Return three partnerships whose invitations have waited until this very morning."""
    ids = [draft(transactions, people) for _ in range(3)]
    for partnership_id in ids:
        move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    beat(transactions, mailer)
    clock.set(WAITED)
    return ids


def test_a_manager_gets_one_mail_with_a_link_to_each_thing(
    transactions: Transactions, invited: list[int], mailer: MemoryMailer
) -> None:
    (message,) = to(beat(transactions, mailer), "manager@glow")

    assert message["Subject"] == "3 hal menunggu di kerja sama Anda hari ini"
    body = text(message)
    assert all(f"http://localhost/partnerships/{partnership_id}\n" in body for partnership_id in invited)
    assert body.count("\n- ") == 3
    assert "BEGIN:VCALENDAR" not in message.as_string()
    html = message.get_body(("html",))
    assert html is not None
    assert all(f'href="http://localhost/partnerships/{one}"' in html.get_content() for one in invited)


def test_what_was_answered_in_the_meantime_is_left_out_and_a_single_rest_is_told_in_its_own_words(
    transactions: Transactions, people: People, invited: list[int], mailer: MemoryMailer
) -> None:
    mailer.sent.clear()
    tick(transactions)
    bundle(transactions)
    for partnership_id in invited[:2]:
        move(transactions, people.creator, partnership_id, PartnershipAction.DECLINE)
    deliver(transactions, mailer, still_wanted, lambda: 0)

    reminders = [one for one in to(mailer.sent, "manager@glow") if f"/partnerships/{invited[2]}\n" in text(one)]

    assert len(reminders) == 1
    assert "hal menunggu" not in reminders[0]["Subject"]
    assert not any(f"/partnerships/{invited[0]}\n" in text(one) and "hal" in one["Subject"] for one in reminders)


def test_a_digest_of_nothing_is_not_sent(
    transactions: Transactions, people: People, invited: list[int], mailer: MemoryMailer
) -> None:
    tick(transactions)
    bundle(transactions)
    for partnership_id in invited:
        move(transactions, people.creator, partnership_id, PartnershipAction.DECLINE)
    mailer.sent.clear()
    deliver(transactions, mailer, still_wanted, lambda: 0)

    assert [one["Subject"] for one in to(mailer.sent, "manager@glow") if "menunggu" in one["Subject"]] == []


def test_what_comes_later_on_the_same_day_waits_for_tomorrows_mail(
    transactions: Transactions, people: People, invited: list[int], mailer: MemoryMailer, clock: ManualClock
) -> None:
    beat(transactions, mailer)
    clock.advance(minutes=60)
    queue_reminder(transactions, people, invited[0])

    later = to(beat(transactions, mailer), "manager@glow")
    clock.set(WAITED + timedelta(days=1))
    tomorrow = to(beat(transactions, mailer), "manager@glow")

    assert later == []
    assert len(tomorrow) == 1
    assert bundle(transactions) == 0


def test_what_comes_in_the_evening_is_told_by_the_next_mornings_one_mail(
    transactions: Transactions, people: People, invited: list[int], mailer: MemoryMailer, clock: ManualClock
) -> None:
    clock.set(WAITED + timedelta(hours=12))  # nine in the evening, as when creators live far in the west
    evening = to(beat(transactions, mailer), "manager@glow")
    clock.set(WAITED + timedelta(hours=23))
    early = to(beat(transactions, mailer), "manager@glow")
    clock.set(WAITED + timedelta(days=1))
    queue_reminder(transactions, people, invited[0])

    morning = to(beat(transactions, mailer), "manager@glow")
    clock.advance(minutes=60)
    later = to(beat(transactions, mailer), "manager@glow")

    assert (evening, early, later) == ([], [], [])
    assert [text(one).count("\n- ") for one in morning] == [4]


def test_what_runs_out_in_the_night_is_not_kept_for_the_mail_of_the_morning(
    transactions: Transactions, invited: list[int], mailer: MemoryMailer, clock: ManualClock
) -> None:
    clock.set(WAITED + timedelta(hours=12))
    tick(transactions)
    with transactions.everywhere() as everywhere:
        for mail in everywhere.scalars(select(OutboxMail).where(OutboxMail.for_digest)).all():
            mail.expires_at = WAITED + timedelta(days=1)
        everywhere.commit()
    bundle(transactions)

    clock.set(WAITED + timedelta(hours=23))

    assert len(to(beat(transactions, mailer), "manager@glow")) == len(invited)


def test_a_mail_of_the_day_that_could_not_go_tells_what_the_next_day_brings(
    transactions: Transactions, people: People, invited: list[int], mailer: MemoryMailer, clock: ManualClock
) -> None:
    tick(transactions)
    bundle(transactions)
    clock.set(WAITED + timedelta(days=1))
    queue_reminder(transactions, people, invited[0])

    sent = to(beat(transactions, mailer), "manager@glow")

    assert [text(one).count("\n- ") for one in sent] == [4]


def queue_reminder(transactions: Transactions, people: People, partnership_id: int) -> None:
    """Queue another reminder of the same kind to the manager, as if of another clock."""
    with transactions.begin(people.manager) as work:
        old = work.session.scalars(
            select(OutboxMail).where(
                OutboxMail.template == "unanswered", OutboxMail.about == f"partnership:{partnership_id}"
            )
        ).one()
        manager = work.session.get_one(Account, people.manager.account_id)
        reminder = NewMail(
            "another", MailKind.REMINDER, old.about, old.template, old.context, manager, work.now, for_digest=True
        )
        queue_all(work, [reminder])


def test_who_wants_each_by_itself_gets_each_by_itself(
    transactions: Transactions, people: People, sign_in: SignIn, invited: list[int], mailer: MemoryMailer
) -> None:
    manager = sign_in(people.manager)
    form = {"name": "Rina", "locale": "id", "zone": "Asia/Jakarta", "theme": "system", "each_alone": "y"}
    assert manager.post("/profile", data=form).status_code == 302
    assert "checked" in manager.get("/profile").text

    assert len(to(beat(transactions, mailer), "manager@glow")) == 3
    with transactions.looking(people.stranger) as reading:
        assert not any(one.each_alone for one in reading.session.scalars(select(Membership)).unique())


def test_who_wants_only_the_calendar_is_led_there_from_their_settings(
    transactions: Transactions, people: People, sign_in: SignIn, invited: list[int], mailer: MemoryMailer
) -> None:
    manager = sign_in(people.manager)
    (path,) = re.findall(r'href="http://localhost(/u/[^"]+)"', manager.get("/profile").text)

    assert manager.post(path).status_code == 200
    reminders = [one for one in to(beat(transactions, mailer), "manager@glow") if "menunggu" in one["Subject"]]

    assert reminders == []


def test_what_a_creator_has_to_do_today_comes_by_itself(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    clock.set(datetime(2026, 1, 26, 2, tzinfo=UTC))
    start(transactions, people, date(2026, 1, 26))
    beat(transactions, mailer)
    clock.advance(days=1)

    today = to(beat(transactions, mailer), "dewi@")
    with transactions.looking(people.manager) as reading:
        made = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "digest_creator")).all()

    assert [one["Subject"] for one in today if one["Subject"].startswith("Hari ini")] != []
    assert made == []


def test_what_the_mail_of_the_day_has_told_is_not_told_again_after_a_pause(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    clock.set(datetime(2026, 1, 26, 2, tzinfo=UTC))
    partnership_id = start(transactions, people, date(2026, 1, 26))
    beat(transactions, mailer)
    clock.advance(days=2)
    before = [one["Subject"] for one in to(beat(transactions, mailer), "dewi@")]

    mailer.sent.clear()
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    clock.advance(minutes=60)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    afterwards = [one["Subject"] for one in to(beat(transactions, mailer), "dewi@")]

    assert sum("Masih ditunggu" in subject for subject in before) == 1
    assert not any("Masih ditunggu" in subject for subject in afterwards)


def test_a_pause_takes_back_what_no_digest_has_told_yet(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    clock.set(datetime(2026, 1, 26, 2, tzinfo=UTC))
    partnership_id = start(transactions, people, date(2026, 1, 26))
    beat(transactions, mailer)
    clock.advance(days=2)
    tick(transactions)
    assert bundle(transactions) > 0

    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    mailer.sent.clear()
    deliver(transactions, mailer, still_wanted, lambda: 0)
    on_hold = [one["Subject"] for one in to(mailer.sent, "dewi@")]
    clock.advance(minutes=60)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    afterwards = [one["Subject"] for one in to(beat(transactions, mailer), "dewi@")]

    assert not any("Masih ditunggu" in subject for subject in on_hold)
    assert sum("Masih ditunggu" in subject for subject in afterwards) == 1


@pytest.mark.workers
def test_two_workers_that_tell_the_same_person_at_once_make_one_mail_that_tells_all(
    app: Flask,
    transactions: Transactions,
    people: People,
    invited: list[int],
    mailer: MemoryMailer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tick(transactions)
    problems: list[Exception] = []

    def second_worker() -> None:
        with app.app_context():
            try:
                bundle(transactions)
            except Exception as problem:  # noqa: BLE001 - told to the test, which would not see it in a thread
                problems.append(problem)
            finally:
                db.session.remove()

    second = threading.Thread(target=second_worker)
    monkeypatch.setattr(bundling, "BATCH", 1)
    with transactions.sweeping() as sweep:
        (first,) = bundling._claim(sweep)
        assert bundling._bundle(sweep, first.org_id, [first]) == 1
        second.start()
        _wait_until_somebody_waits()
    second.join(60)

    assert problems == []
    mailer.sent.clear()
    deliver(transactions, mailer, still_wanted, lambda: 0)
    (message,) = to(mailer.sent, "manager@glow")
    assert all(f"http://localhost/partnerships/{partnership_id}\n" in text(message) for partnership_id in invited)
    assert text(message).count("\n- ") == 3


def _wait_until_somebody_waits() -> None:
    """Wait until a transaction waits for what another holds."""
    deadline = time.monotonic() + 30
    with db.engine.connect() as connection:
        while not connection.scalar(sql("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert time.monotonic() < deadline, "nobody waits: the two do not meet"
            time.sleep(0.02)
            connection.rollback()


def test_nobody_sends_what_the_mail_of_the_day_is_to_tell(
    transactions: Transactions, invited: list[int], mailer: MemoryMailer
) -> None:
    tick(transactions)
    mailer.sent.clear()

    deliver(transactions, mailer, still_wanted, lambda: 0)  # by a worker that is quicker than the one that bundles
    early = to(mailer.sent, "manager@glow")

    assert early == []
    assert len(to(beat(transactions, mailer), "manager@glow")) == 1


def test_what_cannot_be_told_together_goes_by_itself_and_holds_nobody_up(
    transactions: Transactions, invited: list[int], mailer: MemoryMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = bundling._fold

    def fail_for_the_manager(work: Work, mails: list[OutboxMail]) -> int:
        if "manager@" in mails[0].recipient.email:
            raise RuntimeError("poisoned")
        return fold(work, mails)

    monkeypatch.setattr(bundling, "_fold", fail_for_the_manager)

    assert len(to(beat(transactions, mailer), "manager@glow")) == len(invited)


def test_what_a_later_reminder_has_overtaken_is_told_by_no_mail_of_the_day(
    transactions: Transactions, invited: list[int], mailer: MemoryMailer, clock: ManualClock
) -> None:
    tick(transactions)
    with transactions.everywhere() as everywhere:
        waiting = everywhere.scalars(select(OutboxMail).where(OutboxMail.for_digest)).all()
        for mail in waiting:
            mail.expires_at = clock.now()
        everywhere.commit()

    told = bundle(transactions)

    with transactions.everywhere() as everywhere:
        reasons = {mail.last_error for mail in everywhere.scalars(select(OutboxMail).where(OutboxMail.for_digest))}
    assert waiting
    assert (told, reasons) == (0, {OUT_OF_DATE})
