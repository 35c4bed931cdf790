"""Today, the timeline, one partnership, and the creator's own pages, through real requests."""

import gzip
import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins import answering, recording
from partnerships.check_ins.rules.check_ins import Channel, CheckInAction, CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator
from partnerships.database.work import Transactions
from partnerships.deliverables import paying
from partnerships.deliverables.finding import list_payments
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.rules.payments import PaymentAction
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.people.tables import Membership
from partnerships.plans import consenting, drafting, moving, reporting
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction, PartnershipState
from partnerships.plans.rules.proposals import MoveAction
from partnerships.plans.rules.templates import Meaning
from partnerships.portfolio.finding import Place
from partnerships.portfolio.rules.marks import Mark, of_check_in
from tests.check_ins.scenes import FOUR_WEEKS, check_in_called, opened, received, running
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, deliverable_called, look, post, review, send
from tests.deliverables.test_publishing import answer_received
from tests.plans.bending import shift
from tests.portfolio.many import plant, put
from tests.stories import ANCHOR_ON, SETTLED_AT, People, draft, move, prepare, ship

LARGEST_TIMELINE = 70 * 1024  # bytes, gzipped
MOST_NODES = 2000


def nodes(page: str) -> int:
    """Return how many elements a page has."""
    return len(re.findall(r"<[a-zA-Z]", page))


def english(client: FlaskClient) -> FlaskClient:
    client.post("/language", data={"locale": "en"})
    return client


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


def count(client: FlaskClient, statements: list[str], address: str) -> int:
    statements.clear()
    answer = client.get(address)
    assert answer.status_code == 200
    return len(statements)


def test_an_empty_board_says_that_nobody_waits(manager: FlaskClient) -> None:
    page = manager.get("/").text

    assert "Nobody waits for anybody" in page
    assert "There is nothing" not in page


