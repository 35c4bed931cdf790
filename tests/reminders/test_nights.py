"""What the clock does at night is told in the morning; what a person does is told at once."""

from datetime import UTC, date, datetime, time

from sqlalchemy import delete, select

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.zones import moment
from partnerships.database.work import Transactions
from partnerships.deliverables.expiring import expire
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.suppressing import suppress
from partnerships.mail.tables import OutboxMail
from partnerships.people.tables import Account
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.quiet import DayKind
from partnerships.plans.ruling import set_hours
from partnerships.plans.tables import CalendarRule, Partnership
from tests.check_ins.scenes import running, system
from tests.deliverables.scenes import approved, granted
from tests.stories import People, move

MIDNIGHT = datetime(2026, 1, 19, 17, tzinfo=UTC)  # in Jakarta, where the 20th begins
MORNING = datetime(2026, 1, 20, 1, tzinfo=UTC)  # eight in Jakarta
NEAR_END = date(2026, 3, 21)  # a fortnight before a right of ninety days from the fifth of January ends


def sent_after(transactions: Transactions, people: People, *templates: str) -> dict[str, datetime]:
    """Return from when mails of these wordings may go."""
    with transactions.looking(people.manager) as reading:
        found = select(OutboxMail.template, OutboxMail.send_after).where(OutboxMail.template.in_(templates))
        return dict(reading.session.execute(found).all())


def complete(transactions: Transactions, people: People) -> None:
    """Let the clock find that everything of a partnership is done."""
    with transactions.begin(system(people)) as work:
        partnership = work.session.scalars(select(Partnership)).unique().one()
        was = partnership.move(PartnershipAction.COMPLETE, Role.SYSTEM, work.now)
        work.session.flush()
        work.emit(partnership.moved(was, PartnershipAction.COMPLETE))


def test_what_completes_at_midnight_is_told_to_each_in_their_own_morning(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    running(transactions, people)
    with transactions.begin(people.manager) as work:
        work.session.get_one(Account, people.creator.account_id).zone = "Asia/Jayapura"
    clock.set(MIDNIGHT)

    complete(transactions, people)

    told = sent_after(transactions, people, "completed_creator", "completed")
    assert told == {"completed_creator": moment(date(2026, 1, 20), time(8), "Asia/Jayapura"), "completed": MORNING}


def test_it_waits_for_the_end_of_the_quiet_hours_that_the_organisation_has_set(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    running(transactions, people)
    with transactions.begin(people.manager) as work:
        set_hours(work, time(22), time(6))
    clock.set(MIDNIGHT)

    complete(transactions, people)

    assert set(sent_after(transactions, people, "completed_creator", "completed").values()) == {
        moment(date(2026, 1, 20), time(6), "Asia/Jakarta")
    }


def test_the_end_of_a_right_is_not_told_on_a_quiet_day(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    granted(transactions, people, approved(transactions, people, running(transactions, people), "two-weeks-in"))
    with transactions.begin(people.manager) as work:
        work.session.execute(delete(CalendarRule))
        quiet = {"org_id": people.manager.org_id, "key": "", "name_id": "Tenang", "name_en": "Quiet"}
        work.session.add(CalendarRule(**quiet, on=NEAR_END, kind=DayKind.OWN, estimated=False))
    clock.set(moment(NEAR_END, time(12), "Asia/Jakarta"))

    expire(transactions)

    next_morning = moment(date(2026, 3, 22), time(8), "Asia/Jakarta")
    told = sent_after(transactions, people, "licence_ends", "licence_ends_team")
    assert told == dict.fromkeys(["licence_ends", "licence_ends_team"], next_morning)


def test_owners_hear_in_the_morning_that_a_colleagues_address_is_dead(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    clock.set(MIDNIGHT)

    with transactions.begin(system(people)) as work:
        suppress(work, "manager@glow.example", Reason.UNREACHABLE, "550 no such user")

    assert sent_after(transactions, people, "colleague_unreached") == {"colleague_unreached": MORNING}


def test_what_a_person_does_is_told_at_once(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = running(transactions, people)
    clock.set(MIDNIGHT)

    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)

    assert sent_after(transactions, people, "held_creator") == {"held_creator": MIDNIGHT}
