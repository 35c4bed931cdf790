"""Planning in three steps, for one creator and for many: what is kept from step to step, refused, and carried out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator, Platform
from partnerships.database.work import Transactions, Work
from partnerships.mail.tables import OutboxMail
from partnerships.people.tables import Account, Organisation
from partnerships.plans import archiving, choosing, copying, drafting, publishing, ruling
from partnerships.plans.rules.batches import PORTION
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.rules.quiet import holidays
from partnerships.plans.rules.templates import load, own_key
from partnerships.plans.tables import CalendarRule, Partnership
from tests.conftest import SignIn
from tests.plans.bending import published
from tests.stories import ANCHOR_ON, People, competing_campaign, draft, move

ANCHOR = "2026-01-26"


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})
    return client


def found(transactions: Transactions, people: People, partnership_id: int) -> Partnership:
    with transactions.looking(people.manager) as reading:
        return reading.get(Partnership, partnership_id)


def walk(client: FlaskClient, people: People, **changes: object) -> TestResponse:
    """Take the three steps of planning for Dewi, each filled in as it should be but for `changes`."""
    asked: dict[str, object] = {
        "template_key": "usage-3m",
        "campaign_id": people.campaign_id,
        "chosen": people.creator_id,
        "anchor_on": ANCHOR,
        "fee": "Rp 3.000.000",
        "note": "Your skin diary is lovely.",
        **changes,
    }
    first = client.post("/partnerships/new", data={"template_key": asked["template_key"]})
    if first.status_code != 302:
        return first
    second = client.post(first.location, data=pick(asked, "campaign_id", "chosen") | {"next": "1"})
    if second.status_code != 302:
        return second
    return client.post(second.location, data=pick(asked, "anchor_on", "fee", "note", "again", "preview"))


def pick(asked: dict[str, object], *names: str) -> dict[str, object]:
    return {name: asked[name] for name in names if name in asked}


def begun(client: FlaskClient, people: People, template_key: str = "usage-3m") -> str:
    """Return the address of a plan for Dewi that is about to come to its dates."""
    first = client.post("/partnerships/new", data={"template_key": template_key}).location
    chosen = {"campaign_id": people.campaign_id, "chosen": people.creator_id, "next": "1"}
    return client.post(first, data=chosen).location.removesuffix("/dates")


def test_a_partnership_is_planned_from_the_template(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    answer = walk(manager, people)

    assert answer.status_code == 302
    partnership_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    planned = found(transactions, people, partnership_id)
    assert planned.anchor_on == date(2026, 1, 26)
    assert planned.fee == 3_000_000
    assert planned.invitation_note == "Your skin diary is lovely."


@pytest.mark.parametrize(
    ("typed", "fee"), [("3.000.000.000", 3 * 10**9), ("9" * 12, 10**12 - 1), ("0" * 5000 + "5", 5)]
)
def test_a_fee_is_kept_however_large_or_long(
    typed: str, fee: int, manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    answer = walk(manager, people, fee=typed)

    assert answer.status_code == 302
    assert found(transactions, people, int(answer.headers["Location"].rsplit("/", 1)[1])).fee == fee


def test_the_preview_button_shows_every_date_and_keeps_nothing(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    page = walk(manager, people, preview="1", note="kept words")

    assert page.status_code == 200
    assert 'datetime="2026-02-09"' in page.text  # two weeks
    assert "kept words" in page.text
    with transactions.looking(people.manager) as reading:
        assert choosing.list_campaigns(reading)[0].partnerships == 0


def test_a_second_partnership_with_a_creator_in_a_campaign_is_asked_about_first(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    first = walk(manager, people)
    fresh = manager.get("/partnerships/new").text

    asked = walk(manager, people)
    other = walk(manager, people, chosen=people.other_creator_id)
    again = walk(manager, people, again="y")

    assert 'name="again"' not in fresh
    assert (first.status_code, asked.status_code, other.status_code, again.status_code) == (302, 422, 302, 302)
    assert "Dewi has a partnership in this campaign already." in asked.text
    assert 'name="again"' in asked.text
    with transactions.looking(people.manager) as reading:
        assert choosing.list_campaigns(reading)[0].partnerships == 3


def test_a_creator_whose_partnership_is_over_is_planned_anew_without_a_question(
    manager: FlaskClient, people: People
) -> None:
    first = walk(manager, people).location
    manager.post(f"{first}/end_early")

    assert walk(manager, people).status_code == 302


@pytest.mark.parametrize("typed", ["1.500.000,00", "1,500,000.00"])
def test_a_fee_is_shown_back_as_it_was_understood_before_it_is_kept(
    typed: str, manager: FlaskClient, people: People
) -> None:
    page = walk(manager, people, preview="1", fee=typed)
    preview = f"{begun(manager, people)}/preview"
    fragment = manager.get(preview, query_string={"anchor_on": ANCHOR, "fee": typed})
    wrong = manager.get(preview, query_string={"anchor_on": ANCHOR, "fee": "1.5"})

    assert "Rp1.500.000<" in page.text
    assert "Rp1.500.000<" in fragment.text
    assert "Please write an amount in rupiah" in wrong.text


def test_a_plan_that_counts_from_a_feast_proposes_its_next_day_as_the_calendar_has_it(
    manager: FlaskClient, people: People, transactions: Transactions
) -> None:
    def proposed() -> str:
        page = manager.get(f"{begun(manager, people, 'ramadan')}/dates").text
        found: list[str] = re.findall(r'name="anchor_on"[^>]*value="([^"]*)"', page)
        return found[0]

    with transactions.begin(people.manager) as work:
        feast = next(day for day in holidays() if day.key == "idul-fitri" and day.on == date(2026, 3, 21))
        rule = CalendarRule.of(feast, people.manager.org_id)
        work.session.add(rule)
        work.session.flush()
        rule_id = rule.id
    by_the_list = proposed()
    with transactions.begin(people.manager) as work:
        ruling.change_day(work, rule_id, on=date(2026, 3, 20), estimated=False)

    assert (by_the_list, proposed()) == ("2026-03-21", "2026-03-20")


@pytest.mark.parametrize(
    ("template_key", "said"),
    [
        ("usage-3m", "The day the product arrives. Your best guess is enough."),
        ("ambassador-6m", "The agreement begins"),
        ("ramadan", "Eid al-Fitr"),
    ],
)
def test_the_day_to_count_from_says_which_day_that_is(
    manager: FlaskClient, people: People, template_key: str, said: str
) -> None:
    page = manager.get(f"{begun(manager, people, template_key)}/dates").text

    hint = re.search(r'id="anchor_on-hint"[^>]*>([^<]*)<', page)
    assert hint is not None
    assert hint[1].strip() == said


def test_the_live_preview_is_a_fragment_with_the_same_dates(manager: FlaskClient, people: People) -> None:
    fragment = manager.get(f"{begun(manager, people)}/preview?anchor_on={ANCHOR}")

    assert fragment.status_code == 200
    assert "<html" not in fragment.text
    assert len(re.findall(r"<li>\s*<svg", fragment.text)) == 6
    assert 'datetime="2026-02-09"' in fragment.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("anchor_on=2020-01-01", "The start date is so long ago that the whole plan would be over."),
        ("anchor_on=2031-01-01", "The start date is more than a year ahead."),
        ("anchor_on=9999-12-31", "The start date is more than a year ahead."),
        ("anchor_on=31/02/2026", "Please write a date"),
        ("anchor_on=2026-02-29", "Please write a date"),
        ("", "Please fill this in."),
    ],
)
def test_a_wrong_date_is_a_sentence(query: str, sentence: str, manager: FlaskClient, people: People) -> None:
    page = manager.get(f"{begun(manager, people)}/preview?{query}")

    assert page.status_code == 200
    assert sentence in page.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"anchor_on": "2020-01-01"}, "The start date is so long ago that the whole plan would be over."),
        ({"anchor_on": "2031-01-01"}, "The start date is more than a year ahead."),
        ({"anchor_on": "soon"}, "Please write a date"),
        ({"anchor_on": ""}, "Please fill this in."),
        ({"fee": "a lot"}, "Please write an amount in rupiah"),
        ({"fee": "-5"}, "Please write an amount in rupiah"),
        ({"fee": "1.5"}, "Please write an amount in rupiah"),
        ({"fee": "9" * 30}, "This is more than a fee can be."),
        ({"fee": "0" * 15 + "9" * 30}, "This is more than a fee can be."),
        ({"fee": "1" + "0" * 12}, "This is more than a fee can be."),
        ({"fee": "1" * 5000}, "This is more than a fee can be."),
        ({"chosen": "999999"}, "Please choose or paste at least one creator."),
        ({"chosen": []}, "Please choose or paste at least one creator."),
        ({"campaign_id": ""}, "Please choose one."),
        ({"campaign_id": "x"}, "Please choose one."),
        ({"template_key": "nonsense"}, "Please choose one."),
    ],
)
def test_wrong_plans_are_refused_beside_the_field(
    changes: dict[str, object], sentence: str, manager: FlaskClient, people: People
) -> None:
    page = walk(manager, people, **changes)

    assert page.status_code == 422
    assert sentence in page.text
    assert 'class="errors"' in page.text
    if changes.keys() & {"anchor_on", "fee"}:
        assert "Your skin diary is lovely." in page.text


def test_nobody_is_chosen_by_accident(manager: FlaskClient, people: People) -> None:
    fresh = manager.get(manager.post("/partnerships/new", data={"template_key": "usage-3m"}).location).text
    for_dewi = manager.post(f"/partnerships/new?creator={people.creator_id}", data={"template_key": "usage-3m"})
    left = walk(manager, people, chosen=[], campaign_id="").text

    assert '<option selected value="">Choose …</option>' in fresh
    assert " checked" not in fresh
    assert f'value="{people.creator_id}" checked' in manager.get(for_dewi.location).text
    assert 'id="campaign_id-error"' in left


def test_another_organisations_creator_cannot_be_planned(manager: FlaskClient, people: People) -> None:
    page = walk(manager, people, chosen=people.stranger_creator_id)

    assert page.status_code == 422
    assert "Tari" not in page.text


def test_a_campaign_that_was_chosen_on_the_way_is_chosen_already(manager: FlaskClient, people: People) -> None:
    step = manager.post(f"/partnerships/new?campaign={people.campaign_id}", data={"template_key": "usage-3m"}).location

    assert f'<option selected value="{people.campaign_id}">' in manager.get(step).text


@pytest.mark.parametrize("chosen", ["creator", "campaign"])
@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_what_no_row_can_be_is_not_chosen_on_the_way(manager: FlaskClient, chosen: str, number: str) -> None:
    answer = manager.post(f"/partnerships/new?{chosen}={number}", data={"template_key": "usage-3m"})

    assert manager.get(answer.location).status_code == 200


def test_what_was_begun_is_named_with_its_template_and_the_time_where_people_live(
    manager: FlaskClient, people: People, clock: ManualClock
) -> None:
    clock.advance(minutes=16 * 60)  # the next day has begun in Jakarta, and not yet in UTC
    step = begun(manager, people)

    page = manager.get("/partnerships/new").text

    line = re.search(rf'<li><a class="grow" href="{step}/people">([^<]*)</a><span class="hint">([^<]*)<', page)
    assert line is not None
    assert line[1].endswith("· Three-month product-usage story")
    assert line[2] == "Tue, 6 Jan 2026 01.00 WIB"


def test_going_back_loses_nothing(manager: FlaskClient, people: People) -> None:
    step = begun(manager, people)
    manager.post(f"{step}/dates", data={"anchor_on": ANCHOR, "fee": "2500000", "note": "kept words", "preview": "1"})

    manager.post(f"{step}/template", data={"template_key": "usage-3m"})
    people_step = manager.get(f"{step}/people").text
    dates_step = manager.get(f"{step}/dates").text
    begun_page = manager.get("/partnerships/new").text

    assert f'value="{people.creator_id}" checked' in people_step
    assert all(kept in dates_step for kept in ("kept words", "2500000", ANCHOR))
    assert "Begun and not finished" in begun_page
    assert f'href="{step}/people"' in begun_page


def test_searching_and_leafing_keep_who_was_ticked_and_let_them_be_unticked(
    manager: FlaskClient, people: People
) -> None:
    step = manager.post("/partnerships/new", data={"template_key": "usage-3m"}).location
    both = [people.creator_id, people.other_creator_id]

    searched = manager.post(step, data={"shown": both, "chosen": people.creator_id, "find": "@gal", "search": "1"})
    page = manager.get(searched.location).text
    manager.post(step, data={"shown": both, "chosen": people.other_creator_id, "page": "2"})
    after = manager.get(step).text

    assert f'value="{people.creator_id}" checked' in page
    assert f'value="{people.other_creator_id}">' in page
    assert f'value="{people.creator_id}" checked' not in after
    assert f'value="{people.other_creator_id}" checked' in after


def test_several_creators_are_planned_at_once_each_with_their_fee(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    first = manager.post("/partnerships/new", data={"template_key": "usage-3m"}).location
    both = [people.creator_id, people.other_creator_id]
    step = manager.post(first, data={"campaign_id": people.campaign_id, "chosen": both, "next": "1"}).location
    fees = {"fees-0-key": f"c{people.creator_id}", "fees-0-fee": "", "fees-1-key": f"c{people.other_creator_id}"}
    dates = {"anchor_on": ANCHOR, "fee": "1000000", **fees}

    wrong = manager.post(step, data=dates | {"fees-1-fee": "much"})
    done = manager.post(step, data=dates | {"fees-1-fee": "1.500.000"})
    page = manager.get(done.location).text

    assert wrong.status_code == 422
    assert 'id="fees-1-fee-error"' in wrong.text
    assert "WIT" in wrong.text
    assert "2 of 2" in page
    assert "Dewi" in page
    assert "Galih" in page
    assert {(one.creator_id, one.fee) for one in drafts(transactions, people)} == {
        (people.creator_id, 1_000_000),
        (people.other_creator_id, 1_500_000),
    }


def test_sent_twice_it_is_planned_once_and_changes_no_more(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    step = begun(manager, people)

    for _ in range(2):
        manager.post(f"{step}/dates", data={"anchor_on": ANCHOR})
    again = manager.post(f"{step}/go")
    late = [manager.get(f"{step}/{name}") for name in ("people", "dates")]
    other = manager.post(f"{step}/template", data={"template_key": "usage-3m"})

    assert len(drafts(transactions, people)) == 1
    assert again.status_code == 302
    assert [page.location for page in (*late, other)] == [step] * 3


def test_all_invitations_go_at_once_and_once(manager: FlaskClient, transactions: Transactions, people: People) -> None:
    first = manager.post("/partnerships/new", data={"template_key": "usage-3m"}).location
    both = [people.creator_id, people.other_creator_id]
    step = manager.post(first, data={"campaign_id": people.campaign_id, "chosen": both, "next": "1"}).location
    run = manager.post(step, data={"anchor_on": ANCHOR}).location
    asked = manager.get(run).text

    for _ in range(2):
        manager.post(f"{run}/invite")
    texts = manager.get(run).text

    assert "Send 2 invitations" in asked
    assert {one.state for one in drafts(transactions, people)} == {PartnershipState.INVITED}
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "invitation")).all()
    assert len(mails) == 2
    assert "Hai Dewi! Aku Rina dari Glow." in texts
    assert texts.count("https://wa.me/6281200000001?text=Hai%20") == 2
    assert len(set(re.findall(r"http://localhost/s/[\w-]+", texts))) == 2


def test_a_run_says_of_a_plan_that_is_agreed_when_it_begins(
    sign_in: SignIn, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    first = manager.post("/partnerships/new", data={"template_key": "ambassador-6m"}).location
    chosen = {"campaign_id": people.campaign_id, "chosen": people.creator_id, "next": "1"}
    step = manager.post(first, data=chosen).location
    manager.post(step, data={"anchor_on": ANCHOR})
    run = step.removesuffix("/dates")
    (planned,) = drafts(transactions, people)
    move(transactions, people.manager, planned.id, PartnershipAction.INVITE)
    invited = manager.get(run).text

    move(transactions, people.creator, planned.id, PartnershipAction.ACCEPT)
    agreed = manager.get(run).text
    clock.advance(days=(ANCHOR_ON - clock.now().date()).days)
    later = sign_in(people.manager)  # weeks later nobody is signed in any more
    later.post("/language", data={"locale": "en"})
    begun_by_now = later.get(run).text

    assert "Starts on" not in invited
    assert "Starts on Mon, 26 Jan 2026" in agreed
    assert "Running" not in agreed
    assert "Running" in begun_by_now
    assert "Starts on" not in begun_by_now


def drafts(transactions: Transactions, people: People) -> Sequence[Partnership]:
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(select(Partnership).order_by(Partnership.id)).unique().all()


def test_a_template_that_was_archived_meanwhile_is_said_and_nothing_is_made(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    with transactions.begin(people.manager) as work:
        template_id = copying.copy_built_in(work, "usage-3m").id
    with transactions.begin(people.manager) as work:
        publishing.publish(work, template_id)
    first = manager.post("/partnerships/new", data={"template_key": own_key(template_id)}).location
    chosen = {"campaign_id": people.campaign_id, "chosen": people.creator_id, "next": "1"}
    step = manager.post(first, data=chosen).location
    with transactions.begin(people.manager) as work:
        archiving.archive(work, template_id)

    page = manager.post(step, data={"anchor_on": ANCHOR, "note": "kept words"})

    assert page.status_code == 422
    assert "This template has been archived." in page.text
    assert "kept words" in page.text
    assert drafts(transactions, people) == []


ROWS = (
    "Nama\tAkun\tWA\tEmail\r\n"
    "Ayu Maharani\t@ayu.skin\t0812-3456-7890\tayu@creator.example\r\n"
    "Dewi\t\t\tDEWI@creator.example\r\n"
    "Citra\thttps://www.tiktok.com/@citra\t\tcitra@creator.example"
)


def pasting(client: FlaskClient, people: People, rows: str) -> TestResponse:
    step = client.post("/partnerships/new", data={"template_key": "usage-3m"}).location
    return client.post(step, data={"campaign_id": people.campaign_id, "pasted": rows, "next": "1"})


def test_pasted_rows_become_creators_and_plans_and_whoever_is_known_is_met(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    step = pasting(manager, people, ROWS).location
    kept = manager.get(step.replace("/dates", "/people")).text
    run = manager.post(step, data={"anchor_on": ANCHOR, "fee": "1000000"}).location

    page = manager.get(run).text
    with transactions.looking(people.manager) as reading:
        files = reading.session.scalars(select(Creator).order_by(Creator.id)).unique().all()
        made = [
            (one.name, one.whatsapp, one.membership.account.email, [(h.platform, h.name) for h in one.handles])
            for one in files[-2:]
        ]
    assert "2 new creators" in kept
    assert "known already: Dewi" in kept
    assert "3 of 3" in page
    assert made == [
        ("Ayu Maharani", "6281234567890", "ayu@creator.example", [(Platform.INSTAGRAM, "ayu.skin")]),
        ("Citra", "", "citra@creator.example", [(Platform.TIKTOK, "citra")]),
    ]
    assert {one.creator_id for one in drafts(transactions, people)} == {people.creator_id, *(f.id for f in files[-2:])}


def test_a_pasted_creator_is_met_by_handle_or_number_as_well_and_by_no_number_that_several_have(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    shared = pasting(manager, people, "Dewi L.\t\t0812 0000 0001")  # Galih has the same number
    with transactions.begin(people.manager) as work:
        work.get(Creator, people.other_creator_id).whatsapp = "6281200000002"

    step = pasting(manager, people, "Dewi L.\t@dewi\t0812 0000 0001\r\nGalih P.\t\t0812-0000-0002").location
    double = pasting(manager, people, "Galih P.\t@galih.baru\t0812-0000-0002\tgalih.baru@creator.example")

    kept = manager.get(step.replace("/dates", "/people")).text
    assert "0 new creators" in kept
    assert "known already: Dewi, Galih" in kept
    assert "Row 1 (Dewi L.), E-mail address: A creator who is new to you needs an e-mail address." in shared.text
    assert "Row 1 (Galih P.), WhatsApp: A creator with this WhatsApp number is in your files already" in double.text
    assert (shared.status_code, double.status_code) == (422, 422)


def test_rows_that_cannot_be_used_are_told_and_nothing_is_lost_or_made(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    rows = (
        "\t@ayu\t0812 3456 7890\tayu@creator.example\r\nRina\t@rina\t\tmanager@glow.example\r\nCitra\t@citra\t12\tnone"
    )

    page = pasting(manager, people, rows)

    assert page.status_code == 422
    assert "Row 1, Name: The name is missing." in page.text
    assert "Row 2 (Rina), E-mail address: This person belongs to your organisation already." in page.text
    assert "Row 3 (Citra), WhatsApp:" in page.text
    assert "Row 3 (Citra), E-mail address:" in page.text
    assert "\t@ayu\t0812 3456 7890\tayu@creator.example" in page.text
    assert drafts(transactions, people) == []


def test_two_hundred_creators_are_the_most(manager: FlaskClient, people: People) -> None:
    rows = [f"Kreator {number}\t@k{number}\t\tk{number}@creator.example" for number in range(201)]

    too_many = pasting(manager, people, "\n".join(rows))
    enough = pasting(manager, people, "\n".join(rows[:200]))

    assert too_many.status_code == 422
    assert "At most 200 creators at once." in too_many.text
    assert enough.status_code == 302


@pytest.mark.parametrize("rows", ["", " \r\n\t\r\n", "Nama\tAkun\tWA\tEmail"])
def test_an_empty_paste_is_nobody(rows: str, manager: FlaskClient, people: People) -> None:
    page = pasting(manager, people, rows)

    assert page.status_code == 422
    assert "Please choose or paste at least one creator." in page.text


def test_a_creator_who_cannot_be_planned_is_told_and_the_others_are(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    step = pasting(manager, people, ROWS).location
    with transactions.everywhere() as everywhere:
        everywhere.execute(update(Organisation).values(zone="Mars/Olympus"))
        everywhere.commit()
    dates = manager.get(step)

    run = manager.post(step, data={"anchor_on": ANCHOR}).location

    page = manager.get(run).text
    assert dates.status_code == 200
    assert "2 could not be planned" in page
    assert "Please choose a time zone from the list" in page
    assert [one.creator_id for one in drafts(transactions, people)] == [people.creator_id]
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalars(select(Account.id).where(Account.email == "ayu@creator.example")).all() == []


def test_many_are_planned_in_portions_that_go_on_where_a_kill_stopped_them(
    manager: FlaskClient, transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "\n".join(f"Kreator {number}\t@k{number}\t\tk{number}@creator.example" for number in range(PORTION + 5))
    step = pasting(manager, people, rows).location
    plan, made = drafting.draft, []

    def killed(work: Work, **more: Any) -> Partnership:
        made.append(more)
        if len(made) == 3:
            raise KeyboardInterrupt
        return plan(work, **more)

    monkeypatch.setattr(drafting, "draft", killed)
    with pytest.raises(KeyboardInterrupt):
        manager.post(step, data={"anchor_on": ANCHOR})
    run = step.removesuffix("/dates")
    half_made = drafts(transactions, people)
    monkeypatch.setattr(drafting, "draft", plan)
    waiting = manager.get(run).text
    counts = []
    for _ in range(3):
        manager.post(f"{run}/go")
        counts.append(len(drafts(transactions, people)))

    assert half_made == []
    assert f"0 of {PORTION + 5}" in waiting
    assert counts == [PORTION, PORTION + 5, PORTION + 5]
    assert f"{PORTION + 5} of {PORTION + 5}" in manager.get(run).text


def test_a_campaign_that_runs_already_is_entered_and_what_is_past_was_before_sahabat(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    step = begun(manager, people)

    page = manager.get(f"{step}/preview?anchor_on=2025-12-20").text
    ahead = manager.get(f"{step}/preview?anchor_on={ANCHOR}").text
    made = manager.post(f"{step}/dates", data={"anchor_on": "2025-12-20"})

    assert "Before Sahabat" in page
    assert "Before Sahabat" not in ahead
    assert made.status_code == 302
    assert [one.anchor_on for one in drafts(transactions, people)] == [date(2025, 12, 20)]


def test_conflicts_are_told_before_anything_is_planned(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    draft(transactions, people)
    rival = competing_campaign(transactions, people)
    with transactions.begin(people.manager) as work:
        drafting.draft(
            work,
            campaign_id=rival,
            creator_id=people.creator_id,
            template_key="usage-3m",
            anchor_on=ANCHOR_ON,
        )
    step = begun(manager, people)

    page = manager.get(f"{step}/preview?anchor_on={ANCHOR}").text
    free = manager.get(f"{step}/preview?anchor_on=2026-12-01").text

    assert "Dewi has a partnership in this campaign already." in page
    assert re.search(r"Dewi tells about Rival until [^<]*2026, a brand of the same category.", page)
    assert "Dewi owes something for Rival on the same day: " in page
    assert "Rival" not in free


def test_a_brand_that_a_creator_is_bound_to_after_the_end_is_told(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    rival = competing_campaign(transactions, people)
    key = published(transactions, people, replace(load("usage-3m"), exclusivity_days=30))
    bound = draft(transactions, replace(people, campaign_id=rival), template_key=key)
    with transactions.begin(people.manager) as work:
        partnership = work.get(Partnership, bound)
        partnership.state = PartnershipState.COMPLETED
        ends_on = partnership.stages[-1].ends_on
    step = begun(manager, people)
    lead = -load("usage-3m").first_day

    pages = [
        manager.get(f"{step}/preview?anchor_on={ends_on + timedelta(days=lead + after)}").text for after in (30, 31)
    ]

    assert ["Dewi is bound to Rival" in page for page in pages] == [True, False]


def test_a_deadline_that_a_quiet_day_moves_runs_into_nothing_on_its_old_day(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    draft(transactions, people)  # its second check-in is due on the fifth day
    step = begun(manager, people)
    old_day = "Sat, 31 Jan"
    before = manager.get(f"{step}/preview?anchor_on={ANCHOR}").text

    with transactions.begin(people.manager) as work:
        ruling.add_day(work, date(2026, 1, 31), "Feast")
    after = manager.get(f"{step}/preview?anchor_on={ANCHOR}").text

    said = re.compile(r"on the same day: ([^<]*)\.")
    assert old_day in said.findall(before)[0]
    assert old_day not in said.findall(after)[0]
