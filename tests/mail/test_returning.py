"""Mail that came back: who is told, and that nobody can make it up."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.mail import finding, suppressing
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.returning import Taken, empty, take_in
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.tables import DeliveryEvent, DeliveryEventName, MailKind, MailState, OutboxMail, Suppression
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.conftest import SignIn
from tests.mail.bounced import complaint, report
from tests.stories import People, draft, move

ADDRESS = "bounces@sahabat.example"
FULL = "smtp; 552 5.2.2 mailbox full"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, bounce_address=ADDRESS)


@pytest.fixture
def partnership_id(app: Flask, transactions: Transactions, people: People) -> int:
    """Return a partnership to which Dewi was invited by a mail that is out."""
    made = draft(transactions, people)
    move(transactions, people.manager, made, PartnershipAction.INVITE)
    app.extensions["beat"]()
    return made


@pytest.fixture
def return_path(partnership_id: int, mailer: MemoryMailer) -> str:
    """Return where the invitation comes back to."""
    assert partnership_id
    return str(mailer.sent[0]["Return-Path"]).strip("<>")


def suppressed(transactions: Transactions, people: People) -> list[tuple[str, Reason]]:
    with transactions.looking(people.manager) as reading:
        return [(row.address, row.reason) for row in finding.list_suppressed(reading)]


def events(transactions: Transactions, people: People) -> list[DeliveryEventName]:
    with transactions.looking(people.manager) as reading:
        return list(reading.session.scalars(select(DeliveryEvent.name).order_by(DeliveryEvent.id)))


def test_a_hard_bounce_stops_the_mail_and_tells_the_manager_in_mail_and_history(
    app: Flask, transactions: Transactions, people: People, mailer: MemoryMailer, partnership_id: int, return_path: str
) -> None:
    taken = take_in(transactions, report(return_path))
    move(transactions, people.manager, partnership_id, PartnershipAction.NEGOTIATE, "Lebih murah?")
    app.extensions["beat"]()

    assert taken is Taken.NEW
    assert suppressed(transactions, people) == [("dewi@creator.example", Reason.UNREACHABLE)]
    subjects = {str(message["To"]): str(message["Subject"]) for message in mailer.sent[1:]}
    assert subjects == {"Rina <manager@glow.example>": "Email tidak sampai ke Dewi (Glow)"}
    assert "550 5.1.1" in mailer.sent[1].as_string()
    with transactions.looking(people.manager) as reading:
        told = reading.session.scalars(select(HistoryEntry).where(HistoryEntry.name == "ContactChanged")).one()
        stopped = reading.session.scalars(select(OutboxMail).where(OutboxMail.state == MailState.SUPPRESSED)).all()
    assert (told.about, told.facts["contact"]) == (f"partnership:{partnership_id}", "unreachable")
    assert [mail.recipient_id for mail in stopped] == [people.creator.account_id]


def test_today_names_who_is_to_be_reached_in_another_way(
    sign_in: SignIn, transactions: Transactions, people: People, return_path: str
) -> None:
    manager = sign_in(people.manager)
    assert 'id="undelivered"' not in manager.get("/").text

    take_in(transactions, report(return_path))

    assert "dengan cara lain: Dewi" in manager.get("/").text
    assert "/admin/mail/addresses" in manager.get("/").text
    assert 'id="undelivered"' not in sign_in(people.stranger).get("/").text


def test_the_same_report_is_written_down_once(transactions: Transactions, people: People, return_path: str) -> None:
    taken = [take_in(transactions, report(return_path)) for _ in range(3)]

    assert taken == [Taken.NEW, Taken.KNOWN, Taken.KNOWN]
    assert events(transactions, people).count(DeliveryEventName.BOUNCED) == 1


@pytest.mark.parametrize("where", ["to", "delivered_to", "beside"])
def test_the_return_path_is_found_wherever_the_server_writes_it(
    transactions: Transactions, return_path: str, where: str
) -> None:
    raw = report(return_path if where == "to" else ADDRESS, delivered_to=return_path if where == "delivered_to" else "")

    assert take_in(transactions, raw, [return_path] if where == "beside" else []) is Taken.NEW


@pytest.mark.parametrize("forged", ["bounces+1-1-000000000000000000000000@sahabat.example", ADDRESS, "other", "swap"])
def test_nobody_can_make_up_a_bounce(transactions: Transactions, people: People, return_path: str, forged: str) -> None:
    if forged == "swap":  # the seal of one mail on another
        forged = return_path.replace("-1-", "-2-", 1)
        assert forged != return_path

    assert take_in(transactions, report(forged)) is Taken.NO_BOUNCE
    assert suppressed(transactions, people) == []
    assert DeliveryEventName.BOUNCED not in events(transactions, people)


def test_soft_bounces_are_counted_and_three_of_them_let_the_address_rest_for_a_week(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, return_path: str
) -> None:
    _send(transactions, people, 2)
    app.extensions["beat"]()
    paths = [return_path, *(str(message["Return-Path"]).strip("<>") for message in mailer.sent[1:])]
    for path in paths[:2]:
        assert take_in(transactions, report(path, status="5.2.2", diagnostic=FULL)) is Taken.NEW
    with transactions.looking(people.manager) as reading:
        counted = finding.count_bounces(reading)
    assert [(one.email, one.count) for one in counted] == [("dewi@creator.example", 2)]
    assert suppressed(transactions, people) == []

    take_in(transactions, report(paths[2], status="5.2.2", diagnostic=FULL))

    assert suppressed(transactions, people) == [("dewi@creator.example", Reason.FULL)]
    clock.advance(days=8)
    assert suppressed(transactions, people) == []


def _send(transactions: Transactions, people: People, count: int) -> None:
    with transactions.begin(people.manager) as work:
        first = work.session.scalars(select(OutboxMail)).one()
        for number in range(count):
            copied = {
                column.key: getattr(first, column.key)
                for column in OutboxMail.__table__.columns
                if column.key not in {"id", "idem_key", "message_id", "state", "attempts", "sent_at"}
            }
            work.session.add(
                OutboxMail(**copied, idem_key=f"again:{number}", message_id=f"{number}@localhost", attempts=0)
            )


def test_an_address_that_somebody_vouched_for_is_not_stopped_by_an_older_mail(
    transactions: Transactions, people: People, clock: ManualClock, return_path: str
) -> None:
    take_in(transactions, report(return_path))
    clock.advance(days=1)
    with transactions.begin(people.manager) as work:
        (row,) = work.session.scalars(select(Suppression)).all()
        suppressing.lift(work, row.id, "Alamatnya sudah benar")

    late = take_in(transactions, report(return_path, diagnostic="smtp; 550 5.1.1 still nobody"))

    assert late is Taken.NEW
    assert suppressed(transactions, people) == []


def test_a_mailbox_is_emptied_and_what_is_no_bounce_is_left_for_a_person(
    transactions: Transactions, people: People, return_path: str, tmp_path: Path
) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    (tmp_path / "box" / "new" / "1.a").write_bytes(report(return_path))
    (tmp_path / "box" / "new" / "2.b").write_bytes(b"Subject: Halo\n\nApa kabar?")
    (tmp_path / "box" / "new" / "3.c").write_bytes(report(return_path))

    found = [empty(transactions, tmp_path / "box") for _ in range(2)]

    assert found == [1, 0]
    assert sorted(path.name for path in (tmp_path / "box" / "cur").iterdir()) == ["1.a:2,S", "2.b:2,FS", "3.c:2,S"]
    assert suppressed(transactions, people) == [("dewi@creator.example", Reason.UNREACHABLE)]


def test_a_mailbox_that_is_not_there_is_no_accident(transactions: Transactions, tmp_path: Path) -> None:
    assert empty(transactions, tmp_path / "nowhere") == 0


def test_a_server_pipes_a_report_into_the_command(
    app: Flask, transactions: Transactions, people: People, return_path: str
) -> None:
    run = app.test_cli_runner()

    said = [run.invoke(args=["bounce", return_path], input=report()).output.strip() for _ in range(2)]
    nothing = run.invoke(args=["bounce"], input=b"Subject: Halo\n\n")

    assert said == ["written down", "known already"]
    assert (nothing.exit_code, nothing.output.strip()) == (0, "no bounce of ours")
    assert suppressed(transactions, people) == [("dewi@creator.example", Reason.UNREACHABLE)]
    app.config["BOUNCE_ADDRESS"] = ""
    assert "BOUNCE_ADDRESS" in run.invoke(args=["bounce"], input=report()).output


def test_a_database_that_does_not_answer_lets_the_server_come_again(
    app: Flask, return_path: str, break_database: Callable[[], None]
) -> None:
    break_database()

    answer = app.test_cli_runner().invoke(args=["bounce", return_path], input=report())

    assert answer.exit_code == 75


@pytest.fixture
def break_database(app: Flask, transactions: Transactions) -> Callable[[], None]:
    def take_away() -> None:
        from sqlalchemy import text  # noqa: PLC0415 - one statement, in one test

        with transactions.everywhere() as everywhere:
            everywhere.connection().execute(text("ALTER TABLE delivery_event RENAME TO gone"))
            everywhere.commit()

    return take_away


def test_reminders_and_notices_are_stopped_alike(transactions: Transactions, people: People, return_path: str) -> None:
    take_in(transactions, report(return_path))

    with transactions.looking(people.manager) as reading:
        mail = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first()
        assert mail is not None
        stops = []
        for kind in MailKind:
            mail.kind = kind
            stops.append(suppressing.find_stop(reading, mail))
    assert all(stops)


@pytest.mark.parametrize("quotes", ["fields", "original"])
def test_a_complaint_stops_all_mail_and_tells_the_manager(
    app: Flask, transactions: Transactions, people: People, mailer: MemoryMailer, return_path: str, quotes: str
) -> None:
    raw = complaint(return_path, quotes=quotes)

    taken = [take_in(transactions, raw) for _ in range(2)]
    app.extensions["beat"]()

    assert taken == [Taken.NEW, Taken.KNOWN]
    assert suppressed(transactions, people) == [("dewi@creator.example", Reason.COMPLAINT)]
    (told,) = [message for message in mailer.sent[1:] if "manager@glow" in message["To"]]
    body = told.get_body(("plain",))
    assert body is not None
    assert "tidak diinginkan" in " ".join(body.get_content().split())


def test_a_complaint_that_means_no_reminders_stops_reminders(
    transactions: Transactions, people: People, return_path: str
) -> None:
    assert take_in(transactions, complaint(return_path, kind="opt-out")) is Taken.NEW

    assert suppressed(transactions, people) == [("dewi@creator.example", Reason.UNSUBSCRIBED)]


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", ""])
def test_what_is_no_complaint_stops_nothing(
    transactions: Transactions, people: People, return_path: str, kind: str
) -> None:
    assert take_in(transactions, complaint(return_path, kind=kind)) is Taken.NO_BOUNCE
    assert suppressed(transactions, people) == []


def test_nobody_can_make_up_a_complaint(transactions: Transactions, people: People, return_path: str) -> None:
    forged = return_path.replace("-1-", "-2-", 1)

    assert forged != return_path
    assert take_in(transactions, complaint(forged)) is Taken.NO_BOUNCE
    assert suppressed(transactions, people) == []


def test_a_complaint_about_an_older_mail_changes_nothing_once_somebody_has_vouched(
    transactions: Transactions, people: People, clock: ManualClock, return_path: str
) -> None:
    take_in(transactions, complaint(return_path))
    clock.advance(days=1)
    with transactions.begin(people.manager) as work:
        suppressing.lift(work, work.session.scalars(select(Suppression)).one().id, "Salah tekan")

    assert take_in(transactions, complaint(return_path)) is Taken.KNOWN
    assert suppressed(transactions, people) == []


@pytest.mark.parametrize("reason", [Reason.UNREACHABLE, Reason.FULL, Reason.COMPLAINT])
def test_owners_are_told_when_no_mail_reaches_a_colleague(
    app: Flask, transactions: Transactions, people: People, mailer: MemoryMailer, reason: Reason
) -> None:
    with transactions.begin(people.manager) as work:
        suppressing.suppress(work, "Manager@glow.example", reason, "550 5.1.1 no such user")

    app.extensions["beat"]()

    assert [(str(one["To"]), str(one["Subject"])) for one in mailer.sent] == [
        ("Wulan <owner@glow.example>", "Email tidak sampai ke Rina")
    ]


def test_a_colleague_who_wants_no_reminders_has_decided_so_and_an_only_owner_cannot_be_told(
    app: Flask, transactions: Transactions, people: People, mailer: MemoryMailer
) -> None:
    with transactions.begin(people.manager) as work:
        suppressing.suppress(work, "manager@glow.example", Reason.UNSUBSCRIBED, "")
        suppressing.suppress(work, "owner@glow.example", Reason.UNREACHABLE, "550 5.1.1 no such user")

    app.extensions["beat"]()

    assert mailer.sent == []
