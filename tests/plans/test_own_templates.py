"""Templates of an organisation's own: copied, published in versions, archived; plans keep what they were made from."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Deliverable
from partnerships.plans import archiving, choosing, copying, drafting, editing, finding, publishing, receiving
from partnerships.plans.rules.editing import Basics, Line, LineChanged, Place, Section, digest, find
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.templates import BUILT_IN, OWN, Template, Text, load, own_id, own_key
from partnerships.plans.tables import OwnTemplate, Partnership, TemplateVersion
from tests.conftest import SignIn
from tests.stories import ANCHOR_ON, People, move

STORY = load("usage-3m")
SETTLED_ON = date(2026, 1, 5)


def copied(transactions: Transactions, actor: Actor) -> int:
    with transactions.begin(actor) as work:
        return copying.copy_built_in(work, "usage-3m").id


def published(transactions: Transactions, actor: Actor) -> int:
    template_id = copied(transactions, actor)
    with transactions.begin(actor) as work:
        publishing.publish(work, template_id)
    return template_id


def rewrite(transactions: Transactions, people: People, template_id: int, **changes: object) -> None:
    with transactions.begin(people.manager) as work:
        own = work.get(OwnTemplate, template_id)
        own.write(replace(own.template, **changes), people.manager.person_id, work.now)  # type: ignore[arg-type]  # any field


def planned(transactions: Transactions, people: People, key: str, creator_id: int | None = None) -> int:
    with transactions.begin(people.manager) as work:
        return drafting.draft(
            work,
            campaign_id=people.campaign_id,
            creator_id=creator_id or people.creator_id,
            template_key=key,
            anchor_on=ANCHOR_ON,
        ).id


def titles(transactions: Transactions, actor: Actor) -> list[str]:
    with transactions.looking(actor) as reading:
        return [template.title.en for template in choosing.list_templates(reading) if template.key not in BUILT_IN]


def test_a_copy_has_a_key_of_its_own_and_is_not_planned_from_before_it_is_published(
    transactions: Transactions, people: People
) -> None:
    template_id = copied(transactions, people.manager)

    with transactions.looking(people.manager) as reading:
        own = reading.get(OwnTemplate, template_id)
        with pytest.raises(NotFound):
            finding.get_template(reading, own.key)
    assert own.template == replace(
        STORY,
        key=own.key,
        version=1,
        title=Text("Salinan Cerita Pemakaian 3 Bulan", "Copy of Three-month product-usage story"),
    )
    assert titles(transactions, people.manager) == []


def test_a_copy_can_be_copied(transactions: Transactions, people: People) -> None:
    first = copied(transactions, people.manager)

    with transactions.begin(people.manager) as work:
        second = copying.copy_own(work, first)

    assert second.template.title.en == "Copy of Copy of Three-month product-usage story"
    assert (second.template.key, second.published) == (own_key(second.id), 0)


def test_keys_of_own_templates_are_none_of_those_that_come_with_the_product() -> None:
    assert not [key for key in BUILT_IN if key.startswith(OWN)]
    assert [own_id(key) for key in ("own-12", "own-", "own-x", "own-1\uff12", "own-9999999999", "usage-3m", "12")] == [
        12,
        *[None] * 6,
    ]


def test_a_published_template_is_offered_and_planned_from(transactions: Transactions, people: People) -> None:
    template_id = published(transactions, people.manager)

    partnership_id = planned(transactions, people, own_key(template_id))

    assert titles(transactions, people.manager) == ["Copy of Three-month product-usage story"]
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        assert partnership.edition == (own_key(template_id), 1)
        assert partnership.template.key == own_key(template_id)
        assert [stage.key for stage in partnership.stages] == [stage.key for stage in STORY.stages]


def test_a_plan_keeps_the_version_it_was_made_from(transactions: Transactions, people: People) -> None:
    template_id = published(transactions, people.manager)
    before = planned(transactions, people, own_key(template_id))
    rewrite(transactions, people, template_id, title=Text("Baru", "New"))

    with transactions.begin(people.manager) as work:
        publishing.publish(work, template_id)
    after = planned(transactions, people, own_key(template_id), people.other_creator_id)

    with transactions.looking(people.manager) as reading:
        old, new = (reading.get(Partnership, number) for number in (before, after))
        assert [(p.template_version, p.template.title.en) for p in (old, new)] == [
            (1, "Copy of Three-month product-usage story"),
            (2, "New"),
        ]
    assert titles(transactions, people.manager) == ["New"]


def test_what_is_only_written_in_the_working_copy_changes_no_plan(transactions: Transactions, people: People) -> None:
    template_id = published(transactions, people.manager)

    rewrite(transactions, people, template_id, title=Text("Baru", "New"))

    assert titles(transactions, people.manager) == ["Copy of Three-month product-usage story"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"payments": STORY.payments[1:]}, "It cannot be published while something"),
        ({"stages": ()}, "It cannot be published while something"),
    ],
)
def test_only_a_sound_template_is_published(
    transactions: Transactions, people: People, changes: dict[str, object], sentence: str
) -> None:
    template_id = copied(transactions, people.manager)
    rewrite(transactions, people, template_id, **changes)

    with transactions.begin(people.manager) as work, pytest.raises(Refused, match=sentence):
        publishing.publish(work, template_id)

    assert titles(transactions, people.manager) == []


def test_nothing_is_published_twice(transactions: Transactions, people: People) -> None:
    template_id = published(transactions, people.manager)

    with transactions.begin(people.manager) as work, pytest.raises(Refused, match="changed since version 1"):
        publishing.publish(work, template_id)


def test_an_archived_template_is_planned_from_no_more_and_comes_back(
    transactions: Transactions, people: People
) -> None:
    template_id = published(transactions, people.manager)
    running = planned(transactions, people, own_key(template_id))

    with transactions.begin(people.manager) as work:
        archiving.archive(work, template_id)
        archiving.archive(work, template_id)
    while_away = titles(transactions, people.manager)
    with pytest.raises(NotFound):
        planned(transactions, people, own_key(template_id), people.other_creator_id)
    with transactions.begin(people.manager) as work, pytest.raises(Refused, match="in the archive"):
        publishing.publish(work, template_id)
    with transactions.begin(people.manager) as work:
        archiving.restore(work, template_id)
        archiving.restore(work, template_id)

    assert while_away == []
    assert len(titles(transactions, people.manager)) == 1
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, running).template.key == own_key(template_id)
        told = reading.session.query(HistoryEntry.name).filter(HistoryEntry.about == f"template:{template_id}").all()
    assert sorted(name for (name,) in told) == [
        "TemplateArchived",
        "TemplateArchived",
        "TemplateCopied",
        "TemplatePublished",
    ]


def test_another_organisations_template_looks_like_none(transactions: Transactions, people: People) -> None:
    template_id = published(transactions, people.stranger)

    for key in (own_key(template_id), own_key(987_654)):
        with pytest.raises(NotFound, match="There is no template called"):
            planned(transactions, people, key)
    with transactions.begin(people.manager) as work:
        for do in (copying.copy_own, publishing.publish, archiving.archive, archiving.restore):
            with pytest.raises(NotFound):
                do(work, template_id)
    assert titles(transactions, people.manager) == []


@pytest.mark.usefixtures("app")
def test_the_database_itself_keeps_a_version_as_it_is(transactions: Transactions, people: People) -> None:
    published(transactions, people.manager)

    with pytest.raises(DBAPIError, match="append-only"), transactions.everywhere():
        db.session.execute(update(TemplateVersion).values(body="{}"))


def test_pages_with_many_plans_ask_for_their_templates_once(
    transactions: Transactions, people: People, sign_in: SignIn, statements: list[str]
) -> None:
    keys = [own_key(published(transactions, people.manager)) for _ in range(4)]
    asked = []
    for count in (1, 3):
        for key in keys[:count]:
            planned(transactions, people, key)
        client = sign_in(people.manager)
        statements.clear()

        for path in ("/", "/partnerships"):
            assert client.get(path).status_code == 200

        asked.append((len(statements), sum("FROM template_version" in said for said in statements)))
    assert asked[0] == asked[1]


def test_partnerships_at_hand_share_one_statement(
    transactions: Transactions, people: People, statements: list[str]
) -> None:
    keys = [own_key(published(transactions, people.manager)) for _ in range(3)]
    ids = [planned(transactions, people, key) for key in keys]
    db.session.remove()  # as between two requests

    with transactions.looking(people.manager) as reading:
        found = [reading.get(Partnership, number) for number in ids]
        statements.clear()
        templates: list[Template] = [partnership.template for partnership in found]

    assert [template.key for template in templates] == keys
    assert len(statements) == 1


def test_a_plan_from_an_own_template_is_shown_everywhere(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    template_id = published(transactions, people.manager)
    rewrite(
        transactions, people, template_id, stages=tuple(replace(s, title=Text("Tahap", "Own")) for s in STORY.stages)
    )
    with transactions.begin(people.manager) as work:
        publishing.publish(work, template_id)

    partnership_id = planned(transactions, people, own_key(template_id))

    client: FlaskClient = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})
    assert "Own" in client.get(f"/partnerships/{partnership_id}").text
    assert "Own" in client.get("/partnerships").text
    form = client.get(f"/partnerships/new?template={own_key(template_id)}").text
    assert re.search(
        r'<section class="card ask"[^>]*>\s*<header><h2[^>]*>Copy of Three-month product-usage story', form
    )
    assert "Own" in form


FIT = Place(Section.STAGES, "fit")


def seen(transactions: Transactions, people: People, template_id: int, place: Place) -> tuple[Line | None, str]:
    with transactions.looking(people.manager) as reading:
        line = find(reading.get(OwnTemplate, template_id).template, place)
        return line, digest(line)


def working_copy(transactions: Transactions, people: People, template_id: int) -> Template:
    with transactions.looking(people.manager) as reading:
        return reading.get(OwnTemplate, template_id).template


def test_a_line_is_written_although_the_whole_is_not_right(transactions: Transactions, people: People) -> None:
    template_id = copied(transactions, people.manager)
    _, as_seen = seen(transactions, people, template_id, FIT)
    longer = replace(STORY.stages[0], to_day=5)

    with transactions.begin(people.manager) as work:
        editing.save(work, template_id, FIT, longer, seen=as_seen)

    assert working_copy(transactions, people, template_id).stages == (longer, *STORY.stages[1:])


def test_of_two_who_write_the_same_line_the_second_is_told_what_stands_there(
    transactions: Transactions, people: People
) -> None:
    template_id = copied(transactions, people.manager)
    _, as_seen = seen(transactions, people, template_id, FIT)
    first, second = (replace(STORY.stages[0], from_day=day) for day in (-20, -10))

    with transactions.begin(people.owner) as work:
        editing.save(work, template_id, FIT, first, seen=as_seen)
    with transactions.begin(people.manager) as work, pytest.raises(LineChanged) as changed:
        editing.save(work, template_id, FIT, second, seen=as_seen)
    with transactions.begin(people.manager) as work:
        editing.save(work, template_id, FIT, second, seen=digest(changed.value.line))

    assert changed.value.line == first
    assert working_copy(transactions, people, template_id).stages[0] == second


def test_two_who_write_different_lines_do_not_meet(transactions: Transactions, people: People) -> None:
    template_id = copied(transactions, people.manager)
    basics = Place(Section.BASICS)
    (_, of_fit), (line, of_basics) = (seen(transactions, people, template_id, place) for place in (FIT, basics))
    assert isinstance(line, Basics)

    with transactions.begin(people.owner) as work:
        editing.save(work, template_id, FIT, replace(STORY.stages[0], from_day=-9), seen=of_fit)
    with transactions.begin(people.manager) as work:
        editing.save(work, template_id, basics, replace(line, rights_days=30), seen=of_basics)

    now = working_copy(transactions, people, template_id)
    assert (now.stages[0].from_day, now.rights_days) == (-9, 30)


def test_a_line_that_somebody_else_removed_comes_back_when_it_is_saved_once_more(
    transactions: Transactions, people: People
) -> None:
    template_id = copied(transactions, people.manager)
    line, as_seen = seen(transactions, people, template_id, FIT)
    assert line is not None

    with transactions.begin(people.owner) as work:
        editing.remove(work, template_id, FIT)
    with transactions.begin(people.manager) as work, pytest.raises(LineChanged, match="removed this") as changed:
        editing.save(work, template_id, FIT, line, seen=as_seen)
    with transactions.begin(people.manager) as work:
        editing.save(work, template_id, FIT, line, seen=digest(changed.value.line))

    assert working_copy(transactions, people, template_id).stages[-1] == line


def test_what_was_removed_is_put_back_once(transactions: Transactions, people: People) -> None:
    template_id = copied(transactions, people.manager)
    question = Place(Section.QUESTIONS, "patch_test", "received")
    before = working_copy(transactions, people, template_id)

    with transactions.begin(people.manager) as work:
        without = editing.remove(work, template_id, question).template
    with transactions.begin(people.manager) as work:
        editing.put_back(work, template_id)
    with transactions.begin(people.manager) as work, pytest.raises(Refused, match="nothing to put back"):
        editing.put_back(work, template_id)

    assert len(without.check_ins[0].questions) == 2
    assert working_copy(transactions, people, template_id) == before


def test_what_was_removed_is_not_put_over_something_else(transactions: Transactions, people: People) -> None:
    template_id = copied(transactions, people.manager)
    line, as_seen = seen(transactions, people, template_id, FIT)
    assert line is not None
    with transactions.begin(people.manager) as work:
        editing.remove(work, template_id, FIT)
        editing.save(work, template_id, FIT, line, seen="")

    with transactions.begin(people.manager) as work, pytest.raises(Refused, match="taken its place"):
        editing.put_back(work, template_id)

    assert as_seen != ""


def test_a_question_needs_its_check_in(transactions: Transactions, people: People) -> None:
    template_id = copied(transactions, people.manager)
    place = Place(Section.QUESTIONS, "new", "lost")

    with transactions.begin(people.manager) as work, pytest.raises(Refused, match="removed the check-in"):
        editing.save(work, template_id, place, STORY.check_ins[0].questions[0], seen="")


def test_lines_move(transactions: Transactions, people: People) -> None:
    template_id = copied(transactions, people.manager)

    with transactions.begin(people.manager) as work:
        editing.move(work, template_id, FIT, 1)

    assert [stage.key for stage in working_copy(transactions, people, template_id).stages][:2] == ["first", "fit"]


def test_a_line_or_a_template_that_is_not_there_is_not_found(transactions: Transactions, people: People) -> None:
    mine, theirs = copied(transactions, people.manager), copied(transactions, people.stranger)
    lost = Place(Section.STAGES, "lost")

    for template_id, place in ((mine, lost), (theirs, FIT), (987_654, FIT)):
        with transactions.begin(people.manager) as work:
            with pytest.raises(NotFound):
                editing.remove(work, template_id, place)
            with pytest.raises(NotFound):
                editing.move(work, template_id, place, 1)
    for template_id in (theirs, 987_654):
        with transactions.begin(people.manager) as work:
            with pytest.raises(NotFound):
                editing.save(work, template_id, FIT, STORY.stages[0], seen="")
            with pytest.raises(NotFound):
                editing.put_back(work, template_id)


def test_a_creator_lives_with_a_plan_from_an_own_template(
    app: Flask, transactions: Transactions, people: People, sign_in: SignIn, clock: ManualClock
) -> None:
    partnership_id = planned(transactions, people, own_key(published(transactions, people.manager)))
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, SETTLED_ON)
    clock.advance(days=2)
    app.extensions["beat"]()

    with transactions.looking(people.creator) as reading:
        check_in_id = reading.session.scalars(select(CheckIn.id).order_by(CheckIn.id)).first()
        deliverable_id = reading.session.scalars(select(Deliverable.id).order_by(Deliverable.id)).first()
    client = sign_in(people.creator)
    pages = [
        client.get(path)
        for path in (
            "/me",
            f"/me/partnerships/{partnership_id}",
            f"/me/check-ins/{check_in_id}",
            f"/me/deliverables/{deliverable_id}",
        )
    ]
    assert [page.status_code for page in pages] == [200] * 4
    assert "Produk sampai" in pages[2].text
