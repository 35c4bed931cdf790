from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from partnerships.check_ins import answering
from partnerships.check_ins.events import AnswerGiven, AnswerNeedsPerson
from partnerships.check_ins.rules.check_ins import Channel
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor, Role
from partnerships.core.clock import ManualClock
from partnerships.core.events import Event
from partnerships.database.work import Transactions
from partnerships.deliverables.events import DeliverableMoved
from partnerships.deliverables.rules.deliverables import DeliverableAction, DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.delivering import DeliveryReport, deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.plans import moving, reporting, ruling
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.plans.rules.templates import Meaning, QuestionKind
from partnerships.plans.tables import Campaign
from partnerships.reminders.notifying import OF_DELIVERABLES, still_wanted
from partnerships.reminders.watching import tick
from partnerships.web.linking import open_link, token_of
from partnerships.web.tables import MailedLink
from tests.stories import People, draft, move, prepare, start

RECEIVED = date(2026, 1, 26)
NINE = datetime(2026, 1, 31, 2, tzinfo=UTC)  # in Jakarta, on the second check-in's day, a check-in without photos


@pytest.fixture
def running(transactions: Transactions, people: People, clock: ManualClock) -> int:
    clock.set(NINE - timedelta(days=5))
    return start(transactions, people, RECEIVED)


def told(transactions: Transactions, people: People) -> list[tuple[str, str]]:
    """Return the wordings that were queued and to whom, in order."""
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        return [(mail.template, mail.recipient.name) for mail in mails]


def send(transactions: Transactions, mailer: MemoryMailer) -> DeliveryReport:
    return deliver(transactions, mailer, still_wanted, lambda: 0)


def remind(transactions: Transactions, clock: ManualClock, mailer: MemoryMailer) -> None:
    """Send what stands, go to the second check-in's morning, and queue what is due without sending it."""
    tick(transactions)
    clock.set(NINE - timedelta(days=1))
    tick(transactions)
    send(transactions, mailer)
    mailer.sent.clear()
    clock.set(NINE)
    tick(transactions)


def test_each_side_is_told_what_the_other_did(transactions: Transactions, people: People) -> None:
    prepare(transactions, people)

    assert told(transactions, people) == [("invitation", "Dewi"), ("accepted", "Rina"), ("sent", "Dewi")]


def test_a_draft_sends_nothing(transactions: Transactions, people: People) -> None:
    draft(transactions, people)

    assert told(transactions, people) == []