def test_today_names_those_whom_a_mail_did_not_reach(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    prepare(transactions, people)
    with transactions.begin(people.manager) as work:
        for mail in work.session.scalars(select(OutboxMail).where(OutboxMail.template == "sent")):
            mail.state = MailState.DEAD

    page = manager.get("/").text

    assert "Mail that could not be delivered" in page
    assert "Please reach these people in another way: Dewi" in page


def test_today_says_who_waits_for_whom_with_one_action_each(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 1)

    page = manager.get("/").text

    assert "Content to review:" in page
    assert "Post to check:" in page
    assert re.search(r'href="/check-ins/\d+/record"', page)
    assert 'href="/partnerships?status=overdue"' in page
    assert "Copy as WhatsApp text" in page
    assert "https://wa.me/628120002?text=" in page


def test_a_reviewer_is_never_led_to_what_only_managers_may_do(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 1)
    prepare(transactions, people)

    page = english(sign_in(people.reviewer)).get("/").text

    assert "/record" not in page
    assert "/receipt" not in page
    assert "/partnerships/new" not in page
    for deed in ("Record an answer", "Confirm receipt", "Look at the payment", "WhatsApp"):
        assert deed not in page
    assert ">Review<" in page


def test_a_reviewer_is_not_led_to_answers_before_she_has_rated(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people)
    put(transactions, [partnership_id])
    clock.advance(days=22)
    check_in_id = check_in_called(transactions, people, partnership_id, "first-days")
    with transactions.begin(people.manager) as work:
        recording.record(work, check_in_id, {"reaction": "yes"}, {}, channel=Channel.WHATSAPP, note="Dewi, today")
    pages = ("/", f"/partnerships/{partnership_id}")

    hers, his = (
        [english(sign_in(person)).get(page).text for page in pages] for person in (people.reviewer, people.manager)
    )

    for page in hers:
        assert 'href="/check-ins/' not in page
        assert "wa.me/6281200000001?text=" not in page
    for page in his:
        assert 'href="/check-ins/' in page


def test_a_disputed_payment_is_to_be_settled_and_not_due(
    sign_in: SignIn, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    answer_received(transactions, people, partnership_id)
    with transactions.looking(people.manager) as reading:
        payment_id = list_payments(reading, partnership_id)[0].id
    earned = row_of(manager.get("/").text, "Payment 1 earned")
    clock.advance(days=20)
    with transactions.begin(people.creator) as work:
        paying.move_payment(work, payment_id, PaymentAction.DISPUTE, "Only half of it came")

    disputed = row_of(english(sign_in(people.manager)).get("/").text, "Payment 1 disputed")

    assert "due Mon, 19 Jan" in earned
    assert "since Sun, 25 Jan" in disputed
    assert "due" not in disputed
    assert "Settle it" in disputed


def row_of(page: str, title: str) -> str:
    """Return the row of Today with this title, as text; empty when there is none."""
    rows = [row for row in page.split("<li")[1:] if title in row]
    return re.sub(r"<[^>]+>", " ", rows[0].partition("</li>")[0]) if rows else ""


def test_a_missed_check_in_stays_until_somebody_settles_it(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    (partnership_id,) = plant(transactions, people, clock, 1)
    with transactions.begin(people.manager) as work:
        check_in = work.session.scalars(
            select(CheckIn).where(CheckIn.partnership_id == partnership_id, CheckIn.state == CheckInState.LATE)
        ).one()
        check_in.move(CheckInAction.MISS, Role.SYSTEM, work.now)
    address = f"/check-ins/{check_in.id}"

    missed, opened = manager.get("/").text, manager.get(address).text
    manager.post(f"{address}/excuse", data={"reason": "Ill for two weeks"})
    settled = manager.get("/").text

    assert "Missed check-ins" in missed
    assert re.search(rf'href="{address}">Record or excuse', missed)
    assert "Record an answer" in opened
    assert "Excuse this check-in" in opened
    assert "Missed" not in settled


def test_each_stage_before_the_start_waits_for_the_right_side(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    seen = [manager.get("/").text]
    for actor, action in (
        (people.manager, PartnershipAction.INVITE),
        (people.creator, PartnershipAction.ACCEPT),
    ):
        move(transactions, actor, partnership_id, action)
        seen.append(manager.get("/").text)
    ship(transactions, people.manager, partnership_id)
    seen.append(manager.get("/").text)

    for page, sentence in zip(
        seen,
        ("not invited yet", "Invitation not answered", "the product is not sent yet", "receipt not confirmed"),
        strict=True,
    ):
        assert sentence in page


def test_today_quotes_what_a_creator_wants_to_talk_about_and_leads_to_where_it_is_answered(
    manager: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    words = "Could the fee be <3.5 million>?"
    move(transactions, people.creator, partnership_id, PartnershipAction.NEGOTIATE, words)

    page, reviewers = (english(sign_in(person)).get("/").text for person in (people.manager, people.reviewer))
    whole = manager.get(f"/partnerships/{partnership_id}").text
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE, "4 million it is")

    assert "Could the fee be &lt;3.5 million&gt;?</blockquote>" in page
    assert f'href="/partnerships/{partnership_id}/terms">Look and answer' in page
    assert '<p class="quote pre">Could the fee be &lt;3.5 million&gt;?</p>' in whole.partition("Fit and preparation")[0]
    assert "3.5 million" not in reviewers
    assert "<blockquote" not in manager.get("/").text


def test_before_it_starts_the_page_says_who_is_waited_for_since_when_and_until_when(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people)
    drafted = manager.get(f"/partnerships/{partnership_id}").text
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    invited = manager.get(f"/partnerships/{partnership_id}").text
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    clock.advance(days=4)

    waiting = manager.get(f"/partnerships/{partnership_id}").text
    today = manager.get("/").text

    assert "Before it starts" not in drafted
    for sentence in ("Before it starts", "Answer the invitation", "Thu, 8 Jan"):
        assert sentence in invited
    for sentence in ("Send the product", "Rina", "Mon, 5 Jan 2026 (4 days ago)"):
        assert sentence in waiting
    assert re.search(r"overdue(<|[^A-Za-z])[^\n]* Agreed: the product is not sent yet", today)


def test_a_reaction_needs_a_person(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people)
    put(transactions, [partnership_id])
    with transactions.begin(people.creator) as work:
        reporting.report_reaction(work, partnership_id, "red cheeks")

    page = manager.get("/").text

    assert "Reaction reported: everything is paused" in page
    assert "Dewi" in manager.get("/partnerships?status=needs_person").text
    assert "red cheeks" in manager.get(f"/partnerships/{partnership_id}").text


@pytest.mark.parametrize(("meaning", "waits_after"), [(Meaning.REFILL, False), (Meaning.REACTION, True)])
def test_an_answer_that_needs_a_person_waits_no_longer_than_the_partnership_unless_it_is_a_reaction(
    meaning: Meaning,
    waits_after: bool,  # noqa: FBT001 - a case of the table above
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
) -> None:
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, FOUR_WEEKS, {"angle_photo": [received()]}, statement="answers-1")
    with transactions.begin(people.manager) as work:
        work.get(CheckIn, check_in_id).needs_person = meaning
    address = f"/check-ins/{check_in_id}"

    def listed() -> tuple[bool, bool]:
        return address in manager.get("/").text, "Dewi" in manager.get("/partnerships?status=needs_person").text

    before = listed()
    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=EndReason.CREATOR_STOPPED)

    assert before == (True, True)
    assert listed() == (waits_after, waits_after)


@pytest.mark.parametrize("address", ["/", "/partnerships", "/partnerships?status=overdue&q=many"])
def test_the_number_of_statements_does_not_grow_with_the_number_of_partnerships(
    address: str,
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    statements: list[str],
) -> None:
    plant(transactions, people, clock, 2)
    few = count(manager, statements, address)
    plant(transactions, people, clock, 20, prefix="Manymore")

    many = count(manager, statements, address)

    assert many == few
    assert many <= 23


def test_the_timeline_stays_small_however_many_there_are(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 65)

    page = manager.get("/partnerships").text

    assert page.count('scope="row"') == 60
    assert nodes(page) <= MOST_NODES
    assert len(gzip.compress(page.encode())) <= LARGEST_TIMELINE
    assert "65 partnerships" in page


def test_more_rows_come_by_script_and_by_link(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 65)
    page = manager.get("/partnerships?zoom=week").text
    more = re.search(r'hx-get="(/partnerships\?[^"]*after=[^"]*)"', page)
    assert more is not None
    address = more[1].replace("&amp;", "&")

    fragment = manager.get(address, headers={"HX-Request": "true"}).text
    whole = manager.get(address).text

    assert fragment.count('scope="row"') == whole.count('scope="row"') == 5
    assert "<html" not in fragment
    assert "<html" in whole
    assert "zoom=week" in address
    first = set(re.findall(r'href="/partnerships/(\d+)"', page))
    assert not first & set(re.findall(r'href="/partnerships/(\d+)"', fragment))


def test_filters_narrow_and_nothing_found_is_not_nothing_there(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    empty = manager.get("/partnerships").text
    plant(transactions, people, clock, 2)
    found = manager.get("/partnerships?q=many1").text
    missed = manager.get("/partnerships?q=100%25").text

    assert "No partnerships yet" in empty
    assert "1 partnership ·" in found
    assert "No partnership matches" in missed
    assert "Clear filters" in missed


@pytest.mark.parametrize(
    ("status", "rows"),
    [
        ("overdue", 1),
        ("due", 1),
        ("open", 1),
        ("submitted", 1),
        ("published", 0),
        ("changes", 0),
        ("approved", 0),
        ("planned", 0),
        ("waived", 0),
        ("at_risk", 0),
        ("needs_person", 0),
        ("nonsense", 1),
    ],
)
def test_a_status_shows_exactly_what_stands_so(
    status: str, rows: int, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 1)

    page = manager.get(f"/partnerships?status={status}").text

    assert page.count('scope="row"') == rows


def test_a_post_is_live_only_when_somebody_has_seen_it(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = approved(transactions, people, partnership_id, "first-impression")
    post(transactions, people.creator, deliverable_id)
    addresses = ("/partnerships?status=submitted", "/partnerships?status=published")

    before = [manager.get(address).text for address in addresses]
    look(transactions, people, deliverable_id)
    after = [manager.get(address).text for address in addresses]

    assert [page.count('scope="row"') for page in before] == [1, 0]
    assert 'class="c submitted"' in before[0]
    assert "Posted, not checked yet" in before[0]
    assert "0/13" in before[0]
    assert [page.count('scope="row"') for page in after] == [0, 1]
    assert 'class="c published"' in after[1]
    assert "1/13" in after[1]


def test_brand_and_campaign_narrow_too(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 1)

    assert 'scope="row"' in manager.get(f"/partnerships?campaign={people.campaign_id}&brand={people.brand_id}").text
    assert "No partnership matches" in manager.get(f"/partnerships?campaign={people.stranger_campaign_id}").text


@pytest.mark.parametrize("query", ["after=x", "after=2026-99-01.3", "around=yesterday", "around=9999-12-31", "brand=x"])
def test_a_broken_address_is_read_as_far_as_it_can_be(query: str, manager: FlaskClient) -> None:
    assert manager.get(f"/partnerships?{query}").status_code == 200


def test_a_mark_says_its_whole_sentence(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    plant(transactions, people, clock, 1)

    page = manager.get("/partnerships").text

    assert re.search(r'class="c overdue"[^>]*title="[^"]+ · [^"]+ · Late"', page)
    assert page.count('<i class="c ') == 13  # eight check-ins, five contents


def test_the_panel_is_a_fragment_and_the_page_stands_without_scripts(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)

    panel = manager.get(f"/partnerships/{partnership_id}/panel").text
    page = manager.get(f"/partnerships/{partnership_id}").text

    assert "<html" not in panel
    assert "data-panel-title" in panel
    assert f'href="/partnerships/{partnership_id}"' in panel
    assert "0 of 2 check-ins answered" in page
    assert "Version 1" in page
    assert "Planned the partnership" in page
    assert page.count('class="btn p"') == 1


def test_the_history_tells_who_what_when_and_why(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    manager.post(f"/partnerships/{partnership_id}/end_early", data={"reason": "brand_stopped", "note": "no stock"})

    page = manager.get(f"/partnerships/{partnership_id}").text

    assert "Partnership: Ended early (Stopped by the brand)" in page
    assert "no stock" in page
    assert "Rina" in page


def test_the_history_and_the_dates_say_that_the_brand_took_its_time(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    deliverable_id = deliverable_called(transactions, people, partnership_id, "first-impression")
    send(transactions, people.creator, deliverable_id)
    clock.advance(days=30)
    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)

    manager = english(sign_in(people.manager))
    page = manager.get(f"/partnerships/{partnership_id}").text
    versions = manager.get(f"/partnerships/{partnership_id}/versions").text

    later = r"What made dates later: the brand.{1,5}s review \d+ days<"
    assert re.search(later, page)
    assert re.search(later, versions)
    why = "the brand took longer than two working days to review"
    assert re.search(rf"“[^”]+”: due \d+ days later \({why}\)", page)
    assert re.search(rf"<b>Version 3</b> {why}", page)


def test_foreign_and_unknown_ids_look_the_same(sign_in: SignIn, transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    stranger = sign_in(people.stranger)

    for address in ("/partnerships/{}", "/partnerships/{}/panel"):
        foreign, unknown = (stranger.get(address.format(number)) for number in (partnership_id, 999_999))

        assert foreign.status_code == unknown.status_code == 404
    assert "Dewi" not in stranger.get("/partnerships").text
    assert "Dewi" not in stranger.get("/").text


def test_creators_have_a_start_page_of_their_own(sign_in: SignIn, people: People) -> None:
    creator = english(sign_in(people.creator))

    assert creator.get("/").headers["Location"] == "/me"
    assert creator.get("/partnerships").status_code == 403
    assert "No partnerships yet" in creator.get("/me").text


def test_me_leads_to_the_next_thing(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    creator = english(sign_in(people.creator))
    partnership_id = draft(transactions, people)
    before = creator.get("/me").text
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    invited = creator.get("/me").text
    put(transactions, [partnership_id])
    clock.advance(days=26)
    late = english(sign_in(people.creator)).get("/me").text

    assert "No partnerships yet" in before
    assert f'/me/invitations/{partnership_id}"' in invited
    assert invited.count("btn p lg") == 1
    assert re.search(r'class="btn p lg" href="/me/check-ins/\d+"', late)
    assert "0 of 8 check-ins answered" in late
    assert "Rp3.000.000" in late


def test_next_is_the_check_in_that_opens_before_a_later_draft_is_due(
    sign_in: SignIn, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    answer_received(transactions, people, partnership_id)
    clock.advance(days=2)
    creator = english(sign_in(people.creator))

    start, own = creator.get("/me").text, creator.get(f"/me/partnerships/{partnership_id}").text
    theirs = manager.get(f"/partnerships/{partnership_id}").text

    for page in (start, own):
        assert page.index("Check-in: First days") < page.index("It opens on that day") < page.index("Send the draft")
    assert page.index("You can already do this") < page.index("Draft: Story set: first impression")
    assert "Next: <b>Check-in: First days</b>" in theirs
    assert "Waiting for Dewi:" not in theirs


def test_a_creator_sees_their_own_partnership_and_nobody_elses(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    address = f"/me/partnerships/{partnership_id}"
    unasked = sign_in(people.creator).get(address).status_code
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    own = english(sign_in(people.creator)).get(address)
    others = sign_in(people.other_creator).get(address)

    assert unasked == 404
    assert own.status_code == 200
    assert f"{address}/not-for-me" in own.text
    assert f"{address}/reaction" in own.text
    assert others.status_code == 404


def test_me_merges_what_waits_in_every_organisation(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.add(
            Membership(
                org_id=people.stranger.org_id,
                account_id=people.creator.account_id,
                role=Role.CREATOR,
                created_at=SETTLED_AT,
            )
        )
        everywhere.flush()
        file = Creator(
            org_id=people.stranger.org_id, account_id=people.creator.account_id, name="Dewi", created_at=SETTLED_AT
        )
        everywhere.add(file)
        everywhere.commit()
        file_id = file.id
    with transactions.begin(people.stranger) as work:
        other_id = drafting.draft(
            work,
            campaign_id=people.stranger_campaign_id,
            creator_id=file_id,
            template_key="usage-3m",
            anchor_on=ANCHOR_ON,
        ).id
    move(transactions, people.stranger, other_id, PartnershipAction.INVITE)
    own_id = draft(transactions, people)
    move(transactions, people.manager, own_id, PartnershipAction.INVITE)

    page = english(sign_in(people.creator)).get("/me").text

    assert "Glow Serum" in page
    assert "Other Serum" in page
    assert f'action="/switch/{people.stranger.org_id}"' in page


def test_a_place_survives_its_way_through_an_address(clock: ManualClock) -> None:
    place = Place(clock.now().date(), 7)

    assert Place.read(str(place)) == place
    assert Place.read("2026-01-05") is None


@pytest.mark.parametrize(
    ("key", "days", "said"),
    [
        ("ambassador-6m", 10, "Starts on Thu, 15 Jan 2026"),
        ("ambassador-6m", 0, "Running"),
        ("ramadan", 60, "Starts on Fri, 9 Jan 2026"),  # eight weeks before the feast
        ("ramadan", 50, "Running"),
    ],
)
def test_an_agreed_plan_says_when_it_starts_until_that_day_has_come(
    manager: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People, key: str, days: int, said: str
) -> None:
    anchor_on = transactions.clock.now().date() + timedelta(days=days)
    partnership_id = draft(transactions, people, anchor_on=anchor_on, template_key=key)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    creator = english(sign_in(people.creator))

    looked = [
        client.get(address).text
        for client, address in (
            (manager, f"/partnerships/{partnership_id}"),
            (manager, f"/partnerships/{partnership_id}/panel"),
            (creator, "/me"),
            (creator, f"/me/partnerships/{partnership_id}"),
        )
    ]
    timeline = manager.get("/partnerships").text

    for page in looked:
        assert f"<b>{said}</b>" in page
    assert f"{said.removesuffix(' 2026')}, " in timeline


@pytest.mark.parametrize("state", list(PartnershipState))
def test_every_state_can_be_shown_to_everybody(
    state: PartnershipState, sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people)
    put(transactions, [partnership_id], state)
    clock.advance(days=21)

    for address in ("/", "/partnerships", f"/partnerships/{partnership_id}", f"/partnerships/{partnership_id}/panel"):
        assert sign_in(people.reviewer).get(address).status_code == 200
    creator = sign_in(people.creator)
    assert creator.get("/me").status_code == 200
    shown = creator.get(f"/me/partnerships/{partnership_id}").status_code
    assert shown == (404 if state is PartnershipState.DRAFT else 200)


def test_a_missed_day_is_overdue_before_it_counts_as_late(clock: ManualClock) -> None:
    now = clock.now()

    assert of_check_in(CheckInState.OPEN, now - timedelta(hours=1), now, is_running=True) is Mark.OVERDUE
    assert of_check_in(CheckInState.OPEN, now - timedelta(hours=1), now, is_running=False) is Mark.DUE
    assert of_check_in(CheckInState.OPEN, now + timedelta(hours=1), now, is_running=True) is Mark.DUE
    assert of_check_in(CheckInState.ANSWERED, now, now, is_running=True, is_confirmed=False) is Mark.SUBMITTED


def test_earlier_dates_wait_for_the_creators_yes_on_both_start_pages(
    manager: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    moved = shift(transactions, people.manager, partnership_id, Move(MoveKind.REST, -3))
    clock.advance(days=2)
    creator = english(sign_in(people.creator))

    today, mine = manager.get("/").text, creator.get("/me").text
    with transactions.begin(people.creator) as work:
        consenting.decide(work, moved.id, MoveAction.ACCEPT)

    assert f'href="/partnerships/{partnership_id}/dates"' in today
    assert "Earlier dates: waits for the creator&#39;s yes" in today
    assert "since Mon, 5 Jan" in today
    assert "receipt not confirmed" in today
    assert f'href="/me/dates/{moved.id}"' in mine
    assert "Earlier dates were proposed" in mine
    assert "waits for the creator" not in manager.get("/").text
    assert "Earlier dates" not in creator.get("/me").text


@pytest.mark.parametrize("key", ["ambassador-6m", "usage-3m"])
def test_the_product_is_to_be_sent_also_where_no_date_counts_from_it(
    manager: FlaskClient, transactions: Transactions, people: People, key: str
) -> None:
    partnership_id = draft(transactions, people, template_key=key)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)

    before = manager.get("/").text
    ship(transactions, people.manager, partnership_id)

    assert "the product is not sent yet" in before
    assert f'href="/partnerships/{partnership_id}/send"' in before
    assert "the product is not sent yet" not in manager.get("/").text


def test_a_creator_tells_two_partnerships_with_one_product_apart(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    creator = english(sign_in(people.creator))
    first = draft(transactions, people)
    move(transactions, people.manager, first, PartnershipAction.INVITE)
    alone = creator.get("/me").text
    second = draft(transactions, people, anchor_on=ANCHOR_ON + timedelta(days=200))
    move(transactions, people.manager, second, PartnershipAction.INVITE)

    alike = creator.get("/me").text

    names = [re.findall(r'<h3>\s*<a href="[^"]*">(.*?)</a>', page) for page in (alone, alike)]
    assert names == [["Glow Serum"], ["Glow Serum · Fri, 14 Aug 2026", "Glow Serum · Mon, 26 Jan 2026"]]
    assert ("Glow diary" in alone, "Glow diary" in alike) == (False, True)
    for name in names[1]:
        assert f'<span class="mut">{name} · ' in alike or f'<span class="hint">{name} · ' in alike


def test_the_forms_say_that_the_creator_reads_what_is_written_there(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    content = deliverable_called(transactions, people, partnership_id, "first-impression")
    page = unescape(manager.get(f"/partnerships/{partnership_id}").text)
    manager.post(f"/partnerships/{partnership_id}/hold", data={"note": "Her mother is ill"})

    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "held_creator")).all()

    assert [mail.context["note"] for mail in mails] == ["Her mother is ill"]
    assert "Dewi gets them by mail, word for word" in page
    assert "Dewi gets these words by mail, word for word." in page
    assert "Dewi gets your reason by mail" in unescape(manager.get(f"/deliverables/{content}").text)
