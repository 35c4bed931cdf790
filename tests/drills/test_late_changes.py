"""What happens between the moment a sender takes mails and the moment it sends them: nothing needless goes out."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from partnerships.check_ins import answering
from partnerships.check_ins.tables import CheckIn
from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.plans import finding, shifting
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import FIRST_DAYS, check_in_called, running
from tests.drills.scenes import IS_WHOLE, PATIENCE, ahead_of_now, names, queue_many, sender, tell, wait_for
from tests.services.smtp import running_smtp
from tests.stories import People, move

EACH = 10 if IS_WHOLE else 1  # partnerships to which the same happens
Change = Callable[[Transactions, People, int], None]


def answer(transactions: Transactions, people: People, partnership_id: int) -> None:
    check_in_id = check_in_called(transactions, people, partnership_id, "first-days")
    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, FIRST_DAYS, {}, statement="answers-1")


def hold(transactions: Transactions, people: People, partnership_id: int) -> None:
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)


def put_off(transactions: Transactions, people: People, partnership_id: int) -> None:
    with transactions.looking(people.manager) as reading:
        version = finding.list_versions(reading, partnership_id)[-1].number
    with transactions.begin(people.manager) as work:
        shifting.shift(work, {partnership_id: version}, Move(MoveKind.REST, 7), "Kurir mogok")


def leave(_transactions: Transactions, _people: People, _partnership_id: int) -> None:
    """Change nothing: this one is reminded."""


CHANGES: tuple[Change, ...] = (answer, hold, put_off, leave)


@pytest.mark.slow
def test_what_is_answered_held_or_moved_while_a_mail_waits_in_a_senders_hand_is_not_sent(
    settings: Settings, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    plans = {running(transactions, people): change for change in CHANGES for _ in range(EACH)}
    _let_open(transactions, people, clock, mailer, plans)
    decoys = queue_many(transactions, people, 1, clock.now() - timedelta(minutes=1))
    with running_smtp() as server:
        server.holds = True
        with sender(settings, server.url, ahead_of_now(clock.now())) as process:
            wait_for(lambda: server.begun == 1, process)
            taken = _reminders(transactions, people)
            for partnership_id, change in plans.items():
                change(transactions, people, partnership_id)
            server.holds = False
            assert process.wait(PATIENCE) == 0
        arrived = {*names(server)} & {*decoys, *(f"<{mail.message_id}>" for mail in taken.values())}

    left = {f"<{taken[one].message_id}>" for one, change in plans.items() if change is leave}
    tell("late changes", claimed=len(taken), changed=3 * EACH, sent=len(arrived & left))
    assert {mail.state for mail in taken.values()} == {MailState.SENDING}
    assert left < arrived
    assert len(arrived - left) == 1  # the mail that was in the server's hand
    now = _reminders(transactions, people)
    assert {one: now[one].state is MailState.SENT for one in plans} == {
        one: change is leave for one, change in plans.items()
    }


def _let_open(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, plans: Mapping[int, Change]
) -> None:
    """Let the day come on which all are asked, with nothing else in the outbox; their reminders wait."""
    tick(transactions)
    asked = check_in_called(transactions, people, next(iter(plans)), "first-days")
    with transactions.looking(people.manager) as reading:
        opens_at = reading.get(CheckIn, asked).step.next_action_at
    assert opens_at is not None
    clock.set(opens_at - timedelta(minutes=5))
    tick(transactions)
    deliver(transactions, mailer, still_wanted)
    clock.set(opens_at)
    tick(transactions)


def _reminders(transactions: Transactions, people: People) -> dict[int, OutboxMail]:
    """Return by partnership the reminder of the day, as it stands now."""
    with transactions.looking(people.manager) as reading:
        reading.session.expire_all()
        asked = reading.session.scalars(select(CheckIn).where(CheckIn.key == "first-days"))
        plans = {check_in.about: check_in.partnership_id for check_in in asked}
        reminders = select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER, OutboxMail.about.in_(plans))
        return {plans[mail.about]: mail for mail in reading.session.scalars(reminders)}