def test_an_invitation_goes_out_at_night_too_with_a_link_that_opens_it(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    clock.set(datetime(2026, 1, 5, 18, tzinfo=UTC))
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    send(transactions, mailer)

    with transactions.looking(people.manager) as reading:
        link = reading.session.scalars(select(MailedLink)).one()
    body = mailer.sent[0].get_body(("plain",))
    assert body is not None
    assert f"http://localhost/s/{token_of(link)}" in body.get_content()
    opened = open_link(transactions, token_of(link))
    assert (opened.purpose, opened.thing_id) == ("invitation", partnership_id)
    assert opened.account_id == people.creator.account_id
    assert mailer.sent[0]["Reply-To"] == "manager@glow.example"


@pytest.mark.parametrize(
    ("actor", "action", "mails"),
    [
        ("creator", PartnershipAction.NEGOTIATE, [("negotiating", "Rina")]),
        ("manager", PartnershipAction.NEGOTIATE, [("negotiating_creator", "Dewi")]),
        ("creator", PartnershipAction.DECLINE, [("declined", "Rina")]),
        ("creator", PartnershipAction.END_EARLY, [("ended", "Rina")]),
        ("manager", PartnershipAction.END_EARLY, [("ended_creator", "Dewi")]),
    ],
)
def test_an_answer_to_the_invitation_reaches_the_other_side(
    transactions: Transactions, people: People, actor: str, action: PartnershipAction, mails: list[tuple[str, str]]
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    with transactions.begin(getattr(people, actor)) as work:
        moving.move(work, partnership_id, action, reason=EndReason.BRAND_STOPPED, note="Another day")

    assert told(transactions, people)[1:] == mails


def test_a_hold_and_going_on_are_told(transactions: Transactions, people: People, running: int) -> None:
    before = len(told(transactions, people))
    move(transactions, people.creator, running, PartnershipAction.HOLD)
    move(transactions, people.manager, running, PartnershipAction.RESUME)

    assert told(transactions, people)[before:] == [("held", "Rina"), ("resumed", "Dewi")]


def test_a_receipt_is_told_to_whoever_did_not_confirm_it(
    transactions: Transactions, people: People, running: int
) -> None:
    assert told(transactions, people)[-1] == ("received", "Rina")


def test_a_reaction_reaches_manager_and_owner_at_once(
    transactions: Transactions, people: People, running: int, mailer: MemoryMailer
) -> None:
    send(transactions, mailer)
    mailer.sent.clear()
    with transactions.begin(people.creator) as work:
        reporting.report_reaction(work, running, "Red skin")

    send(transactions, mailer)

    reached = {(str(message["To"]).split(" ", maxsplit=1)[0], str(message["Subject"])) for message in mailer.sent}
    assert ("Rina", "Segera: Dewi mengalami reaksi") in reached
    assert ("Wulan", "Segera: Dewi mengalami reaksi") in reached


def emit(transactions: Transactions, actor: Actor, event: Event) -> None:
    with transactions.begin(actor) as work:
        work.emit(event)


def check_in_id(transactions: Transactions, people: People, key: str = "first-days") -> int:
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(select(CheckIn.id).where(CheckIn.key == key)).one()


@pytest.mark.parametrize(
    ("meaning", "names"),
    [(Meaning.REFILL, ["Rina", "Wulan"]), (Meaning.KEEP_GOING, ["Rina", "Wulan"]), (Meaning.REACTION, [])],
)
def test_an_answer_that_needs_a_person_reaches_two(
    transactions: Transactions, people: People, running: int, meaning: Meaning, names: list[str]
) -> None:
    before = len(told(transactions, people))
    needs = AnswerNeedsPerson(
        key="needs", about=f"partnership:{running}", partnership_id=running,
        check_in_id=check_in_id(transactions, people), meaning=meaning,
    )  # fmt: skip

    emit(transactions, people.creator, needs)

    wordings = told(transactions, people)[before:]
    assert [name for wording, name in wordings if wording == "answer_needs_person"] == names


@pytest.mark.parametrize(("confirmed", "mails"), [(True, []), (False, [("confirm_answer", "Dewi")])])
def test_only_what_a_manager_wrote_down_asks_for_confirmation(
    transactions: Transactions,
    people: People,
    running: int,
    confirmed: bool,  # noqa: FBT001 - a parameter of the test
    mails: list[tuple[str, str]],
) -> None:
    before = len(told(transactions, people))
    given = AnswerGiven(
        key="given", about=f"partnership:{running}", partnership_id=running,
        check_in_id=check_in_id(transactions, people), template_key="first-days",
        channel=Channel.WHATSAPP, late=False, confirmed=confirmed,
    )  # fmt: skip

    emit(transactions, people.manager, given)

    assert told(transactions, people)[before:] == mails


def deliverable_moved(
    transactions: Transactions, people: People, actor: Actor, action: DeliverableAction, **more: Any
) -> list[tuple[str, str]]:
    """Return what is told when the first deliverable is moved by `action`."""
    with transactions.looking(people.manager) as reading:
        deliverable = reading.session.scalars(select(Deliverable).order_by(Deliverable.number)).first()
        assert deliverable is not None
    before = len(told(transactions, people))
    values = {"was": DeliverableState.DRAFTING, "now": DeliverableState.SUBMITTED, "note": "Santai saja"} | more
    moved = DeliverableMoved(
        key=f"moved:{action}", about=deliverable.partnership.about, partnership_id=deliverable.partnership_id,
        deliverable_id=deliverable.id, action=action, **values,
    )  # fmt: skip
    emit(transactions, actor, moved)
    return told(transactions, people)[before:]


def test_a_draft_goes_to_manager_and_reviewers_but_a_replaced_one_does_not(
    transactions: Transactions, people: People, running: int
) -> None:
    first = deliverable_moved(transactions, people, people.creator, DeliverableAction.SUBMIT)

    assert first == [("submitted", "Rina"), ("submitted", "Bayu")]
    with transactions.looking(people.manager) as reading:
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "submitted")).first()
    assert mail is not None
    assert mail.context["path"].startswith("/review/")
    assert mail.link_id is None


