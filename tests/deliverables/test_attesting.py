"""The creator's word on the use: asked with a version and for rights, frozen with what was said, and not for ever."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from partnerships.check_ins import answering
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables import attesting, licensing
from partnerships.deliverables.expiring import expire
from partnerships.deliverables.finding import find_use
from partnerships.deliverables.rules.attestations import (
    HOLDS_DAYS,
    Attestation,
    Frequency,
    Source,
    Word,
    is_attested,
    stand,
)
from partnerships.deliverables.rules.licences import Cause, LicenceAction, LicenceState
from partnerships.deliverables.tables import AttestedAgain, Licence, Revision
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.templates import ClaimLevel
from tests.check_ins.scenes import FIRST_DAYS, FOUR_WEEKS, opened, received, running
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, asked, deliverable_called, granted, send
from tests.files.samples import make_jpeg
from tests.stories import USED_FIELDS, People

AT = datetime(2026, 3, 1, tzinfo=UTC)
Reader = Callable[..., FlaskClient]
FIRST = "first-impression"


@pytest.fixture
def partnership_id(transactions: Transactions, people: People) -> int:
    return running(transactions, people)


@pytest.fixture
def deliverable_id(transactions: Transactions, people: People, partnership_id: int) -> int:
    return deliverable_called(transactions, people, partnership_id, FIRST)


@pytest.fixture
def reading_as(sign_in: SignIn) -> Reader:
    """Return a function that signs somebody in who reads this language."""

    def reader(actor: Actor, locale: str = "en") -> FlaskClient:
        client = sign_in(actor)
        with client.session_transaction() as session:
            session["locale"] = locale
        return client

    return reader


def again(transactions: Transactions, people: People, deliverable_id: int, frequency: Frequency) -> None:
    with transactions.begin(people.creator) as work:
        attesting.attest(work, deliverable_id, Attestation(date(2026, 1, 5), frequency, words="Still."))


def word(days: int, *, still_using: bool = True) -> Word:
    return Word(AT + timedelta(days=days), Source.CHECK_IN, 1, still_using)


def test_the_last_word_counts_holds_for_its_days_and_no_longer() -> None:
    words = [word(5), word(0, still_using=False)]
    last_moment = AT + timedelta(days=5 + HOLDS_DAYS)

    held, late = stand(words, last_moment), stand(words, last_moment + timedelta(seconds=1))

    assert (held.is_overdue, held.has_stopped) == (False, False)
    assert (late.is_overdue, late.holds_until) == (True, last_moment)
    assert stand([word(0), word(1, still_using=False)], AT).has_stopped
    assert (stand([], AT).last, stand([], AT).is_overdue, stand([], AT).holds_until) == (None, False, None)


def test_only_content_that_speaks_of_experience_is_attested() -> None:
    assert {level for level in ClaimLevel if not is_attested(level)} == {ClaimLevel.NONE}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Attestation(None, Frequency.EVERY_DAY), "used_since"),
        (Attestation(date(2026, 3, 2), Frequency.EVERY_DAY), "used_since"),
        (Attestation(date(2026, 3, 1), None), "frequency"),
    ],
)
def test_what_is_missing_or_still_to_come_is_said_beside_its_field(said: Attestation, field: str) -> None:
    with pytest.raises(Refused) as refused:
        said.check(date(2026, 3, 1))

    assert refused.value.field == field


def test_a_draft_without_it_is_shown_again_with_nothing_lost(
    reading_as: Reader, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    fields = {"act": "draft", "caption": "Hari ketujuh", "used_since": "2031-01-01"}

    page = reading_as(people.creator).post(
        f"/me/deliverables/{deliverable_id}",
        data={**fields, "files": [(io.BytesIO(make_jpeg()), "a.jpg")]},
        content_type="multipart/form-data",
    )

    assert page.status_code == 422
    assert "This day is still to come." in page.text
    assert 'value="2031-01-01"' in page.text
    assert "Hari ketujuh" in page.text
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalars(select(Revision.id)).all() == []


@pytest.mark.parametrize(
    ("locale", "often", "words"), [("en", "Most days", "myself"), ("id", "Hampir tiap hari", "sendiri")]
)
def test_it_is_frozen_with_the_version_and_read_by_creator_team_and_reviewer(
    reading_as: Reader,
    transactions: Transactions,
    people: People,
    deliverable_id: int,
    locale: str,
    often: str,
    words: str,
) -> None:
    creator = reading_as(people.creator, locale)
    fields = {"act": "draft", "caption": "Hari ketujuh", **USED_FIELDS}
    files = {"files": [(io.BytesIO(make_jpeg()), "a.jpg")]}
    address = f"/me/deliverables/{deliverable_id}"

    answer = creator.post(address, data=fields | files, content_type="multipart/form-data")
    own = unescape(creator.get(address).text)
    seen = [unescape(reading_as(people.manager).get(f"/deliverables/{deliverable_id}").text)]
    seen.append(unescape(reading_as(people.reviewer).get(f"/review/{deliverable_id}").text))

    assert answer.status_code == 303
    assert often in own
    for page in (own, *seen):
        assert "use-1" in page
        assert words in page  # as it stood above the button, whatever the reader's language
    assert "attests" in seen[1]
    with transactions.looking(people.manager) as reading:
        said = reading.session.scalars(select(Revision)).one().attestation
        told = reading.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.name == "UseAttested")).one()
    assert said is not None
    assert (said.used_since, said.frequency) == (date(2026, 1, 5), Frequency.MOST_DAYS)
    assert (told["words"], told["statement"]) == (said.words, "use-1")
    with pytest.raises(DatabaseError), transactions.begin(people.manager) as work:
        work.session.execute(update(Revision).values(attested={}))


def test_another_word_makes_another_version_of_the_same_content(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    first = send(transactions, people.creator, deliverable_id)

    assert send(transactions, people.creator, deliverable_id) == first
    assert (
        send(
            transactions, people.creator, deliverable_id, attestation=Attestation(date(2026, 1, 5), Frequency.SOME_DAYS)
        )
        != first
    )


def test_the_form_offers_what_is_known_already_and_nothing_else(
    reading_as: Reader, transactions: Transactions, people: People, partnership_id: int, deliverable_id: int
) -> None:
    creator, address = reading_as(people.creator), f"/me/deliverables/{deliverable_id}"
    before = creator.get(address).text
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, FIRST_DAYS, {}, statement="answers-1")

    after = creator.get(address).text

    assert 'name="used_since" type="date" value="2026-01-05"' in before
    assert "checked" not in before
    assert 'checked id="frequency-0"' in after


def test_the_word_of_a_check_in_counts_once_it_is_the_creators_own(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    photos = {"angle_photo": [received()]}
    with transactions.begin(people.creator) as work:
        given = answering.answer(work, check_in_id, FOUR_WEEKS, photos, statement="answers-1")
        given.confirmed_at = None
    with transactions.looking(people.manager) as reading:
        unconfirmed = find_use(reading, partnership_id)

    with transactions.begin(people.creator) as work:
        work.get(CheckIn, check_in_id).answer.confirmed_at = work.now  # type: ignore[union-attr]  # it is there
    with transactions.looking(people.manager) as reading:
        use = find_use(reading, partnership_id)

    assert unconfirmed.last is None
    assert use.last is not None
    assert (use.last.source, use.last.thing_id, use.last.still_using) == (Source.CHECK_IN, check_in_id, True)


def test_an_old_word_blocks_new_uses_until_it_is_given_again(
    reading_as: Reader, transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    licence_id = granted(transactions, people, deliverable_id, days=300)
    waiting = asked(transactions, people, deliverable_id)
    clock.advance(days=HOLDS_DAYS, minutes=1)
    address = f"/me/deliverables/{deliverable_id}"

    with pytest.raises(Refused, match="no word from the creator"):
        asked(transactions, people, deliverable_id)
    with pytest.raises(Refused, match="no word from the creator"), transactions.begin(people.creator) as work:
        licensing.move_licence(work, waiting, LicenceAction.GRANT)
    team = reading_as(people.manager).get(f"/deliverables/{deliverable_id}").text
    page = reading_as(people.creator).get(address).text
    missing = reading_as(people.creator).post(address, data={"act": "attest", "again-used_since": "2026-01-05"})
    told = reading_as(people.creator).post(
        address, data={"act": "attest", "again-used_since": "2026-01-05", "again-frequency": "every_day"}
    )

    assert "Has to be asked again" in team
    assert "Do you still use it?" in page
    assert missing.status_code == 422
    assert "Please say how often you use it now." in missing.text
    assert told.status_code == 303
    assert "Do you still use it?" not in reading_as(people.creator).get(address).text
    assert "Still uses it" in reading_as(people.manager).get(f"/deliverables/{deliverable_id}").text
    asked(transactions, people, deliverable_id)
    with transactions.looking(people.manager) as reading:
        assert reading.get(Licence, licence_id).state is LicenceState.ACTIVE
        (kept,) = reading.session.scalars(select(AttestedAgain)).all()
        assert kept.attested["frequency"] == "every_day"


def test_an_old_word_keeps_suspended_rights_where_they_are(
    transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    licence_id = granted(transactions, people, deliverable_id, days=300)
    with transactions.begin(people.manager) as work:
        licensing.move_licence(work, licence_id, LicenceAction.SUSPEND, "A look")
    clock.advance(days=HOLDS_DAYS, minutes=1)

    with pytest.raises(Refused, match="no word from the creator"), transactions.begin(people.manager) as work:
        licensing.move_licence(work, licence_id, LicenceAction.RESTORE, "Go on")

    again(transactions, people, deliverable_id, Frequency.SOME_DAYS)
    with transactions.begin(people.manager) as work:
        assert licensing.move_licence(work, licence_id, LicenceAction.RESTORE, "Go on").state is LicenceState.ACTIVE


def test_who_says_no_suspends_what_is_in_use_of_all_the_partnerships_content_at_once(
    reading_as: Reader, transactions: Transactions, people: People, partnership_id: int
) -> None:
    one, other = (approved(transactions, people, partnership_id, key) for key in (FIRST, "two-weeks-in"))
    rights = [granted(transactions, people, each) for each in (one, other)]

    again(transactions, people, one, Frequency.STOPPED)

    with transactions.looking(people.manager) as reading:
        found = [reading.get(Licence, licence_id) for licence_id in rights]
        assert {(licence.state, licence.cause) for licence in found} == {(LicenceState.SUSPENDED, Cause.NOT_USED)}
    with pytest.raises(Refused, match="not used any more"):
        asked(transactions, people, other)
    assert "Does not use it any more" in reading_as(people.manager).get(f"/deliverables/{one}").text
    history = reading_as(people.manager).get(f"/partnerships/{partnership_id}/history").text
    assert "Not any more" in history


def test_a_word_is_for_ones_own_content_only(
    transactions: Transactions, people: People, partnership_id: int, deliverable_id: int
) -> None:
    for who in (people.other_creator, people.stranger):
        with pytest.raises(NotFound), transactions.begin(who) as work:
            attesting.attest(work, deliverable_id, Attestation(date(2026, 1, 5), Frequency.EVERY_DAY))


def asked_mails(transactions: Transactions, people: People) -> list[OutboxMail]:
    with transactions.looking(people.manager) as reading:
        return list(reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "use_asked")).all())


def test_while_rights_are_in_use_the_creator_is_asked_once_the_word_is_old_and_again_until_it_is_given(
    transactions: Transactions, people: People, deliverable_id: int, clock: ManualClock
) -> None:
    send(transactions, people.creator, deliverable_id)
    for _ in range(2):
        granted(transactions, people, deliverable_id, days=400)

    for days, mails in ((HOLDS_DAYS - 1, 0), (1, 1), (13, 1), (1, 2)):
        clock.advance(days=days)
        expire(transactions)
        assert len(asked_mails(transactions, people)) == mails
    again(transactions, people, deliverable_id, Frequency.MOST_DAYS)
    for days in (14, HOLDS_DAYS - 15):
        clock.advance(days=days)
        expire(transactions)

    assert {mail.recipient_id for mail in asked_mails(transactions, people)} == {people.creator.account_id}
    assert len(asked_mails(transactions, people)) == 2
    clock.advance(days=1)
    expire(transactions)
    assert len(asked_mails(transactions, people)) == 3


def test_a_draft_that_says_the_use_has_ended_stops_what_is_in_use(
    transactions: Transactions, people: People, deliverable_id: int
) -> None:
    send(transactions, people.creator, deliverable_id)
    licence_id = granted(transactions, people, deliverable_id)

    send(
        transactions,
        people.creator,
        deliverable_id,
        caption="What I did not finish",
        attestation=Attestation(date(2026, 1, 5), Frequency.STOPPED, words="I have used it."),
    )

    with transactions.looking(people.manager) as reading:
        licence = reading.get(Licence, licence_id)
        assert (licence.state, licence.cause) == (LicenceState.SUSPENDED, Cause.NOT_USED)
        told = reading.session.scalars(select(OutboxMail.recipient_id).where(OutboxMail.template == "licence_changed"))
        assert set(told) == {people.manager.account_id}
