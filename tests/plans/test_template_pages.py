"""Templates on their pages: listed, read, copied, written line by line, published and put away."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from partnerships.database.work import Transactions
from partnerships.plans import drafting
from partnerships.plans.rules.checking import check
from partnerships.plans.rules.editing import LISTED, Place, Section, find, lines
from partnerships.plans.rules.templates import Fact, Option, Release, Template, Text, built_in, load
from partnerships.plans.tables import OwnTemplate, newest
from tests.conftest import SignIn
from tests.stories import ANCHOR_ON, People

STORY = load("usage-3m")


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def colleague(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.owner))


def english(client: FlaskClient) -> FlaskClient:
    client.post("/language", data={"locale": "en"})
    return client


def copy(client: FlaskClient, key: str = "usage-3m") -> int:
    answer = client.post(f"/templates/built-in/{key}/copy")
    found = re.search(r"/templates/(\d+)/edit", answer.headers["Location"])
    assert found is not None
    return int(found[1])


def working_copy(transactions: Transactions, people: People, template_id: int) -> Template:
    with transactions.looking(people.manager) as reading:
        return reading.get(OwnTemplate, template_id).template


def filled(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form on `page`, without changing anything."""
    form = page[page.index('<form class="stack" method="post"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_tick = facts.get("type") in {"checkbox", "radio"}
        if not is_tick or " checked" in tag:
            sent.setdefault(facts["name"], []).append(unescape(facts.get("value", "y" if is_tick else "")))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [unescape(text)]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = [unescape(chosen[1]) if chosen else ""]
    return sent


def write(client: FlaskClient, path: str, **changes: object) -> TestResponse:
    """Open the form at `path`, change some of it, and send it."""
    return client.post(path, data=filled(client.get(path).text) | changes)


def address(template_id: int, place: Place) -> str:
    if place.section is Section.BASICS:
        return f"/templates/{template_id}/basics"
    of = f"?of={place.of}" if place.of else ""
    return f"/templates/{template_id}/{place.section}/{place.key}{of}"


def places(template: Template) -> list[Place]:
    listed = [section for section in LISTED if section is not Section.QUESTIONS]
    return [
        Place(Section.BASICS),
        *(Place(section, line.key) for section in listed for line in lines(template, Place(section))),
        *(Place(Section.QUESTIONS, q.key, c.key) for c in template.check_ins for q in c.questions),
    ]


def test_every_template_is_listed_with_what_it_suits(manager: FlaskClient) -> None:
    copy(manager)

    page = manager.get("/templates").text

    for template in built_in():
        assert template.title.en in unescape(page)
        assert template.suits is None or template.suits.en in unescape(page)
    assert "Copy of Three-month product-usage story" in page
    assert page.count("Built in") == len(built_in())
    assert "Not published yet" in page
    assert "0 partnerships" in page


@pytest.mark.parametrize("template", built_in(), ids=lambda template: template.key)
def test_a_built_in_template_can_be_read(manager: FlaskClient, template: Template) -> None:
    page = unescape(manager.get(f"/templates/built-in/{template.key}").text)

    for words in (
        *(stage.purpose.en for stage in template.stages),
        *(question.label.en for check_in in template.check_ins for question in check_in.questions),
        *(deliverable.brief.en for deliverable in template.deliverables),
        *(payment.label.en for payment in template.payments),
    ):
        assert words in page


@pytest.mark.parametrize("template", built_in(), ids=lambda template: template.key)
def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(
    manager: FlaskClient, transactions: Transactions, people: People, template: Template
) -> None:
    template_id = copy(manager, template.key)
    before = working_copy(transactions, people, template_id)

    answers = [write(manager, address(template_id, place)) for place in places(before)]

    assert {answer.status_code for answer in answers} == {302}
    assert working_copy(transactions, people, template_id) == before


def test_a_copy_is_changed_published_planned_with_and_put_away(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    template_id = copy(manager)

    write(manager, f"/templates/{template_id}/basics", en_title="Our story", id_title="Cerita kami", rights_days="30")
    published = manager.post(f"/templates/{template_id}/publish", follow_redirects=True).text
    offered = manager.get(f"/partnerships/new?template=own-{template_id}").text
    with transactions.begin(people.manager) as work:
        drafting.draft(
            work,
            campaign_id=people.campaign_id,
            creator_id=people.creator_id,
            template_key=f"own-{template_id}",
            anchor_on=ANCHOR_ON,
        )
    listed = manager.get("/templates").text
    archived = manager.post(f"/templates/{template_id}/archive", follow_redirects=True).text
    withdrawn = manager.get("/partnerships/new").text
    restored = manager.post(f"/templates/{template_id}/restore", follow_redirects=True).text

    assert "Version 1 is published. Partnerships that run keep theirs." in published
    assert "Rights of use for 30 days" in published
    assert "Our story" in offered
    assert "1 partnership<" in listed
    assert "“Our story” is in the archive." in archived
    assert "Our story" not in withdrawn
    assert "“Our story” is back." in restored


def test_what_changed_since_it_was_published_waits_for_the_next_version(manager: FlaskClient) -> None:
    template_id = copy(manager)
    manager.post(f"/templates/{template_id}/publish")
    before = manager.get("/templates").text
    as_published = manager.get(f"/templates/{template_id}").text

    write(manager, f"/templates/{template_id}/stages/fit", from_day="-20")

    assert "Version 1, changed since" not in before
    assert "Plans are made from version 1." not in as_published
    assert "Plans are made from version 1." in manager.get(f"/templates/{template_id}").text
    assert "Plans are made from version 1." not in manager.get(f"/templates/{template_id}?version=1").text
    assert "Version 1, changed since" in manager.get("/templates").text
    assert "Publish version 2" in manager.get(f"/templates/{template_id}/edit").text


def test_nothing_new_is_not_published_again(manager: FlaskClient) -> None:
    template_id = copy(manager)
    first = manager.get(f"/templates/{template_id}/edit").text
    manager.post(f"/templates/{template_id}/publish")

    after = manager.get(f"/templates/{template_id}/edit").text
    again = manager.post(f"/templates/{template_id}/publish", follow_redirects=True).text

    assert "Publish version 1" in first
    assert "Publish version" not in after
    assert "as it stands here" in after
    assert "Nothing has changed since version 1." in again


def test_a_check_in_can_be_put_on_a_weekday_and_back_on_a_day(manager: FlaskClient) -> None:
    template_id = copy(manager)
    line = f"/templates/{template_id}/check_ins/received"

    write(manager, line, month="2", week="1", weekday="tue", at="09:00")
    on_weekday, form = manager.get(f"/templates/{template_id}/edit").text, filled(manager.get(line).text)
    write(manager, line, month="", week="", weekday="", at="", day="1")

    assert "month 2, week 1, Tuesday 09.00" in on_weekday
    assert [form[name][0] for name in ("month", "week", "weekday", "at", "day")] == ["2", "1", "tue", "09:00", ""]
    assert "month 2, week 1" not in manager.get(f"/templates/{template_id}/edit").text


def test_content_can_be_put_on_weekdays_and_a_check_in_be_asked_again_and_again(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    template_id = copy(manager)
    tuesdays = {
        f"{kind}_{name}": value
        for kind, week in (("draft", "3"), ("publish", "4"))
        for name, value in (("month", "2"), ("week", week), ("weekday", "tue"), ("at", "09:00"))
    }

    write(manager, f"/templates/{template_id}/deliverables/six-weeks-in", draft_day="", publish_day="", **tuesdays)
    write(manager, f"/templates/{template_id}/check_ins/two-weeks", every_days="7")
    page = manager.get(f"/templates/{template_id}/edit").text
    offered = manager.get(f"/templates/{template_id}/payments/start").text
    published = manager.post(f"/templates/{template_id}/publish", follow_redirects=True).text
    again = manager.post(f"/templates/{template_id}/publish", follow_redirects=True).text
    with transactions.looking(people.manager) as reading:
        planned = newest(reading.session, f"own-{template_id}")

    assert "draft: month 2, week 3, Tuesday 09.00 · due: month 2, week 4, Tuesday 09.00" in page
    assert "again every 7 days until its stage ends" in page
    assert 'value="check_in_answered:two-weeks_2"' in offered
    assert "Version 1 is published." in published
    assert "Nothing has changed since version 1." in again
    assert [one.day for one in planned.check_ins if one.key.startswith("two-weeks")] == [14, 21, 28, 35]
    assert working_copy(transactions, people, template_id).check_in("two-weeks").every_days == 7


@pytest.mark.parametrize(
    ("path", "changes", "row", "sentence"),
    [
        ("payments/start", {"percent": "29"}, "payments", "The payments add up to 99%, not 100%."),
        ("stages/habit", {"from_day": "16"}, "stages.habit", "No stage covers day 14 to day 15."),
        ("stages/close", {"to_day": "420"}, "stages.close", "The timeline has 441 days; 366 are the most."),
        ("stages/habit", {"from_day": "15"}, "stages.habit", "No stage covers day 14."),
        (
            "deliverables/first-impression",
            {"evidence_needed": "3"},
            "deliverables.first-impression",
            "It needs 3 answered check-ins, but only 2 can be in by day 13.",
        ),
        (
            "deliverables/six-weeks-in",
            {"draft_day": "50"},
            "deliverables.six-weeks-in",
            "There are 3 days from draft to publishing; reviewing needs 6.",
        ),
        (
            "stages/habit",
            {"gate_answered": "3"},
            "stages.habit",
            "It needs 3 answered check-ins, but only 2 can be in by day 14.",
        ),
        (
            "stages/change",
            {"gate_approved": "live-answers"},
            "stages.change",
            "“Q&A or live: 30 minutes of answers” has no draft that anybody could approve.",
        ),
        (
            "questions/reaction?of=first-days",
            {"kind": "text"},
            "check_ins.first-days.questions.reaction_detail",
            "It depends on an answer that “Any unusual reaction?” does not have.",
        ),
        ("check_ins/received", {"day": "200"}, "check_ins.received", "Day 200 is outside the timeline"),
        (
            "check_ins/received",
            {"month": "2", "week": "5", "weekday": "tue"},
            "check_ins.received",
            "There is no week 5 in month 2: a month has four weeks of seven days.",
        ),
        (
            "deliverables/six-weeks-in",
            {"publish_month": "2", "publish_week": "5", "publish_weekday": "tue"},
            "deliverables.six-weeks-in",
            "There is no week 5 in month 2: a month has four weeks of seven days.",
        ),
        (
            "stages/first",
            {"quiet": "y"},
            "deliverables.first-impression",
            "“First impression” is quiet (day 0 to day 13): nobody is asked for anything then.",
        ),
        (
            "deliverables/first-impression",
            {"platforms": ["instagram"], "spark_days": "30"},
            "deliverables.first-impression",
            "Only a post on TikTok has a Spark code.",
        ),
        (
            "check_ins/received",
            {"every_days": "0"},
            "check_ins.received",
            "It can be asked every day at most: write 1 or more.",
        ),
        ("check_ins/received", {"en_title": ""}, "check_ins.received", "Title: The English words are missing."),
        (
            "questions/package_photo?of=received",
            {"id_label": ""},
            "check_ins.received.questions.package_photo",
            "Words: The Indonesian words are missing.",
        ),
        (
            "basics",
            {"anchor_event": "idul-fitri"},
            "basics",
            "Which feast: Day 0 is no day in the calendar, so leave the feast out.",
        ),
        (
            "basics",
            {"paid_use": "y"},
            "basics",
            "Content may be used in advertisements: To use content in advertisements, say for how many days.",
        ),
    ],
)
def test_what_is_wrong_is_kept_and_named_at_its_line(
    manager: FlaskClient, path: str, changes: dict[str, object], row: str, sentence: str
) -> None:
    template_id = copy(manager)

    saved = write(manager, f"/templates/{template_id}/{path}", **changes)

    page = unescape(manager.get(f"/templates/{template_id}/edit").text)
    row_and_rest = page[page.rindex(f'id="{row}"') :]
    assert saved.status_code == 302
    assert re.search(rf'<a href="#{re.escape(row)}">[^<]+</a>: {re.escape(sentence)}', page)
    assert sentence in row_and_rest
    assert "Publish version" not in page
    of_another = row in {"payments", "stages"} or row.endswith("reaction_detail") or "quiet" in changes
    assert of_another or sentence in unescape(manager.get(f"/templates/{template_id}/{path}").text)
    refused = manager.post(f"/templates/{template_id}/publish", follow_redirects=True).text
    assert "It cannot be published while something in it is not right." in refused


@pytest.mark.parametrize(
    ("path", "changes", "sentence"),
    [
        ("stages/fit", {"from_day": "soon"}, "Not a valid integer value."),
        ("stages/fit", {"from_day": ""}, "Please fill this in."),
        ("stages/fit", {"from_day": "-1001"}, "Number must be between -1000 and 1000."),
        ("stages/fit", {"claim_level": "miracle"}, "Please choose one."),
        ("stages/fit", {"en_title": "x" * 201}, "Please keep this under 200 characters."),
        ("deliverables/first-impression", {"stage": "lost"}, "Please choose one."),
        ("deliverables/first-impression", {"platforms": "orkut"}, "is not a valid choice for this field."),
        ("check_ins/received", {"day": ""}, "Please write a day, or choose a weekday."),
        ("check_ins/received", {"month": "2"}, "Please choose the weekday, or leave month, week and time empty."),
        ("check_ins/received", {"weekday": "tue", "week": "1"}, "A weekday needs its month and its week."),
        ("check_ins/received", {"weekday": "tue", "at": "9 o'clock"}, "Please write a time, such as 20:00."),
        ("deliverables/first-impression", {"publish_day": ""}, "Please write a day, or choose a weekday."),
        ("deliverables/first-impression", {"draft_week": "1"}, "Please choose the weekday, or leave"),
        ("payments/start", {"released_by": "done:first-impression"}, "Please choose one."),
        ("payments/start", {"percent": "-1"}, "Number must be between 0 and 10000."),
        ("questions/patch_test?of=received", {"options-0-id": "x" * 201}, "Please keep this under 200 characters."),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field_and_stays_typed(
    manager: FlaskClient, transactions: Transactions, people: People, path: str, changes: dict[str, str], sentence: str
) -> None:
    template_id = copy(manager)
    before = working_copy(transactions, people, template_id)
    words = {} if "options-0-id" in changes else {"id_title": "Kata baru", "id_label": "Kata baru"}

    refused = write(manager, f"/templates/{template_id}/{path}", **(words | changes))

    page = unescape(refused.text)
    assert refused.status_code == 422
    assert sentence in page
    assert not words or 'value="Kata baru"' in page
    assert working_copy(transactions, people, template_id) == before


def test_new_lines_are_added_and_make_a_sound_template(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    template_id = copy(manager)
    both = {"id_title": "Baru", "en_title": "Brand new"}

    answers = [
        write(
            manager,
            f"/templates/{template_id}/new/stages",
            **both,
            id_purpose="Untuk apa",
            en_purpose="What for",
            from_day="126",
            to_day="140",
            claim_level="own_result",
            gate_answered="2",
            gate_live="honest-review",
        ),
        write(
            manager,
            f"/templates/{template_id}/new/check_ins",
            **both,
            id_intro="Halo",
            en_intro="Hello",
            day="127",
        ),
        write(
            manager,
            f"/templates/{template_id}/new/questions?of=brand-new",
            kind="attestation",
            id_label="Masih?",
            en_label="Still?",
            meaning="still_using",
            **{
                "options-0-id": "Tiap hari",
                "options-0-en": "Every day",
                "options-1-id": "Tidak lagi",
                "options-1-en": "No longer",
                "options-1-stops": "y",
            },
        ),
        write(
            manager,
            f"/templates/{template_id}/new/questions?of=brand-new",
            kind="text",
            id_label="Kenapa?",
            en_label="Why?",
            minimum="3",
            condition="still=stopped",
        ),
        write(
            manager,
            f"/templates/{template_id}/new/deliverables",
            **both,
            id_brief="Sesukamu",
            en_brief="As you like",
            stage="brand-new",
            kind="short_video",
            platforms=["tiktok", "youtube"],
            draft_day="128",
            publish_day="134",
            min_days_live="7",
            revision_rounds="2",
            evidence_needed="1",
        ),
        write(manager, f"/templates/{template_id}/payments/start", percent="20"),
        write(
            manager,
            f"/templates/{template_id}/new/payments",
            id_label="Tayang",
            en_label="It is live",
            percent="10",
            released_by="live_verified:brand-new",
            days="7",
        ),
    ]

    now = working_copy(transactions, people, template_id)
    still, why = now.check_ins[-1].questions
    assert {answer.status_code for answer in answers} == {302}
    assert check(now) == []
    assert (now.stages[-1].key, now.stages[-1].gate and now.stages[-1].gate.live) == ("brand-new", ("honest-review",))
    assert still.options == (
        Option("option-1", Text("Tiap hari", "Every day")),
        Option("stopped", Text("Tidak lagi", "No longer")),
    )
    assert (why.key, why.minimum, why.condition and why.condition.equals) == ("why", None, "stopped")
    assert now.deliverables[-1].platforms == ("tiktok", "youtube")
    assert now.payments[-1].released_by == Release(Fact.LIVE_VERIFIED, "brand-new", 7)


def test_a_line_is_removed_moved_and_put_back(manager: FlaskClient, transactions: Transactions, people: People) -> None:
    template_id = copy(manager)
    before = working_copy(transactions, people, template_id)
    line = f"/templates/{template_id}/questions/patch_test"

    removed = manager.post(f"{line}/remove?of=received", follow_redirects=True).text
    without = working_copy(transactions, people, template_id)
    back = manager.post(f"/templates/{template_id}/put-back", follow_redirects=True).text
    after = working_copy(transactions, people, template_id)
    nothing = manager.post(f"/templates/{template_id}/put-back", follow_redirects=True).text
    manager.post(f"{line}/down?of=received")
    moved = working_copy(transactions, people, template_id)
    manager.post(f"{line}/up?of=received")

    assert "Removed: Have you done a patch test?" in removed
    assert [q.key for q in without.check_ins[0].questions] == ["package_photo", "angle_photo"]
    assert "It is back where it was." in back
    assert after == before
    assert "There is nothing to put back any more." in nothing
    assert [q.key for q in moved.check_ins[0].questions] == ["package_photo", "angle_photo", "patch_test"]
    assert working_copy(transactions, people, template_id) == before


def test_of_two_who_write_one_line_the_second_sees_what_changed_and_keeps_what_they_typed(
    manager: FlaskClient, colleague: FlaskClient, transactions: Transactions, people: People
) -> None:
    template_id = copy(manager)
    path = f"/templates/{template_id}/questions/patch_test?of=received"
    form = filled(manager.get(path).text)

    write(colleague, path, en_label="Tested on your arm?", **{"options-0-id": "Beres"}, required=[])
    second = manager.post(path, data=form | {"en_label": "Did you test it?", "en_hint": "On your wrist."})
    page = unescape(second.text)
    saved = manager.post(path, data=filled(second.text))

    now = find(working_copy(transactions, people, template_id), Place(Section.QUESTIONS, "patch_test", "received"))
    assert second.status_code == 422
    assert "Somebody else changed this while you were writing." in page
    assert "Saved meanwhile: Tested on your arm?" in page
    assert "Saved meanwhile: no" in page
    assert "Saved meanwhile: Beres, Belum, Produk ini tidak dioles" in page
    assert 'value="Did you test it?"' in page
    assert saved.status_code == 302
    assert now is not None
    assert (now.label.en, now.hint.en) == ("Did you test it?", "On your wrist.")  # type: ignore[union-attr]  # a question


def test_what_somebody_else_removed_meanwhile_is_told_and_can_be_saved_all_the_same(
    manager: FlaskClient, colleague: FlaskClient, transactions: Transactions, people: People
) -> None:
    template_id = copy(manager)
    path = f"/templates/{template_id}/stages/fit"
    form = filled(manager.get(path).text)

    colleague.post(f"{path}/remove")
    second = manager.post(path, data=form | {"en_title": "Fitting"})
    saved = manager.post(path, data=filled(second.text))

    assert second.status_code == 422
    assert "Somebody else removed this while you were writing." in second.text
    assert saved.status_code == 302
    assert working_copy(transactions, people, template_id).stages[-1].title.en == "Fitting"


def test_a_question_of_a_check_in_that_is_gone_is_not_kept(manager: FlaskClient, colleague: FlaskClient) -> None:
    template_id = copy(manager)
    path = f"/templates/{template_id}/new/questions?of=received"
    form = filled(manager.get(path).text) | {"en_label": "One more?", "kind": "text"}

    colleague.post(f"/templates/{template_id}/check_ins/received/remove")
    refused = manager.post(path, data=form)

    assert refused.status_code == 422
    assert "Somebody else removed the check-in that this question belongs to." in refused.text
    assert 'value="One more?"' in refused.text


def test_a_template_without_lines_is_shown_with_what_it_lacks(manager: FlaskClient) -> None:
    template_id = copy(manager)
    for stage in STORY.stages:
        manager.post(f"/templates/{template_id}/stages/{stage.key}/remove")

    page = manager.get(f"/templates/{template_id}/edit").text

    assert "A template needs at least one stage." in page
    assert "New stage" in page
    assert manager.get(f"/templates/{template_id}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/templates/987654",
        "/templates/987654/edit",
        "/templates/built-in/lost",
        "/templates/built-in/own-1",
        "/templates/{id}/stages/lost",
        "/templates/{id}/colours/fit",
        "/templates/{id}/questions/package_photo",
        "/templates/{id}/questions/package_photo?of=lost",
        "/templates/{id}/new/questions",
        "/templates/{id}/new/questions?of=lost",
        "/templates/{id}/new/basics",
    ],
)
def test_what_there_is_not_is_not_found(manager: FlaskClient, path: str) -> None:
    template_id = copy(manager)

    assert manager.get(path.format(id=template_id)).status_code == 404


def test_only_managers_write_templates(sign_in: SignIn, people: People, manager: FlaskClient) -> None:
    template_id = copy(manager)

    for actor, status in ((people.reviewer, 403), (people.creator, 403), (people.stranger, 404)):
        client = sign_in(actor)
        assert client.get(f"/templates/{template_id}/edit").status_code == status
        assert client.post(f"/templates/{template_id}/stages/fit/remove").status_code == status


def test_pages_in_indonesian_say_everything_in_indonesian(sign_in: SignIn, people: People) -> None:
    client = sign_in(people.manager)
    template_id = copy(client)

    page = unescape(client.get(f"/templates/{template_id}/edit").text)

    assert "Salinan Cerita Pemakaian 3 Bulan" in page
    assert "Terbitkan versi 1" in page
    assert "Three-month" not in page


def test_every_version_can_be_read_as_it_was_published(manager: FlaskClient) -> None:
    template_id = copy(manager)
    manager.post(f"/templates/{template_id}/publish")
    write(manager, f"/templates/{template_id}/stages/fit", en_title="Fitting room")
    manager.post(f"/templates/{template_id}/publish")
    write(manager, f"/templates/{template_id}/stages/fit", en_title="Not out yet")

    now, first, second = (
        manager.get(f"/templates/{template_id}{query}").text for query in ("", "?version=1", "?version=2")
    )

    assert "Not out yet" in now
    assert "This is version 1 as it was published." in first
    assert "Fit and preparation" in first
    assert "Fitting room" in second
    assert all(f"Version {number}</a>" in page for page in (now, first, second) for number in (1, 2))
    assert "· Rina" in now
    assert manager.get(f"/templates/{template_id}?version=3").status_code == 404


def test_the_list_takes_the_same_statements_however_long_it_is(manager: FlaskClient, statements: list[str]) -> None:
    counts = []
    for more in (1, 3):
        for _ in range(more):
            manager.post(f"/templates/{copy(manager)}/publish")
        statements.clear()
        manager.get("/templates")
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_line_without_words_is_called_what_it_is(manager: FlaskClient) -> None:
    template_id = copy(manager)

    write(manager, f"/templates/{template_id}/new/questions?of=received")
    page = manager.get(f"/templates/{template_id}/edit").text

    assert ">Received and opened: New question</a>: Words: " in page
    assert ">Received and opened: question</a>" not in page