def test_a_replaced_draft_is_not_told_again(transactions: Transactions, people: People, running: int) -> None:
    again = deliverable_moved(
        transactions, people, people.creator, DeliverableAction.SUBMIT, was=DeliverableState.SUBMITTED
    )

    assert again == []


@pytest.mark.parametrize("action", OF_DELIVERABLES)
def test_every_decision_is_told_to_the_creator(
    transactions: Transactions, people: People, running: int, action: DeliverableAction
) -> None:
    template, purpose = OF_DELIVERABLES[action]

    assert deliverable_moved(transactions, people, people.reviewer, action) == [(template, "Dewi")]
    with transactions.looking(people.manager) as reading:
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == template)).one()
        assert (mail.link.purpose if mail.link else None) == purpose


def test_a_post_is_told_to_the_manager_unless_it_was_the_manager_who_added_it(
    transactions: Transactions, people: People, running: int
) -> None:
    assert deliverable_moved(transactions, people, people.creator, DeliverableAction.PUBLISH) == [("posted", "Rina")]


def test_a_post_that_the_manager_added_is_not_told(transactions: Transactions, people: People, running: int) -> None:
    assert deliverable_moved(transactions, people, people.manager, DeliverableAction.PUBLISH) == []


def test_a_reminder_goes_out_at_nine(
    transactions: Transactions, people: People, running: int, clock: ManualClock, mailer: MemoryMailer
) -> None:
    remind(transactions, clock, mailer)

    assert send(transactions, mailer).sent == 1
    assert mailer.sent[0]["Subject"] == "Hari ini: update “Hari-hari pertama” (Glow)"


def test_a_reminder_is_called_off_when_the_answer_comes_first(
    transactions: Transactions, people: People, running: int, clock: ManualClock, mailer: MemoryMailer
) -> None:
    remind(transactions, clock, mailer)
    wanted = check_in_id(transactions, people)
    with transactions.begin(people.creator) as work:
        spec = work.get(CheckIn, wanted).spec
        values = {
            question.key: {
                QuestionKind.NUMBER: "3",
                QuestionKind.SCALE: "3",
                QuestionKind.YES_NO: "no",
                QuestionKind.TEXT: "Biasa saja",
            }.get(question.kind, question.options[0].key if question.options else "")
            for question in spec.questions
            if question.condition is None
        }
        answering.answer(work, wanted, values, {}, statement="1")

    report = send(transactions, mailer)

    assert (report.cancelled, mailer.sent) == (1, [])


@pytest.mark.parametrize("action", [PartnershipAction.HOLD, PartnershipAction.END_EARLY])
def test_a_reminder_is_called_off_when_everything_stops(
    transactions: Transactions,
    people: People,
    running: int,
    clock: ManualClock,
    mailer: MemoryMailer,
    action: PartnershipAction,
) -> None:
    remind(transactions, clock, mailer)
    move(transactions, people.creator, running, action)

    report = send(transactions, mailer)

    assert report.cancelled == 1
    assert "Hari ini: update “Hari-hari pertama” (Glow)" not in [message["Subject"] for message in mailer.sent]


def test_a_reminder_waits_for_the_end_of_quiet_hours_where_the_recipient_is(
    transactions: Transactions, people: People, running: int, clock: ManualClock, mailer: MemoryMailer
) -> None:
    remind(transactions, clock, mailer)
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.creator.account_id).zone = "America/New_York"  # 21:00 the day before
        everywhere.commit()

    assert send(transactions, mailer).sent == 0
    clock.set(datetime(2026, 1, 31, 12, 59, tzinfo=UTC))
    assert send(transactions, mailer).sent == 0
    clock.set(datetime(2026, 1, 31, 13, tzinfo=UTC))  # eight in the morning in New York
    assert send(transactions, mailer).sent == 1


