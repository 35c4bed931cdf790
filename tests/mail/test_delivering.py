import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Conflict
from partnerships.database.claiming import claim
from partnerships.database.session import db
from partnerships.database.work import Reading, Transactions
from partnerships.mail import delivering
from partnerships.mail.delivering import DeliveryReport, deliver
from partnerships.mail.finding import list_undelivered
from partnerships.mail.leasing import BATCH, LEASE
from partnerships.mail.mailers import FolderMailer, MailFailed, MemoryMailer, mailer_from_url
from partnerships.mail.queueing import queue
from partnerships.mail.rules.pauses import PAUSES
from partnerships.mail.rules.retries import MAX_ATTEMPTS, Outcome
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.suppressing import lift, suppress
from partnerships.mail.tables import DeliveryEvent, MailChannel, MailKind, MailState, OutboxMail, Suppression, token_of
from partnerships.people.tables import Account
from tests.mail.scenes import VERIFIED
from tests.services.smtp import running_smtp
from tests.stories import People


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours runs after it."""


@dataclass
class Broken(MemoryMailer):
    """Fails on the mails whose subject holds `on`, as `error` says."""

    error: BaseException = field(default_factory=lambda: OSError("relay down"))
    on: str = ""

    def send(self, message: EmailMessage) -> None:
        if self.on in message["Subject"]:
            raise self.error
        super().send(message)


@dataclass
class KilledAfter(MemoryMailer):
    """Sends, and is killed before anybody can write it down."""

    def send(self, message: EmailMessage) -> None:
        super().send(message)
        raise Killed


def always(_reading: Reading, _mail: OutboxMail) -> bool:
    return True


def never(_reading: Reading, _mail: OutboxMail) -> None:
    return None


def no_jitter() -> float:
    return 0


Queue = Callable[..., int | None]


@pytest.fixture
def queue_mail(transactions: Transactions, people: People) -> Queue:
    def put(key: str = "one", *, title: str = "Dua minggu", send_after: datetime | None = None, **more: Any) -> Any:
        with transactions.begin(people.manager) as work:
            queued = queue(
                work,
                kind=more.pop("kind", MailKind.NOTICE),
                about="deliverable:1",
                template="verified",
                context=VERIFIED | {"title": title},
                recipients={key: work.session.get_one(Account, people.creator.account_id)},
                send_after=send_after or work.now,
                **more,
            )
            return next(iter(queued), None)

    return put


@pytest.fixture
def send(transactions: Transactions, mailer: MemoryMailer) -> Callable[..., DeliveryReport]:
    def go(through: Any = None, wanted: Any = always, **more: Any) -> DeliveryReport:
        return deliver(transactions, mailer if through is None else through, wanted, no_jitter, **more)

    return go


Send = Callable[..., DeliveryReport]


def only(transactions: Transactions, actor: Actor) -> OutboxMail:
    with transactions.looking(actor) as reading:
        return reading.session.scalars(select(OutboxMail)).one()


def channel(transactions: Transactions) -> MailChannel:
    with transactions.everywhere() as everywhere:
        return everywhere.scalars(select(MailChannel)).one()


def test_a_mail_is_sent_once(queue_mail: Queue, send: Send, mailer: MemoryMailer) -> None:
    queue_mail()

    reports = [send() for _ in range(2)]

    assert [report.sent for report in reports] == [1, 0]
    assert [message["To"] for message in mailer.sent] == ["Dewi <dewi@creator.example>"]


def test_told_to_stop_it_sends_the_mail_in_hand_and_leaves_the_others_as_they_were(
    queue_mail: Queue, transactions: Transactions, people: People, mailer: MemoryMailer
) -> None:
    for key in ("one", "two", "three"):
        queue_mail(key)

    report = deliver(transactions, mailer, always, no_jitter, stopping=lambda: bool(mailer.sent))

    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert report == DeliveryReport(sent=1, given_back=2)
    assert [(mail.state, mail.attempts) for mail in mails] == [
        (MailState.SENT, 1),
        (MailState.QUEUED, 0),
        (MailState.QUEUED, 0),
    ]


def test_what_was_queued_already_is_not_queued_again(queue_mail: Queue, send: Send) -> None:
    assert queue_mail("same") is not None
    assert queue_mail("same") is None
    assert send().sent == 1


def test_nothing_goes_out_before_its_time(queue_mail: Queue, send: Send, clock: ManualClock) -> None:
    queue_mail(send_after=clock.now() + timedelta(hours=1))

    assert send().sent == 0
    clock.advance(minutes=60)
    assert send().sent == 1


def test_what_is_no_longer_needed_is_called_off(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, transactions: Transactions, people: People
) -> None:
    queue_mail()

    report = send(wanted=never)

    assert report.cancelled == 1
    assert mailer.sent == []
    assert only(transactions, people.manager).state is MailState.CANCELLED


def test_a_mail_waits_until_the_quiet_hours_are_over_and_no_attempt_is_counted(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    queue_mail()
    morning = clock.now() + timedelta(hours=10)

    report = send(wanted=lambda reading, _: morning if reading.now < morning else True)

    assert (report.postponed, send().sent) == (1, 0)
    assert only(transactions, people.manager).attempts == 0
    clock.set(morning)
    assert send().sent == 1


def test_what_is_out_of_date_is_not_sent(queue_mail: Queue, send: Send, clock: ManualClock) -> None:
    queue_mail(expires_at=clock.now() + timedelta(days=1))
    clock.advance(days=1)

    assert send() == DeliveryReport(cancelled=1)


def test_a_failed_mail_is_tried_again_later_under_the_same_name(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    queue_mail()
    name = only(transactions, people.manager).message_id

    assert send(Broken()).retried == 1
    assert send().sent == 0
    clock.advance(minutes=1)
    assert send().sent == 1
    assert mailer.sent[0]["Message-ID"] == f"<{name}>"


def test_a_mail_that_always_fails_is_given_up_and_shown(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    queue_mail()

    reports = []
    for _ in range(MAX_ATTEMPTS):
        reports.append(send(Broken()))
        clock.advance(days=1)

    assert [report.retried for report in reports] == [1] * (MAX_ATTEMPTS - 1) + [0]
    assert reports[-1].dead == 1
    with transactions.looking(people.manager) as reading:
        assert [mail.last_error for mail in list_undelivered(reading)] == ["relay down"]


def test_a_person_who_is_not_there_is_not_written_to_again(
    queue_mail: Queue, send: Send, transactions: Transactions, people: People
) -> None:
    queue_mail()

    report = send(Broken(error=MailFailed(Outcome.DEAD, "no such user", 550)))

    assert report.dead == 1
    mail = only(transactions, people.manager)
    assert (mail.state, mail.smtp_code) == (MailState.DEAD, 550)


def test_to_an_address_where_nobody_is_nothing_more_is_sent_until_it_is_lifted(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, transactions: Transactions, people: People
) -> None:
    queue_mail("one")
    queue_mail("two")

    report = send(Broken(error=MailFailed(Outcome.GONE, "5.1.1 no such user", 550)))

    assert (report.dead, report.suppressed, mailer.sent) == (1, 1, [])
    with transactions.begin(people.manager) as work:
        assert {mail.state for mail in list_undelivered(work)} == {MailState.DEAD, MailState.SUPPRESSED}
        stop = work.session.scalars(select(Suppression)).one()
        assert (stop.address, stop.reason, stop.told) == ("dewi@creator.example", "unreachable", "5.1.1 no such user")
        lift(work, stop.id)
    queue_mail("three")
    assert send().sent == 1
    with transactions.begin(people.manager) as work:
        suppress(work, "Dewi@Creator.example", Reason.UNSUBSCRIBED, "")
        assert suppress(work, "dewi@creator.example", Reason.UNREACHABLE, "again").until is None
    queue_mail("four")
    assert send() == DeliveryReport(suppressed=1)


def test_who_wants_no_reminders_gets_notices(
    queue_mail: Queue, send: Send, transactions: Transactions, people: People
) -> None:
    with transactions.begin(people.manager) as work:
        suppress(work, "dewi@creator.example", Reason.UNSUBSCRIBED, "")
    queue_mail("notice")
    queue_mail("reminder", kind=MailKind.REMINDER)

    report = send()

    assert (report.sent, report.suppressed) == (1, 1)


def test_who_unsubscribes_while_a_batch_goes_out_gets_nothing_more_of_it(
    queue_mail: Queue, send: Send, transactions: Transactions, people: People
) -> None:
    class Unwelcome(MemoryMailer):
        """Is read by somebody who wants no more of it."""

        def send(self, message: EmailMessage) -> None:
            super().send(message)
            with transactions.begin(people.manager) as work:
                suppress(work, "dewi@creator.example", Reason.UNSUBSCRIBED, "")

    for key in ("one", "two"):
        queue_mail(key, kind=MailKind.REMINDER)
    queue_mail("notice")

    assert send(Unwelcome()) == DeliveryReport(sent=2, suppressed=1)


def test_what_happens_on_the_way_is_kept_and_cannot_be_changed(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    queue_mail()
    send(Broken(error=MailFailed(Outcome.RETRY, "greylisted", 451)))
    clock.advance(minutes=1)
    with pytest.raises(Killed):
        send(Broken(error=Killed()))
    clock.advance(minutes=2)
    send()

    with transactions.looking(people.manager) as reading:
        events = reading.session.scalars(select(DeliveryEvent).order_by(DeliveryEvent.id)).all()
        told = [(event.name, event.attempt, event.smtp_code, event.told) for event in events]
    assert told == [("retried", 1, 451, "greylisted"), ("lease_expired", 3, None, ""), ("sent", 3, None, "")]
    with pytest.raises(DBAPIError, match="append-only"), transactions.begin(people.manager) as work:
        work.session.get_one(DeliveryEvent, events[0].id).told = "something else"


def test_a_broken_channel_costs_no_attempts_and_rests_until_one_sender_tries_again(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    for key in ("one", "two", "three"):
        queue_mail(key)
    broken = Broken(error=MailFailed(Outcome.PAUSE, "wrong password", 535))

    report = send(broken)

    assert (report.paused, report.given_back, report.failed) == ("wrong password", 3, 0)
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail)).all()
    assert {(mail.state, mail.attempts, mail.lease_token) for mail in mails} == {(MailState.QUEUED, 0, None)}
    assert send() == DeliveryReport()
    assert (channel(transactions).why, channel(transactions).smtp_code) == ("wrong password", 535)
    clock.advance(minutes=1)
    assert send(broken).given_back == 3
    clock.advance(minutes=1)
    assert send() == DeliveryReport()  # each failure makes the rest longer
    clock.advance(minutes=1)
    assert send().sent == 3
    assert (channel(transactions).is_paused, channel(transactions).paused_until) == (False, None)


def test_senders_that_meet_the_same_failure_pause_once(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions
) -> None:
    failed = MailFailed(Outcome.PAUSE, "no route to host")

    class AmongOthers(MemoryMailer):
        """While it tries, another sender fails the same way."""

        def send(self, message: EmailMessage) -> None:
            send(Broken(error=failed))
            raise failed

    for key in range(BATCH + 1):
        queue_mail(str(key))
    send(AmongOthers())

    assert channel(transactions).failures == 1
    assert channel(transactions).paused_until == clock.now() + PAUSES[0]


def test_after_a_pause_one_sender_tries_for_all(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, clock: ManualClock
) -> None:
    class Trying(MemoryMailer):
        """Finds that nobody else may send while it does not know yet whether the channel works."""

        def send(self, message: EmailMessage) -> None:
            if not self.sent:
                assert send() == DeliveryReport()
            super().send(message)

    for key in range(BATCH + 1):
        queue_mail(str(key))
    send(Broken(error=MailFailed(Outcome.PAUSE, "no route to host")))
    clock.advance(minutes=1)

    assert send(Trying()).sent == BATCH + 1


def test_a_crowded_server_gets_three_connections_and_no_attempt_is_counted(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, clock: ManualClock, transactions: Transactions
) -> None:
    class Sending(MemoryMailer):
        """While it sends, another one begins to."""

        def send(self, message: EmailMessage) -> None:
            super().send(message)
            if len(self.sent) == 1:
                others.append(Sending())
                reports.append(send(others[-1]))

    for key in range(5 * BATCH):
        queue_mail(str(key))
    others: list[Sending] = []
    reports: list[DeliveryReport] = []
    first = send(Broken(error=MailFailed(Outcome.CROWDED, "too many connections", 421)))
    assert (first.given_back, first.paused) == (BATCH, None)

    send(Sending())

    assert [len(one.sent) > 0 for one in others] == [True, True, False]
    clock.advance(minutes=10)
    assert not channel(transactions).is_crowded(clock.now())


def test_what_a_downtime_left_goes_out_a_few_in_a_minute(queue_mail: Queue, send: Send, clock: ManualClock) -> None:
    for key in range(5):
        queue_mail(str(key))
    clock.advance(minutes=61)

    rounds = []
    for _ in range(4):
        rounds.append(send(catch_up=2).sent)
        clock.advance(minutes=0.5)
    clock.advance(minutes=1)

    assert rounds == [2, 0, 2, 0]
    assert send(catch_up=2).sent == 1


def test_a_clock_that_was_set_back_does_not_hold_up_what_is_late(
    queue_mail: Queue, send: Send, clock: ManualClock
) -> None:
    for key in range(4):
        queue_mail(str(key))
    clock.advance(minutes=121)
    assert send(catch_up=2).sent == 2

    clock.advance(minutes=-60)

    assert send(catch_up=2).sent == 2


def test_what_somebody_just_asked_for_goes_before_what_a_downtime_left(
    queue_mail: Queue, send: Send, clock: ManualClock, mailer: MemoryMailer
) -> None:
    for key in range(BATCH + 1):
        queue_mail(str(key), title="Late")
    clock.advance(minutes=61)
    queue_mail("asked for", title="Now")

    send(catch_up=2)

    assert ["Late" in message["Subject"] for message in mailer.sent] == [False, True, True]


def test_nor_does_it_wait_for_what_a_killed_sender_left(queue_mail: Queue, send: Send, clock: ManualClock) -> None:
    queue_mail("late")
    with pytest.raises(Killed):
        send(Broken(error=Killed()))
    clock.advance(minutes=61)
    queue_mail("asked for")

    assert [send(catch_up=0).sent, send(catch_up=1).sent] == [1, 0]
    clock.advance(minutes=2)
    assert send(catch_up=1).sent == 1


def test_what_others_have_in_hand_counts_among_those_few(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions
) -> None:
    for key in range(5):
        queue_mail(str(key))
    with transactions.sweeping() as sweep:
        for mail in sweep.session.scalars(select(OutboxMail).order_by(OutboxMail.id).limit(2)):
            mail.lease(token_of("another"), clock.now() + timedelta(minutes=63))
    clock.advance(minutes=61)

    assert send(catch_up=3).sent == 1


def test_how_many_is_a_setting(app: Flask, queue_mail: Queue, clock: ManualClock, mailer: MemoryMailer) -> None:
    app.config["CATCH_UP_PER_MINUTE"] = 2
    for key in range(5):
        queue_mail(str(key))
    clock.advance(minutes=61)

    app.extensions["beat"]()

    assert len(mailer.sent) == 2


def test_a_poisoned_mail_holds_nobody_up(queue_mail: Queue, send: Send, mailer: MemoryMailer) -> None:
    queue_mail("bad", title="Two\r\nBcc: everybody@example")
    queue_mail("good")

    report = send()

    assert (report.sent, report.retried) == (1, 1)
    assert [message["Subject"] for message in mailer.sent] == ["Sudah tayang: konten “Dua minggu” (Glow)"]


def test_a_mail_that_breaks_the_mailer_holds_nobody_up(
    queue_mail: Queue, send: Send, transactions: Transactions, people: People
) -> None:
    queue_mail("bad", title="Crash")
    queue_mail("good", title="Empat minggu")

    report = send(Broken(error=ValueError("no such header"), on="Crash"))

    assert (report.sent, report.retried) == (1, 1)
    with transactions.looking(people.manager) as reading:
        errors = reading.session.scalars(select(OutboxMail.last_error).order_by(OutboxMail.id)).all()
        assert errors == ["ValueError('no such header')", None]


@pytest.mark.parametrize("failure", [Conflict("busy"), OperationalError("UPDATE", {}, Exception("locked"))])
def test_a_sent_mail_is_written_down_when_the_database_was_busy_for_a_moment(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_mail()
    real, failures = claim, [failure, failure]

    def busy(*args: Any) -> bool:
        if failures:
            raise failures.pop()
        return real(*args)

    monkeypatch.setattr(delivering, "claim", busy)
    monkeypatch.setattr(delivering, "SENT_PAUSES", (0.0, 0.0))

    report = send()

    assert (report.sent, len(mailer.sent)) == (1, 1)
    assert send() == DeliveryReport()


def test_what_was_given_up_long_ago_is_told_no_longer(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    queue_mail()
    send(Broken(error=MailFailed(Outcome.DEAD, "no such person", 550)))

    told = []
    for _ in range(2):
        with transactions.looking(people.manager) as reading:
            told.append(len(list_undelivered(reading)))
        clock.advance(days=15)

    assert told == [1, 0]


def test_mails_about_one_thing_make_one_thread(queue_mail: Queue, send: Send, mailer: MemoryMailer) -> None:
    queue_mail("first")
    send()
    queue_mail("second")
    send()

    first, second = mailer.sent
    assert first["References"] is None
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]


def test_a_sender_killed_before_sending_costs_a_lease_and_no_mail(
    queue_mail: Queue, send: Send, clock: ManualClock
) -> None:
    queue_mail()
    with pytest.raises(Killed):
        send(Broken(error=Killed()))

    assert send().sent == 0
    clock.advance(minutes=LEASE / timedelta(minutes=1))
    assert send().sent == 1


def test_a_sender_killed_after_sending_makes_one_copy_with_the_same_name(
    queue_mail: Queue, send: Send, mailer: MemoryMailer, clock: ManualClock
) -> None:
    queue_mail("one")
    queue_mail("two")
    killed = KilledAfter()
    with pytest.raises(Killed):
        send(killed)

    clock.advance(minutes=2)
    send()

    names = [message["Message-ID"] for message in [*killed.sent, *mailer.sent]]
    assert len(names) == 3
    assert len(set(names)) == 2


def test_a_mail_that_kills_its_senders_is_given_up(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    queue_mail()
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Killed):
            send(Broken(error=Killed()))
        clock.advance(minutes=2)

    assert send() == DeliveryReport(dead=1)
    assert only(transactions, people.manager).state is MailState.DEAD


def test_a_mail_that_kills_its_senders_kills_no_other(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions, people: People
) -> None:
    queue_mail("bad", title="Crash")
    for key in ("one", "two", "three"):
        queue_mail(key)

    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Killed):
            send(Broken(error=Killed(), on="Crash"))
        queue_mail("fresh")
        clock.advance(minutes=2)

    send()

    with transactions.looking(people.manager) as reading:
        stood = select(OutboxMail.state, OutboxMail.attempts).order_by(OutboxMail.id)
        assert reading.session.execute(stood).all() == [("dead", MAX_ATTEMPTS + 1), *[("sent", 2)] * 3, ("sent", 1)]


def test_what_died_with_a_killer_goes_before_it(queue_mail: Queue, send: Send, clock: ManualClock) -> None:
    queue_mail("bad", title="Crash")
    for key in ("one", "two", "three"):
        queue_mail(key)

    sent = []
    for _ in range(3):
        crashing = Broken(error=Killed(), on="Crash")
        with pytest.raises(Killed):
            send(crashing)
        sent.append(len(crashing.sent))
        clock.advance(minutes=2)

    assert sent == [0, 0, 3]


@pytest.mark.parametrize("failure", [Conflict("busy"), OperationalError("UPDATE", {}, Exception("locked"))])
def test_when_the_database_fails_the_mails_not_begun_yet_wait_as_if_untouched(
    queue_mail: Queue,
    send: Send,
    transactions: Transactions,
    people: People,
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(*_: Any) -> bool:
        raise failure

    for key in ("one", "two", "three"):
        queue_mail(key)
    monkeypatch.setattr(delivering, "claim", busy)

    with pytest.raises(type(failure)):
        send(Broken())

    with transactions.looking(people.manager) as reading:
        stood = select(OutboxMail.state, OutboxMail.attempts).order_by(OutboxMail.id)
        assert reading.session.execute(stood).all() == [("sending", 1), ("queued", 0), ("queued", 0)]
    monkeypatch.undo()
    assert send().sent == 2


def test_a_late_sender_does_not_overwrite_its_successor(
    queue_mail: Queue, send: Send, clock: ManualClock, mailer: MemoryMailer, transactions: Transactions, people: People
) -> None:
    class Slow(MemoryMailer):
        """Fails after its lease is over and another sender has done the work."""

        def send(self, message: EmailMessage) -> None:
            clock.advance(minutes=3)
            assert send().sent == 1
            raise OSError("too late")

    queue_mail()

    report = send(Slow())

    assert report == DeliveryReport()
    assert only(transactions, people.manager).state is MailState.SENT
    assert len(mailer.sent) == 1


def test_what_another_sender_took_meanwhile_is_not_sent_twice(
    queue_mail: Queue, send: Send, clock: ManualClock, mailer: MemoryMailer, transactions: Transactions
) -> None:
    ahead = replace(transactions, machine=ManualClock(clock.now() + timedelta(minutes=3)))

    class TakenForDead(MemoryMailer):
        """Sends while the clock of another machine says that its leases are over."""

        def send(self, message: EmailMessage) -> None:
            super().send(message)
            deliver(ahead, mailer, always, no_jitter)

    for key in range(5):
        queue_mail(str(key))
    slow = TakenForDead()

    assert send(slow) == DeliveryReport()
    assert (len(slow.sent), len(mailer.sent)) == (1, 5)  # the one in hand cannot be called back


def test_a_batch_stops_when_the_round_is_over_well_before_its_lease_ends(
    queue_mail: Queue, send: Send, clock: ManualClock, transactions: Transactions
) -> None:
    class Slow(MemoryMailer):
        def send(self, message: EmailMessage) -> None:
            super().send(message)
            clock.advance(minutes=0.5)

    for key in range(5):
        queue_mail(str(key))
    slow = Slow()

    report = send(slow)

    assert (report.sent, report.given_back) == (2, 3)
    assert [send(slow).sent, send().sent] == [2, 1]


def test_more_than_a_batch_goes_out_in_one_round(queue_mail: Queue, send: Send, mailer: MemoryMailer) -> None:
    for key in range(BATCH + 5):
        queue_mail(str(key))

    assert send().sent == BATCH + 5
    assert len({message["Message-ID"] for message in mailer.sent}) == BATCH + 5


def test_two_workers_at_once_send_nothing_twice(
    app: Flask, queue_mail: Queue, transactions: Transactions, mailer: MemoryMailer
) -> None:
    for key in range(30):
        queue_mail(str(key))
    start, problems = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            start.wait(10)
            try:
                deliver(transactions, mailer, always, no_jitter)
            except Exception as problem:  # noqa: BLE001 - told to the test, which would not see it in a thread
                problems.append(problem)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert problems == []
    names = [message["Message-ID"] for message in mailer.sent]
    assert len(names) == len(set(names)) == 30


def test_no_mail_is_lost_while_the_server_is_down_refuses_or_hangs_up(
    queue_mail: Queue, send: Send, clock: ManualClock
) -> None:
    for key in ("greylisted", "hung up on", "plain", "unknown"):
        queue_mail(key)
    with running_smtp() as server:
        port, url = server.port, server.url
    smtp = mailer_from_url(url)
    assert send(smtp).paused
    clock.advance(minutes=1)

    with running_smtp(port) as server:
        server.refuse("451 4.7.1 later")
        server.hang_up_after_data()
        first = send(smtp)
        server.refuse("550 5.7.1 not from you")
        clock.advance(minutes=2)
        second = send(smtp)

    assert (first.sent, first.retried) == (2, 2)
    assert (second.sent, second.dead) == (1, 1)
    assert len(server.letters) == 4


def test_a_folder_gets_one_file_per_mail(queue_mail: Queue, send: Send, tmp_path: Path) -> None:
    queue_mail()

    send(FolderMailer(tmp_path / "out"))

    assert len(list((tmp_path / "out").glob("*.eml"))) == 1


def test_an_idle_round_asks_one_question_that_the_indexes_answer(
    send: Send, statements: list[str], transactions: Transactions
) -> None:
    send()

    (asked,) = statements
    assert "state IN ('queued', 'retry')" in asked
    with transactions.everywhere() as everywhere:
        if everywhere.get_bind().dialect.name != "sqlite":
            return
        filled = asked.replace("LIMIT ? OFFSET ?", "LIMIT 1").replace("?", "'2026-01-01'")
        plan = str(everywhere.connection().execute(text("EXPLAIN QUERY PLAN " + filled)).all())
    assert "ix_outbox_mail_leased" in plan
    assert "ix_outbox_mail_waiting" in plan
