"""Messages about content: both sides write and see, and one mail announces all that nobody has seen."""

import pytest

from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.database.work import Transactions
from partnerships.deliverables import talking
from partnerships.deliverables.rules.messages import Said, is_repeated, is_told
from partnerships.deliverables.tables import ContentMessage
from partnerships.mail.tables import OutboxMail
from tests.check_ins.scenes import running
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, send
from tests.stories import People, draft, mailed_link

ASKED = Said(1, by_creator=False, text="Is it done?")
SEEN = Said(1, by_creator=False, text="Is it done?", is_seen=True)
ANSWER = Said(2, by_creator=True, text="Nearly")


@pytest.fixture
def deliverable_id(transactions: Transactions, people: People) -> int:
    return deliverable_called(transactions, people, running(transactions, people), "first-impression")


def say(transactions: Transactions, actor: Actor, deliverable_id: int, text: str) -> None:
    with transactions.begin(actor) as work:
        talking.say(work, deliverable_id, text)


def told(transactions: Transactions, people: People) -> list[tuple[str, int]]:
    with transactions.looking(people.manager) as reading:
        mails = reading.session.query(OutboxMail).order_by(OutboxMail.id)
        return [(mail.template, mail.recipient_id) for mail in mails if mail.template.startswith("wrote")]


@pytest.mark.parametrize(
    ("before", "new", "is_new_told"),
    [
        ([], ANSWER, True),
        ([ASKED], ANSWER, True),
        ([ASKED], Said(3, by_creator=False, text="Well?"), False),
        ([SEEN], Said(3, by_creator=False, text="Well?"), True),
    ],
)
def test_a_message_is_told_when_none_before_it_waits_to_be_seen(
    before: list[Said], new: Said, *, is_new_told: bool
) -> None:
    assert is_told(before, new) is is_new_told


def test_the_same_words_of_another_person_or_later_are_no_second_press() -> None:
    assert is_repeated([ASKED], ASKED)
    assert not is_repeated([], ASKED)
    assert not is_repeated([ASKED], Said(3, by_creator=False, text="Is it done?"))
    assert not is_repeated([ASKED, ANSWER], ASKED)


def test_one_mail_announces_all_that_was_not_seen_and_the_answer_goes_to_whoever_asked(
    transactions: Transactions, people: People, deliverable_id: int, clock: ManualClock
) -> None:
    creator, manager, reviewer = (actor.person_id for actor in (people.creator, people.manager, people.reviewer))

    say(transactions, people.reviewer, deliverable_id, "Is it done?")
    say(transactions, people.reviewer, deliverable_id, "Is it done?")  # pressed twice
    say(transactions, people.manager, deliverable_id, " No hurry\r\n at all ")
    asked = told(transactions, people)
    clock.advance(minutes=5)
    say(transactions, people.creator, deliverable_id, "Nearly")
    answered = told(transactions, people)
    say(transactions, people.creator, deliverable_id, "Tomorrow")

    assert asked == [("wrote_creator", creator)]
    assert answered == [*asked, ("wrote", manager)]
    assert told(transactions, people) == answered
    with transactions.looking(people.manager) as reading:
        messages = ContentMessage.list_of(reading, deliverable_id)
        assert [one.text for one in messages] == ["Is it done?", "No hurry\n at all", "Nearly", "Tomorrow"]
        assert [one.seen_at for one in messages] == [reading.now, reading.now, None, None]
    say(transactions, people.reviewer, deliverable_id, "Good")
    say(transactions, people.creator, deliverable_id, "Here it is")
    assert {("wrote", manager), ("wrote", reviewer)} <= set(told(transactions, people)[2:])


def test_only_a_press_marks_messages_as_seen(
    sign_in: SignIn, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    say(transactions, people.manager, deliverable_id, "Is it done?")
    visitor = sign_in(None)
    address = f"/s/{mailed_link(transactions, people, 'deliverable', deliverable_id)}"

    shown = visitor.get(address).text
    with transactions.looking(people.manager) as reading:
        before = [one.seen_at for one in ContentMessage.list_of(reading, deliverable_id)]
    pressed = visitor.post(address, data={"act": "see"})

    assert "Is it done?" in shown
    assert 'value="see"' in shown
    assert before == [None]
    assert pressed.status_code == 303
    with transactions.looking(people.manager) as reading:
        assert all(one.seen_at for one in ContentMessage.list_of(reading, deliverable_id))


@pytest.mark.parametrize("locale", ["id", "en"])
def test_both_sides_write_on_the_contents_pages(
    sign_in: SignIn, transactions: Transactions, people: People, deliverable_id: int, locale: str
) -> None:
    creator, reviewer = sign_in(people.creator), sign_in(people.reviewer)
    for one in (creator, reviewer):
        with one.session_transaction() as session:
            session["locale"] = locale
    own, theirs = f"/me/deliverables/{deliverable_id}", f"/deliverables/{deliverable_id}"

    asked = reviewer.post(f"{theirs}/messages", data={"act": "say", "message": "Kapan jadi?"}, follow_redirects=True)
    empty = reviewer.post(f"{theirs}/messages", data={"act": "say", "message": " "}, follow_redirects=True)
    answered = creator.post(own, data={"act": "say", "message": "Besok"}, follow_redirects=True)
    send(transactions, people.creator, deliverable_id)

    assert "Kapan jadi?" in asked.text
    assert "flash error" in empty.text
    assert "Kapan jadi?" in answered.text
    assert "Besok" in answered.text
    assert "Besok" in creator.get(own).text
    seen = reviewer.post(f"{theirs}/messages", data={"act": "see"}, follow_redirects=True).text
    assert 'value="see"' not in seen


def test_a_stranger_talks_to_nobody_and_nobody_writes_a_book(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    with pytest.raises(NotFound):
        say(transactions, people.other_creator, deliverable_id, "Hello")
    with pytest.raises(Refused, match="under 1000 characters"):
        say(transactions, people.creator, deliverable_id, "x" * 1001)
    with transactions.begin(people.manager) as work:
        talking.see(work, deliverable_id)  # nothing to see is no error


def test_nobody_writes_to_a_creator_who_was_not_asked_and_their_page_stands(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    content = deliverable_called(transactions, people, draft(transactions, people), "first-impression")
    with pytest.raises(Refused, match="not been invited"):
        say(transactions, people.manager, content, "Is it done?")
    with transactions.begin(people.manager) as work:  # as it could be written once
        work.session.add(
            ContentMessage(
                org_id=people.manager.org_id,
                deliverable_id=content,
                author_id=people.manager.person_id,
                by_creator=False,
                text="Is it done?",
                sent_at=work.now,
            )
        )

    page = sign_in(people.manager).get(f"/deliverables/{content}")

    assert 'id="message"' not in page.text
    assert sign_in(people.creator).get("/me").status_code == 200