def test_a_reminder_waits_for_the_end_of_quiet_days_and_of_the_hours_that_were_chosen(
    transactions: Transactions, people: People, running: int, clock: ManualClock, mailer: MemoryMailer
) -> None:
    remind(transactions, clock, mailer)
    with transactions.begin(people.manager) as work:
        ruling.add_day(work, date(2026, 1, 31), "Quiet")
        ruling.set_hours(work, time(21), time(8, 30))

    assert send(transactions, mailer).sent == 0
    clock.set(datetime(2026, 2, 1, 1, 29, tzinfo=UTC))
    assert send(transactions, mailer).sent == 0
    clock.set(datetime(2026, 2, 1, 1, 30, tzinfo=UTC))  # half past eight in Jakarta, on the first other morning
    assert send(transactions, mailer).sent == 1


def test_a_mail_that_somebody_just_asked_for_goes_out_on_a_quiet_day(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    with transactions.begin(people.manager) as work:
        ruling.add_day(work, clock.now().date(), "Quiet")
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    assert send(transactions, mailer).sent == 1


def test_a_reminder_for_a_day_that_was_moved_is_called_off(
    transactions: Transactions, people: People, running: int, clock: ManualClock, mailer: MemoryMailer
) -> None:
    remind(transactions, clock, mailer)
    wanted = check_in_id(transactions, people)
    with transactions.begin(people.manager) as work:
        step = work.get(CheckIn, wanted).step
        step.place(step.due_on + timedelta(days=3))

    assert send(transactions, mailer).cancelled == 1


def test_nobody_who_has_left_is_written_to(
    transactions: Transactions, people: People, running: int, clock: ManualClock, mailer: MemoryMailer
) -> None:
    with transactions.begin(people.owner) as work:
        members = work.session.scalars(select(Membership).where(Membership.role == Role.CREATOR)).all()
        for member in members:
            member.ended_at = work.now

    send(transactions, mailer)

    assert {str(message["To"]) for message in mailer.sent} == {"Rina <manager@glow.example>"}


def test_the_owner_stands_in_for_a_manager_who_has_left(
    transactions: Transactions, people: People, running: int
) -> None:
    with transactions.begin(people.owner) as work:
        member = work.session.scalars(select(Membership).where(Membership.role == Role.MANAGER)).one()
        member.ended_at = work.now
    before = len(told(transactions, people))

    move(transactions, people.creator, running, PartnershipAction.HOLD)

    assert told(transactions, people)[before:] == [("held", "Wulan")]


@pytest.mark.parametrize("is_closed", [False, True], ids=["left", "account closed"])
def test_the_organisations_owner_stands_in_when_manager_and_campaign_owner_are_gone(
    transactions: Transactions, people: People, running: int, *, is_closed: bool
) -> None:
    with transactions.begin(people.owner) as work:
        work.get(Campaign, people.campaign_id).owner_id = people.manager.person_id
        member = work.session.scalars(select(Membership).where(Membership.role == Role.MANAGER)).one()
        if is_closed:
            member.account.active = False
        else:
            member.ended_at = work.now
    before = len(told(transactions, people))

    with transactions.begin(people.creator) as work:
        reporting.report_reaction(work, running, "It burns")

    assert told(transactions, people)[before:] == [("reaction", "Wulan")]


def test_links_to_one_thing_are_made_once(
    transactions: Transactions, people: People, running: int, clock: ManualClock, mailer: MemoryMailer
) -> None:
    remind(transactions, clock, mailer)
    clock.advance(days=1)
    tick(transactions)

    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "check_in")).all()
        links = {mail.link_id for mail in mails if mail.context["title"]["en"] == "First days"}
    assert len(links) == 1
    assert {mail.kind for mail in mails} == {MailKind.REMINDER}
